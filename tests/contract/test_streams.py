"""Streams: numbering, once, order, batches, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from protocol.commands import (
    AddReaction,
    DeleteMessage,
    EditMessage,
    GetEvents,
    GetHistory,
    GetRoom,
    JoinRoom,
    LeaveRoom,
    PinMessage,
    PostMessage,
    RemoveMember,
)
from rooms.errors import Refusal
from storage import streams
from storage.database import Database
from storage.writer import Writer
from tests.world import START, World, job


def logged(world: World, stream: str) -> list[Any]:
    """All events of a stream."""
    with world.database.read() as connection:
        return list(streams.events_after(connection, stream, 0))


@pytest.mark.promise_p2
def test_events_are_numbered_without_a_hole(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    for n in range(5):
        world.post(ben, room, f"message {n}")
    events = logged(world, room)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [e.no for e in events if e.kind == "message.posted"] == [1, 2, 3, 4, 5]
    assert [event.at for event in events] == sorted({event.at for event in events})


@pytest.mark.promise_p3
def test_a_retried_command_is_the_same_command(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    command = PostMessage(room=room, body="Once", client_id="c1")
    first, again = world.do(ana, command), world.do(ana, command)
    assert (again.result, again.seq, again.duplicate) == (first.result, first.seq, True)
    assert again.events == []
    with pytest.raises(Refusal, match="client_id_reused"):
        world.do(ana, PostMessage(room=room, body="Twice", client_id="c1"))
    assert len(world.ask(ana, GetHistory(room=room)).messages) == 1


@pytest.mark.promise_p3
async def test_twins_within_one_batch_are_one_command(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    writer = Writer(world.database, lambda: START * 2, gather=0)
    command = PostMessage(room=room, body="Once", client_id="twin")
    # Queued before the thread starts, so both are in the first batch.
    writer._loop = asyncio.get_running_loop()
    futures = [writer.submit(job(ana, command)) for _ in range(3)]
    writer.start()
    outcomes = await asyncio.gather(*futures)
    await writer.stop()
    assert writer.counters.commits == 1
    assert [o.duplicate for o in outcomes] == [False, True, True]
    assert len({o.seq for o in outcomes}) == 1


async def test_one_bad_command_fails_alone(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana)
    writer = Writer(world.database, lambda: START * 2, gather=0)
    writer._loop = asyncio.get_running_loop()
    bad = job(ana, PostMessage(room=room, body="bad"))

    def explode(facts: Any) -> Any:
        facts._transaction.connection.execute(text("INSERT INTO nowhere VALUES (1)"))

    bad.act = explode
    futures = [
        writer.submit(job(ana, PostMessage(room=room, body="one"))),
        writer.submit(bad),
        writer.submit(job(ben, PostMessage(room=room, body="not a member"))),
        writer.submit(job(ana, PostMessage(room=room, body="two"))),
    ]
    writer.start()
    done = await asyncio.gather(*futures, return_exceptions=True)
    await writer.stop()
    assert [isinstance(d, BaseException) for d in done] == [False, True, True, False]
    assert isinstance(done[2], Refusal)
    bodies = [m.body for m in world.ask(ana, GetHistory(room=room)).messages]
    assert bodies == ["one", "two"]


def test_edit_keeps_the_old_text_for_facilitators_only(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    message = world.post(ben, room, "first words")
    world.do(ben, EditMessage(message=message, body="second words"))
    assert "first words" not in "".join(e.data for e in logged(world, room))
    assert "first words" in "".join(e.data for e in logged(world, "f" + room))
    [found] = world.ask(ana, GetHistory(room=room)).messages
    assert found.body == "second words"
    assert found.edited_at is not None


@pytest.mark.promise_p8
def test_a_deleted_text_leaves_every_table(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    message = world.post(ben, room, "canary one <@room>")
    world.do(ben, EditMessage(message=message, body="canary two"))
    world.do(ana, AddReaction(message=message, emoji="👍"))
    world.do(ana, DeleteMessage(message=message, reason="rude"))
    with world.database.read() as connection:
        for table in ("event", "message", "command_once", "mention", "version"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert "canary" not in str(rows), table
    [stub] = world.ask(ana, GetHistory(room=room)).messages
    assert (stub.body, stub.deleted_by, stub.reactions) == (None, "facilitator", {})


def test_edit_against_an_older_text_is_a_conflict(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    message = world.post(ana, room)
    [seen] = world.ask(ana, GetHistory(room=room)).messages
    world.do(ana, EditMessage(message=message, body="A", rev=seen.rev))
    with pytest.raises(Refusal, match="conflict"):
        world.do(ana, EditMessage(message=message, body="B", rev=seen.rev))
    world.do(ana, DeleteMessage(message=message))
    with pytest.raises(Refusal, match="already_deleted"):
        world.do(ana, EditMessage(message=message, body="C"))


@pytest.mark.promise_p5
async def test_what_follows_a_removal_in_one_batch_is_refused(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.post(ben, room, "still here")
    writer = Writer(world.database, lambda: START * 2, gather=0)
    writer._loop = asyncio.get_running_loop()
    futures = [
        writer.submit(job(ben, PostMessage(room=room, body="before"))),
        writer.submit(job(ana, RemoveMember(room=room, person=ben))),
        writer.submit(job(ben, PostMessage(room=room, body="after"))),
    ]
    writer.start()
    done = await asyncio.gather(*futures, return_exceptions=True)
    await writer.stop()
    assert isinstance(done[2], Refusal)
    bodies = [m.body for m in world.ask(ana, GetHistory(room=room)).messages]
    assert bodies == ["still here", "before"]


def test_history_pages_by_key(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    for n in range(1, 31):
        world.post(ana, room, str(n))
    page = world.ask(ana, GetHistory(room=room, limit=10))
    assert ([m.no for m in page.messages], page.more_before) == (list(range(21, 31)), True)
    page = world.ask(ana, GetHistory(room=room, before=21, limit=20))
    assert [m.no for m in page.messages] == list(range(1, 21))
    assert (page.more_before, page.more_after) == (False, True)
    page = world.ask(ana, GetHistory(room=room, after=28, limit=10))
    assert ([m.no for m in page.messages], page.more_after) == ([29, 30], False)
    page = world.ask(ana, GetHistory(room=room, around=15, limit=10))
    assert [m.no for m in page.messages] == list(range(10, 20))


def test_history_from_joining_hides_what_was_before(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, history="joining")
    early = world.post(ana, room, "before")
    world.do(ben, JoinRoom(room=room))
    world.post(ana, room, "after", quote=early)
    page = world.ask(ben, GetHistory(room=room))
    assert [m.body for m in page.messages] == ["after"]
    assert page.quoted == ()
    assert world.ask(ben, GetEvents(stream=room, after_seq=0)).state == "reset"
    with pytest.raises(Refusal, match="not_found"):
        world.do(ben, AddReaction(message=early, emoji="👍"))


def test_threads_count_their_replies(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    root = world.post(ana, room, "root")
    replies = [world.post(ben, room, f"reply {n}", thread=root) for n in range(3)]
    world.do(ben, DeleteMessage(message=replies[1]))
    [message] = world.ask(ana, GetHistory(room=room)).messages
    assert (message.replies.count, message.replies.last_no) == (2, 3)
    page = world.ask(ana, GetHistory(room=room, thread=root))
    assert [m.no for m in page.messages] == [1, 2, 3]
    snapshot = world.ask(ana, GetRoom(room=room))
    assert (snapshot.head_no, snapshot.threads[root].following) == (1, True)


def test_snapshot_has_pins_members_and_position(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    message = world.post(ben, room, "pin me")
    world.do(ana, PinMessage(message=message))
    snapshot = world.ask(ben, GetRoom(room=room))
    assert [m.id for m in snapshot.pins] == [message]
    assert {m.person: m.role for m in snapshot.members} == {ana: "facilitator", ben: "member"}
    assert (snapshot.me.read_no, snapshot.head_no, snapshot.room.member_count) == (1, 1, 2)
    assert snapshot.cursor.seq == len(logged(world, room))


def test_a_live_room_keeps_a_facilitator(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    with pytest.raises(Refusal, match="last_facilitator"):
        world.do(ana, LeaveRoom(room=room))


def test_settings_of_the_writers_connection(database: Database) -> None:
    """P1 rests on these."""
    with database.writing.connect() as connection, connection.begin():
        if database.dialect == "sqlite":
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("SHOW fsync").scalar() == "on"
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "2s"


@pytest.mark.promise_p5
async def test_a_standing_of_a_transaction_that_failed_is_not_remembered(world: World) -> None:
    """Ben joins and posts in a transaction that is rolled back; alone, his post must be refused."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana)
    writer = Writer(world.database, lambda: START * 2, gather=0)
    writer._loop = asyncio.get_running_loop()
    joining = job(ben, JoinRoom(room=room))
    act, calls = joining.act, []

    def once(facts: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise Refusal("busy")
        return act(facts)

    joining.act = once
    bad = job(ana, PostMessage(room=room, body="bad"))
    broken: Any = lambda facts: facts._transaction.connection.execute(text("SELECT * FROM no"))  # noqa: E731
    bad.act = broken
    jobs = [joining, job(ben, PostMessage(room=room, body="not yet")), bad]
    futures = [writer.submit(one) for one in jobs]
    writer.start()
    done = await asyncio.gather(*futures, return_exceptions=True)
    await writer.stop()
    assert [getattr(d, "code", type(d).__name__) for d in done][:2] == ["busy", "not_a_member"]
