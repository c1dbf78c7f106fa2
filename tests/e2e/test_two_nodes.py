"""Two nodes over PostgreSQL and Redis: moderation and leaving across them, and Redis away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.database import Database
from tests import servers
from tests.e2e.town import Inside, Town, serving_inside
from tests.e2e.wire import Wire, api, enter
from tests.servers import Running

HEALTHY, REPAIRED = 1.0, 5.0
"""Promise P7: seconds until access that ended is felt, with the bus and without."""


@dataclass
class Pair:
    """Two nodes of one community, and the Redis between them."""

    town: Town
    redis: Running
    nodes: list[Inside] = field(default_factory=list)
    again: Running | None = None

    async def enter(self, number: int, person: str) -> Wire:
        """Somebody, connected to a node."""
        return await enter(self.nodes[number].url, self.town.key(person))

    async def until(self, *, connected: bool) -> None:
        """Wait until both nodes have, or miss, their bus."""
        async with asyncio.timeout(20):
            while {node.app.fanout.bus.connected for node in self.nodes} != {connected}:
                await asyncio.to_thread(lambda: None)

    async def kill(self) -> None:
        """Redis is gone, without a word."""
        assert self.redis.process is not None
        self.redis.process.kill()
        await asyncio.to_thread(self.redis.process.wait)

    async def restart(self) -> None:
        """And back, empty."""
        port = int(self.redis.url.rsplit(":", 1)[1].split("/")[0])
        self.again = await asyncio.to_thread(servers.own_redis, port)


@pytest.fixture
async def pair(fresh_postgres: str, own_redis: Running, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two nodes that hear each other."""
    database = Database(fresh_postgres)
    found = Pair(Town(database), own_redis)
    async with AsyncExitStack() as stack:
        for number in range(2):
            node = serving_inside(found.town, tmp_path / str(number), redis_url=own_redis.url)
            found.nodes.append(await stack.enter_async_context(node))
        await found.until(connected=True)
        yield found
    if found.again:
        found.again.stop()
    database.close()


def bodies(wire: Wire, room: str) -> list[str]:
    """What was posted in a room, as it came."""
    return [e["data"]["body"] for e in wire.events(room) if e["kind"] == "message.posted"]


@pytest.mark.promise_p5
@pytest.mark.promise_p7
async def test_a_removal_on_one_node_binds_and_is_felt_on_the_other(pair: Pair) -> None:
    ana, ben = pair.town.person("Ana"), pair.town.person("Ben")
    room = pair.town.room(ana, ben, access="open")
    async with await pair.enter(0, ana) as one, await pair.enter(1, ben) as two:
        for wire in (one, two):
            await wire.watch(room)
        await one.ask("room.change", room=room, access="invite")
        assert (await one.ask("room.remove", room=room, person=ben))["type"] == "ok"
        assert await two.refused("message.post", room=room, body="still?") == "not_found"
        await two.until(lambda: [f for f in two.frames if f["type"] == "unsubscribed"], HEALTHY)
        await one.ask("message.post", room=room, body="among us")
        assert await two.refused("room.snapshot", room=room) == "not_found"
        await one.until(lambda: bodies(one, room) == ["among us"])
        assert bodies(two, room) == []


@pytest.mark.promise_p7
async def test_signing_out_on_one_node_closes_sockets_on_the_other(pair: Pair) -> None:
    ana = pair.town.person("Ana")
    session = pair.town.session(ana)
    async with await enter(pair.nodes[1].url, session) as wire:
        async with api(pair.nodes[0].url, session) as http:
            assert (await http.post("/sign-out")).status_code == 200
        assert await wire.until_closed(HEALTHY) == 4101


@pytest.mark.promise_p4
@pytest.mark.promise_p7
async def test_without_redis_everything_comes_a_little_later(pair: Pair) -> None:
    """Killed in the midst of traffic: every client has every event, leaving is felt, and admins
    are told."""
    owner, ana, ben = pair.town.person("Olga", "owner"), *map(pair.town.person, ("Ana", "Ben"))
    room, other = pair.town.room(ana, ben), pair.town.room(ana, ben)
    session = pair.town.session(ben)
    admin = await pair.enter(1, owner)
    one, two = await pair.enter(0, ana), await enter(pair.nodes[1].url, session)
    for wire in (one, two):
        await wire.watch(room)
    await two.watch(other)
    refs: list[tuple[Wire, str]] = []
    for n in range(60):
        if n == 20:
            await pair.kill()
        for wire, name in ((one, "a"), (two, "b")):
            refs.append((wire, await wire.send("message.post", room=room, body=f"{name}{n}")))
    for wire, ref in refs:
        assert (await wire.answer(ref))["type"] == "ok"
    for wire in (one, two):
        await wire.until(lambda: len(bodies(wire, room)) == 120, 10.0)  # noqa: B023
    assert bodies(one, room) == bodies(two, room)
    assert [e["seq"] for e in one.events(room)] == [e["seq"] for e in two.events(room)]
    repaired = [node.app.fanout.gate for node in pair.nodes]
    assert sum(gate.repaired for gate in repaired) >= 20
    assert (await pair_ready(pair)) == [200, 200]
    # Leaving, without the bus.
    await one.ask("room.change", room=other, access="invite")
    assert (await one.ask("room.remove", room=other, person=ben))["type"] == "ok"
    await two.until(lambda: [f for f in two.frames if f["type"] == "unsubscribed"], REPAIRED)
    async with api(pair.nodes[0].url, session) as http:
        assert (await http.post("/sign-out")).status_code == 200
    assert await two.until_closed(REPAIRED) == 4101
    # Admins are told, and told when it is over.
    await admin.until_frames("notices")
    await pair.restart()
    frames = await admin.until_frames("notices", 2)
    assert [frame["active"] for frame in frames] == [["bus_away"], []]
    await pair.until(connected=True)
    again = await pair.enter(1, ben)
    await again.watch(room)
    await one.ask("message.post", room=room, body="healed")
    await again.until(lambda: bodies(again, room) == ["healed"])
    for wire in (admin, one, two, again):
        await wire.socket.close()


async def pair_ready(pair: Pair) -> list[int]:
    """Whether the nodes say that they may take traffic."""
    found = []
    for node in pair.nodes:
        async with api(node.url) as http:
            found.append((await http.get(node.url + "/readyz")).status_code)
    return found


@pytest.mark.promise_p4
async def test_redis_throws_listeners_out_in_the_midst_of_traffic(pair: Pair) -> None:
    ana, ben = pair.town.person("Ana"), pair.town.person("Ben")
    room = pair.town.room(ana, ben)
    redis = Redis.from_url(pair.redis.url)
    async with await pair.enter(0, ana) as one, await pair.enter(1, ben) as two:
        for wire in (one, two):
            await wire.watch(room)
        for n in range(40):
            if n % 10 == 5:
                await redis.client_kill_filter(_type="pubsub")
            for wire, name in ((one, "a"), (two, "b")):
                await wire.send("message.post", room=room, body=f"{name}{n}")
        for wire in (one, two):
            await wire.until(lambda: len(bodies(wire, room)) == 80, 10.0)  # noqa: B023
        assert bodies(one, room) == bodies(two, room)
    await redis.aclose()


async def test_presence_and_typing_cross_the_nodes(pair: Pair) -> None:
    ana, ben = pair.town.person("Ana"), pair.town.person("Ben")
    room = pair.town.room(ana, ben)
    async with await pair.enter(0, ana) as one:
        await one.watch(room)
        async with await pair.enter(1, ben) as two:
            await two.watch(room)

            def state(of: str) -> str | None:
                frames = [f for f in one.frames if f["type"] == "presence" and of in f["people"]]
                return frames[-1]["people"][of] if frames else None

            await one.until(lambda: state(ben) == "online")
            answer = await two.ask("room.snapshot", room=room)
            assert answer["result"]["online"] == {ana: "online", ben: "online"}
            await two.send("typing", room=room)
            [typing] = await one.until_frames("typing")
            assert typing["person"] == ben
        await one.until(lambda: state(ben) == "offline")
