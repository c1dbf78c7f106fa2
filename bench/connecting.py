"""Opening many connections: a batch at a time, each step of the batch together.

Owns the handshake and the join. What arrives after it belongs to the receiver.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import islice

from bench import wsclient
from bench.contestants.base import Contestant, Plan
from bench.receivers import Receiver, Room

BATCH = 100
TIMEOUT = 30.0
SAMPLED = 10
"""Every so many-th receiver's latencies are taken."""
PER_ADDRESS = 20_000
"""Connections from one source address; ports of one address run short near 28,000."""


class JoinError(RuntimeError):
    """A client could not connect or join; the message says what the server answered."""


def new_socket(index: int) -> socket.socket:
    """Not connected yet."""
    sock = socket.socket()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Reset at the end, so that thousands of ports do not linger in TIME_WAIT.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    if index >= PER_ADDRESS:
        sock.bind((f"127.0.0.{1 + index // PER_ADDRESS}", 0))
    return sock


def request(contestant: Contestant, plan: Plan, port: int, receiver: Receiver) -> bytes:
    """A client's upgrade request."""
    path, headers = contestant.target(plan, receiver.index, receiver.room.id)
    return wsclient.upgrade(port, path, headers)


def open_all(
    contestant: Contestant,
    plan: Plan,
    ports: list[int],
    rooms: list[Room],
    each: int,
    first: int = 0,
) -> Iterator[list[Receiver]]:
    """`each` receivers into each room, a batch at a time; clients are numbered from `first`.

    Over several ports they are spread in tens, so that on each some are sampled.
    """
    wanted = ((first + n, rooms[n // each]) for n in range(each * len(rooms)))
    while batch := list(islice(wanted, BATCH)):
        receivers = []
        for index, room in batch:
            sock = new_socket(index)
            sock.settimeout(TIMEOUT)
            port = ports[index // SAMPLED % len(ports)]
            sock.connect(("127.0.0.1", port))
            receiver = Receiver(index, sock, room, index % SAMPLED == 0)
            sock.sendall(request(contestant, plan, port, receiver))
            receivers.append(receiver)
        for receiver in receivers:
            _upgraded(receiver)
        _join(contestant, plan, receivers)
        for receiver in receivers:
            receiver.sock.setblocking(False)
            receiver.room.receivers.append(receiver)
        yield receivers


def _more(receiver: Receiver) -> bytes:
    data = receiver.sock.recv(1 << 16)
    if not data:
        raise JoinError(f"client {receiver.index}: closed by the server")
    return data


def _upgraded(receiver: Receiver) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(receiver)
    head, _, receiver.rest = data.partition(b"\r\n\r\n")
    if b" 101 " not in head.split(b"\r\n")[0]:
        raise JoinError(f"client {receiver.index}: {head.decode(errors='replace')}")


def _join(contestant: Contestant, plan: Plan, receivers: list[Receiver]) -> None:
    steps = [contestant.steps(plan, r.index, r.room.id) for r in receivers]
    for number in range(max(map(len, steps))):
        for receiver, own in zip(receivers, steps, strict=True):
            if (payload := own[number]) is not None:
                receiver.sock.sendall(wsclient.frame(payload))
        for receiver in receivers:
            _answered(contestant, number, receiver)


def _answered(contestant: Contestant, step: int, receiver: Receiver) -> None:
    while True:
        for opcode, start, end in wsclient.frames(receiver.rest):
            payload = receiver.rest[start:end]
            if opcode == wsclient.CLOSE or contestant.refused(payload):
                raise JoinError(f"client {receiver.index}: {payload.decode(errors='replace')}")
            if opcode == wsclient.TEXT and contestant.done(step, payload):
                receiver.rest = receiver.rest[end:]
                return
        # Every frame so far was passed over: keep what is not a whole one.
        receiver.rest = receiver.rest[_whole(receiver.rest) :] + _more(receiver)


def _whole(data: bytes) -> int:
    ends = [end for _, _, end in wsclient.frames(data)]
    return ends[-1] if ends else 0
