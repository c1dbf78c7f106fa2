"""What was read before, believed only while the version it was read at still holds."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

from rooms.model import CommunityFacts, PersonFacts, RoomFacts, Standing
from rooms.moderation import Moderator

T = TypeVar("T")


class Remembered(Generic[T]):
    """Values by key, each with the version it was read at; emptied when there are too many."""

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._known: dict[Hashable, tuple[Hashable, T]] = {}

    def get(self, key: Hashable, version: Hashable) -> T | None:
        """The value, if it was read at this version."""
        found = self._known.get(key)
        return found[1] if found and found[0] == version else None

    def last(self, key: Hashable) -> T | None:
        """The value, whatever version it was read at: a hint."""
        found = self._known.get(key)
        return found[1] if found else None

    def put(self, key: Hashable, version: Hashable, value: T) -> None:
        """Remember a value."""
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[key] = (version, value)


class StandingCache:
    """What standings are made of, by the `rules_seq` it was read at.

    Only members' standings are kept, since joining does not move `rules_seq`.
    """

    def __init__(self) -> None:
        self.standings: Remembered[Standing] = Remembered()
        self.rooms: Remembered[RoomFacts] = Remembered()
        self.people: Remembered[PersonFacts] = Remembered()
        self.community: Remembered[CommunityFacts] = Remembered()
        self.moderators: Remembered[tuple[Moderator | None]] = Remembered()
