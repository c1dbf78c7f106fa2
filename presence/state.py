"""Who is online, by the pings of their connections. Pure: the clock is passed in.

A person is `online` while any of their connections was active lately, `idle` while some are
connected but none is active, and `offline` otherwise. Times are seconds of any steady clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from protocol import limits

State = Literal["online", "idle", "offline"]


class Presence:
    """People and their connections on one node."""

    def __init__(self, offline_after: float = limits.PRESENCE_OFFLINE) -> None:
        self._offline_after = offline_after
        self._people: dict[str, dict[str, tuple[float, bool]]] = {}
        self._states: dict[str, State] = {}
        """Of everybody who is not offline."""

    def state(self, person: str) -> State:
        """How a person is now."""
        return self._states.get(person, "offline")

    def present(self, people: Iterable[str]) -> dict[str, State]:
        """Those of these people who are not offline, and how they are."""
        states = self._states
        return {person: states[person] for person in people if person in states}

    def ping(self, person: str, connection: str, *, active: bool, now: float) -> bool:
        """A connection is there; True when the person's state changed by it."""
        self._people.setdefault(person, {})[connection] = (now, active)
        return self._settle(person)

    def gone(self, person: str, connection: str) -> bool:
        """A connection closed; True when the person's state changed by it."""
        connections = self._people.get(person)
        if connections is None:
            return False
        connections.pop(connection, None)
        return self._settle(person)

    def _settle(self, person: str) -> bool:
        """Note how somebody is now; True when that changed."""
        before = self._states.get(person)
        connections = self._people[person]
        if not connections:
            del self._people[person]
            self._states.pop(person, None)
            return before is not None
        active = any(active for _, active in connections.values())
        self._states[person] = after = "online" if active else "idle"
        return after != before

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
