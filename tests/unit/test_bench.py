"""The bench must not fool itself: what is missing, doubled or out of order is noticed."""

import socket

import pytest

from bench import wsclient
from bench.contestants import CONTESTANTS
from bench.receivers import Counter, Receiver, Room, body
from bench.table import table


def server_frame(payload: bytes) -> bytes:
    """Unmasked, as a server sends it."""
    length = len(payload)
    head = bytes((length,)) if length < 126 else bytes((126,)) + length.to_bytes(2, "big")
    return b"\x81" + head + payload


def message(number: int) -> bytes:
    return server_frame(body(number, 1, 200))


class Wires:
    """A room of receivers on socket pairs; `send` is the server."""

    def __init__(self, count: int) -> None:
        self.counter = Counter(CONTESTANTS["tutorial"])
        self.room = Room("r")
        pairs = [socket.socketpair() for _ in range(count)]
        self.servers = [ours for ours, _ in pairs]
        self.room.receivers = [Receiver(i, theirs, self.room, True) for i, (_, theirs) in
                               enumerate(pairs)]  # fmt: skip

    def send(self, data: bytes, *to: int) -> None:
        for index in to or range(len(self.servers)):
            self.servers[index].sendall(data)
            assert self.counter.read(self.room.receivers[index])

    def close(self) -> None:
        for sock in (*self.servers, *(r.sock for r in self.room.receivers)):
            sock.close()


@pytest.fixture
def wires():
    three = Wires(3)
    yield three
    three.close()


def test_joined_and_cut_frames_are_counted_and_parsed_once(wires):
    stream = b"".join(message(number) for number in range(10))
    for start in range(0, len(stream), 700):
        wires.send(stream[start : start + 700])
    wires.room.posted = 10
    assert wires.room.delivered == 30
    assert wires.room.complete()
    assert wires.counter.parsed == -(-len(stream) // 700)
    assert len(wires.counter.latencies) == 30


def test_another_order_is_noticed_and_counting_goes_on(wires):
    wires.send(message(0) + message(1), 0, 1)
    wires.send(message(1) + message(0), 2)
    wires.send(message(2))
    wires.room.posted = 3
    assert [r.misordered for r in wires.room.receivers] == [False, False, True]
    assert wires.room.complete()


@pytest.mark.parametrize("sent", [[0], [0, 0], [0, 1, 1]])
def test_missing_and_doubled_messages_are_noticed(wires, sent):
    wires.send(message(0) + message(1), 0, 1)
    for number in sent:
        wires.send(message(number), 2)
    wires.room.posted = 2
    assert not wires.room.complete()


def test_an_answer_between_messages_is_one_receivers_own(wires):
    wires.send(message(0) + server_frame(b'{"type":"ok"}'), 0)
    wires.send(message(0), 1, 2)
    wires.room.posted = 1
    assert wires.counter.other == 1
    assert wires.room.complete()


def test_pings_are_answered_and_a_close_ends_the_connection(wires):
    wires.send(b"\x89\x02hi", 0)
    assert wires.room.receivers[0].out == wsclient.frame(b"hi", wsclient.PONG)
    wires.servers[1].sendall(b"\x88\x00")
    assert not wires.counter.read(wires.room.receivers[1])
    wires.servers[2].close()
    assert not wires.counter.read(wires.room.receivers[2])
    assert wires.counter.lost == 2


def test_the_table_tells_how_many_times_better():
    text = table({"idle": {
        "tertulia": {"idle_bytes_per_connection": 2_000.0},
        "tutorial": {"idle_bytes_per_connection": 25_000.0},
    }})  # fmt: skip
    assert text.splitlines()[2].split() == ["tertulia", "2,000", "12.50x"]
