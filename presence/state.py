"""Who is online, by the pings of their connections. Pure: the clock is passed in.

A person is `online` while any of their connections was active lately, `idle` while some are
connected but none is active, and `offline` otherwise. Times are seconds of any steady clock.
"""

from __future__ import annotations

from typing import Literal

from protocol import limits

State = Literal["online", "idle", "offline"]


class Presence:
    """People and their connections on one node."""

    def __init__(self, offline_after: float = limits.PRESENCE_OFFLINE) -> None:
        self._offline_after = offline_after
        self._people: dict[str, dict[str, tuple[float, bool]]] = {}

    def state(self, person: str) -> State:
        """How a person is now."""
        connections = self._people.get(person)
        if not connections:
            return "offline"
        return "online" if any(active for _, active in connections.values()) else "idle"

    def ping(self, person: str, connection: str, *, active: bool, now: float) -> bool:
        """A connection is there; True when the person's state changed by it."""
        before = self.state(person)
        self._people.setdefault(person, {})[connection] = (now, active)
        return self.state(person) != before

    def gone(self, person: str, connection: str) -> bool:
        """A connection closed; True when the person's state changed by it."""
        connections = self._people.get(person)
        if connections is None:
            return False
        before = self.state(person)
        connections.pop(connection, None)
        if not connections:
            del self._people[person]
        return self.state(person) != before

    def expire(self, now: float) -> set[str]:
        """Forget connections that were silent too long; the people whose state changed."""
        changed = set()
        for person in list(self._people):
            connections = self._people[person]
            silent = [c for c, (at, _) in connections.items() if now - at >= self._offline_after]
            for connection in silent:
                if self.gone(person, connection):
                    changed.add(person)
        return changed
