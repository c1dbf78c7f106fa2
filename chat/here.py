"""Who is here, as rooms are told: changes gathered for a second, a count and the people who
changed.

A person is in a room's list while one of their connections, on any node, watches the room's stream.
Presence itself is `presence.state`, and of other nodes `presence.others`; this file turns both into
signals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from chat import codec
from chat.neighbours import Neighbours
from presence.others import People, merged
from presence.state import Presence, State
from protocol import limits
from protocol.frames import PresenceFrame

if TYPE_CHECKING:
    from chat.connection import Connection
    from chat.fanout import Fanout

GATHER = 1.0
"""Seconds in which changes of presence are gathered, at rest."""


class Here:
    """Presence in the streams that connections of this node watch."""

    def __init__(self, node: str, fanout: Fanout, clock: Callable[[], float]) -> None:
        self.presence = Presence()
        self.neighbours = Neighbours(node, fanout, clock, self.local, self._elsewhere)
        self._hub = fanout.hub
        self._clock = clock
        self._changed: dict[str, set[str]] = {}
        self._moved: dict[str, set[str]] = {}
        """Of the changes, those of this node's people: other nodes are told."""
        self._lists: dict[str, bytes] = {}
        """Who is there, as told since the last changes were."""
        self._timer: asyncio.TimerHandle | None = None
        self._connections: dict[str, set[Connection]] = {}

    def arrived(self, connection: Connection) -> None:
        """A connection is there, and active."""
        self._connections.setdefault(connection.person, set()).add(connection)
        self.ping(connection, active=True)

    def ping(self, connection: Connection, *, active: bool) -> None:
        """A connection says whether its person touched the device lately."""
        now = self._clock()
        if self.presence.ping(connection.person, connection.id, active=active, now=now):
            self._tell(connection.person)

    def left(self, connection: Connection) -> None:
        """A connection is gone."""
        mine = self._connections.get(connection.person)
        if mine is None:
            return
        mine.discard(connection)
        if not mine:
            del self._connections[connection.person]
        if self.presence.gone(connection.person, connection.id):
            self._tell(connection.person)

    def moved(self, connection: Connection, stream: str) -> None:
        """A connection began or ceased to watch a stream."""
        if not stream.startswith("r_"):
            return
        if stream in connection.streams:
            self.neighbours.watched(stream)
        self._moved.setdefault(stream, set()).add(connection.person)
        self._elsewhere(stream, (connection.person,))

    def expire(self) -> None:
        """Forget the silent; called now and then."""
        for person in self.presence.expire(self._clock()):
            self._tell(person)

    def local(self, stream: str) -> People:
        """Who is in a stream on this node."""
        return self.presence.present(self._hub.people(stream))

    async def online(self, stream: str) -> dict[str, Any]:
        """Who is in a stream now on any node, at most `PRESENCE_LISTED`."""
        return _listed(merged((self.local(stream), await self.neighbours.people(stream))))

    def show(self, connection: Connection, streams: Iterable[str]) -> None:
        """Tell a connection who is in the rooms it now watches in full."""
        for stream in streams:
            if stream.startswith("r_") and connection.streams.get(stream):
                connection.send_bytes([self._list(stream)])

    def close(self) -> None:
        """Cancel what is scheduled."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _list(self, stream: str) -> bytes:
        """The frame that says who is in a stream.

        In a busy process the same for everybody who comes before the next changes are told: what
        it does not say yet is among them.
        """
        kept = self._lists.get(stream)
        if kept is None or not self._hub.pace.busy():
            people = self._present(stream)
            frame = PresenceFrame(stream=stream, online=len(people), people=_listed(people))
            kept = self._lists[stream] = codec.encode(frame)
        return kept

    def _present(self, stream: str) -> People:
        return self._with_others(stream, self.local(stream))

    def _with_others(self, stream: str, local: People) -> People:
        elsewhere = self.neighbours.others.people(stream)
        return merged((local, elsewhere)) if elsewhere else local

    def _tell(self, person: str) -> None:
        for connection in self._connections.get(person, ()):
            for stream in connection.streams:
                self.moved(connection, stream)

    def _elsewhere(self, stream: str, people: Iterable[str]) -> None:
        self._changed.setdefault(stream, set()).update(people)
        if self._timer is None:
            wait = self._hub.pace.slower(GATHER)
            self._timer = asyncio.get_running_loop().call_later(wait, self._flush)

    def _flush(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, {}
        moved, self._moved = self._moved, {}
        self._lists.clear()
        for stream, people in changed.items():
            local = self.local(stream)
            self.neighbours.moved(stream, _of(moved.get(stream, ()), local))
            if not self._hub.watched(stream):
                continue
            present = self._with_others(stream, local)
            states = _of(sorted(people)[: limits.PRESENCE_LISTED], present)
            frame = PresenceFrame(stream=stream, online=len(present), people=states)
            self._hub.signal(stream, codec.encode(frame))


def _listed(people: People) -> dict[str, Any]:
    if len(people) <= limits.PRESENCE_LISTED:
        return people
    return dict(islice(people.items(), limits.PRESENCE_LISTED))


def _of(people: Iterable[str], present: People) -> dict[str, State]:
    return {person: present.get(person, "offline") for person in people}
