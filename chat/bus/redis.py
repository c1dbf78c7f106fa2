"""The bus over Redis (6.2 or newer): plain PUBLISH and SUBSCRIBE.

Redis drops messages without an error after a restart or a `CLIENT KILL`, and redis-py would
subscribe anew without saying so. So subscriptions are data here: one task owns the listening
connection, makes every subscription anew after any loss, and then reports doubt, which makes the
node compare heads. A message of our own goes round every `BEAT` seconds: a link that is open on one
side only is noticed when it does not come back. While Redis is away nothing waits for it and little
is kept for it: what waited too long is dropped, and the others are told to doubt.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis.asyncio import Connection, ConnectionPool
from redis.exceptions import ConnectionError as GoneError
from redis.exceptions import RedisError

from chat.bus.base import Counters, Receive
from chat.bus.outbox import Outbox

log = structlog.get_logger()

BEAT = 2.0
"""Seconds between two messages to ourselves."""
DEAF = 5.0
"""Seconds without one of them, after which the listening connection is given up."""
CONNECTING = 3.0
"""Seconds for a connection with its handshake: a frozen Redis accepts, and says nothing."""
CONFIRMED = 1.0
"""Seconds that a subscription waits for Redis' word before it goes on in doubt."""
PUBLISHED = 5.0
"""Seconds that Redis may take to answer a publication."""
FLUSH = 1.0
"""Seconds that the end waits for what is not sent yet."""
BACKOFF = (0.1, 2.0)
SAID_AGAIN = 30
"""Of so many attempts one after the other one is logged: about a line a minute."""
DOUBT = "~doubt"
"""The channel on which nodes tell of publications that they gave up."""
_LOST = (RedisError, OSError, TimeoutError, asyncio.IncompleteReadError)


def longest_pause(attempt: int) -> float:
    """Seconds before the n-th attempt at the most, however long Redis has been away."""
    least, most = BACKOFF
    # Past the bound the power would only grow, until after a thousand it is no float any more.
    return float(min(most, least * 2 ** min(attempt, 16)))


class RedisBus:
    """A bus on a Redis server, by URL."""

    def __init__(self, url: str, prefix: str = "tertulia:") -> None:
        self.counters = Counters(connected=False)
        self._pool = ConnectionPool.from_url(
            url, protocol=2, socket_connect_timeout=2.0, socket_timeout=None
        )
        self._prefix = prefix
        self._tag = os.urandom(8)
        """What we sent begins with this: a node does not hear itself."""
        self._own = f"~{self._tag.hex()}"
        self._away = False
        """It was lost, and not heard again."""
        self._receive: Receive = lambda *_: None
        self._on_doubt: Callable[[], None] = lambda: None
        self._wanted: dict[str, asyncio.Future[None]] = {}
        self._told: set[str] = set()
        """Channels that Redis was asked for on the present connection."""
        self._asked: Counter[str] = Counter()
        """How many of our requests for a channel Redis has not answered yet."""
        self._moved: set[str] = set()
        self._changed = asyncio.Event()
        self._heard = 0.0
        self._outbox = Outbox()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, receive: Receive, doubt: Callable[[], None]) -> None:
        self._receive, self._on_doubt = receive, doubt
        self._tasks = [
            asyncio.create_task(self._for_ever(self._listen), name="redis listen"),
            asyncio.create_task(self._for_ever(self._publish), name="redis publish"),
        ]

    def reaches(self, channel: str) -> bool:  # noqa: ARG002 - who listens only Redis knows
        return True

    def publish(self, channel: str, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        self._outbox.put(now, self._prefix + channel, self._tag + data)

    async def subscribe(self, channel: str) -> None:
        confirmed = self._wanted.get(channel)
        if confirmed is None:
            confirmed = self._wanted[channel] = asyncio.get_running_loop().create_future()
            self._tell_soon(channel)
        if self.counters.connected and not confirmed.done():
            await asyncio.wait([confirmed], timeout=CONFIRMED)
            if not confirmed.done():
                self._doubt()

    def unsubscribe(self, channel: str) -> None:
        if self._wanted.pop(channel, None) is not None:
            self._tell_soon(channel)

    async def stop(self) -> None:
        if self.counters.connected:
            await self._outbox.sent(FLUSH)
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._pool.disconnect()

    def _doubt(self) -> None:
        self.counters.doubts += 1
        self._on_doubt()

    def _tell_soon(self, channel: str) -> None:
        self._moved.add(channel)
        self._changed.set()

    async def _for_ever(self, work: Callable[[Connection], Awaitable[None]]) -> None:
        """Run `work` on a connection of its own, again after every loss."""
        attempt = 0
        while True:
            connection: Connection = self._pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                async with asyncio.timeout(CONNECTING):
                    await connection.connect()  # type: ignore[no-untyped-call]
                attempt = 0
                await work(connection)
            except _LOST as error:
                self._away = True
                if attempt % SAID_AGAIN == 0:
                    log.warning("redis_lost", work=work.__name__, error=error)
            finally:
                await connection.disconnect(nowait=True)
            attempt += 1
            await asyncio.sleep(random.uniform(BACKOFF[0], longest_pause(attempt)))  # noqa: S311

    # --- listening ---

    async def _listen(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        for channel, confirmed in list(self._wanted.items()):
            if confirmed.done():
                self._wanted[channel] = loop.create_future()
        again = self.counters.losses > 0
        self._told = {self._own, DOUBT, *self._wanted}
        self._asked = Counter(self._told)
        self._moved.clear()
        self._heard = loop.time()
        try:
            async with asyncio.timeout(CONNECTING):
                await _send(connection, "SUBSCRIBE", *map(self._prefix.__add__, self._told))
                # Answered after all subscriptions: then they hold.
                await _send(connection, "PING")
            self.counters.connected = True
            self.counters.resubscribed += len(self._wanted) if again else 0
            await _first(self._read(connection), self._tell(connection), self._beat())
        finally:
            self.counters.connected = False
            self.counters.losses += 1
            for confirmed in self._wanted.values():
                if not confirmed.done():
                    confirmed.set_result(None)
            self._doubt()

    async def _read(self, connection: Connection) -> None:
        resumed = False
        while True:
            answer = await connection.read_response(timeout=math.inf, disconnect_on_error=False)
            if not resumed and _is_pong(answer):
                resumed = True
                # What was published between the loss and now is found by comparing heads.
                self._doubt()
                if self._away:
                    self._away = False
                    log.info("redis_back")
            elif isinstance(answer, list) and len(answer) >= 3:
                self._take(*answer[:3])

    def _take(self, kind: bytes, channel: bytes, data: Any) -> None:
        name = channel.decode().removeprefix(self._prefix)
        if kind == b"message":
            if name == self._own:
                self._heard = asyncio.get_running_loop().time()
            elif data[:8] == self._tag:
                return
            elif name == DOUBT:
                self._doubt()
            else:
                self._receive(name, data[8:])
        elif kind == b"subscribe":
            self._asked[name] -= 1
            if self._asked[name] > 0:
                return
            del self._asked[name]
            self._confirm(name)

    def _confirm(self, channel: str) -> None:
        confirmed = self._wanted.get(channel)
        if confirmed is not None and not confirmed.done():
            confirmed.set_result(None)

    async def _tell(self, connection: Connection) -> None:
        """Bring what Redis was asked for to what is wanted."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            moved, self._moved = self._moved, set()
            more = [c for c in moved if c in self._wanted and c not in self._told]
            less = [c for c in moved if c not in self._wanted and c in self._told]
            for channel in moved & self._told:
                # Left and entered again before Redis was told: it holds still.
                if not self._asked[channel]:
                    self._confirm(channel)
            self._told.update(more)
            self._told.difference_update(less)
            self._asked.update(more)
            for command, channels in (("SUBSCRIBE", more), ("UNSUBSCRIBE", less)):
                if channels:
                    await _send(connection, command, *map(self._prefix.__add__, channels))

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self.publish(self._own, b"")
            await asyncio.sleep(BEAT)
            if loop.time() - self._heard > DEAF:
                raise TimeoutError("our own messages do not come back")

    # --- publishing ---

    async def _publish(self, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = await self._outbox.batch(loop.time)
            if self._outbox.lost:
                self.counters.dropped += self._outbox.lost
                self._outbox.lost = 0
                batch.insert(0, (loop.time(), self._prefix + DOUBT, self._tag))
            try:
                async with asyncio.timeout(PUBLISHED):
                    commands = [("PUBLISH", channel, data) for _, channel, data in batch]
                    await connection.send_packed_command(connection.pack_commands(commands))
                    for _ in batch:
                        await connection.read_response(timeout=math.inf, disconnect_on_error=False)
            except BaseException:
                # Twice does no harm: whoever has it drops it by its number.
                self._outbox.put_back(batch)
                raise
            self._outbox.done()


async def _send(connection: Connection, *command: str) -> None:
    # On a lost connection redis-py would open another, without its subscriptions.
    if not connection.is_connected:
        raise GoneError("the connection is gone")
    await connection.send_command(*command)


async def _first(*works: Awaitable[None]) -> None:
    """Run all until one ends, and then none; raises what that one raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def answers(url: str) -> str | None:
    """What keeps a Redis server from answering, or None: for `tertulia doctor`."""
    pool = ConnectionPool.from_url(url, protocol=2, socket_connect_timeout=2.0, socket_timeout=2.0)
    connection: Connection = pool.make_connection()  # type: ignore[no-untyped-call]
    try:
        await connection.connect()  # type: ignore[no-untyped-call]
        await connection.send_command("PING")
        await connection.read_response()
    except _LOST as error:
        return str(error).splitlines()[0][:160]
    finally:
        await connection.disconnect(nowait=True)
    return None


def _is_pong(answer: Any) -> bool:
    return answer in (b"PONG", "PONG") or (isinstance(answer, list) and answer[0] == b"pong")
