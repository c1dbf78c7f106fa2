"""What the hot path costs, counted: a regression check that no slow machine can fail.

Transactions, statements, function calls and writes, never time. Each ceiling is what was counted
when it was set plus about a quarter (calls differ a little between Pythons). Where a change is
meant, run this file with `-rP`, which prints what was counted, and set the ceilings anew in the
same commit, saying why; where a count fell well below, lower its ceiling too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from chat.app import App
from storage.writer import Writer, carry_out_now
from tests.contract.writer_kit import Clock, post
from tests.unit.costs_kit import (
    Wire,
    calls,
    carried_out,
    frame,
    node,
    queued,
    statements,
    told,
    watching,
)
from tests.world import World, job

BATCH = 64
STATEMENTS_A_BATCH = 15  # 12: begin, locks, once, inserts, the index (3), heads, who has read
STATEMENTS_OF_FIRST_POSTS = 250  # 200: standings, and what is looked at in each room
CALLS_A_POST_IN_THE_WRITER = 141  # 113, of which 16 find its words, 9 ask what looks at it
CALLS_A_POST_ON_ITS_WAY_IN = 51  # 41
CALLS_A_POST_ON_ITS_WAY_OUT = 24  # 19
CALLS_A_WRITE = 4  # connection, sink, and two inside the sink that are this test's own


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    async with node(tmp_path) as app:
        yield app


@pytest.fixture
def world(app: App) -> World:
    return World(app.database)


class TestWriter:
    """The append function."""

    async def test_a_batch_is_one_transaction_of_few_statements(self, world: World) -> None:
        """Nor does it matter how many rooms it is for, once their standings are remembered."""
        ana = world.person("Ana")
        rooms = [world.room(ana, name=f"Room {n}") for n in range(BATCH)]
        writer = Writer(world.database, Clock(world), gather=0)
        cold = carried_out(writer, [job(ana, post(room)) for room in rooms])
        assert told("statements of a first batch for 64 rooms", cold) <= STATEMENTS_OF_FIRST_POSTS
        for name, into in (("one room", [rooms[0]] * BATCH), ("64 rooms", rooms)):
            jobs = [job(ana, post(room, str(n), f"{name}{n}")) for n, room in enumerate(into)]
            counted = carried_out(writer, jobs)
            assert told(f"statements of a batch for {name}", counted) <= STATEMENTS_A_BATCH
        assert writer.counters.commits == 3
        assert writer.counters.commands == 3 * BATCH

    async def test_calls_of_a_post(self, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        writer = Writer(world.database, Clock(world), gather=0)
        counted = []
        # The first compiles statements and fills caches.
        for name in "ab":
            jobs = [job(ana, post(room, f"Post {n}", f"{name}{n}")) for n in range(BATCH)]
            entries = queued(writer, jobs)
            counted.append(calls(partial(writer._carry_out, entries)) / BATCH)
        assert told("calls of a post in the writer", counted[1]) <= CALLS_A_POST_IN_THE_WRITER


class TestLoop:
    """What the event loop does for a post: in, out, and to each reader."""

    async def test_calls_on_the_way_in(self, app: App, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        connection, wire = await watching(app, ana, [{"stream": room}])
        frames = [
            frame("message.post", room=room, body=f"Post {n}", client_id=f"c{n}")
            for n in range(BATCH // 2)
        ]

        def arrive() -> None:
            for payload in frames:
                connection.text(payload)

        counted = told("calls on the way in", calls(arrive) / len(frames))
        events = b'{"type":"event"'
        await wire.until(lambda: len(wire.texts(events)) == len(frames))
        assert counted <= CALLS_A_POST_ON_ITS_WAY_IN

    async def test_calls_on_the_way_out(self, app: App, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        await watching(app, ana, [{"stream": room}])
        jobs = [job(ana, post(room, f"Post {n}")) for n in range(BATCH)]
        outcomes = carry_out_now(app.database, jobs, world.now)

        def publish() -> None:
            for outcome in outcomes:
                app.fanout.publish(outcome.events)

        assert told("calls on the way out", calls(publish) / BATCH) <= CALLS_A_POST_ON_ITS_WAY_OUT
        assert app.fanout.hub.writes == 0, "one tick gathers"

    async def test_one_write_a_reader_of_the_same_bytes(self, app: App, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        hub = app.fanout.hub
        wires: list[Wire] = []
        counted = []
        for readers in (100, 200):
            wires += [(await watching(app, ana, [{"stream": room}]))[1] for _ in range(100)]
            for wire in wires:
                wire.batches.clear()
            hub.writes = hub.deliveries = 0
            jobs = [job(ana, post(room, f"Post {n}")) for n in range(BATCH)]
            for outcome in carry_out_now(app.database, jobs, world.now):
                app.fanout.publish(outcome.events)
            counted.append(calls(partial(hub._flush, hub._channels[room])))
            assert (hub.writes, hub.deliveries) == (readers, readers * BATCH)
            assert {len(wire.batches) for wire in wires} == {1}
            assert len({id(wire.batches[0].wire) for wire in wires}) == 1, "copied"
        each = (counted[1] - counted[0]) / 100
        assert told("calls of a write to a reader", each) <= CALLS_A_WRITE

    async def test_a_hot_room_is_flushed_at_its_pace(self, app: App, world: World) -> None:
        """However many events come within a window, a watcher gets two writes: now, and then."""
        ana = world.person("Ana")
        room = world.room(ana)
        _, wire = await watching(app, ana, [{"stream": room}])
        wire.batches.clear()
        hub = app.fanout.hub
        jobs = [job(ana, post(room, str(n))) for n in range(20)]
        for n, outcome in enumerate(carry_out_now(app.database, jobs, world.now)):
            app.fanout.publish(outcome.events)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            if n == 0:
                assert hub.writes == 1, "a quiet room's event leaves at once"
                # However slow this machine is, the window lasts.
                hub._channels[room].flushed += 3600
        assert hub.writes == 1
        hub._flush_due(hub._channels[room])
        assert (hub.writes, hub.deliveries) == (2, 20)
        assert len(wire.batches) == 2


class TestComingBack:
    """A resume costs what was missed, not how many rooms were quiet."""

    async def test_quiet_rooms_cost_nothing_more(self, app: App, world: World) -> None:
        ana = world.person("Ana")
        rooms = [world.room(ana, name=f"Room {n}") for n in range(60)]
        await watching(app, ana, [{"stream": room} for room in rooms])
        with app.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT id, epoch, head_seq FROM stream").all()
        cursors = {row[0]: {"stream": row[0], "epoch": row[1], "after_seq": row[2]} for row in rows}
        counted = []
        for some in (rooms[:10], rooms):
            with statements(app.database.reading) as found:
                await watching(app, ana, [cursors[room] for room in some])
            counted.append(told("statements of a resume", len(found)))
            assert not [text for text in found if "FROM event" in text]
        assert counted[0] == counted[1]

    async def test_what_the_ring_has_is_not_asked_of_sql(self, app: App, world: World) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        await watching(app, ana, [{"stream": room}])
        jobs = [job(ana, post(room, str(n))) for n in range(BATCH)]
        for outcome in carry_out_now(app.database, jobs, world.now):
            app.fanout.publish(outcome.events)
        with app.database.read() as reading:
            row = reading.exec_driver_sql(
                "SELECT epoch, head_seq FROM stream WHERE id = ?", (room,)
            ).one()
        with statements(app.database.reading) as found:
            cursor = {"stream": room, "epoch": row[0], "after_seq": row[1] - BATCH}
            _, wire = await watching(app, ana, [cursor])
        assert len(wire.texts(b'{"type":"event"')) == BATCH
        assert not [text for text in found if "FROM event" in text]

    async def test_the_answer_is_one_write(self, app: App, world: World) -> None:
        ana = world.person("Ana")
        rooms = [world.room(ana, name=f"Room {n}") for n in range(10)]
        quiet = [{"stream": room, "mode": "summary"} for room in rooms[1:]]
        await watching(app, ana, [{"stream": rooms[0]}, *quiet])
        jobs = [job(ana, post(room, "hello")) for room in rooms]
        with app.database.read() as reading:
            rows = reading.exec_driver_sql("SELECT id, epoch, head_seq FROM stream").all()
        at = {row[0]: {"epoch": row[1], "after_seq": row[2]} for row in rows}
        for outcome in carry_out_now(app.database, jobs, world.now):
            app.fanout.publish(outcome.events)
        cursors = [{"stream": rooms[0], **at[rooms[0]]}, *({**q, **at[q["stream"]]} for q in quiet)]
        _, wire = await watching(app, ana, cursors)
        kinds = [[json.loads(text)["type"] for text in batch.texts] for batch in wire.batches]
        assert kinds == [["welcome"], ["event", "summary", "presence", "ok"]]
