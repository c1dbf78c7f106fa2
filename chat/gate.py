"""The gate: each watched stream's events pass in order, once.

Two publishing nodes invert order normally, so a gap waits a moment (`PATIENCE`) before it is
filled from SQL, by one read at a time per stream. Tails that the bus lost are found by comparing
heads. The ring holds the recent, contiguous events since the gate opened; it answers whoever
comes back before SQL is asked. What SQL had to be asked for goes into it as well: a crowd that
comes back to a room costs one read.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from chat.envelope import Envelope

log = structlog.get_logger()

PATIENCE = 0.030
"""Seconds that a gap may be mere disorder."""
RING = 256
"""Recent events kept for a watched stream."""
AGAIN = 1.0
"""Seconds after which a read that failed is tried again."""
READ = 1_000
"""Events that one read brings at most."""
EARLY = 2_000
"""Events kept behind a gap at most; later ones are read with it."""

ReadEvents = Callable[[str, int, int | None], Awaitable[Sequence[Envelope]]]
"""Events of a stream after a seq, up to another or to its head, from SQL, oldest first."""
ReadHeads = Callable[[Sequence[str]], Awaitable[dict[str, int]]]
Deliver = Callable[[Envelope], None]


class _Stream:
    """One open stream."""

    __slots__ = (
        "early", "fetching", "next", "opening", "recalled", "recalling", "rewritten", "ring",
        "timer",
    )  # fmt: skip

    def __init__(self) -> None:
        self.next = 0
        self.early: dict[int, Envelope] = {}
        self.ring: deque[Envelope] = deque(maxlen=RING)
        self.opening: asyncio.Future[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.fetching: asyncio.Task[None] | None = None
        self.recalling: asyncio.Task[Sequence[Envelope]] | None = None
        self.recalled = 0
        """After what is read for the ring now."""
        self.rewritten = 0
        """How often something in it was rewritten: what was read before stands there no more."""

    def forget(self) -> None:
        """Nothing that is in memory now is handed out from there later."""
        self.rewritten += 1
        self.ring.clear()
        # What waits behind a gap is read with it.
        self.early.clear()

    def recall(self, events: Sequence[Envelope]) -> None:
        """Put what was read before the ring, as far as it joins on and fits."""
        first = self.ring[0].seq if self.ring else self.next
        for envelope in reversed(events):
            if envelope.seq == first - 1 and len(self.ring) < RING:
                self.ring.appendleft(envelope)
                first = envelope.seq


class Gate:
    """Lets events through to `deliver`. Knows streams and numbers only."""

    def __init__(self, read_events: ReadEvents, read_heads: ReadHeads, deliver: Deliver) -> None:
        self.repaired = 0
        """Events that had to be fetched from SQL because the bus lost or delayed them."""
        self.holes = 0
        """Gaps in the numbers that were filled from SQL."""
        self.tails = 0
        """Lost newest events that comparing heads found."""
        self._read_events = read_events
        self._read_heads = read_heads
        self._deliver = deliver
        self._streams: dict[str, _Stream] = {}

    @property
    def streams(self) -> list[str]:
        """All open streams."""
        return list(self._streams)

    def position(self, stream: str) -> int:
        """The seq of the newest event that passed; the stream must be open."""
        return self._streams[stream].next - 1

    def is_open(self, stream: str) -> bool:
        """Whether events of the stream pass now."""
        found = self._streams.get(stream)
        return found is not None and found.opening is None

    async def open(self, *streams: str) -> None:
        """Open streams at their heads. The bus must be subscribed to them before."""
        mine = {stream: _Stream() for stream in streams if stream not in self._streams}
        others = [self._streams[s].opening for s in streams if s in self._streams]
        if mine:
            await self._open(mine)
        for opening in others:
            if opening is not None:
                await asyncio.wait([opening])

    async def _open(self, mine: dict[str, _Stream]) -> None:
        loop = asyncio.get_running_loop()
        for found in mine.values():
            found.opening = loop.create_future()
        self._streams.update(mine)
        try:
            heads = await self._read_heads(list(mine))
        except BaseException:
            for stream, found in mine.items():
                if self._streams.get(stream) is found:
                    self.close(stream)
            raise
        finally:
            for found in mine.values():
                if found.opening is not None:
                    found.opening.set_result(None)
                    found.opening = None
        for stream, found in mine.items():
            # Meanwhile it may have been closed: whoever waits looks again.
            if self._streams.get(stream) is found:
                found.next = heads.get(stream, 0) + 1
                self._drain(stream, found)

    async def reach(self, stream: str, seq: int) -> None:
        """Let what is missing pass at once, for who knows that `seq` is committed.

        Returns after one read, or none where there is nothing to do: look at `position` again.
        """
        found = self._streams.get(stream)
        if found is None or found.opening is not None or found.next > seq:
            return
        if found.fetching is None:
            self._start_fetching(stream, found)
        assert found.fetching is not None
        await asyncio.wait([found.fetching])

    def close(self, stream: str) -> None:
        """Forget a stream that nobody watches."""
        found = self._streams.pop(stream, None)
        if found is None:
            return
        if found.timer:
            found.timer.cancel()
        if found.fetching:
            found.fetching.cancel()

    def take(self, envelope: Envelope) -> None:
        """An event from this node or the bus, in any order, any number of times."""
        found = self._streams.get(envelope.stream)
        if found is None:
            return
        if found.opening is not None:
            self._keep(found, envelope)
        elif envelope.seq == found.next:
            self._pass(found, envelope)
            if found.early:
                self._drain(envelope.stream, found)
        elif envelope.seq > found.next:
            self._keep(found, envelope)
            self._wait(envelope.stream, found)

    def _keep(self, found: _Stream, envelope: Envelope) -> None:
        if len(found.early) < EARLY:
            found.early[envelope.seq] = envelope

    def since(self, stream: str, after: int) -> list[Envelope] | None:
        """Events after `after` if the ring has them all, else None. The stream must be open."""
        found = self._streams[stream]
        missing = found.next - 1 - after
        if missing <= 0:
            return []
        if missing > len(found.ring):
            return None
        return [found.ring[i] for i in range(len(found.ring) - missing, len(found.ring))]

    async def past(self, stream: str, after: int) -> Sequence[Envelope]:
        """Events after `after` that have passed, from SQL, oldest first, as many as one read
        brings. The stream must be open.

        Empty where somebody else has read them into the ring meanwhile: look there again.
        """
        found = self._streams[stream]
        fits = found.next - 1 - after <= RING
        if fits and found.recalling is not None and found.recalled <= after:
            await asyncio.wait([found.recalling])
            return []
        reading = self._recall(found, stream, after)
        if not fits:
            return await reading
        # A task: whoever asked first may be gone before it is there, and others wait for it.
        found.recalled = after
        found.recalling = asyncio.get_running_loop().create_task(reading)
        return await asyncio.shield(found.recalling)

    async def _recall(self, found: _Stream, stream: str, after: int) -> Sequence[Envelope]:
        rewritten = found.rewritten
        try:
            events = await self._read_events(stream, after, found.next - 1)
            # What was rewritten meanwhile must not be replayed from memory as it was (P8).
            if found.rewritten == rewritten:
                found.recall(events)
            return events
        finally:
            if found.recalling is asyncio.current_task():
                found.recalling = None

    def forget(self, stream: str) -> None:
        """Replay nothing from memory that is older than now: something in it was rewritten."""
        found = self._streams.get(stream)
        if found is not None:
            found.forget()

    def forget_all(self) -> None:
        """The same for all streams: news of a rewriting may have been lost."""
        for found in self._streams.values():
            found.forget()

    async def compare_heads(self) -> None:
        """Find lost tails: read the heads of all open streams and fetch what is behind."""
        names = [name for name, found in self._streams.items() if found.opening is None]
        if not names:
            return
        heads = await self._read_heads(names)
        for name, head in heads.items():
            found = self._streams.get(name)
            if found is not None and found.opening is None and head >= found.next:
                # On the same node an event may merely not have been handed over yet.
                self._wait(name, found)

    def _pass(self, found: _Stream, envelope: Envelope) -> None:
        found.next = envelope.seq + 1
        if envelope.redacts:
            # What was deleted must not be replayed from memory (P8), nor read into it by a read
            # that began before.
            found.rewritten += 1
            while found.ring and found.ring[0].seq <= envelope.redacts:
                found.ring.popleft()
        found.ring.append(envelope)
        self._deliver(envelope)

    def _drain(self, stream: str, found: _Stream) -> None:
        while True:
            envelope = found.early.pop(found.next, None)
            if envelope is None:
                break
            self._pass(found, envelope)
        if found.early:
            for seq in [s for s in found.early if s < found.next]:
                del found.early[seq]
        if found.early:
            self._wait(stream, found)
        elif found.timer:
            found.timer.cancel()
            found.timer = None

    def _wait(self, stream: str, found: _Stream, seconds: float = -1.0) -> None:
        if found.timer is None and found.fetching is None:
            loop = asyncio.get_running_loop()
            wait = PATIENCE if seconds < 0 else seconds
            found.timer = loop.call_later(wait, self._overdue, stream, found)

    def _overdue(self, stream: str, found: _Stream) -> None:
        found.timer = None
        if self._streams.get(stream) is found and found.fetching is None:
            self._start_fetching(stream, found)

    def _start_fetching(self, stream: str, found: _Stream) -> None:
        found.fetching = asyncio.get_running_loop().create_task(self._fetch(stream, found))

    async def _fetch(self, stream: str, found: _Stream) -> None:
        hole = bool(found.early)
        full = True
        while full:
            rewritten = found.rewritten
            try:
                events = await self._read_events(stream, found.next - 1, None)
            except Exception as error:  # noqa: BLE001 - logged, and tried again
                log.warning("repair_failed", stream=stream, error=error)
                found.fetching = None
                if self._streams.get(stream) is found:
                    self._wait(stream, found, AGAIN)
                return
            if self._streams.get(stream) is not found:
                return
            if found.rewritten != rewritten:
                continue
            before = found.next
            for envelope in events:
                if envelope.seq == found.next:
                    self._pass(found, envelope)
            self.repaired += found.next - before
            full = len(events) >= READ and found.next > before
            if found.next > before:
                self.holes += hole
                self.tails += not hole
        found.fetching = None
        self._drain(stream, found)
