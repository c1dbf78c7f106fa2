"""Starting to listen and stopping: one clear line on failure, goodbyes in order on a stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from chat.listener import QUEUES, ListenError, listen
from chat.server import Draining, ServerOptions, StartupError, run, serving, spread
from tests.contract.transport_client import (
    Client,
    close,
    text,
)
from tests.contract.transport_kit import QUICK, Recorder, Rig, rig

ROOT = Path(__file__).resolve().parents[2]


class Gate:
    """What the application says about a planned stop, held by the test."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.done = asyncio.Event()
        self.draining = Draining(begin=self.begun.set, finished=self._finished)

    async def _finished(self) -> None:
        await self.done.wait()


@contextlib.contextmanager
def draining(**options: float) -> Iterator[tuple[Rig, Gate]]:
    gate = Gate()
    with rig(ServerOptions(port=0, limits=QUICK, **options), gate.draining) as live:  # type: ignore[arg-type]
        yield live, gate


def test_a_planned_stop_in_order() -> None:
    with draining(drain_seconds=0.1) as (live, gate), contextlib.ExitStack() as stack:
        clients = [stack.enter_context(live.client()) for _ in range(5)]
        live.call(live.server.begin_draining)
        assert gate.begun.wait(10)
        for client, recorder in clients:
            assert client.next_close() == (1012, b"restart")
            client.send(close(1012))
            assert client.at_end()
            assert recorder.next("closed") == 1012
        # Commands are still under way: the listener is open, and who comes is served.
        assert not live.server.should_exit
        late, recorder = stack.enter_context(live.client(Recorder(echo=True)))
        late.send(text(b"late"))
        assert late.next_text() == b"late"
        live.call(gate.done.set)
        assert late.next_close()[0] == 1012
        late.send(close(1012))
        assert late.at_end()
        assert recorder.until("closed") == 1012
    with pytest.raises(ConnectionRefusedError), Client(live.port):
        pass


def test_a_second_wish_to_stop_waits_for_nobody() -> None:
    with draining() as (live, gate), live.client() as (client, recorder):
        live.call(live.server.begin_draining)
        assert gate.begun.wait(10)
        assert client.next_close()[0] == 1012
        live.call(live.server.begin_draining)
        # It neither answers the goodbye nor are the commands finished.
        assert not client.at_end()
        assert recorder.next("closed") == 1006


def test_commands_that_never_finish_are_not_waited_for_for_ever() -> None:
    with draining(finish_seconds=0.05) as (live, _):
        live.call(live.server.begin_draining)
        live.until(lambda: live.server.should_exit)


@pytest.mark.parametrize(
    ("count", "seconds", "handfuls"), [(0, 5.0, 1), (1, 5.0, 1), (7, 5.0, 7), (10_000, 5.0, 100)]
)
def test_goodbyes_are_spread(count: int, seconds: float, handfuls: int) -> None:
    assert spread(count, seconds) == (handfuls, seconds / handfuls)
    assert spread(count, 0.0)[1] == 0.0


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        yield sock.getsockname()[1]


async def nothing(request: Request) -> PlainTextResponse:
    client = request.client
    return PlainTextResponse(client.host if client else "")


def test_a_taken_port_is_one_clear_line(taken: int) -> None:
    app = Starlette()
    with pytest.raises(ListenError, match=rf"^Cannot listen on 127.0.0.1:{taken}: .*$") as caught:
        run(app, ServerOptions(port=taken))
    assert "\n" not in str(caught.value)
    assert "another program is using that port" in str(caught.value)


def test_a_port_is_not_shared_with_another_of_our_servers() -> None:
    with contextlib.ExitStack() as stack:
        ours = [stack.enter_context(sock) for sock in listen("127.0.0.1", 0, 10, 1.0)]
        with pytest.raises(ListenError, match="another program is using that port"):
            listen("127.0.0.1", ours[0].getsockname()[1], 10, 1.0)


@pytest.mark.skipif(QUEUES == 1, reason="one queue an address on this system")
def test_a_crowd_finds_room_before_the_door() -> None:
    backlog = 16
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(sock) for sock in listen("127.0.0.1", 0, backlog, 1.0)]
        # One queue holds one more than its backlog; the next is dropped and waits for a second.
        for _ in range(backlog + 2):
            stack.enter_context(socket.create_connection(sockets[0].getsockname(), timeout=0.5))


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1"])
def test_an_address_that_is_not_ours(host: str) -> None:
    with pytest.raises(ListenError, match=f"Cannot listen on {host}:8000: "):
        listen(host, 8000, 10, 1.0)


def test_every_address_of_a_name_gets_the_same_port() -> None:
    sockets = listen("localhost", 0, 10, 1.0)
    assert len({sock.getsockname()[1] for sock in sockets}) == 1
    for sock in sockets:
        sock.close()


async def test_an_application_that_cannot_start() -> None:
    def connect_to_database() -> None:
        raise RuntimeError("no database")

    @contextlib.asynccontextmanager
    async def broken(app: Starlette) -> AsyncIterator[None]:
        connect_to_database()
        yield

    with pytest.raises(StartupError):
        async with serving(Starlette(lifespan=broken), ServerOptions(port=0)):
            pass


@pytest.mark.attack
async def test_forwarded_addresses_are_believed_only_from_trusted_proxies() -> None:
    for proxies, expected in ((), "127.0.0.1"), (("127.0.0.1",), "203.0.113.9"):
        app = Starlette(routes=[Route("/", nothing)])
        options = ServerOptions(port=0, trusted_proxies=proxies)
        async with serving(app, options) as (_, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\n"
                b"Connection: close\r\n\r\n"
            )
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
        assert answer.endswith(expected.encode())
        assert b"server:" not in answer.lower()


PROGRAM = """
import sys
from starlette.applications import Starlette
from chat.server import ServerOptions, run
import chat.server
def started(self, sockets=None, was=chat.server.DrainingServer.startup):
    async def startup():
        await was(self, sockets)
        print(sockets[0].getsockname()[1], flush=True)
    return startup()
chat.server.DrainingServer.startup = started
run(Starlette(), ServerOptions(port=0))
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_in_order(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.send_signal(number)
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(10) == 0
