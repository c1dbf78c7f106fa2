"""Counting what arrives: every message of every receiver, in order, none missing, at little cost.

Owns the verification. All receivers of a room get the same bytes, so a chunk that was parsed once
is recognised again by comparison (memcmp) at the same place of the sequence; only what is new is
parsed. Each message carries `~number~time~`; every receiver must see the numbers in the same
order.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from time import monotonic_ns
from typing import NamedTuple

from bench import wsclient
from bench.contestants.base import Contestant

MARK = re.compile(rb"~(\d+)~(\d+)~")
REMEMBERED = 16
"""Chunks kept a room; receivers that lag see other cuts of the stream."""

BUFFER = bytearray(1 << 20)
VIEW = memoryview(BUFFER)


def body(number: int, at: int, size: int) -> bytes:
    """A message of `size` bytes that carries its number and its time (monotonic, ns)."""
    return (b"~%d~%d~ " % (number, at)).ljust(size, b"x")


class Parsed(NamedTuple):
    """A chunk once parsed: what it adds to whoever receives it at the same place."""

    data: bytes
    before: bytes
    after: bytes
    messages: int
    total: int
    times: tuple[int, ...]


class Room:
    """What was posted in a room, and what arrived."""

    __slots__ = (
        "chunks", "delivered", "id", "next_poster", "order", "posted", "posters", "receivers",
        "unanswered",
    )  # fmt: skip

    def __init__(self, room: str) -> None:
        self.id = room
        self.receivers: list[Receiver] = []
        self.posters: list[Receiver] = self.receivers
        """Who posts here in turn: everybody, where nothing else is said."""
        self.next_poster = 0
        self.unanswered = 0
        """Posts not acknowledged yet, where that is asked."""
        self.posted = 0
        self.delivered = 0
        self.order: list[int] = []
        self.chunks: dict[tuple[int, int], Parsed] = {}

    def outstanding(self) -> int:
        """Deliveries still to come."""
        return self.posted * len(self.receivers) - self.delivered

    def complete(self) -> bool:
        """Whether each receiver has each message exactly once."""
        total = self.posted * (self.posted - 1) // 2
        return all(r.place == self.posted and r.total == total for r in self.receivers)


class Receiver:
    """One connection: how far it is in its room's order, and bytes of a frame not yet whole."""

    __slots__ = ("index", "misordered", "out", "place", "rest", "room", "sampled", "sock", "total")

    def __init__(self, index: int, sock: socket.socket, room: Room, sampled: bool) -> None:
        self.index = index
        self.sock = sock
        self.room = room
        self.sampled = sampled
        self.place = 0
        self.total = 0
        self.rest = b""
        self.out = b""
        self.misordered = False


class Counter:
    """Takes what sockets bring. `latencies` are in ns, of sampled receivers and messages."""

    def __init__(self, contestant: Contestant) -> None:
        self.contestant = contestant
        self.latencies: list[int] = []
        self.every = 1
        self.refusals: list[bytes] = []
        self.other = 0
        self.lost = 0
        self.parsed = 0
        self.heard: Callable[[Receiver, bytes], None] = lambda *_: None
        """Told of every text that is no message: answers."""

    def read(self, receiver: Receiver) -> bool:
        """Read once from a readable socket; False when the connection is gone."""
        try:
            size = receiver.sock.recv_into(BUFFER)
        except BlockingIOError:
            return True
        except OSError:
            size = 0
        if not size:
            self.lost += 1
            return False
        room = receiver.room
        known = room.chunks.get((receiver.place, size))
        if (
            known is None
            or known.before != receiver.rest
            or receiver.misordered
            or not BUFFER.startswith(known.data)
        ):
            return self.parse(receiver, bytes(VIEW[:size]))
        receiver.rest = known.after
        if known.messages:
            receiver.place += known.messages
            receiver.total += known.total
            room.delivered += known.messages
            if receiver.sampled and known.times:
                now = monotonic_ns()
                self.latencies += [now - at for at in known.times]
        return True

    def parse(self, receiver: Receiver, chunk: bytes) -> bool:
        """Walk the frames of a chunk that was not seen before at this place."""
        self.parsed += 1
        data = receiver.rest + chunk
        numbers: list[int] = []
        times: list[int] = []
        end = 0
        own = False
        for opcode, start, end in wsclient.frames(data):
            mark = MARK.search(data, start, end) if opcode == wsclient.TEXT else None
            if mark:
                number = int(mark[1])
                numbers.append(number)
                if number % self.every == 0:
                    times.append(int(mark[2]))
            else:
                own = True
                if not self.control(receiver, opcode, data[start:end]):
                    return False
        rest = data[end:]
        # A chunk with frames of its own (an answer, a ping) is nobody else's.
        if not own and not receiver.misordered:
            room = receiver.room
            if len(room.chunks) >= REMEMBERED:
                room.chunks.clear()
            known = Parsed(chunk, receiver.rest, rest, len(numbers), sum(numbers), tuple(times))
            room.chunks[receiver.place, len(chunk)] = known
        receiver.rest = rest
        self.advance(receiver, numbers, times)
        return True

    def advance(self, receiver: Receiver, numbers: list[int], times: list[int]) -> None:
        """Check the order against the room's, which the first to get there has set."""
        room, place = receiver.room, receiver.place
        agreed = room.order[place : place + len(numbers)]
        if agreed != numbers[: len(agreed)]:
            receiver.misordered = True
        elif not receiver.misordered:
            room.order += numbers[len(agreed) :]
        receiver.place += len(numbers)
        receiver.total += sum(numbers)
        room.delivered += len(numbers)
        if receiver.sampled and times:
            now = monotonic_ns()
            self.latencies += [now - at for at in times]

    def control(self, receiver: Receiver, opcode: int, payload: bytes) -> bool:
        """A frame that carries no message; False when the server closes."""
        if opcode == wsclient.CLOSE:
            self.lost += 1
            return False
        if opcode == wsclient.PING:
            receiver.out += wsclient.frame(payload, wsclient.PONG)
        elif opcode == wsclient.TEXT:
            self.other += 1
            if reply := self.contestant.answer(payload):
                receiver.out += wsclient.frame(reply)
            if self.contestant.refused(payload):
                self.refusals.append(payload)
            self.heard(receiver, payload)
        return True
