"""The people of a run and their rooms, put into the database itself before anything is started.

By the same rules as every command, and many decided before all is written: that is what takes time
with thousands.
Knows neither servers nor faults.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from accounts.people import arriving, newcomer
from protocol import accounts as wire
from protocol.commands import InviteToRoom, JoinRoom, OpenDirectRoom
from protocol.ids import COMMUNITY
from protocol.limits import INVITED_AT_ONCE
from rooms.facts import Facts
from rooms.model import Decision
from storage.accounts import jobs, secret
from storage.accounts.facts import SqlAccountFacts
from storage.database import Database
from storage.streams import heads
from storage.transaction import Job, Locks
from storage.writer import carry_out_now
from tests.chaos.client import Client
from tests.chaos.door import Door
from tests.chaos.history import History
from tests.chaos.load import Room
from tests.e2e.town import EVERYTHING, Town
from tests.world import job

TOGETHER = 200
"""Jobs in one transaction."""
ROOMS_TO_A_DIRECT_ONE = 4


@dataclass
class Cast:
    """Everybody, and where they talk."""

    head: Client
    """Whoever runs the community; in no room."""
    clients: list[Client]
    """Those who talk."""
    rooms: list[Room]
    began: dict[str, int] = field(default_factory=dict)
    """The heads of the rooms before the run."""

    @property
    def everybody(self) -> list[Client]:
        """Who is connected for the whole run."""
        return [*self.clients, self.head]


def cast(url: str, door: Door, clients: int, rooms: int, history: History) -> Cast:
    """A town; everybody is in two rooms, which the first people look after, one each. Of the
    others, pairs have a direct room besides."""
    database = Database(url)
    town = Town(database)
    ids = _people(town, clients)
    keys = _keys(town, ids)
    people = [
        Client(person, key, door, number, history)
        for number, (person, key) in enumerate(zip(ids, keys, strict=True))
    ]
    owner = town.person("Head", "owner")
    head = Client(owner, town.key(owner), door, clients, history)
    made = [_room(town, number, people[number::rooms] + people[(number + 1) % rooms :: rooms])
            for number in range(rooms)]  # fmt: skip
    free = people[rooms:]
    pairs = min(max(1, rooms // ROOMS_TO_A_DIRECT_ONE), len(free) // 2)
    made += [_direct(town, free[2 * pair], free[2 * pair + 1]) for pair in range(pairs)]
    for room in made:
        for client in room.people:
            client.watch(room.id)
    with database.read() as connection:
        began = heads(connection, [room.id for room in made])
    database.close()
    return Cast(head, people, made, began)


def _together(town: Town, work: list[Job]) -> None:
    """Carry jobs out that do not depend on each other, many in one transaction."""
    for start in range(0, len(work), TOGETHER):
        town.now = max(town.now + 1, time.time_ns() // 1000)
        carry_out_now(town.database, [_merged(work[start : start + TOGETHER])], town.now)


def _merged(work: list[Job]) -> Job:
    """Jobs as one: each is decided as ever, and what they decided is written at once."""

    def locks(facts: Facts) -> Locks:
        asked = [one.locks(facts) for one in work]
        write = {stream for lock in asked for stream in lock.write}
        share = {stream for lock in asked for stream in lock.share}
        return Locks(tuple(sorted(write)), tuple(sorted(share - write)))

    def act(facts: Facts) -> Decision:
        made = Decision()
        for one in work:
            found = one.act(facts)
            actor = found.actor or one.actor
            made.streams += found.streams
            made.events += [replace(event, actor=event.actor or actor) for event in found.events]
            made.records += found.records
            made.tightens += tuple(s for s in found.tightens if s not in made.tightens)
        return made

    return Job("system", locks, act)


def _people(town: Town, count: int) -> list[str]:
    ids: list[str] = []

    def arrival(number: int) -> Job:
        def act(facts: Any) -> Any:
            name = f"P{number + 1}"
            who = newcomer(SqlAccountFacts.of(facts), name.lower(), name, "member")
            ids.append(who.id)
            return arriving(who)

        return Job("system", lambda _: Locks((COMMUNITY,), ()), act)

    _together(town, [arrival(number) for number in range(count)])
    return ids


def _keys(town: Town, people: list[str]) -> list[str]:
    made = [secret.make(secret.TOKEN) for _ in people]
    command = wire.CreateToken(name="test", scopes=list(EVERYTHING))  # type: ignore[arg-type]
    _together(town, [
        jobs.issue_token(person, command, one.hash)
        for person, one in zip(people, made, strict=True)
    ])  # fmt: skip
    return [one.secret for one in made]


def _room(town: Town, number: int, people: list[Client]) -> Room:
    owner, others = people[0], people[1:]
    room = town.room(owner.person, name=f"Room {number}", access="invite")
    for start in range(0, len(others), INVITED_AT_ONCE):
        some = [client.person for client in others[start : start + INVITED_AT_ONCE]]
        invite = job(owner.person, InviteToRoom(room=room, people=some))
        _together(town, [invite])
        _together(town, [job(person, JoinRoom(room=room)) for person in some])
    return Room(room, owner, others)


def _direct(town: Town, one: Client, other: Client) -> Room:
    made = town.do(one.person, OpenDirectRoom(people=[other.person]))
    return Room(made.result["room"], one, [other], direct=True)
