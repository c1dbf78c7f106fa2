"""What is promised of take-over only: keep-alive, cutting, little memory, bounded handshakes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import tracemalloc
from collections.abc import Iterator
from typing import Any, cast

import pytest

from chat.sink import Batch
from chat.wsproto.frames import MAX_FRAGMENTS
from chat.wsproto.handshake import Handshake
from chat.wsproto.limits import TransportLimits
from chat.wsproto.uvicorn import HttpProtocol
from tests.contract.transport_client import (
    FIN,
    PING,
    PONG,
    TEXT,
    Client,
    close,
    frame,
    handshake,
    text,
)
from tests.contract.transport_kit import Recorder, Rig, by_hand, fill, rig

LIMITS = TransportLimits(high_water=65_536, low_water=16_384)


@pytest.fixture(scope="module")
def live() -> Iterator[Rig]:
    with rig(by_hand(LIMITS)) as running:
        yield running


def wait_for_ping(live: Rig, client: Client) -> None:
    client.sock.settimeout(0.001)
    for _ in range(60):
        live.turn(1)
        with contextlib.suppress(TimeoutError):
            assert client.next()[0] == PING
            client.sock.settimeout(10)
            return
    pytest.fail("no ping within a minute")


def test_what_is_taken_over_has_the_options_of_the_listener(live: Rig) -> None:
    with live.client() as (_, recorder):
        sink = cast("Any", recorder.sink)
        sock = live.call(lambda: sink._transport.get_extra_info("socket"))
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        waits = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert waits == LIMITS.stall_timeout * 1000


@pytest.mark.promise_p6
def test_a_silent_peer_is_cut(live: Rig) -> None:
    with live.client() as (client, recorder):
        wait_for_ping(live, client)
        live.turn(19)
        assert recorder.rest() == []
        live.turn(2)
        assert recorder.next("closed") == 1006
        assert not client.at_end()


def test_a_peer_that_answers_stays(live: Rig) -> None:
    with live.client() as (client, recorder):
        for _ in range(5):
            wait_for_ping(live, client)
            client.send(frame(FIN | PONG) + text(b"seen"))
            assert recorder.next("text") == b"seen"
            live.turn(21)
        assert recorder.rest() == []


def test_a_peer_that_we_do_not_read_is_not_blamed_for_silence(live: Rig) -> None:
    with live.client() as (client, recorder):
        live.call(recorder.sink.pause)
        live.turn(200)
        client.send(text(b"here all the time"))
        live.call(recorder.sink.resume)
        assert recorder.next("text") == b"here all the time"


@pytest.mark.attack
@pytest.mark.promise_p6
def test_a_peer_that_never_reads_is_cut(live: Rig) -> None:
    with live.client() as (client, recorder):
        fill(live, recorder)
        recorder.rest()
        live.turn(19)
        assert recorder.rest() == []
        live.turn(2)
        assert recorder.next("closed") == 1006
        assert not client.at_end()


@pytest.mark.attack
@pytest.mark.promise_p6
def test_a_peer_that_never_reads_costs_little(live: Rig) -> None:
    with Client(live.port, receive_buffer=4096) as client:
        recorder = Recorder()
        client.shake_hands(live.name(recorder))
        sent = fill(live, recorder) * 10_000
        # Ours, the kernel's for us, and what the other end's kernel took.
        assert sent < LIMITS.high_water + 4 * LIMITS.kernel_buffer
        live.call(recorder.sink.abort)
        assert recorder.until("closed") == 1006


@pytest.mark.attack
def test_pongs_are_not_piled_up_for_a_peer_that_does_not_read(live: Rig) -> None:
    with live.client() as (client, recorder):
        fill(live, recorder)
        recorder.rest()
        before = live.call(recorder.sink.buffered)
        client.send(frame(FIN | PING, b"x" * 125) * 100 + text(b"after"))
        assert recorder.next("text") == b"after"
        assert live.call(recorder.sink.buffered) <= before


@pytest.mark.attack
def test_a_flood_of_pings(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.send(frame(FIN | PING) * 300)
        pongs = 0
        while (answer := client.next())[0] == PONG:
            pongs += 1
        assert (pongs, answer[1][:2]) == (256, (4106).to_bytes(2, "big"))
        assert recorder.next("closed") == 4106


@pytest.mark.attack
def test_a_flood_of_fragments(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.send(frame(TEXT) + frame(0) * (MAX_FRAGMENTS + 100))
        assert client.next_close()[0] == 1009
        assert recorder.next("closed") == 1009


@pytest.mark.attack
def test_one_who_does_not_answer_our_close_is_cut(live: Rig) -> None:
    with live.client() as (client, recorder):
        live.call(lambda: recorder.sink.close(4100, "bye"))
        assert client.next_close() == (4100, b"bye")
        live.turn(5)
        assert recorder.rest() == []
        live.turn(1)
        assert recorder.next("closed") == 4100
        assert not client.at_end()


@pytest.mark.attack
def test_one_who_closes_but_does_not_read_is_cut(live: Rig) -> None:
    with live.client() as (client, recorder):
        fill(live, recorder)
        client.send(close(1000))
        assert recorder.until("closed") == 1000
        assert recorder.sink in live.call(lambda: held(live))
        live.turn(6)
        assert not client.at_end()
        live.until(lambda: recorder.sink not in held(live))


@pytest.mark.attack
def test_one_who_goes_on_after_a_violation_is_cut(live: Rig) -> None:
    with live.client() as (client, recorder):
        client.send(text(b"\xff"))
        assert client.next_close()[0] == 1007
        assert recorder.next("closed") == 1007
        # Our half is shut, and theirs is read and thrown away for the time of a closing.
        assert client.at_end()
        client.send(text(b"but listen") * 100)
        assert recorder.sink in live.call(lambda: held(live))
        live.turn(6)
        live.until(lambda: recorder.sink not in held(live))
        with pytest.raises(ConnectionError):
            client.send(b"x" * 100_000_000)
        assert recorder.rest() == []


def held(live: Rig) -> set[object]:
    """What uvicorn would shut down."""
    return {*live.server.server_state.connections}


def connect(live: Rig, name: str) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", live.port), timeout=10)
    sock.sendall(handshake(name))
    assert sock.recv(4096).startswith(b"HTTP/1.1 101 ")
    return sock


class Silent:
    """The least a receiver can be, so that what is measured is the transport."""

    __slots__ = ("sink",)

    def opened(self, sink: object) -> None:
        self.sink = sink

    def text(self, payload: bytes) -> None: ...
    def congested(self) -> None: ...
    def writable(self) -> None: ...
    def closed(self, code: int) -> None: ...


def test_nothing_of_the_handshake_stays(live: Rig) -> None:
    """No task, and no object that only the garbage collector would free."""

    def left() -> int:
        kinds = (HttpProtocol, Handshake)
        return sum(isinstance(it, kinds) for it in gc.get_objects())

    with contextlib.ExitStack() as stack:
        connect(live, live.name(Silent())).close()
        tasks = live.call(lambda: len(asyncio.all_tasks()))
        gc.collect()
        gc.disable()
        stack.callback(gc.enable)
        before = live.call(left)
        for _ in range(50):
            stack.enter_context(connect(live, live.name(Silent())))
        live.until(lambda: left() <= before)
        live.until(lambda: len(asyncio.all_tasks()) <= tasks)


def test_memory_of_idle_connections(live: Rig) -> None:
    """Python's side only; the client's 500 sockets, in the same process, are counted with it."""
    count = 500
    name = live.name(Silent())
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connect(live, name))
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(count):
            stack.enter_context(connect(live, name))
        live.call(gc.collect)
        after, _ = tracemalloc.get_traced_memory()
        each = (after - before) / count
        assert each < 3000, f"{each:.0f} bytes a connection"


def test_batches_are_written_as_they_are(live: Rig) -> None:
    with live.client() as (client, recorder):
        batch = Batch(wire=b"\x81\x01a\x81\x02bc", texts=())
        live.call(lambda: recorder.sink.send(batch))
        assert [client.next_text(), client.next_text()] == [b"a", b"bc"]
