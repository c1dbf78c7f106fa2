"""The bus: one suite over every implementation, and what only Redis can do wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis

from chat.bus.base import Bus
from chat.bus.memory import Exchange, MemoryBus
from chat.bus.redis import RedisBus
from tests.servers import Running

Make = Callable[[], Awaitable["Node"]]


class Node:
    """A bus and what it received."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.got: list[tuple[str, bytes]] = []
        self.doubts = 0
        self._news = asyncio.Event()

    async def start(self) -> Node:
        """Begin."""
        await self.bus.start(self._receive, self._doubt)
        return self

    def _receive(self, channel: str, data: bytes) -> None:
        self.got.append((channel, data))
        self._news.set()

    def _doubt(self) -> None:
        self.doubts += 1
        self._news.set()

    def doubted(self) -> bool:
        """Whether it began."""
        return self.doubts > 0

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition()`; looked at whenever something came."""
        async with asyncio.timeout(15):
            while not condition():
                self._news.clear()
                await self._news.wait()


@pytest.fixture(params=["memory", "redis"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    """Makes another node on the same bus."""
    exchange = Exchange()
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    nodes: list[Node] = []

    async def one() -> Node:
        bus = RedisBus(url, prefix=f"t{id(exchange)}:") if url else MemoryBus(exchange)
        node = await Node(bus).start()
        nodes.append(node)
        if url:
            await node.until(lambda: node.doubts > 0)
        return node

    yield one
    for node in nodes:
        await node.bus.stop()


async def test_what_is_published_after_subscribing_arrives_in_order(make: Make) -> None:
    one, two = await make(), await make()
    await two.bus.subscribe("r_1")
    for n in range(100):
        one.bus.publish("r_1", str(n).encode())
        one.bus.publish("r_2", b"not subscribed")
    await two.until(lambda: len(two.got) == 100)
    assert two.got == [("r_1", str(n).encode()) for n in range(100)]


async def test_unsubscribing_ends_it(make: Make) -> None:
    one, two = await make(), await make()
    await two.bus.subscribe("a")
    await two.bus.subscribe("b")
    two.bus.unsubscribe("a")
    await two.bus.subscribe("c")
    one.bus.publish("a", b"1")
    one.bus.publish("c", b"2")
    await two.until(lambda: ("c", b"2") in two.got)
    assert ("a", b"1") not in two.got


async def test_stopping_twice_is_stopping(make: Make) -> None:
    node = await make()
    await node.bus.stop()
    await node.bus.stop()
    node.bus.publish("a", b"nobody hears it")


async def test_subscriptions_are_made_anew_after_a_loss(redis_url: str) -> None:
    one = await Node(RedisBus(redis_url, prefix="loss:")).start()
    two = await Node(RedisBus(redis_url, prefix="loss:")).start()
    for node in (one, two):
        await node.until(node.doubted)
    await two.bus.subscribe("r_1")
    doubts = two.doubts
    redis = Redis.from_url(redis_url)
    await redis.client_kill_filter(_type="pubsub")
    await redis.aclose()
    # Once for the loss, once when the subscriptions hold again.
    await two.until(lambda: two.doubts >= doubts + 2)
    one.bus.publish("r_1", b"after")
    await two.until(lambda: ("r_1", b"after") in two.got)
    for node in (one, two):
        await node.bus.stop()


async def test_nothing_waits_for_a_redis_that_is_away(own_redis: Running) -> None:
    node = await Node(RedisBus(own_redis.url)).start()
    await node.until(lambda: node.doubts > 0)
    own_redis.stop()
    await node.until(lambda: node.doubts > 1)
    async with asyncio.timeout(0.5):
        await node.bus.subscribe("r_1")
    for _ in range(20_000):
        node.bus.publish("r_1", b"x")
    await node.bus.stop()
