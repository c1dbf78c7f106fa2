"""After a deletion: what left the database leaves its files too, within seconds (promise P8).

Copies in unused parts of them go at night: `chat.compacting`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

log = structlog.get_logger()

GATHER = 5.0
"""Seconds after a deletion until the log is folded into the file; deletions gather meanwhile."""


class Purge:
    """Runs `fold` (which returns False to be asked again) some seconds after `needed`."""

    def __init__(self, fold: Callable[[], bool], gather: float = GATHER) -> None:
        self._fold = fold
        self._gather = gather
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to wait for deletions."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._work(), name="purge")

    def needed(self) -> None:
        """Something was taken out; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wanted.set)

    async def stop(self) -> None:
        """Fold what is left, and end."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._wanted.is_set():
            await asyncio.to_thread(self._fold)

    async def _work(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(self._gather)
            self._wanted.clear()
            try:
                done = await asyncio.to_thread(self._fold)
            except Exception as error:  # noqa: BLE001 - logged; the next round tries again
                log.warning("purge_failed", error=error)
                done = False
            if not done:
                self._wanted.set()
