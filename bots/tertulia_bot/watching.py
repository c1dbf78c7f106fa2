"""What is watched: subscribing, resuming, noticing holes, taking a fresh snapshot after a reset.

Owns the positions and what is handed to the inbox. It must not know connections: it asks through
the client's verbs, and after a lost connection it is simply told to `resume`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

import msgspec

from tertulia_bot.errors import RefusedError, TertuliaError
from tertulia_bot.inbox import Inbox
from tertulia_bot.models import Cursor, Dropped, Event, Renewed, Signal
from tertulia_bot.positions import Positions, Verdict
from tertulia_bot.verbs import Verbs

log = logging.getLogger("tertulia_bot")

CURSORS = 500
"""At most so many cursors in one frame."""
LATER = 1.0
"""Seconds until a stream is asked for again that the server was too busy to serve."""


class Watching:
    """The streams of one client."""

    def __init__(
        self, verbs: Verbs, inbox: Inbox, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self.positions = Positions()
        self._verbs = verbs
        self._inbox = inbox
        self._sleep = sleep
        self._asked: set[str] = set()
        """Holes that were asked for; what arrives beyond them comes again."""
        self._behind: set[str] = set()
        """Streams whose events found no room in the inbox."""
        self._renewing: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    # --- what comes in ---

    def take(self, frame: Event | Signal) -> None:
        """Every frame that answers nothing."""
        if isinstance(frame, Event):
            self._event(frame)
        elif frame.type == "unsubscribed":
            self._unsubscribed(frame.fields["stream"], frame.fields.get("why", ""))
        elif frame.type == "lagging":
            self._ask_again(self.positions.streams())
        else:
            self._inbox.put(frame)

    def _event(self, event: Event) -> None:
        verdict = self.positions.judge(event.stream, event.seq)
        if verdict is Verdict.NEW:
            if self._inbox.put(event):
                self.positions.advance(event.stream, event.seq)
            else:
                self._behind.add(event.stream)
        elif verdict is Verdict.HOLE and event.stream not in self._asked | self._behind:
            self._ask_again([event.stream])

    def caught_up(self) -> None:
        """The program has emptied a full inbox: ask for what found no room."""
        behind, self._behind = list(self._behind), set()
        self._ask_again(behind)

    def _unsubscribed(self, stream: str, why: str) -> None:
        if why == "reset" and stream in self.positions:
            self._spawn(self._renew(stream, why))
        elif self.positions.forget(stream):
            self._inbox.put(Dropped(stream=stream, why=why), always=True)

    # --- what is asked ---

    async def resume(self, streams: list[str]) -> None:
        """Name to a new connection the cursors of all streams that were watched before it."""
        self._asked.clear()
        await self._subscribe_all(streams)

    async def add(self, stream: str, cursor: Cursor | None, mode: str) -> None:
        """Watch one stream more, or the same in another mode."""
        if stream in self.positions and cursor is None:
            self.positions.change_mode(stream, mode)
        else:
            self.positions.watch(stream, cursor, mode)
        refused = await self._subscribe([stream])
        if stream in refused:
            raise RefusedError(refused[stream])

    async def remove(self, streams: list[str]) -> None:
        """Watch these no more."""
        known = [stream for stream in streams if self.positions.forget(stream)]
        if known:
            await self._verbs.ask("unsubscribe", streams=known)

    def _ask_again(self, streams: list[str]) -> None:
        self._asked.update(streams)
        self._spawn(self._subscribe_all(streams))

    async def _later(self, stream: str) -> None:
        await self._sleep(LATER)
        await self._subscribe_all([stream])

    async def _subscribe_all(self, streams: list[str]) -> None:
        for part in _chunks(streams):
            for stream, why in (await self._subscribe(part)).items():
                self._inbox.put(Dropped(stream=stream, why=why), always=True)

    async def _subscribe(self, streams: list[str]) -> dict[str, str]:
        """Ask with the cursors held; answers which were refused, and why."""
        cursors = self.positions.cursors(streams)
        if not cursors:
            return {}
        try:
            answer = await self._verbs.ask("subscribe", cursors=cursors)
        finally:
            self._asked.difference_update(streams)
        refused: dict[str, str] = {}
        for state in answer.result["streams"]:
            stream, why = state["stream"], state.get("why") or ""
            verdict = self.positions.settle(state)
            if verdict is Verdict.DROPPED:
                self.positions.forget(stream)
                refused[stream] = why
            elif verdict is Verdict.RENEW:
                await self._renew(stream, why or "hole")
            elif verdict is Verdict.LATER:
                self._spawn(self._later(stream))
            elif verdict is Verdict.HOLE and stream not in self._behind:
                self._ask_again([stream])
        return refused

    async def _renew(self, stream: str, why: str) -> None:
        """Take a snapshot, hand it on, and watch from there."""
        if stream in self._renewing:
            return
        self._renewing.add(stream)
        try:
            snapshot, cursor = await self._snapshot(stream)
        finally:
            self._renewing.discard(stream)
        if stream not in self.positions:
            return
        self.positions.watch(stream, cursor, self.positions.mode(stream))
        self._inbox.put(Renewed(stream=stream, why=why, snapshot=snapshot), always=True)
        await self._subscribe_all([stream])

    async def _snapshot(self, stream: str) -> tuple[Any, Cursor | None]:
        if stream.startswith("r_"):
            room = await self._verbs.room(stream)
            return room, room.cursor
        if stream.startswith("fr_"):
            desk = (await self._verbs.ask("room.desk", room=stream[1:])).result
            return desk, msgspec.convert(desk["cursor"], Cursor)
        overview = await self._verbs.overview()
        return overview, next((c for c in overview.cursors if c.stream == stream), None)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what is still being asked."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except TertuliaError as error:
        log.warning("could not watch again: %s", error)


def _chunks(streams: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(streams), CURSORS):
        yield streams[start : start + CURSORS]
