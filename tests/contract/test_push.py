"""Telling closed devices: whom, of what, how often, and nothing once access has ended.

Real rows on both databases, due rows done by a real runner, notifications opened with the device's
own key. The clock stands still between steps.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.model import EndSessions, ForgetAccount
from chat.outgoing import OutgoingError
from chat.push import pushing
from protocol import limits
from protocol.commands import (
    AssignReport,
    Ban,
    BlockPerson,
    ChangeRoom,
    DeleteMessage,
    FollowThread,
    GetNotify,
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
    OpenDirectRoom,
    OpenRoom,
    PostMessage,
    RemoveMember,
    SeePlanned,
    SuspendPerson,
    UseTool,
)
from protocol.notify import Hours
from protocol.parts import Unit
from rooms.errors import Refusal
from storage.tables import JOB, PERSON, PUSH_DEVICE, PUSH_MARK
from tests.contract.planned_kit import remind, ring_now
from tests.contract.push_kit import Answer, Post, posting
from tests.world import World

HOUR = 3600


@pytest.fixture
async def post(world: World) -> AsyncIterator[Post]:
    async with posting(world) as made:
        yield made


def say(post: Post, person: str, room: str, body: str = "Hello", **more: Any) -> str:
    message: str = post.do(person, PostMessage(room=room, body=body, **more))["message"]
    return message


def direct(post: Post, *people: str) -> str:
    room: str = post.do(people[0], OpenDirectRoom(people=list(people[1:])))["room"]
    return room


def shown(got: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((one["title"], one["body"]) for one in got)


async def test_mentions_and_direct_messages_reach_a_closed_phone(post: Post) -> None:
    world = post.world
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room, talk = world.room(ana, ben, eva, name="Reading room"), direct(post, ana, ben)
    phone, tablet = await post.phone(ben), await post.phone(ben)
    await post.phone(eva)
    await post.phone(ana)
    say(post, ana, room, "nothing for anybody")
    assert await post.later() == []
    say(post, ana, room, f"**Tea** is ready, <@{ben}>.")
    got = await post.later()
    assert {one["for"] for one in got} == {phone, tablet}, "nobody else"
    assert shown(got) == [("Reading room", "Ana: Tea is ready, @Ben.")] * 2
    assert got[0]["url"] == f"#/r/{room}/2"
    assert got[0]["tag"] == room
    say(post, ana, talk, "Do you have the key?")
    got = await post.later()
    assert shown(got) == [("Ana", "Do you have the key?")] * 2
    assert got[0]["url"] == f"#/r/{talk}/1"
    say(post, ben, talk, "I do.")
    assert [one["title"] for one in await post.later()] == ["Ben"], "not to whom it is by"
    assert await post.later() == [], "once"


async def test_a_tap_on_a_reply_leads_into_its_thread(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    await post.phone(ben)
    root = say(post, ben, room, "Which page?")
    say(post, ana, room, "40", thread=root)
    assert await post.later() == [], "a reply that mentions nobody"
    say(post, ana, room, f"I mean 41, <@{ben}>", thread=root)
    (got,) = await post.later()
    assert got["url"] == f"#/r/{room}/t/{root}/2"
    assert got["tag"] == root
    post.do(ben, NotifyThread(thread=root, level="all"))
    say(post, ana, room, "No, 40.", thread=root)
    assert shown(await post.later(40)) == [("Reading room", "Ana: No, 40.")]


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
    assert await _sessions(post) == {tablet.session, laptop.session}
    await post.node.write(EndSessions(person=ben, ids=None))
    say(post, ana, talk)
    assert await post.later() == []
    assert await _sessions(post) == set()


async def _sessions(post: Post) -> set[str]:
    with post.world.database.read() as connection:
        return set(connection.execute(select(PUSH_DEVICE.c.session_id)).scalars())


async def test_a_session_that_expired_is_told_nothing(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    world.now += 91 * 24 * HOUR * 1_000_000
    say(post, ana, talk)
    assert await post.later() == []


async def test_a_browser_notifies_whoever_signed_in_there_last(post: Post) -> None:
    world = post.world
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    one, two = direct(post, ana, ben), direct(post, ana, eva)
    await post.phone(ben, "shared")
    await post.phone(eva, "shared")
    post.phones.pop(0)
    say(post, ana, one, "for Ben")
    say(post, ana, two, "for Eva")
    assert shown(await post.later()) == [("Ana", "for Eva")]


async def test_of_a_person_so_many_devices_and_no_more(post: Post) -> None:
    ana, ben = post.world.person("Ana"), post.world.person("Ben")
    talk = direct(post, ana, ben)
    for _ in range(limits.PUSH_DEVICES + 2):
        await post.phone(ben)
        post.node.time += 1
    say(post, ana, talk)
    assert {one["for"] for one in await post.later()} == set(post.phones[2:])


async def test_much_talk_is_one_notification(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    for n in range(5):
        say(post, ana, talk, f"line {n}")
    (got,) = await post.later()
    assert got["body"] == "line 4\nand 4 more"
    assert got["url"].endswith("/1"), "to the first of them"


async def test_talk_that_never_rests_is_told_of_all_the_same(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    await post.phone(ben)
    post.do(ben, NotifyRoom(room=room, level="all"))
    got = []
    for n in range(60):
        say(post, ana, room, f"line {n}")
        got += await post.later(1)
    assert 2 <= len(got) <= 4, "a minute and more of it"


async def test_quiet_hours_wait_and_then_tell_what_is_unread(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    await post.phone(ben)
    # START is 16:13 in Madrid, the community's time zone.
    post.do(ben, NotifyMe(quiet=Hours(start=16 * 60, end=18 * 60)))
    for n in range(3):
        say(post, ana, talk, f"line {n}")
        assert await post.later() == []
    assert await post.later(HOUR) == []
    (got,) = await post.later(HOUR)
    assert got["body"] == "line 2\nand 2 more"
    post.do(ben, NotifyMe(quiet=Hours(start=0, end=24 * 60 - 1)))
    say(post, ana, talk, "at night")
    post.do(ben, MarkRead(room=talk, no=4))
    assert await post.later(24 * HOUR) == [], "read meanwhile"
    post.do(ben, NotifyMe())
    say(post, ana, talk, "now")
    assert len(await post.later()) == 1


async def test_nobody_is_told_of_what_was_before_they_asked_to_be(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    say(post, ana, talk, "long ago")
    await post.phone(ben)
    assert await post.later() == []
    say(post, ana, talk, "now")
    assert shown(await post.later()) == [("Ana", "now")]


async def test_history_from_joining_is_kept_to(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, history="joining")
    await post.phone(ben)
    say(post, ana, room, "<@room> before")
    post.do(ben, JoinRoom(room=room))
    assert await post.later() == []


# --- what must not be shown -----------------------------------------------------------------------


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


# --- services -------------------------------------------------------------------------------------


async def test_a_device_that_is_gone_is_forgotten(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone, tablet = await post.phone(ben), await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(410)
    say(post, ana, talk)
    assert [one["for"] for one in await post.later()] == [tablet]
    assert await _sessions(post) == {tablet.session}
    assert post.failed() == 0


async def test_a_service_that_is_down_is_tried_again_for_those_it_failed(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone, tablet = await post.phone(ben), await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(503)
    say(post, ana, talk)
    assert [one["for"] for one in await post.later()] == [tablet]
    assert await post.later(29) == [], "not yet, and not to the others again"
    assert await post.later(1) == []
    post.service.answers[phone.endpoint] = OutgoingError("timed_out")
    assert await post.later(90) == []
    post.service.answers.clear()
    assert [one["for"] for one in await post.later(269)] == []
    assert [one["for"] for one in await post.later(1)] == [phone]
    assert await post.later(HOUR) == []
    with world.database.read() as connection:
        assert connection.execute(select(PUSH_DEVICE.c.failures)).scalars().all() == [0, 0]


async def test_a_service_says_when_to_come_back(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone = await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(429, {"retry-after": "600"})
    say(post, ana, talk)
    assert await post.later() == []
    post.service.answers.clear()
    assert await post.later(599) == []
    assert len(await post.later(1)) == 1


async def test_what_a_service_refuses_again_and_again_is_given_up(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    phone = await post.phone(ben)
    post.service.answers[phone.endpoint] = Answer(403)
    for _ in range(5):
        assert await _sessions(post) == {phone.session}
        say(post, ana, talk)
        await post.later(HOUR)
    assert await _sessions(post) == set()


async def test_what_was_lost_is_found_by_the_sweep(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room, talk = world.room(ana, ben), direct(post, ana, ben)
    await post.phone(ben)
    # As if the node had died before it scheduled anything.
    world.do(ana, PostMessage(room=talk, body="lost?"))
    root = world.post(ana, room, "first")
    world.do(ana, PostMessage(room=room, body=f"<@{ben}>", thread=root))
    assert await post.later() == []
    await post.pushing.sweep(None)  # type: ignore[arg-type]
    assert {one["tag"] for one in await post.later()} == {talk, root}
    await post.pushing.sweep(None)  # type: ignore[arg-type]
    assert await post.later() == []


async def test_many_devices_are_all_told_though_few_at_a_time(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "_BATCH", 2)
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    talk = direct(post, ana, ben)
    for _ in range(7):
        await post.phone(ben)
    say(post, ana, talk)
    assert {one["for"] for one in await post.later()} == set(post.phones)


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


# --- reports --------------------------------------------------------------------------------------


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


# --- reminders ------------------------------------------------------------------------------------


async def ring(post: Post, planned: str, seconds: float) -> None:
    """Its time comes."""
    post.world.now += int(seconds * 1_000_000)
    post.pushing.saw(ring_now(post.world, planned).events)


async def test_a_reminder_of_ones_own_reaches_ones_phone(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    phone = await post.phone(ben)
    await post.phone(ana)
    message = say(post, ana, room, "The list")
    for about, url in ((None, "#/"), (message, f"#/r/{room}/1")):
        planned = remind(world, ben, "remind me in 20 minutes to call the school", message=about)
        await ring(post, planned, 1300)
        (got,) = await post.later()
        assert (got["title"], got["body"]) == ("A reminder", "Call the school")
        assert (got["for"], got["url"], got["tag"]) == (phone, url, planned)
        assert await post.later() == [], "once"
    planned = remind(world, ben, "remind me in 20 minutes to call the school")
    await ring(post, planned, 1300)
    post.do(ben, SeePlanned(planned=planned))
    assert await post.later() == [], "seen on another device"
    planned = remind(world, ben, "remind me in 20 minutes of the list", message=message)
    post.do(ana, Ban(room=room, person=ben))
    await ring(post, planned, 1300)
    assert [one["url"] for one in await post.later()] == ["#/"], "not to what one cannot read"
    post.do(ben, NotifyMe(text=False))
    planned = remind(world, ben, "remind me in 20 minutes to call the school")
    await ring(post, planned, 1300)
    post.pushing._gathered.clear()
    await post.pushing.sweep(None)  # type: ignore[arg-type]
    assert shown(await post.later()) == [("A reminder", "It is time.")]


async def test_what_reminds_a_room_reaches_everybody_in_it(post: Post) -> None:
    world = post.world
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room = world.room(ana, ben, eva, name="Club")
    for who in (ben, eva):
        await post.phone(who)
    post.do(eva, NotifyRoom(room=room, level="none"))
    planned = remind(world, ana, "remind us in 20 minutes to read chapter 5", room=room)
    await ring(post, planned, 1300)
    assert shown(await post.later()) == [("Club", "Reminder: Read chapter 5")]


# --- choosing -------------------------------------------------------------------------------------


def refused(post: Post, person: str, command: Any) -> str:
    with pytest.raises(Refusal) as caught:
        post.world.do(person, command)
    return caught.value.code


async def test_choices_are_ones_own_and_follow_one_to_every_device(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room, hidden = world.room(ana, ben), world.room(ana, access="invite")
    root = world.post(ana, room, "A thread")
    assert world.do(ben, NotifyRoom(room=room, level="all")).seq
    assert world.do(ben, NotifyRoom(room=room, level="all")).seq is None, "it is so already"
    assert world.do(ben, NotifyThread(thread=root, level="none")).seq
    assert world.do(ben, NotifyMe(quiet=Hours(start=1320, end=420), text=False)).seq
    found = world.ask(ben, GetNotify())
    assert {(c.room, c.thread, c.title, c.level) for c in found.choices} == {
        (room, None, "", "all"), (room, root, "A thread", "none"),
    }  # fmt: skip
    assert (found.quiet, found.text) == (Hours(start=1320, end=420), False)
    assert found.time_zone == "Europe/Madrid"
    assert world.ask(ana, GetNotify()).choices == ()
    assert refused(post, ben, NotifyRoom(room=hidden, level="all")) == "not_found"
    assert refused(post, ben, NotifyThread(thread=world.post(ana, hidden))) == "not_found"
    reply = world.post(ana, room, thread=root)
    assert refused(post, ben, NotifyThread(thread=reply, level="all")) == "invalid"
    assert refused(post, ben, NotifyMe(quiet=Hours(start=5, end=5))) == "invalid"
    world.do(ben, NotifyThread(thread=root))
    world.do(ben, LeaveRoom(room=room))
    assert world.ask(ben, GetNotify()).choices == ()


async def test_a_thread_one_ceased_to_follow_is_silent(post: Post) -> None:
    world = post.world
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    await post.phone(ben)
    root = say(post, ben, room, "Which page?")
    post.do(ben, FollowThread(thread=root, following=False))
    say(post, ana, room, f"40, <@{ben}>", thread=root)
    assert await post.later() == []


async def test_how_many_choices(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NOTIFY_CHOICES", 2)
    world = post.world
    ana = world.person("Ana")
    rooms = [world.room(ana, name=f"Room {n}") for n in range(3)]
    for room in rooms[:2]:
        world.do(ana, NotifyRoom(room=room, level="all"))
    assert refused(post, ana, NotifyRoom(room=rooms[2], level="all")) == "too_many"
    world.do(ana, NotifyRoom(room=rooms[0], level="none"))
    world.do(ana, NotifyRoom(room=rooms[0]))
    world.do(ana, NotifyRoom(room=rooms[2], level="all"))


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
