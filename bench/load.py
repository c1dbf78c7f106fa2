"""The load: a process of its own that opens connections, posts and counts. `python -m bench.load`.

Takes commands as lines of JSON on stdin and answers each with one on stdout. Owns the clock of a
run: it reads the server's CPU time at the edges of its own window. It must not be what limits, so
it says how busy it was.

Posting is open loop (`rate` messages a second over all rooms, whatever comes back; the time in a
message is when it was due) or closed loop (`window` messages a room under way at once).
"""

from __future__ import annotations

import gc
import json
import select
import sys
import time
from time import monotonic_ns
from typing import Any

from bench import wsclient
from bench.children import cpu_seconds, everybody_seconds, pss_bytes, raise_file_limit
from bench.connecting import JoinError, open_all
from bench.contestants import SPEAKING
from bench.contestants.base import Plan
from bench.receivers import Counter, Receiver, Room, body
from bench.storming import Storm

EVENTS = 64
"""Sockets served between two looks at the clock, so that posts leave when they are due."""
SECOND = 1_000_000_000


def percentile(ordered: list[int], share: float) -> float:
    """Of sorted nanoseconds, in milliseconds; 0 for none."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e6


class Load:
    """The connections to one server, and the runs over them."""

    def __init__(self, name: str, plan: dict[str, Any], port: int) -> None:
        self.contestant = SPEAKING[name]
        self.plan = Plan(**plan)
        self.port = port
        self.ports = [port]
        self.counter = Counter(self.contestant)
        self.epoll = select.epoll()
        self.rooms: list[Room] = []
        self.by_fd: dict[int, Receiver] = {}
        self.late: list[int] = []
        self.acks: list[int] | None = None
        """How long acknowledgements took, in ns; None where nobody asks."""
        self.acknowledged = 0
        self.serial = 0
        self.sent: dict[int, tuple[Room, int]] = {}
        """Posts not acknowledged yet, by their number: where, and when they were due."""
        self.counter.heard = self.heard

    def connect(self, rooms: int, each: int) -> dict[str, Any]:
        """Open `each` connections into each of the next `rooms` rooms."""
        began = time.monotonic()
        known = len(self.rooms)
        new = [Room(room) for room in self.plan.rooms[known : known + rooms]]
        self.rooms += new
        for receivers in open_all(
            self.contestant, self.plan, self.ports, new, each, len(self.by_fd)
        ):
            for receiver in receivers:
                self.take(receiver)
            self.serve(0)
        return {"connected": len(self.by_fd), "seconds": time.monotonic() - began}

    def take(self, receiver: Receiver) -> None:
        """Serve an open connection from now on."""
        self.by_fd[receiver.sock.fileno()] = receiver
        self.epoll.register(receiver.sock.fileno(), select.EPOLLIN)

    def let_go(self, receiver: Receiver) -> None:
        """Cut a connection, if it is open."""
        fd = receiver.sock.fileno()
        if self.by_fd.pop(fd, None) is not None:
            self.epoll.unregister(fd)
        receiver.sock.close()

    def serve(self, timeout: float) -> set[Room]:
        """Read what is there, at most EVENTS sockets; the rooms that got something."""
        read, by_fd = self.counter.read, self.by_fd
        touched = set()
        for fd, _ in self.epoll.poll(timeout, EVENTS):
            receiver = by_fd.get(fd)
            if receiver is None:
                continue
            if not read(receiver):
                self.let_go(receiver)
                continue
            if receiver.out:
                self.flush(receiver)
            touched.add(receiver.room)
        return touched

    def flush(self, receiver: Receiver) -> None:
        """Send what waits; what does not fit waits for the next time."""
        try:
            sent = receiver.sock.send(receiver.out)
        except BlockingIOError:
            return
        except OSError:
            sent = len(receiver.out)
        receiver.out = receiver.out[sent:]

    def heard(self, _: Receiver, payload: bytes) -> None:
        """An answer: perhaps of a post that is waited for."""
        if self.acks is None:
            return
        number = self.contestant.acknowledged(payload)
        if number is not None and number in self.sent:
            room, due = self.sent.pop(number)
            room.unanswered -= 1
            self.acks.append(monotonic_ns() - due)
            self.acknowledged += 1

    def post(self, room: Room, at: int, size: int) -> None:
        """One message into a room, from its posters in turn."""
        poster = room.posters[room.next_poster]
        room.next_poster = (room.next_poster + 1) % len(room.posters)
        self.serial += 1
        if self.acks is not None:
            self.sent[self.serial] = room, at
            room.unanswered += 1
        payload = self.contestant.post(room.id, body(room.posted, at, size), self.serial)
        poster.out += wsclient.frame(payload)
        room.posted += 1
        self.flush(poster)

    # --- a run ---

    def run(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Warm up, measure a window, wait for what is under way, check it."""
        self.counter.every = spec.get("every", 1)
        self.ask_for_acks(bool(spec.get("acks")))
        for room in self.rooms:
            room.posters = room.receivers[: spec.get("posters")]
            room.next_poster = 0
        drive = self.open_loop if spec["loop"] == "open" else self.closed_loop
        drive(spec, spec["warm"])
        self.counter.latencies, self.late = [], []
        if self.acks:
            self.acks.clear()
        pids = spec["pids"]
        before = self.reading(pids)
        drive(spec, spec["seconds"])
        after = self.reading(pids)
        drained = self.drain(spec["drain"])
        return self.report(before, after, drained)

    def ask_for_acks(self, wanted: bool) -> None:
        """Whether acknowledgements are waited for and timed from now on."""
        self.acks = [] if wanted else None
        self.sent.clear()
        for room in self.rooms:
            room.unanswered = 0

    def reading(self, pids: list[int]) -> tuple[float, ...]:
        """Time, deliveries, acknowledgements, and CPU seconds: the server's, ours, all."""
        delivered = sum(room.delivered for room in self.rooms)
        used = cpu_seconds(pids), time.process_time(), everybody_seconds()
        return time.monotonic(), delivered, self.acknowledged, *used

    def open_loop(self, spec: dict[str, Any], seconds: float) -> None:
        """A message each time one is due, rooms in turn."""
        step, size = int(SECOND / spec["rate"]), spec["size"]
        due = monotonic_ns()
        end = due + int(seconds * SECOND)
        turn = 0
        while (now := monotonic_ns()) < end:
            while due <= now:
                self.late.append(now - due)
                self.post(self.rooms[turn % len(self.rooms)], due, size)
                turn += 1
                due += step
            self.serve(max(0, min(due, end) - monotonic_ns()) / SECOND)

    def closed_loop(self, spec: dict[str, Any], seconds: float) -> None:
        """As many under way in each room as the window allows.

        What counts is outstanding acknowledgements where they are asked for, else deliveries.
        """
        window, size = spec["window"], spec["size"]
        end = monotonic_ns() + int(seconds * SECOND)
        touched = set(self.rooms)
        while (now := monotonic_ns()) < end:
            for room in touched:
                if self.acks is None:
                    under_way = -(-room.outstanding() // len(room.receivers))
                else:
                    under_way = room.unanswered
                for _ in range(window - under_way):
                    self.post(room, monotonic_ns(), size)
            touched = self.serve(max(0, end - now) / SECOND)

    def drain(self, seconds: float) -> float:
        """Until all is there, for `seconds` at most; how long it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if not self.sent and not any(room.outstanding() > 0 for room in self.rooms):
                break
            self.serve(0.05)
            for receiver in self.by_fd.values():
                if receiver.out:
                    self.flush(receiver)
        return time.monotonic() - began

    def report(
        self, before: tuple[float, ...], after: tuple[float, ...], drained: float
    ) -> dict[str, Any]:
        """What the window showed."""
        difference = [b - a for a, b in zip(before, after, strict=True)]
        seconds, deliveries, posts, server, own, everybody = difference
        ordered = sorted(self.counter.latencies)
        receivers = [receiver for room in self.rooms for receiver in room.receivers]
        return {
            "seconds": seconds,
            "deliveries_per_s": deliveries / seconds,
            "deliveries_per_cpu_s": deliveries / server if server else 0.0,
            "posts_per_s": posts / seconds,
            "posts_per_cpu_s": posts / server if server else 0.0,
            "server_cpu": server / seconds,
            "load_cpu": own / seconds,
            "foreign_cpu": max(0.0, everybody - server - own) / seconds,
            "p50_ms": percentile(ordered, 0.50),
            "p99_ms": percentile(ordered, 0.99),
            "ack_p50_ms": percentile(sorted(self.acks or ()), 0.50),
            "ack_p99_ms": percentile(sorted(self.acks or ()), 0.99),
            "samples": len(ordered),
            "late_p99_ms": percentile(sorted(self.late), 0.99),
            "drain_s": drained,
            "complete": all(room.complete() for room in self.rooms),
            "missing": sum(max(0, room.outstanding()) for room in self.rooms),
            "misordered": sum(receiver.misordered for receiver in receivers),
            "lost": self.counter.lost,
            "refused": [r.decode(errors="replace") for r in self.counter.refusals[:3]],
        }

    def lone(self, messages: int, size: int) -> dict[str, Any]:
        """Messages one at a time into rooms at rest: from sending to the last of its readers.

        `lone_after_ack_ms`: how long after the acknowledgement, which follows the commit.
        """
        took: list[int] = []
        after: list[int] = []
        self.ask_for_acks(True)
        assert self.acks is not None
        for room in self.rooms[:messages]:
            at = monotonic_ns()
            answered = len(self.acks)
            self.post(room, at, size)
            while room.outstanding() > 0:
                self.serve(1)
            done = monotonic_ns()
            took.append(done - at)
            if len(self.acks) > answered:
                after.append(max(0, done - at - self.acks[-1]))
            self.pause(0.03)
        self.ask_for_acks(False)
        found = {"lone_p50_ms": percentile(sorted(took), 0.5),
                 "lone_p99_ms": percentile(sorted(took), 0.99)}  # fmt: skip
        return found | ({"lone_after_ack_ms": percentile(sorted(after), 0.5)} if after else {})

    def pause(self, seconds: float) -> None:
        """Nothing is sent but answers to pings."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.serve(min(left, 0.05))

    def memory(self, pids: list[int], settle: float) -> dict[str, Any]:
        """The server's PSS after `settle` seconds at rest."""
        self.pause(settle)
        return {"pss": pss_bytes(pids), "connected": len(self.by_fd)}

    def close(self) -> dict[str, Any]:
        """All connections at once."""
        for receiver in self.by_fd.values():
            receiver.sock.close()
        self.by_fd.clear()
        return {}

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """One command."""
        match command.pop("do"):
            case "connect":
                return self.connect(**command)
            case "also":
                self.ports.append(command["port"])
                return {}
            case "run":
                return self.run(command)
            case "lone":
                return self.lone(**command)
            case "memory":
                return self.memory(**command)
            case "storm":
                return Storm(self).run(command)
            case other:
                raise ValueError(f"no command {other}")


def main() -> None:
    """Obey until stdin ends; between commands the connections are served."""
    raise_file_limit()
    # Nothing here makes cycles, and a collection over 10,000 receivers would show as latency.
    gc.disable()
    load = Load(**json.loads(sys.stdin.readline()))
    # One line at a time each way: what a reader buffered, poll() would not tell of.
    print("{}", flush=True)
    load.epoll.register(sys.stdin.fileno(), select.EPOLLIN)
    waiting = select.poll()
    waiting.register(sys.stdin.fileno(), select.POLLIN)
    while True:
        load.serve(1)
        if not waiting.poll(0):
            continue
        line = sys.stdin.readline()
        if not line:
            load.close()
            return
        try:
            answer = load.obey(json.loads(line))
        except (JoinError, OSError, ValueError) as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
