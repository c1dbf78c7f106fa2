"""P6: a client that stops reading costs little, disturbs nobody, and is gone."""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from chat.wsproto.limits import TransportLimits
from tests.contract.transport_client import text
from tests.e2e.town import Inside, Server, Town, serving_inside
from tests.e2e.wire import Wire, enter, eventually

pytestmark = [pytest.mark.promise_p6, pytest.mark.attack, pytest.mark.alone]

MIB = 1024 * 1024
SLOW = 8
BODY = "x" * 7_900
sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is tested here does not depend on the database."""


class Deaf:
    """A client that subscribes and then reads nothing, with as little buffer as there can be."""

    def __init__(self, url: str, key: str, room: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(20)
        self.socket.connect((host, int(port)))
        lines = [
            "GET /api/v1/ws HTTP/1.1", f"Host: {host}:{port}", "Connection: Upgrade",
            "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Authorization: Bearer {key}",
        ]  # fmt: skip
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._until(b'"welcome"')
        subscribe = {"type": "subscribe", "ref": "s", "cursors": [{"stream": room}]}
        self.socket.sendall(text(json.dumps(subscribe).encode()))
        self._until(b'"current"')

    def _until(self, mark: bytes) -> None:
        seen = b""
        while mark not in seen:
            data = self.socket.recv(4096)
            assert data, seen
            seen += data

    def rest(self) -> bytes:
        """Everything there still is to read, until the server cuts or closes."""
        seen = b""
        try:
            while data := self.socket.recv(65536):
                seen += data
        except ConnectionError:
            pass
        return seen


async def deaf(url: str, key: str, room: str) -> Deaf:
    return await asyncio.to_thread(Deaf, url, key, room)


async def p99(one: Wire, room: str, count: int) -> float:
    """How long a message takes to whoever reads, and posts one after the other."""
    took = []
    for n in range(count):
        began = time.perf_counter()
        answer = await one.ask("message.post", room=room, body=BODY)
        await one.until(lambda seq=answer["seq"]: _has(one, room, seq))  # type: ignore[misc]
        took.append(time.perf_counter() - began)
        if n % 20 == 0:
            one.frames.clear()
    return sorted(took)[int(len(took) * 0.99) - 1]


def _has(one: Wire, room: str, seq: int) -> bool:
    return any(event["seq"] == seq for event in reversed(one.events(room)))


@sqlite_only
async def test_clients_that_stop_reading_cost_little_and_disturb_nobody(
    town: Town, new_server: Callable[..., Server]
) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    server, key = new_server(), town.key(ben)
    async with await enter(server.url, town.key(ana)) as one:
        await one.watch(room)
        await p99(one, room, 100)
        alone, beside, grown = [], [], []
        for _ in range(3):
            alone.append(await p99(one, room, 80))
            before = server.memory()
            slow = [await deaf(server.url, key, room) for _ in range(SLOW)]
            # Eighty bodies are more than twice what a client may leave unread.
            beside.append(await p99(one, room, 80))
            grown.append((server.memory() - before) / SLOW)
            for one_of_them in slow:
                one_of_them.socket.close()
    quiet, busy = statistics.median(alone), statistics.median(beside)
    print(f"p99 {quiet * 1e3:.1f} ms alone, {busy * 1e3:.1f} ms beside {SLOW} that do not read;")
    print(f"each costs {statistics.median(grown) / 1024:.0f} KiB")
    assert busy < max(2 * quiet, 0.040)
    assert max(grown) < 2 * MIB


@sqlite_only
async def test_who_does_not_read_is_gone(town: Town, tmp_path: Path) -> None:
    """With everything a tenth of what it is, and counted in connections."""
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    limits = TransportLimits(stall_timeout=2.0, ping_interval=2.5, ping_timeout=2.0)
    async with (
        serving_inside(town, tmp_path / "data", limits) as inside,
        await enter(inside.url, town.key(ana)) as one,
    ):
        await one.watch(room)
        slow = [await deaf(inside.url, town.key(ben), room) for _ in range(3)]
        assert inside.app.live.connections == 4
        for _ in range(100):
            await one.ask("message.post", room=room, body=BODY)
        hub = inside.app.fanout.hub
        assert hub.people(room) == {ana}, "let go of, long before they are cut"
        began = time.monotonic()
        await eventually(lambda: inside.app.live.connections == 1)
        assert time.monotonic() - began < 6.0
        assert (await one.ask("overview"))["type"] == "ok"
        for one_of_them in slow:
            seen = await asyncio.to_thread(one_of_them.rest)
            assert len(seen) < MIB
            one_of_them.socket.close()


@sqlite_only
async def test_who_does_not_read_and_is_told_nothing_is_gone_too(
    town: Town, tmp_path: Path
) -> None:
    """Nobody talks; the peer has silently vanished: pings find out."""
    ana = town.person("Ana")
    room = town.room(ana)
    limits = TransportLimits(ping_interval=2.5, ping_timeout=2.0)
    async with serving_inside(town, tmp_path / "data", limits) as inside:
        vanished = await deaf(inside.url, town.key(ana), room)
        began = time.monotonic()
        await eventually(lambda: inside.app.live.connections == 0)
        assert time.monotonic() - began < 9.0
        vanished.socket.close()


@pytest.mark.slow
@sqlite_only
async def test_gone_in_thirty_seconds(town: Town, inside: Inside) -> None:
    """With the limits that are served with."""
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with await enter(inside.url, town.key(ana)) as one:
        await one.watch(room)
        slow = await deaf(inside.url, town.key(ben), room)
        for _ in range(100):
            await one.ask("message.post", room=room, body=BODY)
        began = time.monotonic()
        await eventually(lambda: inside.app.live.connections == 1, 40)
        assert time.monotonic() - began < 30.0
        slow.socket.close()


@pytest.mark.promise_p4
@sqlite_only
async def test_who_reads_again_in_time_is_told_to_catch_up(town: Town, inside: Inside) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with await enter(inside.url, town.key(ana)) as one:
        await one.watch(room)
        slow = await deaf(inside.url, town.key(ben), room)
        posted = [await one.ask("message.post", room=room, body=BODY) for _ in range(150)]

        def read_again() -> tuple[int, bytes]:
            seen = b""
            while b'{"type":"lagging"}' not in seen:
                seen += slow.socket.recv(65536)
            return seen.count(b'"message.posted"'), seen

        heard, _ = await asyncio.to_thread(read_again)
        assert 0 < heard < 150
        first = posted[0]["seq"]
        cursor = {"stream": room, "after_seq": first + heard - 1}
        again = {"type": "subscribe", "ref": "again", "cursors": [cursor]}
        slow.socket.sendall(text(json.dumps(again).encode()))

        def the_rest() -> int:
            seen = b""
            while b'"again"' not in seen:
                seen += slow.socket.recv(65536)
            return seen.count(b'"message.posted"')

        assert heard + await asyncio.to_thread(the_rest) == 150
        slow.socket.close()
