"""What waits to be published: bounded in number, bytes and age; the oldest goes first.

What is dropped here is no loss that lasts: whoever misses an event reads it from SQL. Signals that
waited are worth nothing any more. Knows no Redis.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

MOST = 10_000
MOST_BYTES = 8 * 2**20
OLDEST = 2.0
"""Seconds after which a message is not sent any more."""
TOGETHER = 500
"""Messages sent in one go at most."""

Message = tuple[float, str, bytes]
"""When it came, its channel, its bytes."""


class Outbox:
    """A queue that never grows beyond its bounds."""

    def __init__(self) -> None:
        self.lost = 0
        """Dropped since somebody looked."""
        self._queue: deque[Message] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, now: float, channel: str, data: bytes) -> None:
        """Add a message; older ones may go for it."""
        self._queue.append((now, channel, data))
        self._bytes += len(data)
        self._trim()
        self._empty.clear()
        self._news.set()

    def put_back(self, batch: list[Message]) -> None:
        """A batch that may not have been sent goes first again."""
        self._queue.extendleft(reversed(batch))
        self._bytes += sum(len(data) for _, _, data in batch)
        self._trim()
        self._news.set()

    async def batch(self, clock: Callable[[], float]) -> list[Message]:
        """Take the next messages that are not too old; waits until there are some."""
        while True:
            while not self._queue:
                self._news.clear()
                await self._news.wait()
            found: list[Message] = []
            oldest = clock() - OLDEST
            while self._queue and len(found) < TOGETHER:
                message = self._queue.popleft()
                self._bytes -= len(message[2])
                if message[0] < oldest:
                    self.lost += 1
                else:
                    found.append(message)
            if found or self.lost:
                return found

    def done(self) -> None:
        """The batch taken last was sent."""
        if not self._queue:
            self._empty.set()

    async def sent(self, seconds: float) -> None:
        """Wait until everything was sent, for `seconds` at most."""
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            return

    def _trim(self) -> None:
        while len(self._queue) > MOST or self._bytes > MOST_BYTES:
            _, _, data = self._queue.popleft()
            self._bytes -= len(data)
            self.lost += 1
