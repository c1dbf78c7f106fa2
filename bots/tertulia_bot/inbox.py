"""What has come in and was not yet taken: a bounded queue between the reader and the program.

Owns the bound. The reader must never wait on the program (answers would no longer come through),
so a full inbox says no, and the client asks the server again once the program has caught up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from tertulia_bot.models import Item


class Inbox:
    """`limit` items.

    `on_empty` is called when the program has taken the last one of a full inbox.
    """

    def __init__(self, limit: int, on_empty: Callable[[], None]) -> None:
        self._items: deque[Item] = deque()
        self._limit = limit
        self._on_empty = on_empty
        self._overflowed = False
        self._ended: BaseException | None = None
        self._news = asyncio.Event()

    def put(self, item: Item, *, always: bool = False) -> bool:
        """Take an item in.

        False when there is no room. `always` is for the few that must not be lost.
        """
        if len(self._items) >= self._limit and not always:
            self._overflowed = True
            return False
        self._items.append(item)
        self._news.set()
        return True

    def end(self, error: BaseException) -> None:
        """Nothing more will come; whoever waits gets `error` after what is still there."""
        self._ended = error
        self._news.set()

    async def take(self) -> Item:
        """The next item; raises what `end` was given once all is taken."""
        while not self._items:
            if self._ended is not None:
                raise self._ended
            self._news.clear()
            await self._news.wait()
        item = self._items.popleft()
        if self._overflowed and not self._items:
            self._overflowed = False
            self._on_empty()
        return item
