"""Who is here, as rooms are told: changes gathered for a second, a count and the people who
changed.

A person is in a room's list while one of their connections watches the room's stream. Presence
itself is `presence.state`; this file turns it into signals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from chat import codec
from presence.state import Presence
from protocol import limits
from protocol.frames import PresenceFrame

if TYPE_CHECKING:
    from chat.connection import Connection
    from chat.hub import Hub

GATHER = 1.0
"""Seconds in which changes of presence are gathered."""


class Here:
    """Presence of this node's connections in the streams they watch."""

    def __init__(self, hub: Hub, clock: Callable[[], float]) -> None:
        self.presence = Presence()
        self._hub = hub
        self._clock = clock
        self._changed: dict[str, set[str]] = {}
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
        if stream.startswith("r_"):
            self._changed.setdefault(stream, set()).add(connection.person)
            self._soon()

    def expire(self) -> None:
        """Forget the silent; called now and then."""
        for person in self.presence.expire(self._clock()):
            self._tell(person)

    def online(self, stream: str) -> dict[str, Any]:
        """Who is in a stream now, at most `PRESENCE_LISTED`."""
        listed: dict[str, Any] = {}
        for person in self._hub.people(stream):
            state = self.presence.state(person)
            if state != "offline":
                listed[person] = state
                if len(listed) >= limits.PRESENCE_LISTED:
                    break
        return listed

    def show(self, connection: Connection, streams: Iterable[str]) -> None:
        """Tell a connection who is in the rooms it now watches in full."""
        for stream in streams:
            if stream.startswith("r_") and connection.streams.get(stream):
                count = len(self._hub.people(stream))
                connection.send(
                    PresenceFrame(stream=stream, online=count, people=self.online(stream))
                )

    def close(self) -> None:
        """Cancel what is scheduled."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _tell(self, person: str) -> None:
        for connection in self._connections.get(person, ()):
            for stream in connection.streams:
                self.moved(connection, stream)

    def _soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHER, self._flush)

    def _flush(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, {}
        for stream, people in changed.items():
            if not self._hub.watched(stream):
                continue
            present = self._hub.people(stream)
            states = {
                person: self.presence.state(person) if person in present else "offline"
                for person in sorted(people)[: limits.PRESENCE_LISTED]
            }
            frame = PresenceFrame(stream=stream, online=len(present), people=states)
            self._hub.signal(stream, codec.encode(frame))
