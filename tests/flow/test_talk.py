"""What clients see: order, catching up, background rooms, leaving, falling behind."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import pytest

from chat import gate as gate_module
from chat.app import App
from chat.bus.memory import Exchange
from protocol import limits
from protocol.commands import EditMessage, SuspendPerson
from tests.fakes import Client
from tests.flow.conftest import Node, join
from tests.world import World, actor


def _reached(items: list[str], count: int) -> bool:
    return len(items) >= count


def _heard(client: Client, room: str, count: int) -> bool:
    return len(client.sink.events(room)) >= count


def seqs(client: Client, stream: str) -> list[int]:
    """Seqs of a stream's events, in the order they came."""
    return [event["seq"] for event in client.sink.events(stream)]


async def test_two_people_talk(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one, two = join(app, ana), join(app, ben)
    await one.watch(room)
    await two.watch(room)
    answer = await one.ask("message.post", room=room, body="Hello", client_id="x")
    event = (await two.sink.until(lambda: two.sink.events(room)))[0]
    assert answer["seq"] == event["seq"]
    assert (event["kind"], event["no"], event["data"]["body"]) == ("message.posted", 1, "Hello")
    assert event["data"]["id"] == answer["result"]["message"]


@pytest.mark.promise_p4
async def test_coming_back_gets_every_event_missed(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    message = world.post(ana, room, "before")
    two = join(app, ben)
    at = (await two.watch(room))["seq"]
    two.close()
    one = join(app, ana)
    await one.watch(room)
    for n in range(5):
        await one.ask("message.post", room=room, body=f"missed {n}")
    world.do(ana, EditMessage(message=message, body="edited meanwhile"))
    await app.fanout.repair_now()
    again = join(app, ben)
    state = await again.watch(room, at)
    assert state["state"] == "current"
    await again.sink.until(lambda: len(again.sink.events(room)) >= 6)
    assert seqs(again, room) == list(range(at + 1, at + 7))
    assert again.sink.events(room)[-1]["kind"] == "message.edited"


@pytest.mark.promise_p4
async def test_resuming_while_others_post_leaves_no_hole_and_no_double(
    app: App, world: World
) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one = join(app, ana)
    await one.watch(room)
    posted: list[str] = []

    async def post() -> None:
        for n in range(60):
            answer = await one.ask("message.post", room=room, body=str(n))
            posted.append(answer["ref"])

    async def come_and_go() -> list[int]:
        seen: list[int] = []
        for _ in range(12):
            client = join(app, ben)
            await client.watch(room, seen[-1] if seen else 0)
            goal = len(posted) + 3
            await one.sink.until(partial(_reached, posted, min(goal, 60)))
            seen += seqs(client, room)
            client.close()
        return seen

    writing = asyncio.create_task(post())
    seen = await come_and_go()
    await writing
    last = join(app, ben)
    await last.watch(room, seen[-1] if seen else 0)
    seen += seqs(last, room)
    assert seen == list(range(1, len(seen) + 1))
    assert seen[-1] == app.fanout.gate.position(room)


@pytest.mark.promise_p4
@pytest.mark.parametrize("deaf", [False, True])
async def test_two_nodes_see_the_same_order(
    node: Node, exchange: Exchange, app: App, world: World, deaf: bool
) -> None:
    other = await node()
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    here, there = join(app, ana), join(other, ben)
    start = (await here.watch(room))["seq"]
    await there.watch(room)
    if deaf:
        # A bus that delivers nothing: what it loses is found in SQL.
        exchange.channels.clear()
    for n in range(10):
        await here.ask("message.post", room=room, body=f"a{n}")
        await there.ask("message.post", room=room, body=f"b{n}")
    if deaf:
        await asyncio.gather(app.fanout.repair_now(), other.fanout.repair_now())
    want = list(range(start + 1, start + 21))
    for client in (here, there):
        await client.sink.until(partial(_heard, client, room, 20))
        assert seqs(client, room) == want
    bodies = [[e["data"]["body"] for e in c.sink.events(room)] for c in (here, there)]
    assert bodies[0] == bodies[1]
    if deaf:
        assert app.fanout.gate.repaired + other.fanout.gate.repaired >= 10


async def test_disorder_on_the_bus_is_put_in_order(app: App, world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    client = join(app, ana)
    start = (await client.watch(room))["seq"]
    for n in range(3):
        world.post(ana, room, str(n))
    envelopes = await app.fanout.events_after(room, start)
    for envelope in (envelopes[2], envelopes[0], envelopes[2], envelopes[1], envelopes[0]):
        app.fanout.gate.take(envelope)
    await client.sink.until(lambda: len(client.sink.events(room)) >= 3)
    assert seqs(client, room) == [start + 1, start + 2, start + 3]
    assert app.fanout.gate.repaired == 0


async def test_a_gap_is_filled_from_sql(
    app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "PATIENCE", 0.0)
    ana = world.person("Ana")
    room = world.room(ana)
    client = join(app, ana)
    start = (await client.watch(room))["seq"]
    for n in range(4):
        world.post(ana, room, str(n))
    envelopes = await app.fanout.events_after(room, start)
    app.fanout.gate.take(envelopes[3])
    await client.sink.until(lambda: len(client.sink.events(room)) >= 4)
    assert seqs(client, room) == [start + 1, start + 2, start + 3, start + 4]


async def test_a_background_room_sends_heads_only(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one, two = join(app, ana), join(app, ben)
    await one.watch(room)
    at = (await two.watch(room, mode="summary"))["seq"]
    for _ in range(3):
        await one.ask("message.post", room=room, body=f"for <@{ben}>")

    def summary() -> Any:
        return next((f for f in two.sink.frames if f["type"] == "summary"), None)

    frame = await two.sink.until(summary)
    assert frame["streams"] == [{"stream": room, "seq": at + 3, "no": 3, "mentioned": 3}]
    assert two.sink.events(room) == []
    await two.watch(room, at)
    assert len(two.sink.events(room)) == 3


@pytest.mark.promise_p7
async def test_a_removed_member_hears_nothing_more(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one, two = join(app, ana), join(app, ben)
    await one.watch(room)
    await two.watch(room)
    await one.ask("room.change", room=room, access="invite")
    await one.ask("room.remove", room=room, person=ben)
    await one.ask("message.post", room=room, body="he is gone")
    gone = await two.sink.until(lambda: [f for f in two.sink.frames if f["type"] == "unsubscribed"])
    assert gone == [{"type": "unsubscribed", "stream": room, "why": "removed"}]
    assert two.sink.events(room)[-1]["kind"] == "member.left"
    assert (await two.watch(room, 0))["why"] == "not_found"
    assert (await two.ask("room.snapshot", room=room))["code"] == "not_found"


@pytest.mark.promise_p7
@pytest.mark.attack
async def test_a_removal_during_a_subscription_wins(
    app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right is read, then taken, then the subscription goes on: it must notice."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one = join(app, ana)
    await one.watch(room)
    await one.ask("room.change", room=room, access="invite")
    authorise = app.live.subscribing._authorise

    async def slow(connection: Any, cursors: Any) -> Any:
        watches = await authorise(connection, cursors)
        await one.ask("room.remove", room=room, person=ben)
        return watches

    monkeypatch.setattr(app.live.subscribing, "_authorise", slow)
    two = join(app, ben)
    state = await two.watch(room, 0)
    assert state["state"] == "refused"
    await one.ask("message.post", room=room, body="secret")
    assert "secret" not in json.dumps(two.sink.frames)


@pytest.mark.promise_p7
async def test_closing_a_room_sends_visitors_away(app: App, world: World) -> None:
    ana, visitor = world.person("Ana"), world.person("Vera")
    room = world.room(ana)
    one, two = join(app, ana), join(app, visitor)
    assert (await two.watch(room))["state"] == "current"
    await one.watch(room)
    await one.ask("room.change", room=room, access="invite")
    await one.ask("message.post", room=room, body="among us")
    await two.sink.until(lambda: [f for f in two.sink.frames if f["type"] == "unsubscribed"])
    assert "among us" not in json.dumps(two.sink.frames)


@pytest.mark.promise_p6
async def test_a_congested_client_is_let_go_and_told_to_catch_up(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one, two = join(app, ana), join(app, ben)
    await one.watch(room)
    at = (await two.watch(room))["seq"]
    two.connection.congested()
    for n in range(3):
        await one.ask("message.post", room=room, body=str(n))
    assert two.sink.events(room) == []
    two.connection.writable()
    assert two.sink.frames[-1] == {"type": "lagging"}
    await two.watch(room, at)
    assert len(two.sink.events(room)) == 3


async def test_signals_are_dropped_for_the_slow(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one, two = join(app, ana), join(app, ben)
    await one.watch(room)
    await two.watch(room)
    two.sink.backlog = 10**6
    one.send("typing", room=room)
    two.sink.backlog = 0
    one.send("typing", room=room, typing=False)
    frames = await two.sink.until(lambda: [f for f in two.sink.frames if f["type"] == "typing"])
    assert frames[-1]["person"] == ana


async def test_a_busy_room_is_flushed_together(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one, two = join(app, ana), join(app, ben)
    await two.watch(room)
    before = two.sink.writes
    refs = [one.send("message.post", room=room, body=str(n)) for n in range(50)]
    await one.sink.until(lambda: all(one.sink.answer(ref) for ref in refs))
    await two.sink.until(lambda: len(two.sink.events(room)) == 50)
    assert two.sink.writes - before <= 10


async def test_too_many_requests_stop_the_reading(app: App, world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    client = join(app, ana)
    refs = [client.send("message.post", room=room, body=str(n)) for n in range(limits.IN_FLIGHT)]
    assert client.sink.paused
    await client.sink.until(lambda: all(client.sink.answer(ref) for ref in refs))
    assert not client.sink.paused


async def test_posting_keeps_the_order_of_one_client(app: App, world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    client = join(app, ana)
    await client.watch(room)
    for n in range(40):
        client.send("message.post", room=room, body=str(n))
        client.send("directory.people") if n % 7 == 0 else None
    await client.sink.until(lambda: len(client.sink.events(room)) == 40)
    assert [e["data"]["body"] for e in client.sink.events(room)] == [str(n) for n in range(40)]


async def test_presence_is_told_in_the_rooms_one_watches(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one = join(app, ana)
    await one.watch(room)
    two = join(app, ben)
    await two.watch(room)

    def state(of: str) -> Any:
        frames = [f for f in one.sink.frames if f["type"] == "presence" and of in f["people"]]
        return frames[-1]["people"][of] if frames else None

    await one.sink.until(lambda: state(ben) == "online")
    two.send("presence.ping", active=False)
    await one.sink.until(lambda: state(ben) == "idle")
    two.close()
    await one.sink.until(lambda: state(ben) == "offline")


async def test_reading_on_one_device_is_told_to_the_other(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    for n in range(3):
        world.post(ana, room, f"{n} <@room>")
    phone, desk = join(app, ben), join(app, ben)
    answer = await phone.ask("read.mark", room=room, no=2)
    assert answer["result"] == {"read_no": 2, "unread_from": None, "mentions": 1}
    frame = await desk.sink.until(lambda: [f for f in desk.sink.frames if f["type"] == "read"])
    assert (frame[0]["read_no"], frame[0]["mentions"]) == (2, 1)


@pytest.mark.promise_p7
async def test_an_ended_session_closes_its_connections(app: App, world: World) -> None:
    """Sessions that the database no longer knows, should the news of their end be lost."""
    client = join(app, world.person("Ana"))
    await app.live.recheck()
    await client.sink.until(lambda: client.sink.closed_with == 4101)


@pytest.mark.promise_p7
async def test_who_was_just_coming_in_when_it_ended_is_found_at_once(
    app: App, world: World
) -> None:
    """Looked up before the end, welcomed after it: nobody waits for the next round."""
    owner, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
    assert app.live._task is not None
    app.live._task.cancel()
    await app.dispatch.submit(actor(owner), SuspendPerson(person=ana))
    late, other = join(app, ana), join(app, ben)
    assert await late.sink.until(lambda: late.sink.closed_with) == 4101
    assert other.sink.closed_with is None


@pytest.mark.promise_p8
async def test_a_deleted_text_is_not_replayed_from_memory(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one = join(app, ana)
    at = (await one.watch(room))["seq"]
    answer = await one.ask("message.post", room=room, body="canary")
    await one.ask("message.edit", message=answer["result"]["message"], body="canary again")
    await one.ask("message.post", room=room, body="kept")
    await one.ask("message.delete", message=answer["result"]["message"])
    two = join(app, ben)
    await two.watch(room, at)
    assert len(two.sink.events(room)) == 4
    assert "canary" not in json.dumps(two.sink.frames)
