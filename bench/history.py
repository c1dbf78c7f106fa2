"""History at length: what a page costs at a million messages, against ten thousand.

Owns the procedure. Two servers on two databases of the same people and fifty rooms, filled by
direct inserts (bench/fill.py), half of the talk in one room. One member asks both in turn, one
query at a time, so that whatever else the machine does hits both. Cost is CPU time of the server.
"""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from bench import wsclient
from bench.children import Child, everybody_seconds, free_port, precise_cpu_seconds
from bench.contestants.base import Need, Plan
from bench.contestants.tertulia import Tertulia
from bench.measuring import Bench
from bench.session import explained, prepared, serving

SCENARIO = "history"
ROOMS = PEOPLE = 50
SMALL = 10_000
BATCH = 20
"""Queries of one kind to one server before the other has its turn."""
PAGE = 50
AWAY = (50, 400)
"""Events that somebody missed who catches up."""


class Asker:
    """One signed-in client that asks and waits."""

    def __init__(self, contestant: Tertulia, plan: Plan, port: int) -> None:
        self._rest = b""
        self._sock = socket.create_connection(("127.0.0.1", port), 30)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        path, headers = contestant.target(plan, 0, plan.rooms[0])
        self._sock.sendall(wsclient.upgrade(port, path, headers))
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._sock.recv(1 << 16)
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode(errors="replace"))
        next(self._frames())

    def ask(self, request: dict[str, Any]) -> Any:
        """The result; RuntimeError for an error."""
        self._sock.sendall(wsclient.frame(json.dumps(request | {"ref": "a"}).encode()))
        for payload in self._frames():
            if payload.startswith(b'{"type":"ok"'):
                return json.loads(payload)["result"]
            if payload.startswith(b'{"type":"error"'):
                raise RuntimeError(payload.decode(errors="replace"))
        raise RuntimeError("closed by the server")

    def _frames(self) -> Iterator[bytes]:
        while True:
            for opcode, start, end in wsclient.frames(self._rest):
                payload, self._rest = self._rest[start:end], self._rest[end:]
                if opcode == wsclient.TEXT:
                    yield payload
                break
            else:
                data = self._sock.recv(1 << 20)
                if not data:
                    return
                self._rest += data

    def close(self) -> None:
        """Hang up."""
        self._sock.close()


Ask = Callable[[random.Random], dict[str, Any]]


class Side:
    """One of the two servers, and what asking it took: wall and CPU seconds, by kind."""

    def __init__(self, server: Child, asker: Asker, room: str) -> None:
        self.server = server
        self.asker = asker
        self.wall: dict[str, list[float]] = {}
        self.cpu: dict[str, float] = {}
        self.kinds = self.questions(room)

    def questions(self, room: str) -> dict[str, Ask]:
        """What is asked, by name."""
        snapshot = self.asker.ask({"type": "room.snapshot", "room": room, "limit": 1})
        head, cursor = snapshot["head_no"], snapshot["cursor"]
        return {
            "page": lambda r: {
                "type": "history.page", "room": room, "before": r.randint(PAGE, head),
                "limit": PAGE,
            },
            "catch_up": lambda r: {
                "type": "events.page", "stream": room, "epoch": cursor["epoch"],
                "after_seq": cursor["seq"] - r.randint(*AWAY), "limit": 100,
            },
            "overview": lambda _: {"type": "overview"},
            "snapshot": lambda _: {"type": "room.snapshot", "room": room, "limit": PAGE},
        }  # fmt: skip

    def batch(self, kind: str, chance: random.Random, count: int) -> None:
        """So many queries."""
        before = precise_cpu_seconds(self.server.process.pid)
        for _ in range(count):
            request = self.kinds[kind](chance)
            began = time.monotonic()
            self.asker.ask(request)
            self.wall.setdefault(kind, []).append(time.monotonic() - began)
        used = precise_cpu_seconds(self.server.process.pid) - before
        self.cpu[kind] = self.cpu.get(kind, 0.0) + used


def measure(bench: Bench, scratch: Path) -> None:
    """Fill, start both, ask in turn."""
    compare(bench, scratch, SCENARIO, Side)


def compare(bench: Bench, scratch: Path, scenario: str, kind: type[Side]) -> None:
    """The same questions to a small and a large server, if the scenario is wanted."""
    if not bench.wanted(scenario):
        return
    contestant = Tertulia()
    large = bench.effort.events
    folders = [_filled(bench, contestant, scratch, events) for events in (SMALL, large)]
    with ExitStack() as stack:
        sides = []
        # Only now: who is connected while a million messages are written is silent for too long.
        for folder in folders:
            with explained(contestant.name, folder):
                sides.append(kind(*_asked(stack, contestant, folder)))
        small, big = sides
        _ask(bench, small, big)
    asks = len(next(iter(small.wall.values())))
    kept: dict[str, float] = {"events": large, "asks": asks}
    for name in small.kinds:
        per = [side.cpu[name] / len(side.wall[name]) * 1000 for side in sides]
        kept |= {
            f"{name}_ms": median(big.wall[name]) * 1000,
            f"{name}_small_ms": median(small.wall[name]) * 1000,
            f"{name}_cpu_ms": per[1],
            f"{name}_small_cpu_ms": per[0],
            f"{name}_ratio": per[1] / per[0],
        }
    bench.add(scenario, contestant.name, kept)


def _need(events: int) -> Need:
    return Need(ROOMS, PEOPLE, background=ROOMS - 1, people=PEOPLE, events=events)


def _filled(bench: Bench, contestant: Tertulia, scratch: Path, events: int) -> Path:
    """A community with so much talk; several scenarios read the same."""
    folder = scratch / f"filled-{events}"
    if not folder.exists():
        folder.mkdir()
        began = time.monotonic()
        with explained(contestant.name, folder):
            prepared(contestant, folder, _need(events))
        bench.say(f"{events:,} messages written, {time.monotonic() - began:.0f} s")
    return folder


def _asked(stack: ExitStack, contestant: Tertulia, folder: Path) -> tuple[Child, Asker, str]:
    port = free_port()
    server = stack.enter_context(serving(contestant, folder, port))
    plan = contestant.prepare(folder, port, _need(0))
    asker = Asker(contestant, plan, port)
    stack.callback(asker.close)
    return server, asker, plan.rooms[0]


def _ask(bench: Bench, *sides: Side) -> None:
    everybody, own, began = everybody_seconds(), time.process_time(), time.monotonic()
    chance = random.Random(7)
    asked = 0
    while asked < bench.effort.asks:
        for kind in sides[0].kinds:
            for side in sides:
                side.batch(kind, chance, BATCH)
        asked += BATCH
        if asked == BATCH:
            # The first of each kind compile statements and fill caches.
            for side in sides:
                side.wall.clear()
                side.cpu.clear()
    passed = time.monotonic() - began
    used = everybody_seconds() - everybody - (time.process_time() - own)
    servers = sum(sum(side.cpu.values()) for side in sides)
    bench.foreign.append(max(0.0, used - servers) / passed)
