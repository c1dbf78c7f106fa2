"""The sign-on storm, in the load process: everybody was cut off and comes back at once.

Owns the state of each client on its way back: connecting, upgrading, resuming, current. A client
that is turned away tries again after a moment, as real ones do. Those who never left go on talking
meanwhile and are served first, so that what they see is the server's doing and not the load's.
"""

from __future__ import annotations

import random
import select
import socket
import time
from collections import deque
from itertools import cycle
from time import monotonic_ns
from typing import TYPE_CHECKING, Any

from bench import wsclient
from bench.children import cpu_seconds, dropped_at_the_door, everybody_seconds
from bench.connecting import new_socket, request
from bench.receivers import Receiver, Room

if TYPE_CHECKING:
    from bench.load import Load

AT_ONCE = 50
"""Connections begun between two looks at those who stayed."""
UNDER_WAY = 64
"""Missed messages posted at once."""
RETRY = (0.5, 2.0)
"""Seconds until somebody who was turned away tries again."""


class Coming:
    """One client on its way back."""

    __slots__ = ("began", "head", "receiver", "step", "steps")

    def __init__(self, receiver: Receiver, steps: list[bytes | None], began: float) -> None:
        self.receiver = receiver
        self.steps = steps
        self.began = began
        self.step = 0
        self.head: bytes | None = b""
        """What came of the answer to the upgrade; None once that is whole."""


class Storm:
    """One cut and the way back. The last `stay` rooms of the load are not cut."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.epoll = select.epoll()
        self.coming: dict[int, Coming] = {}
        self.current: list[float] = []
        self.waiting: deque[Receiver] = deque()
        self.again: list[tuple[float, Receiver]] = []
        self.retries = 0
        self.by_receiver: dict[Receiver, Coming] = {}
        self.known: dict[str, int] = {}

    def run(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Cut, let the world go on, come back, and check that nobody missed anything."""
        load, stay = self.load, spec["stay"]
        cut = load.rooms[: len(load.rooms) - stay]
        staying = [r for room in load.rooms[len(cut) :] for r in room.receivers]
        load.ask_for_acks(load.contestant.resumes)
        self._cut(cut, staying)
        if staying and load.contestant.resumes:
            for number, room in enumerate(cut):
                room.posters = [staying[number % len(staying)]]
                room.next_poster = 0
            self._miss(cut, spec)
        load.pause(spec["settle"])
        load.counter.latencies.clear()
        if load.acks:
            load.acks.clear()
        load.counter.heard = self._heard
        dropped = dropped_at_the_door()
        before = cpu_seconds(spec["pids"]), time.process_time(), everybody_seconds()
        began = time.monotonic()
        self._return(cut, load.rooms[len(cut) :], spec)
        took = time.monotonic() - began
        after = cpu_seconds(spec["pids"]), time.process_time(), everybody_seconds()
        used = [b - a for a, b in zip(before, after, strict=True)]
        latencies = sorted(load.counter.latencies)
        told = self._told(took, used, latencies) | {"dropped": dropped_at_the_door() - dropped}
        return self._settled(spec) | told

    def _cut(self, cut: list[Room], staying: list[Receiver]) -> None:
        for room in cut:
            self.known[room.id] = room.posted
            for receiver in room.receivers:
                self.load.let_go(receiver)
                receiver.rest = receiver.out = b""
                receiver.sampled = False
                self.waiting.append(receiver)
        for receiver in staying:
            receiver.sampled = True
        # As they come, not room by room.
        random.Random(7).shuffle(self.waiting)

    def _miss(self, cut: list[Room], spec: dict[str, Any]) -> None:
        for _ in range(spec["missed"]):
            for room in cut:
                while len(self.load.sent) >= UNDER_WAY:
                    self.load.serve(1)
                self.load.post(room, monotonic_ns(), spec["size"])
        while self.load.sent:
            self.load.serve(1)

    # --- the way back ---

    def _return(self, cut: list[Room], others: list[Room], spec: dict[str, Any]) -> None:
        total = len(self.waiting)
        end = time.monotonic() + spec["limit"]
        # Every second message goes where people are just coming back.
        pairs = zip(cycle(others), cut, strict=False)
        into = [room for pair in pairs for room in pair]
        if not self.load.contestant.resumes:
            into = others
        step = int(1e9 / spec["rate"])
        due, turn = monotonic_ns(), 0
        while len(self.current) < total and time.monotonic() < end:
            while into and due <= monotonic_ns():
                self.load.post(into[turn % len(into)], due, spec["size"])
                turn += 1
                due += step
            self.load.serve(0)
            now = time.monotonic()
            while self.again and self.again[0][0] <= now:
                self.waiting.append(self.again.pop(0)[1])
            for _ in range(min(AT_ONCE, len(self.waiting))):
                self._begin(self.waiting.popleft())
            for fd, events in self.epoll.poll(0.001, AT_ONCE):
                self._on(fd, events)

    def _begin(self, receiver: Receiver) -> None:
        load, room = self.load, receiver.room
        receiver.sock = new_socket(receiver.index)
        receiver.sock.setblocking(False)
        receiver.sock.connect_ex(("127.0.0.1", load.port))

        def seen(stream: str) -> int:
            # Of a room in the background only the head was known when the line was cut.
            return receiver.place if stream == room.id else self.known.get(stream, 0)

        steps = load.contestant.resume(load.plan, receiver.index, room.id, seen)
        coming = Coming(receiver, steps, time.monotonic())
        fd = receiver.sock.fileno()
        self.coming[fd] = self.by_receiver[receiver] = coming
        self.epoll.register(fd, select.EPOLLIN | select.EPOLLOUT)

    def _on(self, fd: int, events: int) -> None:
        coming = self.coming[fd]
        receiver = coming.receiver
        if events & select.EPOLLOUT:
            if receiver.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self._turned_away(fd, coming)
                return
            load = self.load
            # The first bytes of a connection always fit into its buffer.
            receiver.sock.send(request(load.contestant, load.plan, load.port, receiver))
            self.epoll.modify(fd, select.EPOLLIN)
            return
        if coming.head is not None:
            alive = self._upgrading(coming)
        else:
            alive = self.load.counter.read(receiver)
        if not alive:
            self._turned_away(fd, coming)
        elif receiver.out:
            self.load.flush(receiver)

    def _upgrading(self, coming: Coming) -> bool:
        try:
            data = coming.receiver.sock.recv(1 << 16)
        except OSError:
            return False
        assert coming.head is not None
        coming.head += data
        if not data or b"\r\n\r\n" not in coming.head:
            return bool(data)
        head, _, rest = coming.head.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            return False
        coming.head = None
        self._next(coming)
        return self.load.counter.parse(coming.receiver, rest)

    def _next(self, coming: Coming) -> None:
        """Say what the next step says, or be there."""
        if coming.step == len(coming.steps):
            self.current.append(time.monotonic() - coming.began)
        elif (payload := coming.steps[coming.step]) is not None:
            coming.receiver.out += wsclient.frame(payload)

    def _heard(self, receiver: Receiver, payload: bytes) -> None:
        coming = self.by_receiver.get(receiver)
        if coming is None or coming.step == len(coming.steps):
            self.load.heard(receiver, payload)
        elif self.load.contestant.done(coming.step, payload):
            coming.step += 1
            self._next(coming)

    def _turned_away(self, fd: int, coming: Coming) -> None:
        if coming.step == len(coming.steps) and coming.head is None:
            self.current.pop()
        receiver = coming.receiver
        del self.coming[fd], self.by_receiver[receiver]
        self.epoll.unregister(fd)
        receiver.sock.close()
        receiver.rest = receiver.out = b""
        self.retries += 1
        self.again.append((time.monotonic() + random.uniform(*RETRY), receiver))
        self.again.sort(key=lambda one: one[0])

    # --- what it showed ---

    def _settled(self, spec: dict[str, Any]) -> dict[str, Any]:
        """All are the load's again; waits until everything posted is everywhere."""
        load = self.load
        for fd, coming in self.coming.items():
            self.epoll.unregister(fd)
            load.take(coming.receiver)
        self.epoll.close()
        load.counter.heard = load.heard
        load.drain(spec["drain"])
        missing = sum(max(0, room.outstanding()) for room in load.rooms)
        acks = sorted(load.acks or ())
        load.ask_for_acks(False)
        return {
            "missing": missing,
            "complete": all(room.complete() for room in load.rooms),
            "misordered": sum(r.misordered for room in load.rooms for r in room.receivers),
            "refused": [r.decode(errors="replace") for r in load.counter.refusals[:3]],
            "acks": acks,
        }

    def _told(self, took: float, used: list[float], latencies: list[int]) -> dict[str, Any]:
        server, own, everybody = used
        return {
            "seconds": took,
            "back": len(self.current),
            "left": len(self.waiting) + len(self.again) + len(self.coming) - len(self.current),
            "waits": sorted(self.current),
            "retries": self.retries,
            "latencies": latencies,
            "server_cpu": server / took,
            "load_cpu": own / took,
            "foreign_cpu": max(0.0, everybody - server - own) / took,
        }
