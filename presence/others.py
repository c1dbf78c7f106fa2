"""Who is in which room on other nodes, as those nodes told. Pure: the clock is passed in.

Kept for rooms that somebody watches here, and only while the node that told is heard of. Nothing of
it is stored anywhere: what was lost is told anew, and a node that falls silent takes its people
along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from presence.state import State

DEAD_AFTER = 50.0
"""Seconds of silence after which a node's people are gone; it speaks three times as often."""

People = dict[str, State]


class Others:
    """Rooms by node by person."""

    def __init__(self, dead_after: float = DEAD_AFTER) -> None:
        self._dead_after = dead_after
        self._nodes: dict[str, float] = {}
        self._rooms: dict[str, dict[str, People]] = {}

    @property
    def nodes(self) -> frozenset[str]:
        """Nodes that are heard of."""
        return frozenset(self._nodes)

    def heard(self, node: str, now: float) -> bool:
        """A node spoke; True when it was not known."""
        known = node in self._nodes
        self._nodes[node] = now
        return not known

    def told(self, node: str, room: str, people: Mapping[str, State], *, whole: bool) -> set[str]:
        """What a node says of a room: all its people, or those who changed; the people whose
        state there moved."""
        by_node = self._rooms.setdefault(room, {})
        before = by_node.get(node, {})
        now = {} if whole else dict(before)
        for person, state in people.items():
            if state == "offline":
                now.pop(person, None)
            else:
                now[person] = state
        if now:
            by_node[node] = now
        else:
            by_node.pop(node, None)
            if not by_node:
                del self._rooms[room]
        return {p for p in before.keys() | now.keys() if before.get(p) != now.get(p)}

    def gone(self, node: str) -> dict[str, set[str]]:
        """A node said goodbye; rooms and the people who may have changed."""
        self._nodes.pop(node, None)
        changed = {}
        for room, by_node in list(self._rooms.items()):
            if node in by_node:
                changed[room] = set(by_node[node])
                self.told(node, room, {}, whole=True)
        return changed

    def expire(self, now: float) -> dict[str, set[str]]:
        """Forget nodes that were silent too long; the same answer."""
        changed: dict[str, set[str]] = {}
        for node in [n for n, at in self._nodes.items() if now - at >= self._dead_after]:
            for room, people in self.gone(node).items():
                changed.setdefault(room, set()).update(people)
        return changed

    def forget(self, room: str) -> None:
        """Nobody watches a room here any more."""
        self._rooms.pop(room, None)

    def people(self, room: str) -> People:
        """Everybody in a room on other nodes; online anywhere is online."""
        return merged(self._rooms.get(room, {}).values())


def merged(some: Iterable[Mapping[str, State]]) -> People:
    """One view of several: online anywhere is online."""
    found: People = {}
    for people in some:
        for person, state in people.items():
            if state != "offline" and found.get(person) != "online":
                found[person] = state
    return found
