"""Muting and blocking: nobody else learns of it, and a block binds at once, on two nodes too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from protocol import limits
from protocol.commands import (
    AddReaction,
    BlockPerson,
    Command,
    EditMessage,
    GetEvents,
    GetOverview,
    GetRoom,
    LeaveRoom,
    MutePerson,
    MuteRoom,
    OpenDirectRoom,
    PinMessage,
    PostMessage,
)
from rooms.errors import Refusal
from storage.database import Database
from storage.tables import METADATA
from tests.contract.test_writer_races import check_dense, codes, nodes
from tests.contract.writer_kit import done
from tests.world import World

ROUNDS = 30


def direct(world: World, *people: str) -> str:
    room: str = world.do(people[0], OpenDirectRoom(people=list(people[1:]))).result["room"]
    return room


def refused(world: World, person: str, command: Command) -> str:
    with pytest.raises(Refusal) as caught:
        world.do(person, command)
    return caught.value.code


def quiet(world: World, person: str) -> set[tuple[str, str, bool]]:
    return {(q.what, q.id, q.mentions) for q in world.ask(person, GetOverview()).quiet}


@pytest.mark.promise_p5
def test_a_block_closes_the_room_of_the_two(world: World) -> None:
    ana, ben, eva = world.person("Ana"), world.person("Ben"), world.person("Eva", "owner")
    room, group = direct(world, ana, ben), direct(world, ana, ben, eva)
    message = world.post(ben, room, "hello")
    sends: list[Command] = [
        PostMessage(room=room, body="still?"),
        PostMessage(room=room, body="still?", thread=message),
        EditMessage(message=message, body="still!"),
        AddReaction(message=message, emoji="👋"),
        PinMessage(message=message),
        OpenDirectRoom(people=[ana]),
    ]
    for _ in range(2):
        world.do(ana, BlockPerson(person=ben))
        assert {refused(world, ben, one) for one in sends} == {"direct_not_allowed"}
        assert refused(world, ana, PostMessage(room=room, body="x")) == "direct_not_allowed"
        # Others, and rooms of more people, are as before; what was said can be read and taken back.
        world.post(ben, group, "hello all")
        direct(world, ben, eva)
        assert world.ask(ben, GetRoom(room=room)).page.messages[0].body == "hello"
        world.do(ana, BlockPerson(person=ben, blocked=False))
        world.post(ben, room, "again")
        world.post(ana, room, "welcome")
    fresh = world.person("Fay")
    world.do(fresh, BlockPerson(person=ben))
    assert refused(world, ben, OpenDirectRoom(people=[fresh])) == "direct_not_allowed"


@pytest.mark.attack
def test_nobody_else_is_told(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = direct(world, ana, ben)
    heads = [world.ask(ben, GetEvents(stream=s, limit=1)).cursor.seq for s in (ben, room)]
    world.do(ana, BlockPerson(person=ben))
    world.do(ana, MutePerson(person=ben))
    assert heads == [world.ask(ben, GetEvents(stream=s, limit=1)).cursor.seq for s in (ben, room)]
    assert quiet(world, ben) == set()
    assert quiet(world, ana) == {("block", ben, False), ("person", ben, False)}
    with pytest.raises(Refusal, match="not_found"):
        world.ask(ben, GetEvents(stream=ana))


def test_settings_are_events_of_ones_own(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ben, ana)
    for command in (MuteRoom(room=room), MuteRoom(room=room, mentions=True)):
        assert world.do(ana, command).seq
        assert world.do(ana, command).seq is None, "it is so already"
    assert quiet(world, ana) == {("room", room, True)}
    assert world.ask(ana, GetOverview()).rooms[0].room.id == room
    world.do(ana, MutePerson(person=ben))
    assert ben in {p.id for p in world.ask(ana, GetOverview()).people}
    world.do(ana, MutePerson(person=ben, muted=False))
    world.do(ana, LeaveRoom(room=room))
    assert quiet(world, ana) == set()
    assert refused(world, ana, MutePerson(person=ana)) == "invalid"
    assert refused(world, ana, BlockPerson(person="p_nobody")) == "not_found"
    closed = world.room(ben, access="invite")
    assert refused(world, ana, MuteRoom(room=closed)) == "not_found"


def test_mentions_by_muted_people_are_not_counted(world: World) -> None:
    ana, ben, eva = world.person("Ana"), world.person("Ben"), world.person("Eva")
    room = world.room(ana, ben, eva)
    world.do(ana, MutePerson(person=ben))
    for body in (f"<@{ana}>", "<@room>"):
        world.post(ben, room, body)
    assert world.ask(ana, GetOverview()).rooms[0].mentions == 0
    world.post(eva, room, f"<@{ana}>")
    assert world.ask(ana, GetOverview()).rooms[0].mentions == 1
    world.do(ana, MutePerson(person=ben, muted=False))
    assert world.ask(ana, GetOverview()).rooms[0].mentions == 3


def test_how_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "QUIETS", 2)
    ana, *others = (world.person(name) for name in ("Ana", "Ben", "Eva", "Fay"))
    for person in others[:2]:
        world.do(ana, MutePerson(person=person))
    assert refused(world, ana, MutePerson(person=others[2])) == "too_many"
    world.do(ana, MutePerson(person=others[0], muted=False))
    world.do(ana, MutePerson(person=others[2]))


@pytest.fixture
def postgres(fresh_postgres: str) -> Iterator[World]:
    """A community on PostgreSQL."""
    made = Database(fresh_postgres)
    with made.writing.begin() as connection:
        METADATA.create_all(connection)
    yield World(made)
    made.close()


async def _race(world: World, rounds: int) -> set[str]:
    """Blocks on one node, everything that sends on the other, at the same moment."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = direct(world, ana, ben)
    message = world.post(ben, room, "first")
    seen: set[str] = set()
    async with nodes(world) as (one, two):
        for n in range(rounds):
            sends: list[Any] = [
                two.do(ben, PostMessage(room=room, body=f"{n}")),
                two.do(ben, EditMessage(message=message, body=f"{n}")),
                two.do(ben, AddReaction(message=message, emoji=f"{n % 19}")),
            ]
            block = one.do(ana, BlockPerson(person=ben))
            sends += [two.do(ben, PostMessage(room=room, body=f"{n} {m}")) for m in range(n % 5)]
            assert codes(await done(block)) == ["ok"]
            head = len(check_dense(world, room))
            late = two.do(ben, PostMessage(room=room, body="after"))
            found = codes(await done(*sends, late))
            assert found[-1] == "direct_not_allowed"
            assert len(check_dense(world, room)) == head, "something came after the answer"
            seen.update(found)
            assert codes(await done(one.do(ana, BlockPerson(person=ben, blocked=False)))) == ["ok"]
    return seen


@pytest.mark.promise_p5
async def test_a_block_races_what_the_other_sends(postgres: World) -> None:
    assert "direct_not_allowed" in await _race(postgres, ROUNDS)


@pytest.mark.slow
@pytest.mark.promise_p5
async def test_a_block_races_what_the_other_sends_many_times(postgres: World) -> None:
    assert await _race(postgres, 1000) == {"ok", "direct_not_allowed"}


@pytest.mark.promise_p5
async def test_a_block_races_the_opening_of_a_room(postgres: World) -> None:
    """A room that was opened meanwhile is closed as well."""
    world = postgres
    async with nodes(world) as (one, two):
        for n in range(ROUNDS):
            ana, ben = world.person(f"Ana{n}"), world.person(f"Ben{n}")
            opening = two.do(ben, OpenDirectRoom(people=[ana]))
            block = one.do(ana, BlockPerson(person=ben))
            found = codes(await done(block, opening))
            assert found[0] == "ok"
            if found[1] == "ok":
                room = opening.result().result["room"]
                late = await done(two.do(ben, PostMessage(room=room, body="after")))
                assert codes(late) == ["direct_not_allowed"]
