"""A small community in a real database, driven command by command without a server.

`World.do(person, command)` carries a command out as the writer would, and returns its outcome.
Time is passed in and moves a second a command.
"""

from __future__ import annotations

import zlib
from functools import partial
from typing import Any

from accounts.people import arriving, newcomer, settings
from chat.verbs import READERS, VERBS
from protocol.commands import Command, JoinRoom, OpenRoom, PostMessage, Query
from protocol.ids import COMMUNITY, new_id
from rooms.model import Actor, CommunityFacts, Decision, NewStream
from storage.accounts.facts import SqlAccountFacts
from storage.clock import OPTION
from storage.database import Database
from storage.transaction import Job, Locks, Once, Outcome
from storage.writer import carry_out_now

START = 1_790_000_000_000_000
SCOPES = frozenset({"read", "write", "admin", "account"})


def actor(person: str) -> Actor:
    """Somebody with every scope."""
    return Actor(person, "s_test", SCOPES)


def job(person: str, command: Command) -> Job:
    """A command as dispatch would hand it to the writer."""
    verb, who = VERBS[type(command)], actor(person)
    once = None
    if command.client_id:
        once = Once(person, command.client_id, f"{zlib.crc32(repr(command).encode()):08x}")
    return Job(
        actor=person,
        locks=lambda facts: verb.locks(facts, who, command),
        act=lambda facts: verb.action(facts, who, command),
        once=once,
    )


class World:
    """People and rooms."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = START
        for engine in (database.reading, database.writing):
            engine.update_execution_options(**{OPTION: lambda: self.now})
        community = CommunityFacts(
            name="Ateneo",
            language="en",
            time_zone="Europe/Madrid",
            minors=False,
            who_opens_rooms="everyone",
            direct_rooms="everyone",
            sign_up="invitation",
        )
        begin = Decision(streams=[NewStream(COMMUNITY, "community")], events=[settings(community)])
        self._decide(lambda _: begin)

    def _decide(self, act: Any, *write: str) -> Outcome:
        self.now += 1_000_000
        work = Job(actor="system", locks=lambda _: Locks(write, ()), act=act)
        return carry_out_now(self.database, [work], self.now)[0]

    def person(self, name: str, role: str = "member") -> str:
        """A new person; their id."""
        found: list[str] = []

        def act(facts: Any) -> Decision:
            who = newcomer(SqlAccountFacts.of(facts), name.lower(), name, role)  # type: ignore[arg-type]
            found.append(who.id)
            return arriving(who)

        self._decide(act, COMMUNITY)
        return found[0]

    def room(self, owner: str, *others: str, name: str = "Reading room", **settings: Any) -> str:
        """A room, opened by `owner` and joined by `others`; its id."""
        room: str = self.do(owner, OpenRoom(name=name, **settings)).result["room"]
        for person in others:
            self.do(person, JoinRoom(room=room))
        return room

    def post(self, person: str, room: str, body: str = "Hello", **more: Any) -> str:
        """A message; its id."""
        message: str = self.do(person, PostMessage(room=room, body=body, **more)).result["message"]
        return message

    def do(self, person: str, command: Command) -> Outcome:
        """Carry a command out; raises its `Refusal`."""
        self.now += 1_000_000
        return carry_out_now(self.database, [job(person, command)], self.now)[0]

    def ask(self, person: str, query: Query) -> Any:
        """Answer a query."""
        with self.database.read() as connection:
            return partial(READERS[type(query)], connection)(person, query)


def client_id() -> str:
    """A fresh one."""
    return new_id("x")
