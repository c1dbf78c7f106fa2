"""Runs what a bot does, a stream after its own order, streams side by side.

Owns the tasks. A slow handler holds up its own room and no other; when too much waits, `put`
waits too, and the client's inbox (which is bounded, and asks the server again) takes up the rest.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from tertulia_bot.models import Item

Work = Callable[[Item], Awaitable[None]]

WAITING = 1_000
"""So many items may wait for their handlers."""


class Workers:
    """One task a busy stream; none for a quiet one. Leaving the context ends them all."""

    def __init__(self, waiting: int = WAITING) -> None:
        self._room = asyncio.Semaphore(waiting)
        self._queues: dict[str, deque[tuple[Work, Item]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def put(self, stream: str, work: Work, item: Item) -> None:
        """Have `work(item)` done after all that was put for this stream before."""
        await self._room.acquire()
        queue = self._queues.get(stream)
        if queue is not None:
            queue.append((work, item))
            return
        self._queues[stream] = deque([(work, item)])
        task = asyncio.create_task(self._drain(stream))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def _drain(self, stream: str) -> None:
        queue = self._queues[stream]
        try:
            while queue:
                work, item = queue.popleft()
                try:
                    await work(item)
                finally:
                    self._room.release()
        finally:
            del self._queues[stream]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a bot's worker failed", "exception": error, "task": task}
            )
