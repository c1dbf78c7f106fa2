"""Subscribing and resuming: authorise, open, replay, attach, without a hole and without a
double.

The right to watch is read after the stream's gate is open. Then what was missed comes from the
ring, or from SQL with the rest from the ring; the last step, replay and attach, is one
synchronous stretch at the gate's position. An event that took the right away in between is found
in that rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chat.envelope import Envelope
from protocol import limits
from protocol.commands import CursorIn
from protocol.frames import StreamState, StreamSummary, Summary
from rooms.errors import Refusal
from storage.queries.watching import Watch, watch

if TYPE_CHECKING:
    from chat.connection import Connection
    from chat.fanout import Fanout
    from chat.here import Here
    from storage.database import Database

ROUNDS = 8
"""Attempts at a stream that closes or outruns the ring in between."""


class Subscribing:
    """Serves `subscribe`."""

    def __init__(self, database: Database, fanout: Fanout, here: Here) -> None:
        self._database = database
        self._fanout = fanout
        self._here = here

    async def subscribe(self, connection: Connection, cursors: list[CursorIn]) -> list[StreamState]:
        """Watch streams; missed events are sent before this returns."""
        modes = {cursor.stream: cursor for cursor in cursors}
        if len(modes) != len(cursors):
            raise Refusal("invalid", field="cursors", problem="name each stream once")
        total = len(modes.keys() | connection.streams.keys())
        if total > limits.CURSORS:
            raise Refusal("too_many", what="streams", max=limits.CURSORS, actual=total)
        states = []
        try:
            watches = await self._authorise(connection, cursors)
            for found in watches:
                cursor = modes[found.stream]
                connection.hold()
                state = self._at_once(connection, cursor, found)
                if state is None:
                    connection.let_out()
                    state = await self._one(connection, cursor, found)
                states.append(state)
                if not connection.able():
                    break
        finally:
            # Refused, too slow, or gone meanwhile: what was opened must not stay open for nobody.
            self._fanout.close_unwatched(modes)
        connection.hold()
        self._summarise(connection, watches)
        self._here.show(connection, [s.stream for s in states if s.state == "current"])
        return states

    async def _authorise(self, connection: Connection, cursors: list[CursorIn]) -> list[Watch]:
        """The right to watch, read while all the streams' gates are open."""
        for _ in range(ROUNDS):
            watches = await self._database.ask(
                watch, connection.person, cursors, limits.CATCH_UP_EVENTS
            )
            closed = [
                w.stream
                for w in watches
                if not w.refused and not w.reset and not self._fanout.gate.is_open(w.stream)
            ]
            if not closed:
                return watches
            await self._fanout.open(*closed)
        raise Refusal("busy", retry_after=1.0)

    async def _one(self, connection: Connection, cursor: CursorIn, found: Watch) -> StreamState:
        for _ in range(ROUNDS):
            missed = await self._missed(found, cursor.mode == "full")
            if missed is not None:
                return self._attach(connection, cursor, found, *missed)
            # What came since the right was read is not in memory any more: read the right anew.
            [found] = await self._authorise(connection, [cursor])
            if state := self._at_once(connection, cursor, found):
                return state
        raise Refusal("busy", retry_after=1.0)

    def _at_once(
        self, connection: Connection, cursor: CursorIn, found: Watch
    ) -> StreamState | None:
        """The answer where nothing has to be waited for: mostly, and always without the right."""
        if found.refused:
            return StreamState(stream=found.stream, state="refused", why=found.refused)
        if found.reset:
            return StreamState(
                stream=found.stream, state="reset", why=found.reset, epoch=found.epoch,
                seq=found.head,
            )  # fmt: skip
        at_hand = self._at_hand(found, cursor.mode == "full", found.after)
        return at_hand and self._attach(connection, cursor, found, *at_hand)

    def _at_hand(
        self, found: Watch, full: bool, after: int | None
    ) -> tuple[list[Envelope], list[Envelope]] | None:
        """What `_missed` gives, if memory has all of it."""
        gate, stream = self._fanout.gate, found.stream
        if not gate.is_open(stream) or gate.position(stream) < found.head:
            return None
        rest = gate.since(stream, found.head)
        if rest is None:
            return None
        tail = gate.since(stream, after) if full and after is not None else []
        return None if tail is None else (tail, rest)

    def _attach(
        self,
        connection: Connection,
        cursor: CursorIn,
        found: Watch,
        missed: list[Envelope],
        rest: list[Envelope],
    ) -> StreamState:
        """Replay and watch, in one stretch at the gate's position: nothing is awaited here."""
        stream, full = found.stream, cursor.mode == "full"
        why = None
        if not connection.able():
            why = "busy"
        elif _revoked(connection.person, found, rest):
            why = "not_found"
        elif found.under and found.under not in connection.streams:
            # What takes the right away comes there, and would not be heard.
            why = "watch_room_first"
        else:
            connection.send_bytes([e.payload for e in missed])
            why = None if connection.able() else "busy"
        if why is not None:
            return StreamState(stream=stream, state="refused", why=why)
        connection.streams[stream] = full
        if found.under:
            connection.under[stream] = found.under
        seq = self._fanout.gate.position(stream)
        self._fanout.hub.attach(connection, stream, full=full, visitor=found.visitor)
        self._here.moved(connection, stream)
        return StreamState(stream=stream, state="current", epoch=found.epoch, seq=seq)

    async def _missed(
        self, found: Watch, full: bool
    ) -> tuple[list[Envelope], list[Envelope]] | None:
        """Events to replay, and those the ring has of after the right was read; None if it has
        them no more.

        Returns without waiting after the last look at the gate.
        """
        gate, stream = self._fanout.gate, found.stream
        loaded: list[Envelope] = []
        for _ in range(ROUNDS):
            if not gate.is_open(stream):
                await self._fanout.open(stream)
            if not gate.is_open(stream):
                continue
            if gate.position(stream) < found.head:
                # The right to watch was read at `head`. An event before it that took the right
                # away, and was lost by the bus, must not end what was granted since.
                await gate.reach(stream, found.head)
                continue
            after = loaded[-1].seq if loaded else found.after
            if at_hand := self._at_hand(found, full, after):
                tail, rest = at_hand
                return [*loaded, *tail], rest
            if after is None or gate.since(stream, found.head) is None:
                return None
            loaded += await gate.past(stream, after)
        raise Refusal("busy", retry_after=1.0)

    def _summarise(self, connection: Connection, watches: list[Watch]) -> None:
        """Heads of background streams that moved while the client was away."""
        moved = [
            StreamSummary(stream=w.stream, seq=w.head, no=w.head_no)
            for w in watches
            if connection.streams.get(w.stream) is False
            and w.after is not None
            and w.head > w.after
        ]
        if moved:
            connection.send(Summary(streams=moved))


def _revoked(person: str, found: Watch, rest: list[Envelope]) -> bool:
    for envelope in rest:
        visiting = found.visitor and "visitors" in envelope.revokes
        if envelope.seq > found.head and (visiting or person in envelope.revokes):
            return True
    return False
