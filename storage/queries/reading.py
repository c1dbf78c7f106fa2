"""One reading transaction and the facts in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from rooms import policy
from rooms.actions.acting import check_active
from rooms.model import PersonFacts, Standing
from storage.clock import binding_now
from storage.facts import SqlFacts, StandingCache
from storage.streams import StreamState
from storage.tables import SANCTION

T = TypeVar("T")


class Reading:
    """What `SqlFacts` needs, on a connection that only reads."""

    def __init__(self, connection: Connection, person: str) -> None:
        self.connection = self.rules_connection = connection
        self.now = 0
        self._clock: int | None = None
        self.streams: dict[str, StreamState] = {}
        self.unsettled: set[str] = set()
        self.person = person
        self.facts = SqlFacts(self, StandingCache())

    def clock(self) -> int:
        """The time that ends are compared with, read once."""
        if self._clock is None:
            self._clock = binding_now(self.connection)
        return self._clock

    def room(self, room: str, verb: str = "read") -> Standing:
        """The reader's standing, if they may; raises `Refusal`."""
        return policy.check(self.facts.standing(room, self.person), verb)

    def bans(self) -> dict[str, int]:
        """Rooms in which the reader is banned, with the ends of it."""
        query = select(SANCTION.c.room_id, SANCTION.c.ends_at).where(
            SANCTION.c.person_id == self.person,
            SANCTION.c.kind == "ban",
            SANCTION.c.lifted_at.is_(None),
        )
        found: dict[str, int] = {}
        for row in self.connection.execute(query):
            found[row.room_id] = max(row.ends_at, found.get(row.room_id, 0))
        return found

    def in_community(self, verb: str) -> PersonFacts:
        """The reader, if they may; raises `Refusal`."""
        return policy.check_community(self.facts.person(self.person), self.facts.community(), verb)


def for_the_active(function: Callable[..., T]) -> Callable[..., T]:
    """A reading function that asks for no right but that of being here at all."""

    def reading(connection: Connection, person: str, query: Any) -> T:
        check_active(Reading(connection, person).facts.person(person))
        return function(connection, person, query)

    return reading


def name_if_may(connection: Connection, person: str, room: str, verb: str) -> str:
    """The name of somebody who may do `verb` in a room; raises `Refusal`."""
    return Reading(connection, person).room(room, verb).person.name
