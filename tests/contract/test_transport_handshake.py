"""Take-over's handshakes: early bytes, extensions, and requests bounded in time and size."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from typing import Any, cast

import pytest
import websockets
from websockets.http11 import Request
from websockets.server import ServerProtocol

from chat.server import ServerOptions
from chat.ws import Admission, Denied, Dismissed
from chat.wsproto.handshake import Handshake, HandshakeError, proof
from chat.wsproto.limits import TransportLimits
from chat.wsproto.uvicorn import HttpProtocol
from chat.wsproto.wheel import OFF
from tests.contract.transport_client import (
    Client,
    handshake,
    text,
)
from tests.contract.transport_kit import Recorder, Rig, by_hand, rig, serving_in_thread

LIMITS = TransportLimits()


@pytest.fixture(scope="module")
def live() -> Iterator[Rig]:
    with rig(by_hand(LIMITS)) as running:
        yield running


def kind_of(value: object) -> str:
    return type(value).__name__


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def waited_for(live: Rig, client: Client) -> bool:
    """Is there a deadline on this client's HTTP request?"""
    address = client.sock.getsockname()
    ours = (
        it
        for it in {*live.server.server_state.connections}
        if isinstance(it, HttpProtocol) and it.client == address
    )
    return any(it.slot != OFF for it in ours)


@pytest.mark.parametrize("together", [True, False])
def test_sent_before_we_answered_is_heard(live: Rig, together: bool) -> None:
    recorder = Recorder()
    name = live.name(recorder)
    live.gates[name] = gate = asyncio.Event()
    with Client(live.port) as client:
        early = text(b"impatient") + text(b"client")
        client.send(handshake(name) + (early if together else b""))
        live.until(lambda: bool(live.server.server_state.tasks))
        if not together:
            client.send(early)
        live.call(gate.set)
        assert client.until(b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")
        recorder.next("opened")
        assert [recorder.next("text"), recorder.next("text")] == [b"impatient", b"client"]


def test_gone_before_we_answered(live: Rig) -> None:
    recorder = Recorder()
    name = live.name(recorder)
    live.gates[name] = gate = asyncio.Event()
    tasks = live.server.server_state.tasks
    with Client(live.port) as client:
        client.send(handshake(name))
        live.until(lambda: bool(tasks))
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    live.call(gate.set)
    live.until(lambda: not tasks)
    # Never opened, or opened and closed again: both end here.
    calls = [kind for kind, _ in recorder.rest()]
    assert calls in ([], ["opened"], ["opened", "closed"])


@pytest.mark.parametrize("admission", [Recorder(), Dismissed(b"{}", 4100, "why")], ids=kind_of)
def test_cut_before_we_answered_is_no_error(
    live: Rig, admission: Admission, caplog: pytest.LogCaptureFixture
) -> None:
    name = live.name(admission)
    live.gates[name] = gate = asyncio.Event()
    state = live.server.server_state

    def cut() -> None:
        # The application goes on before the protocol hears that its connection is lost.
        gate.set()
        for it in state.connections:
            if isinstance(it, Handshake):
                it.transport.close()

    with Client(live.port) as client:
        client.send(handshake(name))
        live.until(lambda: bool(state.tasks))
        live.call(cut)
        live.until(lambda: not state.tasks)
    assert not errors(caplog)


def test_refused_is_no_error(live: Rig, caplog: pytest.LogCaptureFixture) -> None:
    name = live.name(Denied(401, b"{}"))
    with Client(live.port) as client:
        assert client.shake_hands(name).startswith(b"HTTP/1.1 401 ")
        live.until(lambda: not live.server.server_state.tasks)
    assert not errors(caplog)


def test_compression_is_not_agreed_on(live: Rig) -> None:
    with Client(live.port) as client:
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
        head = client.shake_hands(live.name(Recorder()), offer)
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"sec-websocket-extensions" not in head.lower()


ASKED = {
    "host": "x",
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sec-websocket-version": "8"},
        {"sec-websocket-version": ""},
        {"sec-websocket-version": None},
        {"sec-websocket-version": ["13", "13"]},
        {"sec-websocket-key": None},
        {"sec-websocket-key": "c2hvcnQ="},
        {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ== "},
        {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ"},
        {"sec-websocket-key": "dGhlIHNh!XBsZSBub25jZQ=="},
        {"sec-websocket-key": ["dGhlIHNhbXBsZSBub25jZQ=="] * 2},
    ],
    ids=str,
)
def test_who_is_let_in_is_what_the_library_says(changes: dict[str, str | list[str] | None]) -> None:
    headers = [
        (name, value)
        for name, values in (ASKED | changes).items()
        for value in (values if isinstance(values, list) else [values])
        if value is not None
    ]
    theirs = ServerProtocol().accept(Request("/ws", websockets.Headers(headers)))
    asked = [(name.encode(), value.encode()) for name, value in headers]
    if theirs.status_code == 101:
        assert proof("GET", "1.1", asked).decode() == theirs.headers["Sec-WebSocket-Accept"]
    else:
        with pytest.raises(HandshakeError):
            proof("GET", "1.1", asked)


@pytest.mark.parametrize(("method", "version"), [("POST", "1.1"), ("GET", "1.0")])
def test_only_a_get_of_http_1_1_asks_for_a_websocket(method: str, version: str) -> None:
    with pytest.raises(HandshakeError):
        proof(method, version, [(n.encode(), v.encode()) for n, v in ASKED.items()])


def test_what_is_no_handshake_is_answered_in_words(live: Rig) -> None:
    with Client(live.port) as client:
        asked = handshake("nobody").replace(b"Version: 13", b"Version: 8")
        client.send(asked)
        head = client.until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 426 Upgrade Required")
        assert b"sec-websocket-version: 13" in head
        assert client.until(b"\n") == b"This server speaks version 13 of WebSocket.\n"
        assert client.at_end()


def test_one_that_is_neither_taken_nor_refused_is_refused_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket" and b"boom" in scope["query_string"]:
            raise LookupError("on purpose")

    options = ServerOptions(port=0)
    with serving_in_thread(cast("Any", app), options, None) as (_, _, port):
        for name, said in (("idle", "neither took"), ("boom", "Exception in ASGI")):
            with Client(port) as client:
                assert client.shake_hands(name).startswith(b"HTTP/1.1 500 ")
                assert client.exactly(21) == b"Internal Server Error"
                assert client.at_end()
            assert any(said in line for line in errors(caplog))


@pytest.mark.attack
@pytest.mark.parametrize(
    "said", [b"", b"GET /ws HTTP/1.1\r\nHost: x\r\n", b"\r\n\r\n\r\n", b"POST / HTTP/1.1\r\nX: "]
)
def test_a_slow_handshake_is_dropped(live: Rig, said: bytes) -> None:
    with Client(live.port) as client:
        client.send(said)
        live.until(lambda: waited_for(live, client))
        live.turn(11)
        assert client.until(b"\r\n\r\n").startswith(b"HTTP/1.1 408 ")
        assert client.at_end()


@pytest.mark.attack
def test_a_slow_second_request_is_dropped(live: Rig) -> None:
    with Client(live.port) as client:
        client.send(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.until(b"\r\n\r\n").startswith(b"HTTP/1.1 404 ")
        assert client.exactly(9) == b"Not Found"
        client.send(b"GET /nothing HTT")
        live.until(lambda: waited_for(live, client))
        live.turn(11)
        assert client.until(b"\r\n\r\n").startswith(b"HTTP/1.1 408 ")
        assert client.at_end()


@pytest.mark.attack
def test_a_slow_body_is_dropped(live: Rig) -> None:
    with Client(live.port) as client:
        client.send(b"POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123")
        assert client.until(b"\r\n\r\n").startswith(b"HTTP/1.1 404 ")
        assert client.exactly(9) == b"Not Found"
        client.send(b"4")
        live.turn(121)
        client.at_end()


@pytest.mark.attack
def test_an_endless_head_is_refused(live: Rig) -> None:
    with Client(live.port) as client:
        client.send(b"GET /ws HTTP/1.1\r\n")
        for number in range(80):
            client.try_send(b"X-%d: %s\r\n" % (number, b"x" * 1000))
        assert client.until(b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")
