"""Races of two nodes on one database: whoever wins, what holds alone holds together."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from accounts.model import Newcomer
from protocol import accounts as wire
from protocol.commands import (
    AddReaction,
    ChangeCommunity,
    DeleteMessage,
    EditMessage,
    GetHistory,
    GetMessage,
    GetRoom,
    InviteToRoom,
    JoinRoom,
    LeaveRoom,
    OpenDirectRoom,
    PostMessage,
    RemoveMember,
    SetRole,
    SetRoomRole,
)
from rooms.errors import Refusal
from rooms.model import Actor
from storage import streams
from storage.accounts import jobs
from storage.database import Database
from storage.writer import carry_out_now
from tests.contract.writer_kit import Writing, done, post, writing
from tests.world import World

ROUNDS = 12


@contextlib.asynccontextmanager
async def nodes(world: World) -> AsyncIterator[tuple[Writing, Writing]]:
    """Two writers, each with connections of its own."""
    second = Database(world.database.url.render_as_string(hide_password=False))
    other = World.__new__(World)
    other.database, other.now = second, world.now
    try:
        async with writing(world) as one, writing(other) as two:
            yield one, two
    finally:
        second.close()


def codes(outcomes: list[Any]) -> list[str]:
    """`ok`, or the code of the refusal."""
    assert all(not isinstance(o, Exception) or isinstance(o, Refusal) for o in outcomes), outcomes
    return [o.code if isinstance(o, Refusal) else "ok" for o in outcomes]


def check_dense(world: World, stream: str) -> list[Any]:
    """A stream's events, which are numbered without a hole."""
    with world.database.read() as connection:
        found = list(streams.events_after(connection, stream, 0, most=10_000))
    assert [e.seq for e in found] == list(range(1, len(found) + 1))
    return found


@pytest.mark.promise_p8
async def test_an_edit_racing_a_deletion(world: World) -> None:
    """Whichever comes first: in the end the message is deleted and no text of it is left."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    messages = [world.post(ben, room, f"canary {n}") for n in range(ROUNDS)]
    seen = set()
    async with nodes(world) as (one, two):
        for n, message in enumerate(messages):
            edit = EditMessage(message=message, body=f"canary again {n}")
            delete = DeleteMessage(message=message)
            first, last = (one, two) if n % 2 else (two, one)
            outcomes = await done(first.do(ben, edit), last.do(ana, delete))
            edited, deleted = codes(outcomes)
            assert deleted == "ok"
            assert edited in ("ok", "already_deleted")
            seen.add(edited)
            [stub] = world.ask(ana, GetMessage(message=message)).messages
            assert (stub.body, stub.deleted_by) == (None, "facilitator")
    events = [*check_dense(world, room), *check_dense(world, "f" + room)]
    assert "canary" not in "".join(e.data for e in events)
    with world.database.read() as connection:
        for table in ("message", "event", "version", "command_once"):
            assert "canary" not in str(connection.execute(text(f"SELECT * FROM {table}")).all())


async def test_of_two_edits_of_one_text_one_wins(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    async with nodes(world) as (one, two):
        for n in range(ROUNDS):
            message = world.post(ana, room, f"text {n}")
            [seen] = world.ask(ana, GetMessage(message=message)).messages
            bodies = ["mine", "yours"]
            edits = [EditMessage(message=message, body=b, rev=seen.rev) for b in bodies]
            outcomes = codes(await done(one.do(ana, edits[0]), two.do(ana, edits[1])))
            assert sorted(outcomes) == ["conflict", "ok"]
            [now] = world.ask(ana, GetMessage(message=message)).messages
            assert now.body == bodies[outcomes.index("ok")]


@pytest.mark.promise_p3
async def test_twins_on_two_nodes_are_one_command(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    async with nodes(world) as (one, two):
        for n in range(ROUNDS):
            twin = post(room, f"once {n}", f"c{n}")
            first, second = await done(one.do(ana, twin), two.do(ana, twin))
            assert (first.seq, first.result) == (second.seq, second.result)
            assert sorted([first.duplicate, second.duplicate]) == [False, True]
            other = post(room, "something else", f"c{n}")
            assert codes(await done(two.do(ana, other))) == ["client_id_reused"]
    assert world.ask(ana, GetRoom(room=room)).head_no == ROUNDS


@pytest.mark.promise_p2
async def test_two_nodes_number_one_room_without_a_hole(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    root = world.post(ana, room, "root")
    async with nodes(world) as (one, two):
        futures = []
        for n in range(40):
            futures += [one.do(ana, post(room, f"a{n}")), two.do(ben, post(room, f"b{n}"))]
            reply = PostMessage(room=room, body=f"r{n}", thread=root)
            futures += [
                one.do(ana, reply),
                two.do(ben, AddReaction(message=root, emoji=f"e{n % 9}")),
            ]
        outcomes = await done(*futures)
    assert set(codes(outcomes)) == {"ok"}
    events = check_dense(world, room)
    main = [e for e in events if e.kind == "message.posted" and "thread" not in json.loads(e.data)]
    replies = [e for e in events if e.kind == "message.posted" and "thread" in json.loads(e.data)]
    assert [e.no for e in main] == list(range(1, 82))
    assert [e.no for e in replies] == list(range(1, 41))
    assert all(a.at < b.at for a, b in itertools.pairwise(events))
    for who, start in ((ana, "a"), (ben, "b")):
        said = [json.loads(e.data)["body"] for e in main if e.actor == who]
        assert [b for b in said if b[0] == start] == [f"{start}{n}" for n in range(40)]


@pytest.mark.attack
async def test_an_invitation_lets_in_exactly_as_many_as_it_says(world: World) -> None:
    olga = world.person("Olga", "owner")
    room = world.room(olga)
    who = Actor(olga, "s_test", frozenset({"admin"}))
    terms = wire.CreateInvitation(room=room, uses=7)
    carry_out_now(world.database, [jobs.create_invitation(who, terms, "code")], world.now)

    def sign_up(n: int) -> Any:
        command = wire.SignUp(invitation="code", username=f"guest{n}", name="G", password="x" * 8)
        return jobs.sign_up_person(command, Newcomer(secret_hash=f"h{n}", password_hash="hash"))

    async with nodes(world) as (one, two):
        both = [node.writer.submit(sign_up(n)) for n in range(30) for node in [(one, two)[n % 2]]]
        outcomes = codes(await done(*both))
    assert sorted(outcomes) == ["invitation_invalid"] * 23 + ["ok"] * 7
    snapshot = world.ask(olga, GetRoom(room=room))
    assert (snapshot.room.member_count, len(snapshot.members)) == (8, 8)
    with world.database.read() as connection:
        assert connection.execute(text("SELECT uses FROM invitation")).scalar_one() == 7


async def test_one_direct_room_however_many_open_it_at_once(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    async with nodes(world) as (one, two):
        futures = [
            node.do(mine, OpenDirectRoom(people=[yours]))
            for node, mine, yours in [(one, ana, ben), (two, ben, ana)] * 5
        ]
        outcomes = await done(*futures)
    assert len({o.result["room"] for o in outcomes}) == 1
    assert sum(o.result["created"] for o in outcomes) == 1


async def test_two_facilitators_who_leave_at_once_do_not_leave_a_room_alone(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    async with nodes(world) as (one, two):
        for n in range(ROUNDS):
            room = world.room(ana, ben, name=f"Room {n}")
            world.do(ana, SetRoomRole(room=room, person=ben, role="facilitator"))
            leave = LeaveRoom(room=room)
            outcomes = codes(await done(one.do(ana, leave), two.do(ben, leave)))
            assert sorted(outcomes) == ["last_facilitator", "ok"]


async def test_two_owners_who_dismiss_each_other_leave_an_owner(world: World) -> None:
    ana, ben = world.person("Ana", "owner"), world.person("Ben", "owner")
    async with nodes(world) as (one, two):
        outcomes = await done(
            one.do(ana, SetRole(person=ben, role="member")),
            two.do(ben, SetRole(person=ana, role="member")),
        )
    assert sorted(codes(outcomes)) == ["not_allowed", "ok"]


@pytest.mark.promise_p5
async def test_nothing_of_a_removed_member_enters_through_another_node(world: World) -> None:
    """What was acknowledged after the removal's answer would break the promise."""
    ana, ben = world.person("Ana"), world.person("Ben")
    async with nodes(world) as (one, two):
        for n in range(ROUNDS):
            room = world.room(ana, ben, name=f"Room {n}")
            await done(two.do(ben, post(room, "a standing is remembered")))
            before = [two.do(ben, post(room, f"during {i}")) for i in range(5)]
            await done(one.do(ana, RemoveMember(room=room, person=ben)))
            after = codes(await done(two.do(ben, post(room, "after"))))
            assert after == ["not_a_member"]
            await done(*before)
            events = check_dense(world, room)
            kinds = [(e.kind, e.actor) for e in events]
            gone = kinds.index(("member.left", ana))
            assert ("message.posted", ben) not in kinds[gone:]


async def test_joining_and_being_invited_at_once_is_one_membership(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    async with nodes(world) as (one, two):
        for n in range(ROUNDS):
            room = world.room(ana, name=f"Room {n}")
            outcomes = await done(
                one.do(ana, InviteToRoom(room=room, people=[ben], role="observer")),
                two.do(ben, JoinRoom(room=room)),
                one.do(ben, JoinRoom(room=room)),
            )
            assert set(codes(outcomes)) == {"ok"}
            snapshot = world.ask(ana, GetRoom(room=room))
            assert snapshot.room.member_count == len(snapshot.members) == 2


async def test_reading_goes_on_while_others_write(world: World) -> None:
    """A page is one moment: what it says of a room is true together."""
    ana = world.person("Ana")
    room = world.room(ana)
    async with nodes(world) as (one, two):
        futures = [node.do(ana, post(room, str(n))) for n in range(60) for node in (one, two)]
        while not all(f.done() for f in futures):
            found = await world.database.ask(_head_and_page, ana, room)
            assert found[0] == found[1]
            await asyncio.sleep(0)
        await done(*futures)
    assert [m.no for m in world.ask(ana, GetHistory(room=room, limit=100)).messages][-1] == 120


def _head_and_page(connection: Any, person: str, room: str) -> tuple[int, int]:
    from storage.queries.rooms import snapshot

    found = snapshot(connection, person, GetRoom(room=room, limit=100))
    return found.head_no, found.page.messages[-1].no if found.page.messages else 0


@pytest.mark.promise_p5
async def test_a_deleted_facilitator_guides_nobody_any_more(world: World) -> None:
    """A right that rests on somebody's place in another room ends in the step that takes it."""
    olga, eva = world.person("Olga", "owner"), world.person("Eva")
    ana, ben = world.person("Ana"), world.person("Ben")
    hall = world.room(eva, name="Hall")
    direct = world.do(eva, OpenDirectRoom(people=[ana, ben])).result["room"]
    world.do(olga, ChangeCommunity(direct_rooms="with_facilitators"))
    with world.database.writing.begin() as connection:
        closed = text("UPDATE person SET status = 'deleted' WHERE id = :id")
        connection.execute(closed, {"id": eva})
    async with writing(world) as w:
        # An interrupted deletion: she has left the direct room, but not yet the hall.
        await done(w.writer.submit(jobs.leave_rooms(eva, [direct])))
        assert codes(await done(w.do(ana, post(direct, "remembered")))) == ["ok"]
        await done(w.writer.submit(jobs.leave_rooms(eva, [hall])))
        assert codes(await done(w.do(ana, post(direct, "alone")))) == ["direct_not_allowed"]
