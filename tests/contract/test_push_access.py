"""Telling closed devices: nothing once access has ended, and nothing that must not be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from accounts.model import EndSessions, ForgetAccount
from chat.push import pushing
from protocol.commands import (
    AssignReport,
    Ban,
    BlockPerson,
    ChangeRoom,
    DeleteMessage,
    FollowThread,
    InviteToRoom,
    JoinRoom,
    LeaveRoom,
    MakeReport,
    MarkRead,
    MutePerson,
    MuteRoom,
    NotifyMe,
    NotifyRoom,
    NotifyThread,
    OpenRoom,
    RemoveMember,
    SuspendPerson,
    UseTool,
)
from protocol.parts import Unit
from storage.tables import JOB, PERSON, PUSH_DEVICE, PUSH_MARK
from tests.contract.push_kit import HOUR, Post, direct, say, sessions, shown

ENDS: dict[str, Callable[[Post, str, str, str, str], object]] = {
    "removed": lambda p, owner, ben, room, _: p.do(owner, RemoveMember(room=room, person=ben)),
    "banned": lambda p, owner, ben, room, _: p.do(owner, Ban(room=room, person=ben)),
    "left": lambda p, _, ben, room, __: p.do(ben, LeaveRoom(room=room)),
    "suspended": lambda p, owner, ben, *_: p.do(owner, SuspendPerson(person=ben)),
    "muted room": lambda p, _, ben, room, __: p.do(ben, MuteRoom(room=room)),
    "chose nothing": lambda p, _, ben, room, __: p.do(ben, NotifyRoom(room=room, level="none")),
    "muted author": lambda p, owner, ben, *_: p.do(ben, MutePerson(person=owner)),
    "blocked author": lambda p, owner, ben, *_: p.do(ben, BlockPerson(person=owner)),
    "read": lambda p, _, ben, room, __: p.do(ben, MarkRead(room=room, no=1)),
    "deleted": lambda p, owner, _, __, message: p.do(owner, DeleteMessage(message=message)),
}


@pytest.mark.attack
@pytest.mark.promise_p8
async def test_nothing_is_sent_once_access_has_ended(post: Post) -> None:
    world = post.world
    owner = world.person("Ola", "owner")
    for name, end in ENDS.items():
        ben = world.person("Ben" + name.replace(" ", ""))
        room = world.room(owner, ben)
        await post.phone(ben)
        message = say(post, owner, room, f"a secret, <@{ben}>")
        await post.pushing.flush()
        end(post, owner, ben, room, message)
        assert await post.later() == [], name
    # The same without an end, so that the silence above means something.
    ben = world.person("Ben")
    room = world.room(owner, ben)
    await post.phone(ben)
    say(post, owner, room, f"for you, <@{ben}>")
    assert len(await post.later()) == 1


@pytest.mark.attack
async def test_nothing_is_sent_to_whose_time_is_over(post: Post) -> None:
    """A pass ends by the clock, without any event: the policy is asked right before sending."""
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    await post.phone(ben)
    say(post, ana, room, f"a secret, <@{ben}>")
    with world.database.writing.begin() as connection:
        ends = update(PERSON).where(PERSON.c.id == ben).values(status_until=world.now)
        connection.execute(ends)
    assert await post.later() == []


@pytest.mark.promise_p8
async def test_what_was_deleted_in_a_conversation_is_not_even_hinted_at(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    message = say(post, ana, talk, "a secret")
    post.do(ana, DeleteMessage(message=message))
    assert await post.later() == []


@pytest.mark.attack
@pytest.mark.promise_p7
async def test_nothing_is_sent_to_a_device_that_signed_out(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone, tablet, laptop = [await post.phone(ben) for _ in range(3)]
    say(post, ana, talk)
    await post.node.write(EndSessions(person=ben, ids=(phone.session,)))
    assert {one["for"] for one in await post.later()} == {tablet, laptop}
    assert await sessions(post) == {tablet.session, laptop.session}
    await post.node.write(EndSessions(person=ben, ids=None))
    say(post, ana, talk)
    assert await post.later() == []
    assert await sessions(post) == set()


async def test_a_session_that_expired_is_told_nothing(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    world.now += 91 * 24 * HOUR * 1_000_000
    say(post, ana, talk)
    assert await post.later() == []


async def test_history_from_joining_is_kept_to(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, history="joining")
    await post.phone(ben)
    say(post, ana, room, "<@room> before")
    post.do(ben, JoinRoom(room=room))
    assert await post.later() == []


@pytest.mark.attack
async def test_text_is_left_out_where_somebody_said_so(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name="Staff")
    await post.phone(ben)
    post.do(ana, ChangeRoom(room=room, hide_text=True))
    say(post, ana, room, f"<@{ben}> the secret")
    assert shown(await post.later()) == [("Staff", "Ana wrote something.")]
    post.do(ana, ChangeRoom(room=room, hide_text=False))
    post.do(ben, NotifyMe(text=False))
    talk = direct(post, ana, ben)
    say(post, ana, room, f"<@{ben}> the secret")
    say(post, ana, talk, "the secret")
    assert shown(await post.later(40)) == [
        ("Ana", "A new message for you."), ("Staff", "Ana wrote something."),
    ]  # fmt: skip


@pytest.mark.attack
async def test_what_stays_in_its_room_stands_on_no_screen(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    circle = post.do(ana, OpenRoom(name="Circle", kind="teacher_circle"))["room"]
    club = post.do(ana, OpenRoom(name="Club", kind="book_club"))["room"]
    await post.phone(ana)
    post.do(
        ana,
        UseTool(
            room=club, tool="book", action={"do": "start", "title": "X", "units": list("123456789")}
        ),
    )
    post.do(ben, JoinRoom(room=club))
    say(post, ben, club, f"<@{ana}> the sister did it", unit=Unit(book=1, no=9))
    assert shown(await post.later()) == [("Club", "Ben wrote something.")]
    say(post, ben, club, f"<@{ana}> it was ||the sister||", unit=None)
    assert "sister" not in str(await post.later(40))
    post.do(ana, InviteToRoom(room=circle, people=[ben]))
    post.do(ben, JoinRoom(room=circle))
    say(post, ben, circle, f"<@{ana}> about a pupil")
    assert shown(await post.later()) == [("Circle", "Ben wrote something.")]


@pytest.mark.attack
async def test_answers_that_are_kept_back_reach_nobody_who_may_not_see_them(post: Post) -> None:
    world = post.world
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room = post.do(ana, OpenRoom(name="Forum", kind="forum", answer_first=True))["room"]
    for who in (ben, eva):
        post.do(who, JoinRoom(room=room))
    await post.phone(eva)
    topic = say(post, ben, room, f"What do you see, <@{eva}>?", title="A picture")
    assert shown(await post.later()) == [("Forum", "Ben: A picture: What do you see, @Eva?")]
    post.do(eva, NotifyRoom(room=room, level="all"))
    post.do(eva, NotifyThread(thread=topic, level="all"))
    post.do(eva, FollowThread(thread=topic))
    say(post, ana, room, "A hat", thread=topic)
    assert await post.later(40) == []
    say(post, eva, room, "An elephant", thread=topic)
    say(post, ana, room, "A snake", thread=topic)
    assert shown(await post.later(40)) == [("Forum", "Ana: A snake")]


@pytest.mark.promise_p8
async def test_no_text_is_kept_for_later(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    say(post, ana, talk, "xyzzy")
    await post.pushing.flush()
    with world.database.read() as connection:
        rows = connection.execute(select(JOB.c.payload).where(JOB.c.kind == pushing.TALK)).all()
        assert [row.payload for row in rows] == ["{}"]


@pytest.mark.attack
async def test_who_is_removed_while_others_are_told_is_told_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Access is asked for each few devices right before they are told, not once at the start."""
    monkeypatch.setattr(pushing, "_BATCH", 1)
    world = post.world
    ana, *others = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room = world.room(ana, *others)
    phones = {(await post.phone(who)).endpoint: who for who in others}
    told: list[str] = []

    def remove_the_other(endpoint: str) -> None:
        told.append(phones[endpoint])
        if len(told) == 1:
            (other,) = (who for who in others if who not in told)
            world.do(ana, RemoveMember(room=room, person=other))

    post.service.before = remove_the_other
    say(post, ana, room, "<@room> hello")
    assert len(await post.later()) == 1
    assert len(told) == 1


@pytest.mark.attack
async def test_who_is_removed_while_a_service_is_slow_is_told_nothing(post: Post) -> None:
    """Who has to wait for a place is asked about again: others' services may take their time."""
    world = post.world
    ana, *others = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room = world.room(ana, *others)
    phones = {(await post.phone(who)).endpoint: who for who in others}
    post.pushing.courier._room = asyncio.Semaphore(1)
    told: list[str] = []

    def slowly(endpoint: str) -> None:
        told.append(phones[endpoint])
        post.time += 10.0
        for other in set(others) - set(told):
            world.do(ana, RemoveMember(room=room, person=other))

    post.service.before = slowly
    say(post, ana, room, "<@room> hello")
    assert len(await post.later()) == 1
    assert len(told) == 1


@pytest.mark.attack
async def test_reports_reach_those_who_look_after_them_and_say_nothing(post: Post) -> None:
    world = post.world
    owner, guide, ben, eva = (
        world.person("Ola", "owner"), world.person("Gus"), world.person("Ben"), world.person("Eva")
    )  # fmt: skip
    room = world.room(guide, ben, eva, owner, name="Reading room")
    phones = {who: await post.phone(who) for who in (owner, guide, ben, eva)}
    bad = say(post, ben, room, "xyzzy")
    made = post.do(eva, MakeReport(category="unkind", note="plugh", message=bad))
    got = await post.later()
    assert {one["for"] for one in got} == {phones[guide], phones[owner]}
    assert set(shown(got)) == {("Reading room", "A report waits for you.")}
    assert got[0]["url"] == f"#/r/{room}/desk/reports"
    post.do(owner, MakeReport(category="other", message=bad))
    assert await post.later() == [], "told once, though more report it"
    # About a facilitator: those who run the community, and nobody else.
    post.do(eva, MakeReport(category="unkind", person=guide, room=room))
    got = await post.later()
    assert [(one["for"], one["title"], one["url"]) for one in got] == [
        (phones[owner], "Ateneo", "#/people/reports")
    ]
    post.do(guide, MakeReport(category="other", message=say(post, ben, room, "meh")))
    assert {one["for"] for one in await post.later()} == {phones[owner]}, "not who reported it"
    worse = say(post, ben, room, "worse")
    second = post.do(eva, MakeReport(category="unkind", message=worse))
    post.do(guide, AssignReport(report=second["report"], who="me"))
    assert await post.later() == [], "somebody looks at it already"
    assert made["report"] != second["report"]


async def test_nothing_is_left_of_a_deleted_account(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    say(post, ana, talk)
    await post.later()
    await post.node.write(ForgetAccount(person=ben))
    with world.database.read() as connection:
        assert connection.execute(select(PUSH_DEVICE)).all() == []
        assert connection.execute(select(PUSH_MARK)).all() == []
