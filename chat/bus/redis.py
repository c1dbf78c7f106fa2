"""The bus over Redis (6.2 or newer): plain PUBLISH and SUBSCRIBE.

Redis drops messages without an error after a restart or a `CLIENT KILL`, and redis-py resubscribes
without saying so. So subscriptions are data here: one task owns the listening connection, makes
every subscription anew after any loss, and then reports doubt, which makes the node compare heads.
While Redis is away nothing waits for it: rooms go on within the node, and between nodes with the
repair's delay.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Any

import structlog
from redis.asyncio import Connection, ConnectionPool
from redis.exceptions import RedisError

from chat.bus.base import Receive

log = structlog.get_logger()

HEARTBEAT = 5.0
"""Seconds of silence after which the line is tried, and after which again it is given up."""
CONFIRMED = 1.0
"""Seconds that a subscription waits for Redis' word before it goes on in doubt."""
OUTBOX = 10_000
"""Messages that wait for Redis at most; older ones are dropped, and found by repair."""
BACKOFF = (0.1, 5.0)
_LOST = (RedisError, OSError, TimeoutError, asyncio.IncompleteReadError)


class RedisBus:
    """A bus on a Redis server, by URL."""

    def __init__(self, url: str, prefix: str = "tertulia:") -> None:
        self.connected = False
        self.losses = 0
        """Times that the listening connection was lost."""
        self._pool = ConnectionPool.from_url(
            url, protocol=2, socket_connect_timeout=2.0, socket_timeout=None
        )
        self._prefix = prefix
        self._receive: Receive = lambda *_: None
        self._doubt: Callable[[], None] = lambda: None
        self._wanted: dict[str, asyncio.Future[None]] = {}
        self._listening: Connection | None = None
        self._outbox: deque[tuple[str, bytes]] = deque(maxlen=OUTBOX)
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, receive: Receive, doubt: Callable[[], None]) -> None:
        self._receive, self._doubt = receive, doubt
        self._tasks = [
            asyncio.create_task(self._for_ever(self._listen), name="redis listen"),
            asyncio.create_task(self._for_ever(self._publish), name="redis publish"),
        ]

    def publish(self, channel: str, data: bytes) -> None:
        self._outbox.append((self._prefix + channel, data))
        self._news.set()

    async def subscribe(self, channel: str) -> None:
        confirmed = self._wanted.get(channel)
        if confirmed is None:
            confirmed = self._wanted[channel] = asyncio.get_running_loop().create_future()
            await self._tell("SUBSCRIBE", channel)
        if self.connected and not confirmed.done():
            await asyncio.wait([confirmed], timeout=CONFIRMED)
            if not confirmed.done():
                self._doubt()

    def unsubscribe(self, channel: str) -> None:
        if self._wanted.pop(channel, None) is not None and self._listening is not None:
            self._tasks.append(asyncio.create_task(self._tell("UNSUBSCRIBE", channel)))
            self._tasks = [task for task in self._tasks if not task.done()]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._pool.disconnect()

    async def _tell(self, command: str, channel: str) -> None:
        listening = self._listening
        # A command on a lost connection would open another, without its subscriptions.
        if listening is None or not listening.is_connected:
            return
        try:
            await listening.send_command(command, self._prefix + channel)
        except _LOST:
            # The listening task notices too, and subscribes to everything anew.
            await listening.disconnect(nowait=True)

    async def _for_ever(self, work: Callable[[Connection], Any]) -> None:
        """Run `work` on a connection of its own, again after every loss."""
        least, most = BACKOFF
        attempt = 0
        while True:
            connection: Connection = self._pool.make_connection()  # type: ignore[no-untyped-call]
            try:
                await connection.connect()  # type: ignore[no-untyped-call]
                attempt = 0
                await work(connection)
            except _LOST as error:
                log.warning("redis_lost", work=work.__name__, error=repr(error))
            finally:
                await connection.disconnect(nowait=True)
            attempt += 1
            await asyncio.sleep(random.uniform(least, min(most, least * 2**attempt)))  # noqa: S311

    async def _listen(self, connection: Connection) -> None:
        self._listening = connection
        loop = asyncio.get_running_loop()
        for channel, confirmed in list(self._wanted.items()):
            if confirmed.done():
                self._wanted[channel] = loop.create_future()
        wanted = [self._prefix + channel for channel in self._wanted]
        try:
            if wanted:
                await connection.send_command("SUBSCRIBE", *wanted)
            # What was published between the loss and now is found by comparing heads.
            await connection.send_command("PING")
            self.connected = True
            await self._read(connection)
        finally:
            self.connected = False
            self.losses += 1
            self._listening = None
            for confirmed in self._wanted.values():
                if not confirmed.done():
                    confirmed.set_result(None)
            self._doubt()

    async def _read(self, connection: Connection) -> None:
        resumed, tried = False, True
        while True:
            answer = await connection.read_response(timeout=HEARTBEAT, disconnect_on_error=False)
            if answer is None:
                if tried:
                    raise TimeoutError("no answer to a ping")
                tried = True
                await connection.send_command("PING")
                continue
            tried = False
            if not resumed and _is_pong(answer):
                # It was sent after all subscriptions, so they hold.
                resumed = True
                self._doubt()
            self._take(answer)

    def _take(self, answer: Any) -> None:
        if not isinstance(answer, list) or len(answer) < 3:
            return
        kind, channel, data = answer
        name = channel.decode().removeprefix(self._prefix)
        if kind == b"message":
            self._receive(name, data)
        elif kind == b"subscribe":
            confirmed = self._wanted.get(name)
            if confirmed is not None and not confirmed.done():
                confirmed.set_result(None)

    async def _publish(self, connection: Connection) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._outbox:
                batch = [self._outbox.popleft() for _ in range(min(500, len(self._outbox)))]
                packed = connection.pack_commands([("PUBLISH", *one) for one in batch])
                await connection.send_packed_command(packed)
                for _ in batch:
                    if await connection.read_response(timeout=HEARTBEAT) is None:
                        raise TimeoutError("no answer to a publication")


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
