"""One reading transaction and the facts in it."""

from __future__ import annotations

from sqlalchemy import Connection

from rooms import policy
from rooms.model import PersonFacts, Standing
from storage.facts import SqlFacts, StandingCache
from storage.streams import StreamState


class Reading:
    """What `SqlFacts` needs, on a connection that only reads."""

    def __init__(self, connection: Connection, person: str) -> None:
        self.connection = self.rules_connection = connection
        self.now = 0
        self.streams: dict[str, StreamState] = {}
        self.unsettled: set[str] = set()
        self.person = person
        self.facts = SqlFacts(self, StandingCache())

    def room(self, room: str, verb: str = "read") -> Standing:
        """The reader's standing, if they may; raises `Refusal`."""
        return policy.check(self.facts.standing(room, self.person), verb)

    def in_community(self, verb: str) -> PersonFacts:
        """The reader, if they may; raises `Refusal`."""
        return policy.check_community(self.facts.person(self.person), self.facts.community(), verb)


def name_if_may(connection: Connection, person: str, room: str, verb: str) -> str:
    """The name of somebody who may do `verb` in a room; raises `Refusal`."""
    return Reading(connection, person).room(room, verb).person.name
