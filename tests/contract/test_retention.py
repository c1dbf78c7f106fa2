"""Rooms that keep their talk for a time: what is older goes, all of it and nothing else."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from chat import retention
from chat.retention import trimming
from jobs import Kind, Runner
from protocol.commands import (
    AddReaction,
    ChangeModeration,
    ChangeRoom,
    CursorIn,
    DeclineHeld,
    EditMessage,
    GetFacilitatorView,
    GetHistory,
    GetOverview,
    GetRoom,
    MarkUnread,
    PinMessage,
    PostMessage,
    UseTool,
)
from protocol.ids import facilitators_stream
from protocol.moderation import Holds
from rooms.actions.retention import DAY, TRIM
from rooms.errors import Refusal
from rooms.records import Schedule
from storage import upkeep
from storage.facts import age
from storage.queries.watching import watch
from storage.tables import EVENT, JOB, MESSAGE, METADATA, STREAM
from storage.writer import carry_out_now
from tests.contract.jobs_kit import node, settled
from tests.world import World, client_id

CANARY = "xanthic-canary"


def trim(world: World, room: str) -> list[Any]:
    """All pieces of one round; their outcomes."""
    done = []
    while True:
        world.now += 1_000_000
        done += carry_out_now(world.database, [trimming(room)], world.now)
        if not done[-1].result["more"]:
            return done


def later(world: World, days: float) -> None:
    world.now += int(days * DAY)


def anywhere(world: World, text: str) -> list[str]:
    """Tables that hold a text."""
    with world.database.read() as connection:
        return [
            table.name
            for table in METADATA.sorted_tables
            if any(text in str(row) for row in connection.execute(select(table)))
        ]


def resumes(world: World, person: str, stream: str, after: int) -> str | None:
    with world.database.read() as connection:
        cursor = CursorIn(stream=stream, after_seq=after)
        return watch(connection, person, [cursor], 1_000)[0].reset


@pytest.mark.promise_p8
@pytest.mark.promise_p4
def test_what_is_old_goes_everywhere_and_what_is_young_stays(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    desk = facilitators_stream(room)
    old = world.post(ana, room, f"{CANARY} <@{ben}>")
    world.do(ana, EditMessage(message=old, body=f"{CANARY} again <@{ben}>"))
    world.do(ben, AddReaction(message=old, emoji="👍"))
    world.do(ana, PinMessage(message=old))
    reply = world.post(ben, room, f"{CANARY} reply", thread=old)
    later(world, 8)
    # Young, but a thread goes with the message it began with; so do texts in younger events.
    late = world.post(ben, room, f"{CANARY} late reply", thread=old)
    world.do(ben, EditMessage(message=reply, body=f"{CANARY} edited reply"))
    kept = world.post(ben, room, "young", quote=old)
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    head = world.ask(ana, GetRoom(room=room)).cursor.seq
    done = trim(world, room)
    assert anywhere(world, "xanthic") == []
    for gone in (old, reply, late):
        with world.database.read() as connection:
            assert connection.execute(select(MESSAGE).where(MESSAGE.c.id == gone)).first() is None
    snapshot = world.ask(ben, GetRoom(room=room))
    assert [m.id for m in snapshot.page.messages] == [kept]
    assert snapshot.room.keep_days == 7
    assert (snapshot.pins, snapshot.page.quoted, snapshot.page.more_before) == ((), (), False)
    assert snapshot.me.read_no == 2
    [event] = [e for e in done[0].events if e.kind == "room.trimmed"]
    assert f'"first_no":2,"threads":["{old}"]' in event.data
    # Old cursors begin anew, young ones go on; the facilitators' stream alike.
    assert resumes(world, ben, room, 1) == "trimmed"
    assert resumes(world, ben, room, head) is None
    assert resumes(world, ana, desk, 0) == "trimmed"
    overview = world.ask(ben, GetOverview())
    assert (overview.followed, [e.mentions for e in overview.rooms]) == ((), [0])


@pytest.mark.promise_p8
def test_nothing_stays_in_the_file(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    path = world.database.path
    if path is None:
        return  # PostgreSQL forgets with its next vacuum
    root = world.post(ana, room, f"{CANARY} and more " * 50)
    world.post(ana, room, f"{CANARY} reply", thread=root)
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    upkeep.checkpoint(world.database)
    assert b"xanthic" in path.read_bytes()
    later(world, 8)
    trim(world, room)
    assert upkeep.checkpoint(world.database)
    for file in path.parent.iterdir():
        assert b"xanthic" not in file.read_bytes(), file.name


@pytest.mark.promise_p8
def test_what_waits_goes_with_the_rest(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.do(ana, ChangeModeration(room=room, holds=Holds(everyone=True)))
    waits, declined = (
        world.do(ben, PostMessage(room=room, body=f"{CANARY} {n}")).result["held"] for n in "12"
    )
    world.do(ana, DeclineHeld(held=declined))
    later(world, 8)
    world.do(ben, PostMessage(room=room, body="young"))
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    trim(world, room)
    assert anywhere(world, "xanthic") == []
    assert [one.body for one in world.ask(ana, GetFacilitatorView(room=room)).held] == ["young"]
    assert waits not in str(world.ask(ben, GetOverview()).waiting)


def test_unread_counts_and_marks_stay_right(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    first = world.post(ana, room)
    world.post(ana, room, "<@room>")
    world.do(ben, MarkUnread(room=room, no=1))
    later(world, 8)
    world.post(ana, room, "young <@room>")
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    trim(world, room)
    me = world.ask(ben, GetRoom(room=room)).me
    assert (me.read_no, me.unread_from) == (2, None)
    [entry] = world.ask(ben, GetOverview()).rooms
    assert (entry.head_no - entry.me.read_no, entry.mentions) == (1, 1)
    page = world.ask(ben, GetHistory(room=room, after=0))
    assert ([m.no for m in page.messages], page.more_before) == ([3], False)
    # All gone: the room is empty, its numbers go on.
    later(world, 8)
    trim(world, room)
    assert world.ask(ben, GetRoom(room=room)).page.messages == ()
    assert world.do(ana, PostMessage(room=room, body="anew")).result["no"] == 4
    with pytest.raises(Refusal, match="not_found"):
        world.post(ana, room, "reply", thread=first)


@pytest.mark.promise_p3
def test_a_command_that_was_trimmed_is_still_the_same_command(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    post = PostMessage(room=room, body="once", client_id=client_id())
    first = world.do(ana, post)
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    later(world, 8)
    trim(world, room)
    again = world.do(ana, post)
    assert (again.duplicate, again.seq, again.result) == (True, first.seq, first.result)
    assert world.ask(ana, GetRoom(room=room)).page.messages == ()


def test_pieces_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age, "AT_ONCE", 10)
    ana = world.person("Ana")
    room = world.room(ana)
    for _ in range(12):
        world.post(ana, room)
    root = world.post(ana, room)
    for _ in range(15):
        world.post(ana, room, thread=root)
    later(world, 8)
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    done = trim(world, room)
    assert len(done) >= 4
    with world.database.read() as connection:
        left = connection.execute(select(func.count()).select_from(MESSAGE)).scalar_one()
        first = select(func.min(EVENT.c.seq)).where(EVENT.c.stream_id == room)
        mark = select(STREAM.c.first_seq).where(STREAM.c.id == room)
        assert left == 0
        assert connection.execute(first).scalar_one() == connection.execute(mark).scalar_one()
    # Nothing is left to do: and nothing is appended for it.
    head = world.ask(ana, GetRoom(room=room)).cursor.seq
    trim(world, room)
    assert world.ask(ana, GetRoom(room=room)).cursor.seq == head


async def test_the_job_clears_the_room_and_comes_again_tomorrow(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    world.post(ana, room, CANARY)
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    later(world, 8)
    async with node(world.database) as one:
        one.time = world.now
        runner = Runner(one.store, one.now, {TRIM: Kind(partial(retention.trim, one))})  # type: ignore[arg-type]
        assert await settled(runner) == 1
        assert anywhere(world, CANARY) == []
        assert (await one.store.backlog([TRIM])).next_at == one.time + DAY
        # For ever again: the job ends by itself, were it still there.
        world.do(ana, ChangeRoom(room=room, keep_days=0))
        await one.write(Schedule(kind=TRIM, key=room, at=one.time))
        assert await settled(runner) == 1
        assert (await one.store.backlog([TRIM])).waiting == 0


def test_the_setting_is_for_facilitators_within_limits_and_can_be_taken_back(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)

    def planned() -> list[tuple[str, int]]:
        with world.database.read() as connection:
            found = connection.execute(select(JOB.c.key, JOB.c.due_at).where(JOB.c.kind == TRIM))
            return [(key, at) for key, at in found]

    for days in (6, 3651, -1):
        with pytest.raises(Refusal, match="invalid"):
            world.do(ana, ChangeRoom(room=room, keep_days=days))
    with pytest.raises(Refusal, match="not_allowed"):
        world.do(ben, ChangeRoom(room=room, keep_days=30))
    world.post(ana, room)
    later(world, 60)
    world.do(ana, ChangeRoom(room=room, keep_days=3650))
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    # A day is left to take a slip back.
    assert planned() == [(room, world.now + DAY)]
    world.do(ana, ChangeRoom(room=room, name="Other"))
    assert world.ask(ana, GetRoom(room=room)).room.keep_days == 7
    world.do(ana, ChangeRoom(room=room, keep_days=0))
    assert planned() == []
    assert trim(world, room)[0].result == {"kept": False, "more": False}
    assert len(world.ask(ana, GetRoom(room=room)).page.messages) == 1


@pytest.mark.promise_p8
def test_what_tools_hold_goes_by_its_age(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana, kind="project_team", tools=["tasks", "poll"])
    said = world.post(ana, room, "We meet on Mondays")

    def use(**action: Any) -> None:
        world.do(ana, UseTool(room=room, tool="tasks", action=action))

    use(do="note", kind="decision", message=said)
    use(do="note", kind="action", body=f"Buy {CANARY}")
    use(do="note", kind="action", body=f"Sell {CANARY}")
    world.do(ana, ChangeRoom(room=room, keep_days=7))
    poll = {"do": "open", "question": f"Which {CANARY}?", "options": ["One", "Two"]}
    world.do(ana, UseTool(room=room, tool="poll", action=poll))
    later(world, 8)
    use(do="alter", id=3, body="Buy tape")
    use(do="note", kind="action", body="Young")
    trim(world, room)
    assert anywhere(world, CANARY) == []
    tasks, polls = sorted_tools(world, ana, room)
    assert polls.state.polls == ()
    assert [item.body for item in tasks.state.items] == ["Buy tape", "Young"]
    trim(world, room)
    assert [one.rev for one in sorted_tools(world, ana, room)] == [tasks.rev, polls.rev]


def sorted_tools(world: World, who: str, room: str) -> list[Any]:
    """The states of a room's tools, the tasks before the polls."""
    tools = world.ask(who, GetRoom(room=room)).tools
    return sorted(tools, key=lambda one: one.tool, reverse=True)
