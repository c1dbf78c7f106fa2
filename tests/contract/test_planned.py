"""Reminders and posts for later, on both databases: when they come, who may, that it is once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from chat.reminding import ring
from protocol import limits
from protocol.commands import (
    ArchiveRoom,
    Ban,
    ChangeModeration,
    ChangePlanned,
    Command,
    DeleteMessage,
    DropPlanned,
    GetEvents,
    GetHistory,
    GetMessage,
    LeaveRoom,
    LockRoom,
    Mute,
    ReadWords,
    SchedulePost,
    SeePlanned,
    SetReminder,
    SetRoomRole,
    UnlockRoom,
)
from protocol.moderation import Holds, Rule, Words
from protocol.planned import When
from rooms.actions.planning import RING
from rooms.errors import Refusal
from rooms.house import REMINDER
from storage.tables import JOB
from tests.contract.jobs_kit import SECOND, node, settled
from tests.contract.planned_kit import at, listed, pass_to, remind, ring_now, runner_of, said
from tests.world import World

THURSDAYS = When(start="2026-10-22T16:00", zone="Europe/Berlin", rule="FREQ=WEEKLY;BYDAY=TH")


@pytest.fixture
def club(world: World) -> tuple[World, str, str, str]:
    """A world at noon of Monday 19 October 2026; Ana facilitates a room that Ben is in."""
    ana, ben = world.person("Ana"), world.person("Ben")
    world.now = at("2026-10-19 12:00")
    return world, ana, ben, world.room(ana, ben)


Club = tuple[World, str, str, str]


def refused(world: World, person: str, command: Command) -> str:
    with pytest.raises(Refusal) as caught:
        world.do(person, command)
    return caught.value.code


def jobs(world: World) -> list[tuple[str, int]]:
    with world.database.read() as connection:
        query = select(JOB.c.key, JOB.c.due_at).where(JOB.c.kind == "planned.ring")
        return [(row.key, row.due_at) for row in connection.execute(query)]


async def test_every_thursday(club: Club) -> None:
    world, ana, ben, room = club
    words = "remind us every Thursday 16:00 to read chapter 5"
    outcome = world.do(ben, SetReminder(words=words, room=room, zone="Europe/Berlin"))
    assert outcome.result["said"] == "Every Thursday at 16:00 (Europe/Berlin)"
    # The clock changes on Sunday.
    assert [one[:16] for one in outcome.result["next"]] == [
        "2026-10-22T14:00", "2026-10-29T15:00", "2026-11-05T15:00",
    ]  # fmt: skip
    assert await pass_to(world, at("2026-10-22 13:59")) == 0
    for moment in ("2026-10-22 14:00", "2026-10-29 15:00"):
        assert await pass_to(world, at(moment)) == 1
    assert said(world, ana, room) == ["Read chapter 5"] * 2
    message = world.ask(ana, GetHistory(room=room)).messages[0]
    assert message.author == REMINDER.id
    people = {p.id: p for p in world.ask(ana, GetHistory(room=room)).people}
    assert (people[REMINDER.id].name, people[REMINDER.id].role) == ("Reminder", "bot")
    one = listed(world, ana, room)[0]
    assert (one.body, one.by, one.next[0][:16]) == ("Read chapter 5", ben, "2026-11-05T15:00")


async def test_three_days_down_across_a_clock_change_and_its_maker_gone(club: Club) -> None:
    """Due on Thursday before the change; found on Sunday after it: one post, marked late."""
    world, ana, ben, room = club
    world.do(ben, SetReminder(when=THURSDAYS, body="Read", room=room))
    world.do(ben, LeaveRoom(room=room))
    assert await pass_to(world, at("2026-10-25 14:30")) == 1
    assert said(world, ana, room) == [
        "Read\n\n*Late: this was due on Thursday 22 October 2026, 16:00 (Europe/Berlin).*"
    ]
    assert await pass_to(world, at("2026-10-29 14:59")) == 0
    assert await pass_to(world, at("2026-10-29 15:00")) == 1
    assert said(world, ana, room)[1:] == ["Read"]


async def test_of_many_that_went_by_only_the_latest_comes(club: Club) -> None:
    world, ana, _, room = club
    daily = When(start="2026-10-20T09:00", zone="UTC", rule="FREQ=DAILY")
    world.do(ana, SetReminder(when=daily, body="Water", room=room))
    assert await pass_to(world, at("2026-11-10 09:01")) == 1
    assert said(world, ana, room) == ["Water"]
    once = When(start="2026-11-11T09:00", zone="UTC")
    world.do(ana, SetReminder(when=once, body="Meet", room=room))
    await pass_to(world, at("2026-11-18 09:01") + limits.LATE_DAYS)
    assert "Meet" not in " ".join(said(world, ana, room)), "older than it may be"
    assert [one.body for one in listed(world, ana, room)] == ["Water"]


async def test_it_comes_once_whoever_tries(club: Club) -> None:
    world, ana, _, room = club
    planned = world.do(ana, SetReminder(when=THURSDAYS, body="Read", room=room)).result["planned"]
    world.now = at("2026-10-22 14:00")
    for _ in range(3):
        ring_now(world, planned)
    assert said(world, ana, room) == ["Read"]
    assert jobs(world) == [(planned, at("2026-10-29 15:00"))]


async def test_a_clock_that_goes_back_meanwhile_takes_none_away(club: Club) -> None:
    world, ana, _, room = club
    moment = at("2026-10-22 14:00")
    planned = world.do(ana, SetReminder(when=THURSDAYS, body="Read", room=room)).result["planned"]
    async with node(world.database) as one:
        (due,) = await one.store.take([RING], moment, moment + 60 * SECOND, 1)
        one.time = moment - SECOND
        await ring(one, due)  # type: ignore[arg-type]
        assert jobs(world) == [(planned, moment)]
        one.time = moment
        assert await settled(runner_of(one)) == 1
    assert said(world, ana, room) == ["Read"]


def test_who_may_set_and_keep_it(club: Club) -> None:
    world, ana, ben, room = club
    eva = world.person("Eva")
    planned = remind(world, ben, "every Monday at 9:00 to look", room=room)
    other = remind(world, ana, "every Monday at 9:00 to look", room=room)
    assert refused(world, eva, SetReminder(words="tomorrow to x", room=room)) == "not_a_member"
    assert refused(world, ben, DropPlanned(planned=other)) == "not_allowed"
    assert refused(world, eva, DropPlanned(planned=other)) == "not_a_member"
    assert refused(world, ben, DropPlanned(planned="q_none")) == "not_found"
    world.do(ben, ChangePlanned(planned=planned, words="every Tuesday at 9:00"))
    # A facilitator: paused, and other words, which are theirs.
    world.do(ana, ChangePlanned(planned=planned, paused=True))
    assert listed(world, ben, room)[-1].paused
    assert planned not in {key for key, _ in jobs(world)}
    world.do(ana, ChangePlanned(planned=planned, paused=False, body="Look up"))
    changed = next(one for one in listed(world, ben, room) if one.id == planned)
    assert (changed.body, changed.by, changed.paused) == ("Look up", ana, False)
    acts = stored(world, ana, "f" + room, "act.done")
    assert [(act["act"], act["target"]) for act in acts] == [("planned.change", ben)] * 2
    world.do(ana, SetRoomRole(room=room, person=ben, role="observer"))
    assert refused(world, ben, SetReminder(words="tomorrow to x", room=room)) == "observer"
    world.do(ben, SetReminder(words="tomorrow to x", room=room, whom="me"))


def stored(world: World, person: str, stream: str, kind: str = "") -> list[Any]:
    """The data of a stream's events, of one kind or of all."""
    events = world.ask(person, GetEvents(stream=stream, limit=100)).events
    return [msgspec.json.decode(one.data) for one in events if kind in ("", one.kind)]


@pytest.mark.promise_p5
@pytest.mark.parametrize("bind", [Mute, Ban])
async def test_what_is_forbidden_to_its_maker_comes_no_other_way(club: Club, bind: Any) -> None:
    world, ana, ben, room = club
    world.do(ben, SetReminder(when=THURSDAYS, body="Mean", room=room))
    world.do(ana, bind(room=room, person=ben, seconds=10 * 24 * 3600))
    assert await pass_to(world, at("2026-10-22 14:00")) == 1
    assert said(world, ana, room) == []
    # It is the room's all the same: when that is over it comes again.
    assert await pass_to(world, at("2026-11-05 15:00")) == 1
    assert said(world, ana, room) == ["Mean"]


@pytest.mark.promise_p5
async def test_a_locked_room_is_reminded_when_it_is_open_again(club: Club) -> None:
    world, ana, _, room = club
    once = When(start="2026-10-22T09:00", zone="UTC")
    world.do(ana, SetReminder(when=once, body="Read", room=room))
    world.now = at("2026-10-22 08:59")
    world.do(ana, LockRoom(room=room, seconds=3600))
    await pass_to(world, at("2026-10-22 09:00") + 2_000_000)
    assert said(world, ana, room) == []
    await pass_to(world, at("2026-10-22 10:05"))
    assert said(world, ana, room)[0].startswith("Read\n\n*Late")
    world.do(ana, SetReminder(words="in 20 minutes to x", room=room))
    world.do(ana, LockRoom(room=room))
    await pass_to(world, at("2026-10-23 10:00"))
    world.do(ana, UnlockRoom(room=room))
    assert len(said(world, ana, room)) == 1
    assert listed(world, ana, room) == ()


async def test_an_archived_room_is_silent(club: Club) -> None:
    world, ana, _, room = club
    world.do(ana, SetReminder(when=THURSDAYS, body="Read", room=room))
    world.do(ana, ArchiveRoom(room=room))
    await pass_to(world, at("2026-10-22 14:00"))
    assert said(world, ana, room) == []


@pytest.mark.attack
async def test_words_that_would_have_to_wait_come_by_no_reminder(club: Club) -> None:
    world, ana, ben, room = club
    snow = Rule(name="Snow", when=Words(words=("snow",)), action="block", exempt=())
    world.do(ana, ChangeModeration(room=room, holds=Holds(everyone=True), rules=[snow]))
    assert refused(world, ben, SetReminder(words="tomorrow to x", room=room)) == "facilitator_first"
    planned = remind(world, ana, "tomorrow at 9:00 to x", room=room)
    blocked = ChangePlanned(planned=planned, body="It will snow")
    assert refused(world, ana, blocked) == "blocked_by_rule"
    # A rule that came later: nothing enters that it does not let in.
    world.do(ana, ChangeModeration(room=room, holds=Holds(), rules=[]))
    world.do(ana, blocked)
    world.do(ana, ChangeModeration(room=room, rules=[snow]))
    await pass_to(world, at("2026-10-21 09:00"))
    assert said(world, ana, room) == []


async def test_in_a_thread_and_about_a_message(club: Club) -> None:
    world, ana, ben, room = club
    root = world.post(ana, room, "root")
    remind(world, ben, "tomorrow at 9:00 to answer", room=room, thread=root)
    remind(world, ben, "remind us of this tomorrow at 9:00", message=root)
    gone = world.post(ana, room, "gone")
    remind(world, ben, "tomorrow at 9:00 to answer", room=room, thread=gone)
    world.do(ana, DeleteMessage(message=gone))
    assert await pass_to(world, at("2026-10-20 07:01")) == 3
    assert world.ask(ana, GetHistory(room=room, thread=root)).messages[0].body == "Answer"
    last = world.ask(ana, GetHistory(room=room)).messages[-1]
    assert last.quote.message == root
    assert world.ask(ana, GetHistory(room=room, thread=gone)).messages == ()


# --- oneself ------------------------------------------------------------------------------------


@pytest.mark.attack
async def test_ones_own_reminder_is_seen_by_nobody_else(club: Club) -> None:
    world, ana, ben, room = club
    message = world.post(ana, room, "look at this")
    before = world.ask(ana, GetEvents(stream=room, limit=1)).cursor.seq
    planned = remind(world, ben, "remind me of this tomorrow at 9:00", message=message)
    assert listed(world, ana, room) == ()
    assert listed(world, ana) == ()
    assert world.ask(ana, GetEvents(stream=room, limit=1)).cursor.seq == before
    assert refused(world, ana, DropPlanned(planned=planned)) == "not_found"
    await pass_to(world, at("2026-10-20 09:00"))
    one = listed(world, ben)[0]
    assert (one.message, one.room, one.next) == (message, room, ())
    assert one.rung is not None
    assert one.rung.startswith("2026-10-20T07:00")
    assert said(world, ana, room) == ["look at this"]
    # Later again, then done.
    world.do(ben, ChangePlanned(planned=planned, words="in 20 minutes"))
    assert listed(world, ben)[0].rung is None
    await pass_to(world, world.now + 21 * 60 * 1_000_000)
    assert listed(world, ben)[0].rung
    world.do(ben, SeePlanned(planned=planned))
    assert listed(world, ben) == ()
    assert jobs(world) == []


async def test_ones_own_that_comes_again_stays(club: Club) -> None:
    world, _, ben, _ = club
    planned = remind(world, ben, "every day at 9:00 to breathe")
    await pass_to(world, at("2026-10-20 09:00"))
    world.do(ben, SeePlanned(planned=planned))
    one = listed(world, ben)[0]
    assert one.rung is None
    assert one.next
    world.do(ben, ChangePlanned(planned=planned, skip_next=True))
    assert listed(world, ben)[0].next[0] > one.next[0]


def test_how_many(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    world, ana, ben, room = club
    monkeypatch.setattr(limits, "REMINDERS_PER_ROOM", 1)
    monkeypatch.setattr(limits, "PLANNED_PER_PERSON", 1)
    for _ in range(1):
        remind(world, ana, "every day to x", room=room)
        remind(world, ana, "every day to x")
    assert refused(world, ben, SetReminder(words="tomorrow to x", room=room)) == "too_many"
    assert refused(world, ana, SetReminder(words="tomorrow to x")) == "too_many"
    later = SchedulePost(room=room, body="x", words="tomorrow")
    assert refused(world, ana, later) == "too_many"


def test_what_words_would_mean(club: Club) -> None:
    world, ana, _, _ = club
    found = world.ask(ana, ReadWords(words="remind us every Thursday 16:00 to read chapter 5"))
    assert (found.said, found.body, found.whom) == (
        "Every Thursday at 16:00 (Europe/Madrid)", "Read chapter 5", "room",
    )  # fmt: skip
    assert len(found.next) == 3
    with pytest.raises(Refusal, match="every Thursday 16:00"):
        world.ask(ana, ReadWords(words="some day"))


# --- a post for later ---------------------------------------------------------------------------


def later(world: World, person: str, room: str, **more: Any) -> str:
    command = SchedulePost(room=room, words="Tuesday 8:00", zone="UTC", **more)
    found: str = world.do(person, command).result["planned"]
    return found


async def test_a_post_for_later(club: Club) -> None:
    world, ana, ben, room = club
    planned = later(world, ben, room, body="Good morning")
    assert listed(world, ana, room) == ()
    assert [o.body for o in listed(world, ben)] == ["Good morning"]
    world.do(ben, ChangePlanned(planned=planned, body="Good morning, <@room>"))
    assert await pass_to(world, at("2026-10-20 08:00")) == 1
    message = world.ask(ana, GetHistory(room=room)).messages[0]
    assert (message.author, message.body) == (ben, "Good morning, <@room>")
    assert listed(world, ben) == ()
    assert jobs(world) == []
    assert refused(world, ben, SchedulePost(room=room, body="x", words="every day")) == "invalid"
    twice = SchedulePost(room=room, body="x", words="tomorrow to read")
    assert refused(world, ben, twice) == "not_understood"


@pytest.mark.promise_p5
async def test_a_post_for_later_that_may_not_be_posted_comes_back_to_its_author(club: Club) -> None:
    world, ana, ben, room = club
    planned = later(world, ben, room, body="Good morning")
    world.do(ana, Mute(room=room, person=ben, seconds=7 * 24 * 3600))
    await pass_to(world, at("2026-10-20 08:00"))
    assert said(world, ana, room) == []
    one = listed(world, ben)[0]
    assert (one.why, one.body, jobs(world)) == ("muted", "Good morning", [])
    world.do(ben, ChangePlanned(planned=planned, words="in 2 weeks at 9:00", zone="UTC"))
    await pass_to(world, at("2026-11-03 09:00"))
    assert said(world, ana, room) == ["Good morning"]
    later(world, ben, room, body="Too late")
    await pass_to(world, at("2026-11-12 08:00"))
    assert listed(world, ben)[0].why == "too_late"


async def test_a_post_for_later_waits_for_facilitators_where_posts_do(club: Club) -> None:
    world, ana, ben, room = club
    later(world, ben, room, body="Good morning")
    world.do(ana, ChangeModeration(room=room, holds=Holds(everyone=True)))
    await pass_to(world, at("2026-10-20 08:00"))
    assert said(world, ana, room) == []
    assert listed(world, ben) == ()


async def test_a_lock_that_ends_soon_holds_a_post_up_only(club: Club) -> None:
    world, ana, ben, room = club
    later(world, ben, room, body="Good morning")
    world.now = at("2026-10-20 07:59")
    world.do(ana, LockRoom(room=room, seconds=600))
    await pass_to(world, at("2026-10-20 08:00"))
    assert said(world, ana, room) == []
    assert listed(world, ben)[0].why is None
    await pass_to(world, at("2026-10-20 08:11"))
    assert said(world, ana, room) == ["Good morning"]


# --- gone ---------------------------------------------------------------------------------------


@pytest.mark.promise_p8
async def test_texts_stand_in_one_event_and_then_in_none(club: Club) -> None:
    world, _, ben, room = club
    planned = remind(world, ben, "every day at 9:00 to say one", room=room)
    own = remind(world, ben, "every day at 9:00 to say three")
    world.do(ben, ChangePlanned(planned=planned, body="two"))
    for stream, body in ((room, "two"), (ben, "Say three")):
        assert _bodies(world, ben, stream) == [body]
    for one in (planned, own):
        world.do(ben, DropPlanned(planned=one))
    assert _bodies(world, ben, room) == _bodies(world, ben, ben) == []


def _bodies(world: World, person: str, stream: str) -> list[str]:
    return [data["body"] for data in stored(world, person, stream) if data.get("body")]


@pytest.mark.promise_p8
async def test_what_an_account_wrote_goes_with_it_and_the_rooms_reminder_stays(club: Club) -> None:
    from accounts import deletion
    from storage.accounts import erasure
    from storage.accounts import jobs as account_jobs
    from storage.writer import carry_out_now

    world, ana, ben, room = club
    world.do(ben, SetReminder(when=THURSDAYS, body="Read my poem", room=room))
    remind(world, ben, "every day at 9:00 to breathe")
    await pass_to(world, at("2026-10-22 14:00"))
    message = world.ask(ana, GetHistory(room=room)).messages[0].id
    # The first step of a deletion, without its password.
    world._decide(lambda facts: _closed(facts, ben, deletion), "community", ben)
    while carry_out_now(world.database, [account_jobs.erase_planned(ben)], world.now)[0].result:
        pass
    with world.database.read() as connection:
        assert erasure.texts(connection, ben, 10) == [(message, room)]
    gone = account_jobs.erase_texts(ben, [room], [message])
    carry_out_now(world.database, [gone], world.now)
    assert world.ask(ana, GetMessage(message=message)).messages[0].body is None
    one = listed(world, ana, room)[0]
    assert one.body is None
    await pass_to(world, at("2026-10-29 15:00"))
    assert said(world, ana, room)[-1].startswith("It is time.")
    assert _bodies(world, ana, room) == [said(world, ana, room)[-1]]


def _closed(facts: Any, person: str, deletion: Any) -> Any:
    from accounts.people import changed
    from rooms.model import Decision

    return Decision(events=[changed(deletion.tombstone(facts.person(person)))])
