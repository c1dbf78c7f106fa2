"""The bus: one suite over every implementation, and what only Redis can do wrong."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis

from chat.bus import outbox as outbox_module
from chat.bus import redis as redis_module
from chat.bus.base import Bus
from chat.bus.memory import Exchange, MemoryBus
from chat.bus.outbox import Outbox
from chat.bus.redis import RedisBus
from tests import servers
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

    async def joined(self) -> Node:
        """Begin, and wait until Redis is there."""
        await self.start()
        await self.until(self.doubted)
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


def connected(node: Node) -> bool:
    """Whether it hears others."""
    return node.bus.counters.connected


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
            await node.until(node.doubted)
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


async def test_a_node_does_not_hear_itself(make: Make) -> None:
    one, two = await make(), await make()
    for node in (one, two):
        await node.bus.subscribe("a")
    one.bus.publish("a", b"of one")
    await two.until(lambda: len(two.got) == 1)
    two.bus.publish("a", b"of two")
    await one.until(lambda: len(one.got) == 1)
    assert (one.got, two.got) == ([("a", b"of two")], [("a", b"of one")])


async def test_where_somebody_listens_one_is_heard(make: Make) -> None:
    one, two = await make(), await make()
    await two.bus.subscribe("a")
    assert one.bus.reaches("a")
    await one.bus.subscribe("a")
    assert one.bus.reaches("a")


async def test_alone_nothing_has_to_be_made() -> None:
    alone = await Node(MemoryBus()).start()
    await alone.bus.subscribe("a")
    assert not alone.bus.reaches("a")
    assert not alone.bus.reaches("b")


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


async def test_what_is_left_and_entered_again_at_once_is_heard(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last watcher goes and another comes in one tick: the order of both must not turn, and
    nobody waits for a word that Redis does not say twice."""
    monkeypatch.setattr(redis_module, "CONFIRMED", 600.0)
    one, two = await make(), await make()
    await two.bus.subscribe("a")
    for n in range(20):
        two.bus.unsubscribe("a")
        if n % 2:
            await asyncio.sleep(0)
        async with asyncio.timeout(15):
            await two.bus.subscribe("a")
        one.bus.publish("a", str(n).encode())
        await two.until(lambda: ("a", str(n).encode()) in two.got)  # noqa: B023
    assert len(two.got) == 20


async def test_stopping_sends_what_waits_and_twice_is_once(make: Make) -> None:
    one, two = await make(), await make()
    await two.bus.subscribe("a")
    for n in range(1_000):
        one.bus.publish("a", str(n).encode())
    await one.bus.stop()
    await one.bus.stop()
    await two.until(lambda: len(two.got) == 1_000)


async def test_subscriptions_are_made_anew_after_a_loss(redis_url: str) -> None:
    one, two = [await Node(RedisBus(redis_url, prefix="loss:")).joined() for _ in range(2)]
    await two.bus.subscribe("r_1")
    doubts = two.doubts
    redis = Redis.from_url(redis_url)
    await redis.client_kill_filter(_type="pubsub")
    await redis.aclose()
    # Once for the loss, once when the subscriptions hold again.
    await two.until(lambda: two.doubts >= doubts + 2)
    one.bus.publish("r_1", b"after")
    await two.until(lambda: ("r_1", b"after") in two.got)
    counters = two.bus.counters
    assert (counters.connected, counters.losses, counters.resubscribed) == (True, 1, 1)
    for node in (one, two):
        await node.bus.stop()


@pytest.mark.alone
async def test_nothing_waits_for_a_redis_that_is_away(own_redis: Running) -> None:
    node = await Node(RedisBus(own_redis.url)).joined()
    own_redis.stop()
    await node.until(lambda: node.doubts > 1)
    async with asyncio.timeout(0.5):
        await node.bus.subscribe("r_1")
    for _ in range(20_000):
        node.bus.publish("r_1", b"x")
    assert not node.bus.counters.connected
    async with asyncio.timeout(1.0):
        await node.bus.stop()


async def test_a_redis_that_comes_back_is_used_again(own_redis: Running) -> None:
    one, two = [await Node(RedisBus(own_redis.url)).joined() for _ in range(2)]
    await two.bus.subscribe("r_1")
    assert own_redis.process is not None
    own_redis.process.kill()
    own_redis.process.wait()
    await two.until(lambda: two.doubts == 2)
    await two.bus.subscribe("r_2")
    again = servers.own_redis(int(own_redis.url.rsplit(":", 1)[1].split("/")[0]))
    try:
        for node in (one, two):
            await node.until(lambda: node.doubts >= 3)  # noqa: B023
        for channel in ("r_1", "r_2"):
            one.bus.publish(channel, b"after")
        await two.until(lambda: {c for c, data in two.got if data == b"after"} == {"r_1", "r_2"})
    finally:
        for node in (one, two):
            await node.bus.stop()
        again.stop()


@pytest.mark.alone
async def test_a_frozen_redis_is_noticed_by_messages_that_do_not_come_back(
    own_redis: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts connections and takes bytes; nothing but its silence tells."""
    for name, seconds in [("BEAT", 0.05), ("DEAF", 0.5), ("CONNECTING", 0.3), ("CONFIRMED", 0.1)]:
        monkeypatch.setattr(redis_module, name, seconds)
    node = await Node(RedisBus(own_redis.url)).joined()
    await node.bus.subscribe("r_1")
    assert own_redis.process is not None
    own_redis.process.send_signal(signal.SIGSTOP)
    try:
        async with asyncio.timeout(1.0):
            await node.bus.subscribe("r_2")
        await node.until(lambda: node.bus.counters.losses == 1)
        assert not connected(node)
    finally:
        own_redis.process.send_signal(signal.SIGCONT)
    doubts = node.doubts
    await node.until(lambda: node.doubts > doubts)
    assert connected(node)
    await node.bus.stop()


async def test_whoever_gave_up_publishing_tells_the_others_to_doubt(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = [await Node(RedisBus(redis_url, prefix="gave:")).joined() for _ in range(2)]
    before = two.doubts
    monkeypatch.setattr(outbox_module, "MOST", 10)
    for _ in range(100):
        one.bus.publish("r_1", b"x")
    await two.until(lambda: two.doubts > before)
    assert one.bus.counters.dropped >= 90
    for node in (one, two):
        await node.bus.stop()


async def test_the_outbox_is_bounded_in_number_bytes_and_age() -> None:
    box = Outbox()
    for n in range(outbox_module.MOST + 5):
        box.put(0.0, "a", b"%d" % n)
    assert (len(box), box.lost) == (outbox_module.MOST, 5)
    assert (await box.batch(lambda: 1.0))[0] == (0.0, "a", b"5")
    box = Outbox()
    for _ in range(9):
        box.put(0.0, "a", bytes(2**20))
    assert (len(box), box.lost) == (8, 1)
    box.put(3.0, "a", b"young")
    box.lost = 0
    assert await box.batch(lambda: 4.0) == [(3.0, "a", b"young")]
    assert box.lost == 7


async def test_a_batch_that_failed_goes_first_again() -> None:
    box = Outbox()
    for n in range(3):
        box.put(0.0, "a", b"%d" % n)
    batch = await box.batch(lambda: 0.0)
    box.put(0.0, "a", b"3")
    box.put_back(batch)
    assert [data for _, _, data in await box.batch(lambda: 0.0)] == [b"0", b"1", b"2", b"3"]
