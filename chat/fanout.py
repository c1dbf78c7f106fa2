"""Between gate, hub and bus: opening streams, publishing what was committed, repairing what was
lost.

The bus is a wake-up call: what it loses is found by the gate's gaps and by comparing heads every
`REPAIR_EVERY` seconds, and at once after doubt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec
import structlog

from chat import codec
from chat.bus.base import Bus, Counters
from chat.envelope import Envelope
from chat.gate import Gate
from chat.hub import Hub
from chat.seal import Seal
from storage import streams
from storage.database import Database
from storage.streams import StoredEvent

log = structlog.get_logger()

REPAIR_EVERY = 4.0
"""Seconds between two looks at all heads: with the reading itself less than the 5 s of P7."""
CONTROL = "control"
"""The channel every node is always subscribed to: ended sessions, signals for people, what nodes
tell each other."""
FORGET = "forget"
COMMUNITY_CHANGED = "community"
TIGHTENED = "tightened"
FOLLOWED = "followed"


class Fanout:
    """Owns the node's hub and gate."""

    def __init__(self, database: Database, bus: Bus, secret: bytes) -> None:
        self.forged = 0
        """Messages on the bus that no node of this community sent."""
        self.on_end: Callable[[str, str, str], None] = lambda *_: None
        """Connections of a person (and session or `*`) are to end."""
        self.on_person: Callable[[str, bytes], None] = lambda *_: None
        """A lossy signal for all connections of a person."""
        self.on_community: Callable[[], None] = lambda: None
        """The community's settings changed, here or elsewhere."""
        self.on_tightened: Callable[[str], None] = lambda _: None
        """A right was taken in a stream (a room, the community), here or elsewhere."""
        self.on_followed: Callable[[], None] = lambda: None
        """Another node says that who is told of what, at an address of its own, has changed."""
        self.on_doubt: Callable[[], None] = lambda: None
        """Something that other nodes told may have been lost."""
        self.on_idle: Callable[[str], None] = lambda _: None
        """Nobody here watches a stream any more."""
        self.on_node: Callable[[Envelope], None] = lambda _: None
        """Another node tells something that is neither event nor signal."""
        self.hub = Hub(self._idle)
        self.gate = Gate(self.events_after, self._heads, self.hub.deliver)
        self._database = database
        self._bus = bus
        self._seal = Seal(secret)
        self._doubt = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin listening and repairing."""
        await self._bus.start(self._receive, self._doubted)
        await self._bus.subscribe(CONTROL)
        self._task = asyncio.create_task(self._repair(), name="repair")

    async def stop(self) -> None:
        """End; nothing is delivered after this."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.hub.close()
        for stream in self.gate.streams:
            self.gate.close(stream)
        await self._bus.stop()

    async def open(self, *streams: str) -> None:
        """Let streams' events pass from their heads on: subscriptions first, then the heads."""
        closed = [stream for stream in streams if not self.gate.is_open(stream)]
        if closed:
            await asyncio.gather(*(self._bus.subscribe(stream) for stream in closed))
            await self.gate.open(*closed)

    def close_unwatched(self, streams: Iterable[str]) -> None:
        """Close those that were opened for somebody who then did not watch them."""
        for stream in streams:
            if self.gate.is_open(stream) and not self.hub.watched(stream):
                self._idle(stream)

    def publish(self, events: Sequence[StoredEvent]) -> None:
        """Committed events, to this node's gate and to the others."""
        for event in events:
            if event.kind == "community.changed":
                self.on_community()
                self.tell(
                    CONTROL,
                    Envelope(stream=event.stream, seq=0, payload=b"", about=COMMUNITY_CHANGED),
                )
            envelope = codec.envelope(event)
            self.gate.take(envelope)
            self.tell(event.stream, envelope)
            if envelope.ends:
                self._end(envelope)
                self.tell(CONTROL, envelope)

    def tighten(self, streams: Sequence[str]) -> None:
        """Rights were taken in these streams: what any node remembers of them holds no more."""
        for stream in streams:
            self.on_tightened(stream)
            self.tell(CONTROL, Envelope(stream=stream, seq=0, payload=b"", about=TIGHTENED))

    def followed(self) -> None:
        """Other nodes are to read anew who is told of what at an address of its own."""
        self.tell(CONTROL, Envelope(stream="", seq=0, payload=b"", about=FOLLOWED))

    def signal(self, stream: str, payload: bytes, sender: str) -> None:
        """Something lossy for all who watch a stream."""
        self.hub.signal(stream, payload, sender)
        envelope = Envelope(stream=stream, seq=0, payload=payload, sender=sender)
        self.tell(stream, envelope)

    def signal_person(self, person: str, payload: bytes) -> None:
        """Something lossy for all connections of a person."""
        self.on_person(person, payload)
        self.tell(CONTROL, Envelope(stream=person, seq=0, payload=payload))

    def tell(self, channel: str, envelope: Envelope) -> None:
        """Something for other nodes alone."""
        if self._bus.reaches(channel):
            self._bus.publish(channel, self._seal.put(channel, codec.pack(envelope)))

    async def listen(self, channel: str) -> None:
        """Hear what is told on a channel of a node's own."""
        await self._bus.subscribe(channel)

    def forget(self, stream: str) -> None:
        """Nobody, on any node, is to replay from memory what was rewritten (P8)."""
        self.gate.forget(stream)
        self.tell(CONTROL, Envelope(stream=stream, seq=0, payload=b"", about=FORGET))

    @property
    def bus(self) -> Counters:
        """How the bus fares."""
        return self._bus.counters

    def _doubted(self) -> None:
        # That something was rewritten may be what was lost.
        self.gate.forget_all()
        self._doubt.set()
        self.on_doubt()

    async def repair_now(self) -> None:
        """Compare all heads once."""
        await self.gate.compare_heads()

    def _receive(self, channel: str, data: bytes) -> None:
        opened = self._seal.open(channel, data)
        if opened is None:
            self.forged += 1
            if self.forged == 1:
                log.warning("bus_forged", channel=channel)
            return
        try:
            envelope = codec.unpack(opened)
        except msgspec.DecodeError as error:
            log.warning("bus_garbage", channel=channel, error=error)
            return
        if envelope.about:
            self._told(envelope)
        elif channel == CONTROL:
            if envelope.ends:
                self._end(envelope)
            else:
                self.on_person(envelope.stream, envelope.payload)
        elif envelope.seq:
            self.gate.take(envelope)
        else:
            self.hub.signal(envelope.stream, envelope.payload, envelope.sender)

    def _told(self, envelope: Envelope) -> None:
        if envelope.about == FORGET:
            self.gate.forget(envelope.stream)
        elif envelope.about == COMMUNITY_CHANGED:
            self.on_community()
        elif envelope.about == TIGHTENED:
            self.on_tightened(envelope.stream)
        elif envelope.about == FOLLOWED:
            self.on_followed()
        else:
            self.on_node(envelope)

    def _end(self, envelope: Envelope) -> None:
        session, _, how = envelope.ends.partition(" ")
        self.on_end(envelope.stream, session, how)

    def _idle(self, stream: str) -> None:
        self.gate.close(stream)
        self._bus.unsubscribe(stream)
        self.on_idle(stream)

    async def events_after(
        self, stream: str, after: int, upto: int | None = None
    ) -> list[Envelope]:
        """Events of a stream from SQL."""
        found = await self._database.ask(streams.events_after, stream, after, upto)
        return [codec.envelope(event) for event in found]

    async def _heads(self, names: Sequence[str]) -> dict[str, int]:
        return await self._database.ask(streams.heads, names)

    async def _repair(self) -> None:
        while True:
            try:
                async with asyncio.timeout(REPAIR_EVERY):
                    await self._doubt.wait()
            except TimeoutError:
                pass
            self._doubt.clear()
            try:
                await self.gate.compare_heads()
            except Exception as error:  # noqa: BLE001 - logged; the next round tries again
                log.warning("repair_failed", error=error)
