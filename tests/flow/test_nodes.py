"""Two nodes on one bus: what one must tell the other besides events."""

from __future__ import annotations

import asyncio

import pytest

from accounts.bots import Secrets
from chat import codec
from chat import gate as gate_module
from chat.app import App
from chat.bus.memory import Exchange, MemoryBus
from chat.envelope import Envelope
from chat.fanout import CONTROL
from chat.seal import Seal
from protocol.bots import CreateBot, SetOutgoing
from protocol.commands import ChangeCommunity
from storage.accounts import bot_jobs
from tests.fakes import Client
from tests.flow.conftest import Node, join
from tests.world import World, actor


def heard(client: Client, room: str, count: int) -> bool:
    """Whether so many events of a room came."""
    return len(client.sink.events(room)) >= count


@pytest.mark.promise_p8
async def test_what_one_node_forgets_no_node_replays(node: Node, app: App, world: World) -> None:
    other = await node()
    ana = world.person("Ana")
    room = world.room(ana)
    here, there = join(app, ana), join(other, ana)
    at = (await here.watch(room))["seq"]
    await there.watch(room)
    await here.ask("message.post", room=room, body="x")
    await there.sink.until(lambda: heard(there, room, 1))
    assert other.fanout.gate.since(room, at)
    app.fanout.forget(room)
    await there.ask("message.post", room=room, body="y")
    assert app.fanout.gate.since(room, at) is None
    assert other.fanout.gate.since(room, at) is None


@pytest.mark.promise_p8
async def test_after_doubt_nothing_is_replayed_from_memory(app: App, world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    one = join(app, ana)
    at = (await one.watch(room))["seq"]
    for n in range(3):
        await one.ask("message.post", room=room, body=str(n))
    app.fanout._doubted()
    assert app.fanout.gate.since(room, at) is None
    two = join(app, ana)
    assert (await two.watch(room, at))["state"] == "current"
    assert len(two.sink.events(room)) == 3


@pytest.mark.promise_p7
async def test_forgotten_while_somebody_subscribes(
    app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came since the right was read is not in memory: the right is read anew."""
    ana = world.person("Ana")
    room = world.room(ana)
    one = join(app, ana)
    at = (await one.watch(room))["seq"]
    # Not in memory either, so that it is read from SQL: only that waits.
    await one.ask("message.post", room=room, body="before")
    app.fanout.gate.forget(room)
    missed, times = app.live.subscribing._missed, 0

    async def slow(*args: object) -> object:
        nonlocal times
        times += 1
        if times == 1:
            await one.ask("message.post", room=room, body="meanwhile")
            app.fanout.gate.forget(room)
        return await missed(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(app.live.subscribing, "_missed", slow)
    two = join(app, ana)
    assert (await two.watch(room, at))["state"] == "current"
    assert times == 2
    assert [e["data"]["body"] for e in two.sink.events(room)] == ["before", "meanwhile"]


async def test_the_community_s_name_is_right_on_every_node(
    node: Node, app: App, world: World
) -> None:
    other = await node()
    olga = world.person("Olga", "owner")
    one = join(app, olga)
    await app.dispatch.submit(actor(olga), ChangeCommunity(ref="1", name="Casino"))

    async def name() -> str:
        async with asyncio.timeout(10):
            while other.live.community != "Casino":
                await one.ask("overview")
        return other.live.community

    assert await name() == "Casino"
    assert join(other, olga).sink.frames[0]["community"] == "Casino"


async def test_every_node_knows_who_is_told_at_an_address(
    node: Node, app: App, world: World
) -> None:
    """Or what is asked of a bot through another node waits for the next sweep, up to a minute."""
    other = await node()
    olga = world.person("Olga", "owner")
    one = join(app, olga)
    made = CreateBot(username="teller", name="Teller")
    secrets = Secrets(token_hash="h", signing_secret="5" * 32)
    created = await app.run(bot_jobs.create(actor(olga), made, secrets))
    bot = created.result["person"].id
    await app.run(bot_jobs.tell(actor(olga), bot, SetOutgoing(url="http://127.0.0.1:9/")))
    await app.deliveries.changed()
    async with asyncio.timeout(10):
        while bot not in other.deliveries._followed:
            await one.ask("overview")


@pytest.mark.promise_p4
async def test_a_long_lost_tail_is_read_to_its_end(
    app: App, world: World, exchange: Exchange, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_module, "READ", 5)
    other = await node()
    ana = world.person("Ana")
    room = world.room(ana)
    there = join(other, ana)
    at = (await there.watch(room))["seq"]
    read = other.fanout.gate._read_events

    async def five(stream: str, after: int, upto: int | None) -> object:
        return (await read(stream, after, upto))[:5]

    monkeypatch.setattr(other.fanout.gate, "_read_events", five)
    for n in range(23):
        world.post(ana, room, str(n))
    await other.fanout.repair_now()
    await there.sink.until(lambda: heard(there, room, 23))
    seqs = [e["seq"] for e in there.sink.events(room)]
    assert seqs == list(range(at + 1, at + 24))
    gate = other.fanout.gate
    assert (gate.repaired, gate.holes) == (23, 0)
    assert gate.tails == 5


async def test_a_repair_that_fails_is_tried_again(
    app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PATIENCE", "AGAIN"):
        monkeypatch.setattr(gate_module, name, 0.0)
    ana = world.person("Ana")
    room = world.room(ana)
    client = join(app, ana)
    await client.watch(room)
    gate, failures = app.fanout.gate, 3
    read = gate._read_events

    async def failing(stream: str, after: int, upto: int | None) -> object:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OSError("away")
        return await read(stream, after, upto)

    monkeypatch.setattr(gate, "_read_events", failing)
    world.post(ana, room, "lost")
    await app.fanout.repair_now()
    await client.sink.until(lambda: heard(client, room, 1))


@pytest.mark.attack
async def test_what_no_node_of_ours_said_is_dropped(
    node: Node, app: App, world: World, exchange: Exchange
) -> None:
    """Somebody who can publish into Redis shows nobody anything and ends nobody's session."""
    ana = world.person("Ana")
    room, other = world.room(ana), world.room(ana)
    one = join(app, ana)
    at = (await one.watch(room))["seq"]
    await one.watch(other)
    overheard: list[tuple[str, bytes]] = []
    spy = MemoryBus(exchange)
    await spy.start(lambda channel, data: overheard.append((channel, data)), lambda: None)
    for channel in (room, other, CONTROL):
        await spy.subscribe(channel)
    second = await node()
    there = join(second, ana)
    await there.watch(other)
    await there.ask("message.post", room=other, body="real")
    await one.sink.until(lambda: heard(one, other, 1))
    genuine = next(data for channel, data in overheard if channel == other)
    lie = Envelope(stream=room, seq=at + 1, payload=b'{"type":"event"}')
    end = Envelope(stream=ana, seq=1, payload=b"", ends="* signed_out")
    before = len(one.sink.frames)
    spy.publish(room, codec.pack(lie))
    spy.publish(room, bytes(16) + codec.pack(lie))
    spy.publish(CONTROL, Seal(b"another secret").put(CONTROL, codec.pack(end)))
    spy.publish(room, genuine)
    spy.publish(room, b"")
    await one.ask("message.post", room=room, body="and on")
    await one.sink.until(lambda: heard(one, room, 1))
    assert app.fanout.forged == 5
    assert one.sink.closed_with is None
    assert [f["type"] for f in one.sink.frames[before:]].count("event") == 1
