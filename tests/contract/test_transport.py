"""One suite for both transports: take-over on our uvicorn class, and the pump on uvicorn's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chat.server import ServerOptions
from chat.sink import Batch
from chat.ws import Denied, Dismissed
from tests.contract.transport_client import (
    BINARY,
    FIN,
    PING,
    PONG,
    TEXT,
    Client,
    close,
    frame,
    text,
)
from tests.contract.transport_kit import QUICK, Recorder, Rig, fill, rig

TRANSPORTS = {
    "takeover-uvloop": ServerOptions(port=0, limits=QUICK),
    "takeover-asyncio": ServerOptions(port=0, limits=QUICK, loop="asyncio"),
    "pump": ServerOptions(port=0, limits=QUICK, ws="websockets-sansio"),
}


@pytest.fixture(scope="module", params=TRANSPORTS)
def live(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with rig(TRANSPORTS[request.param]) as running:
        yield running


def test_echo(live: Rig) -> None:
    with live.client(Recorder(echo=True)) as (client, _):
        for payload in (b"", b"a", b"x" * 125, b"x" * 126, b"\xe2\x82\xac" * 30_000):
            client.send(text(payload))
            assert client.next_text() == payload


def test_fragments_with_a_ping_between(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.send(frame(TEXT, b"one \xe2") + frame(FIN | PING, b"there?"))
        assert client.next() == (PONG, b"there?")
        client.send(frame(0x0, b"\x82") + frame(FIN, b"\xac"))
        assert recorder.next("text") == b"one \xe2\x82\xac"


def test_bytes_that_arrive_one_by_one(live: Rig) -> None:
    with live.client(Recorder(echo=True)) as (client, _):
        for byte in text(b"slowly"):
            client.send(bytes((byte,)))
        assert client.next_text() == b"slowly"


def test_a_batch_arrives_whole_and_in_order(live: Rig) -> None:
    with live.client() as (client, recorder):
        payloads = [b"%d" % number for number in range(300)]
        live.call(lambda: recorder.sink.send(Batch.of(payloads)))
        assert [client.next_text() for _ in payloads] == payloads


def test_many_messages_in_one_segment(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.send(b"".join(text(b"%d" % number) for number in range(1000)))
        assert [recorder.next("text") for _ in range(1000)] == [b"%d" % n for n in range(1000)]


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4100])
def test_client_closes(live: Rig, code: int) -> None:
    with live.client() as (client, recorder):
        client.send(close(code, b"bye"))
        assert client.next_close()[0] == code
        assert client.at_end()
        assert recorder.next("closed") == code


def test_client_closes_without_a_code(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.send(frame(0x88))
        assert client.next_close() == (None, b"")
        assert recorder.next("closed") == 1005


@pytest.mark.parametrize("code", [1000, 1012, 4000, 4100])
def test_server_closes(live: Rig, code: int) -> None:
    with live.client() as (client, recorder):
        sink = recorder.sink

        def finish() -> None:
            sink.send(Batch.of([b"last words"]))
            sink.close(code, "é" * 100)
            sink.send(Batch.of([b"too late"]))

        live.call(finish)
        assert client.next_text() == b"last words"
        assert client.next_close() == (code, ("é" * 61).encode())
        client.send(text(b"not heard") + close(code))
        assert client.at_end()
        assert recorder.next("closed") == code
        live.call(lambda: sink.close(1000, ""))
        live.call(lambda: sink.send(Batch.of([b"nobody"])))
        live.call(sink.abort)
        live.call(sink.pause)
        live.call(sink.resume)
        assert live.call(sink.buffered) == 0
        assert recorder.rest() == []


def test_close_from_within_text(live: Rig) -> None:
    with live.client() as (client, recorder):
        recorder.on_text = lambda _: recorder.sink.close(4100, "enough")
        client.send(text(b"one") + text(b"two"))
        assert client.next_close() == (4100, b"enough")
        client.send(close(4100))
        assert recorder.next("text") == b"one"
        assert recorder.next("closed") == 4100


def test_abort_from_within_text(live: Rig) -> None:
    with live.client() as (client, recorder):
        recorder.on_text = lambda _: recorder.sink.abort()
        client.send(text(b"one") + text(b"two"))
        assert recorder.next("text") == b"one"
        assert recorder.next("closed") == 1006
        client.at_end()


def test_a_receiver_that_fails_costs_only_its_own_connection(live: Rig) -> None:
    def fail(payload: bytes) -> None:
        raise RuntimeError(payload)

    with live.client(Recorder(echo=True)) as (other, _), live.client() as (client, recorder):
        recorder.on_text = fail
        client.send(text(b"one") + text(b"two"))
        assert client.next_close()[0] == 1011
        client.send(close(1011))
        assert recorder.next("text") == b"one"
        assert recorder.next("closed") == 1011
        other.send(text(b"still here"))
        assert other.next_text() == b"still here"


def test_connection_lost(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.sock.close()
        # uvicorn's own class cannot tell a lost connection from a close without a code.
        assert recorder.next("closed") in (1005, 1006)


def test_paused_and_resumed(live: Rig) -> None:
    with live.client() as (client, recorder):
        recorder.on_text = lambda payload: recorder.sink.pause() if payload == b"3" else None
        client.send(b"".join(text(b"%d" % number) for number in range(10)))
        assert [recorder.next("text") for _ in range(4)] == [b"0", b"1", b"2", b"3"]
        live.call(lambda: None)
        assert recorder.rest() == []
        client.send(text(b"10"))
        live.call(recorder.sink.resume)
        assert [recorder.next("text") for _ in range(7)] == [b"%d" % n for n in range(4, 11)]


def test_paused_then_closed(live: Rig) -> None:
    with live.client() as (client, recorder):
        recorder.on_text = lambda _: recorder.sink.pause()
        client.send(text(b"one") + text(b"two"))
        recorder.next("text")
        live.call(lambda: recorder.sink.close(4101, "flood"))
        assert client.next_close() == (4101, b"flood")
        client.send(close(4101))
        assert client.at_end()
        assert recorder.next("closed") == 4101


@pytest.mark.promise_p6
def test_congested_until_the_peer_reads(live: Rig) -> None:
    with live.client() as (client, recorder):
        sent = fill(live, recorder)
        assert live.call(recorder.sink.buffered) > QUICK.low_water
        for _ in range(sent):
            assert len(client.next_text()) == 10_000
        live.until(lambda: not recorder.is_congested)
        calls = [kind for kind, _ in recorder.rest()]
        assert calls == ["congested", "writable"] * (len(calls) // 2)
        live.call(lambda: recorder.sink.send(Batch.of([b"again"])))
        assert client.next_text() == b"again"


@pytest.mark.promise_p6
def test_cut_when_sent_to_without_end(live: Rig) -> None:
    batch = Batch.of([b"x" * 10_000])
    with live.client() as (_, recorder):
        fill(live, recorder)

        def go_on() -> None:
            for _ in range(4 * QUICK.high_water // 10_000):
                recorder.sink.send(batch)

        live.call(go_on)
        assert recorder.until("closed") == 1006


VIOLATIONS = {
    "unmasked": (frame(FIN | TEXT, b"hello", mask=False), 1002),
    "reserved bit": (frame(FIN | 0x40 | TEXT, b"hello"), 1002),
    "unknown data opcode": (frame(FIN | 0x3, b"hello"), 1002),
    "unknown control opcode": (frame(FIN | 0xB, b"hello"), 1002),
    "control too long": (frame(FIN | PING, b"x" * 126), 1002),
    "control fragmented": (frame(PING, b"x"), 1002),
    "continuation of nothing": (frame(FIN, b"x"), 1002),
    "message within a message": (frame(TEXT, b"x") + frame(FIN | TEXT, b"y"), 1002),
    "close with one byte": (frame(0x88, b"\x03"), 1002),
    "close code 1005": (close(1005), 1002),
    "close code 999": (close(999), 1002),
    "close reason not UTF-8": (close(1000, b"\xff"), 1007),
    "not UTF-8": (text(b"\xff"), 1007),
    "UTF-8 surrogate": (text(b"\xed\xa0\x80"), 1007),
    "UTF-8 cut short": (text(b"\xe2\x82"), 1007),
    "UTF-8 cut over fragments": (frame(TEXT, b"\xe2") + frame(FIN, b"("), 1007),
    "binary": (frame(FIN | BINARY, b"hello"), 1003),
    "too large": (text(b"x" * (QUICK.max_message + 1)), 1009),
    "too large, only announced": (frame(FIN | TEXT, length=1 << 62), 1009),
    "too large over fragments": (
        frame(TEXT, b"x" * QUICK.max_message) + frame(FIN, b"x"),
        1009,
    ),
}


@pytest.mark.attack
@pytest.mark.parametrize("violation", VIOLATIONS)
def test_violation_gets_its_code_and_the_server_goes_on(live: Rig, violation: str) -> None:
    data, code = VIOLATIONS[violation]
    with live.client(Recorder(echo=True)) as (other, _), live.client() as (client, recorder):
        client.try_send(data)
        assert client.next_close()[0] == code
        client.try_send(close(code))
        client.at_end()
        assert recorder.next("closed") == code
        other.send(text(b"still here"))
        assert other.next_text() == b"still here"


def test_the_largest_message_passes(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.send(text(b"x" * QUICK.max_message))
        assert len(recorder.next("text")) == QUICK.max_message


@pytest.mark.parametrize("offer", ["tertulia.v1", "other, tertulia.v1", "tertulia.v1, other"])
def test_subprotocol_is_selected(live: Rig, offer: str) -> None:
    with Client(live.port) as client:
        head = client.shake_hands(live.name(Recorder()), f"Sec-WebSocket-Protocol: {offer}")
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"sec-websocket-protocol: tertulia.v1\r\n" in head.lower()


def test_no_subprotocol_is_allowed(live: Rig) -> None:
    with Client(live.port) as client:
        head = client.shake_hands(live.name(Recorder()))
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"sec-websocket-protocol" not in head.lower()


def test_foreign_subprotocol_is_refused_by_name(live: Rig) -> None:
    with Client(live.port) as client:
        head = client.shake_hands(live.name(Recorder()), "Sec-WebSocket-Protocol: graphql-ws")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"application/problem+json" in head.lower()
        assert b'"code": "unsupported_subprotocol"' in client.until(b"}")


def test_denied_before_the_handshake(live: Rig) -> None:
    name = live.name(Denied(403, b'{"code": "origin"}', (("x-why", "because"),)))
    with Client(live.port) as client:
        head = client.shake_hands(name)
        assert head.startswith(b"HTTP/1.1 403 ")
        assert b"x-why: because\r\n" in head.lower()
        assert client.until(b"}") == b'{"code": "origin"}'
        assert client.at_end()


def test_dismissed_after_the_handshake(live: Rig) -> None:
    name = live.name(Dismissed(b'{"type": "error"}', 4101, "signed out"))
    with Client(live.port) as client:
        assert client.shake_hands(name).startswith(b"HTTP/1.1 101 ")
        assert client.next_text() == b'{"type": "error"}'
        assert client.next_close() == (4101, b"signed out")
        client.send(close(4101))
        assert client.at_end()


@pytest.mark.parametrize("options", TRANSPORTS.values(), ids=TRANSPORTS)
def test_shutdown_says_restart(options: ServerOptions) -> None:
    recorder = Recorder()
    with rig(options) as live, Client(live.port) as client:
        client.shake_hands(live.name(recorder))
        recorder.next("opened")
        live.server.should_exit = True
        assert client.next_close()[0] == 1012
        client.try_send(close(1012))
        client.at_end()
        assert recorder.next("closed") == 1012
