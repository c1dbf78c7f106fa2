"""One run: set the ground up, let people talk while the nemesis rages, heal, resume, judge.

The order of things is the same every time; what is chosen follows from the seed. Knows the parts
and their order, no fault and no check.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.commands import InviteToRoom, JoinRoom
from storage.database import Database
from storage.streams import heads
from tests.chaos import checks, evidence, ground, nemesis, rolling
from tests.chaos.client import Client
from tests.chaos.ground import Ground
from tests.chaos.history import History, Saw
from tests.chaos.load import Load, Room
from tests.chaos.log import read_log, read_projected
from tests.chaos.waiting import until
from tests.e2e.town import Town

TAILS_WITHIN = 10.0
"""Seconds in which repair alone brings everybody everything while the bus is gone."""
ENDS_WITHIN = 90.0
"""Seconds for what was begun to be answered, and for everybody to come back, once all is whole."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a run is to be."""

    profile: str = "scale"
    seconds: float = 60.0
    seed: int = 1
    nodes: int = 3
    clients: int = 24
    rooms: int = 8
    rate: float = 150.0
    """Commands a second."""
    hands: int = 4
    """Commands that one person has under way at most."""
    calm: float = 1.5
    """Seconds between two faults of a lane."""
    storm: bool = False
    rolling: str | None = None
    """`restart` or `upgrade`: every node in turn, instead of faults."""
    mutant: str | None = None
    kinds: tuple[str, ...] | None = None
    strikes: int = 0
    """Go on until so many faults were made, however long that takes."""
    folder: Path | None = None
    """Where to leave the history and the nodes' logs."""


@dataclass
class Result:
    """How it went."""

    plan: Plan
    findings: dict[str, list[str]]
    missing: list[str]
    """What could not be shown: faults that never struck."""
    faults: dict[str, int]
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> list[str]:
        """The checks that found something."""
        return [name for name, found in self.findings.items() if found]

    @property
    def passed(self) -> bool:
        """Whether everything held and everything was shown."""
        return not self.failed and not self.missing


class Running:
    """A run under way."""

    def __init__(self, plan: Plan, place: Ground, say: Say) -> None:
        self.plan, self.place, self.say = plan, place, say
        self.history = History(plan.folder / "history.jsonl" if plan.folder else None)
        self.clients: list[Client] = []
        self.rooms: list[Room] = []
        self.began: dict[str, int] = {}
        self.tails: list[str] = []
        self.lag = 0.0
        kinds = plan.kinds or (nemesis.SQLITE if plan.profile == "sqlite" else nemesis.SCALE)
        self.nemesis = nemesis.Nemesis(place, self.history, kinds, plan.seed, plan.calm)

    def people(self) -> None:
        """A town with its rooms, in the database itself; everybody is in two rooms."""
        database = Database(self.place.url)
        town = Town(database)
        ports = [node.way.port for node in self.place.nodes]
        for number in range(self.plan.clients):
            person = town.person("P")
            key = town.key(person)
            self.clients.append(Client(person, key, ports, number, self.history))
        count = self.plan.rooms
        for number in range(count):
            people = self.clients[number::count] + self.clients[(number + 1) % count :: count]
            owner, others = people[0], people[1:]
            room = town.room(owner.person, name=f"Room {number}", access="invite")
            for other in others:
                town.do(owner.person, InviteToRoom(room=room, people=[other.person]))
                town.do(other.person, JoinRoom(room=room))
            self.rooms.append(Room(room, owner, others))
            for client in people:
                client.watch(room)
        with database.read() as connection:
            self.began = heads(connection, [room.id for room in self.rooms])
        database.close()

    def watching(self) -> bool:
        """Whether everybody watches all their rooms."""
        return all(client.watching == client.wanted for client in self.clients)

    async def rage(self) -> None:
        """The run itself."""
        await asyncio.gather(*(node.start() for node in self.place.nodes))
        for client in self.clients:
            client.start()
        if not await until(self.watching, ENDS_WITHIN):
            raise RuntimeError("not everybody came to watch their rooms, with nothing broken")
        load = Load(self.rooms, self.plan.rate, self.plan.hands, self.plan.seed)
        self.say(f"{len(self.clients)} people in {len(self.rooms)} rooms; it begins")
        begun = self.history.now()
        load.start()
        watched = asyncio.create_task(self._watch())
        await asyncio.sleep(2)
        if self.plan.rolling:
            await rolling.roll(self.place, self.say, upgrade=self.plan.rolling == "upgrade")
        else:
            plan = self.plan
            await self.nemesis.rage(plan.seconds, storm=plan.storm, strikes=plan.strikes)
        self.seconds = self.history.now() - begun
        if self.plan.profile == "scale":
            await self._lost_bus(load)
        else:
            await self._answered(load)
        watched.cancel()
        await self._resume()

    async def _watch(self) -> None:
        """How long this program's own loop kept things waiting; and now and then a word."""
        told = 0.0
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.1)
            self.lag = max(self.lag, time.monotonic() - before - 0.1)
            if self.history.now() - told > 30:
                told = self.history.now()
                done = sum(len(client.latencies) for client in self.clients)
                self.say(f"{told:7.0f} s  {done} commands, {self.nemesis.counts.total()} faults")

    async def _answered(self, load: Load) -> None:
        try:
            await asyncio.wait_for(load.stop(), ENDS_WITHIN)
        except TimeoutError:
            self.say("not every command was answered")

    async def _lost_bus(self, load: Load) -> None:
        """Redis dies in the midst of traffic, and everybody has everything all the same."""
        await until(lambda: all(client.connected for client in self.clients), ENDS_WITHIN)
        await asyncio.sleep(1)
        await self.place.redis_down(9)
        killed = self.history.now()
        await asyncio.sleep(1.5)
        await self._answered(load)
        quiet = self.history.now()
        lines = {client: client.line for client in self.clients}
        database = Database(self.place.url)
        with database.read() as connection:
            at = heads(connection, [room.id for room in self.rooms])
        database.close()

        def behind() -> list[str]:
            return [
                f"{client.person} has {room.id} up to {client.seq(room.id)} of {at[room.id]}, "
                f"{self.history.now() - quiet:.1f} s after the last command"
                for room in self.rooms
                for client in room.people
                if client.seq(room.id) < at[room.id]
            ]

        await until(lambda: not behind(), TAILS_WITHIN)
        self.tails = behind()
        moved = sum(1 for client, line in lines.items() if client.line != line)
        self.say(
            f"Redis gone at {killed:.1f} s, silence at {quiet:.1f} s, everybody up to date at "
            f"{self.history.now():.1f} s" + (f"; {moved} had come back" if moved else "")
        )
        await self.place.redis_up()

    async def _resume(self) -> None:
        """Everybody comes back once more and folds to the end."""
        nemesis.whole(self.place)
        for client in self.clients:
            client.hang_up()
        await asyncio.sleep(0.5)
        database = Database(self.place.url)
        with database.read() as connection:
            at = heads(connection, [room.id for room in self.rooms])
        database.close()
        await until(
            lambda: all(
                client.seq(room.id) >= at[room.id] for room in self.rooms for client in room.people
            ),
            ENDS_WITHIN,
        )
        for client in self.clients:
            await client.stop()

    async def judged(self) -> Result:
        """What it comes to."""
        witnesses = {}
        for node in self.place.nodes:
            witnesses[node.name] = await node.witness()
        database = Database(self.place.url)
        with database.read() as connection:
            log = read_log(connection, [room.id for room in self.rooms], self.began)
        run = evidence.Run(
            history=self.history,
            log=log,
            folds={
                (c.person, room.id): c.folds[room.id] for room in self.rooms for c in room.people
            },
            projected={
                room.id: read_projected(database, room.owner.person, room.id)
                for room in self.rooms
            },
            witnesses=witnesses,
            dialect=database.dialect,
            tails=self.tails,
            lag=self.lag,
        )  # fmt: skip
        database.close()
        found = await asyncio.to_thread(checks.judge, run)
        return Result(
            plan=self.plan, findings=found,
            missing=[] if self.plan.rolling else self.nemesis.missing(),
            faults=dict(self.nemesis.counts), figures=self._figures(run),
        )  # fmt: skip

    def _figures(self, run: evidence.Run) -> dict[str, Any]:
        latencies = sorted(x for client in self.clients for x in client.latencies) or [0.0]
        answers = [answer for _, answer in evidence.commands(self.history) if answer is not None]
        codes: dict[str, int] = {}
        for answer in answers:
            codes[answer.code or "ok"] = codes.get(answer.code or "ok", 0) + 1
        return {
            "seconds": round(self.seconds, 1),
            "acknowledged": codes.pop("ok", 0),
            "answered again (duplicate)": sum(1 for a in answers if a.duplicate),
            "refused": dict(sorted(codes.items())),
            "answered `internal` on the way": sum(c.internal for c in self.clients),
            "events in the log": sum(len(events) for events in run.log.events.values()),
            "events seen": len(self.history.of(Saw)),
            "lines lost": sum(c.lost for c in self.clients),
            "events repaired": sum(w.repaired for w in run.witnesses.values()),
            "node starts": sum(node.starts for node in self.place.nodes),
            "p50, p99, longest wait (s)": tuple(
                round(latencies[min(len(latencies) - 1, int(len(latencies) * q))], 3)
                for q in (0.5, 0.99, 1.0)
            ),
            "own lag (s)": round(self.lag, 3),
        }


async def carry_out(plan: Plan, say: Say) -> Result:
    """A whole run. Raises `tests.servers.UnavailableError`."""
    flags = ("--mutant", plan.mutant) if plan.mutant else ()
    random.seed(plan.seed)
    gc.disable()
    place = await (
        ground.sqlite(*flags) if plan.profile == "sqlite" else ground.scale(plan.nodes, *flags)
    )
    running = Running(plan, place, say)
    try:
        await asyncio.to_thread(running.people)
        await running.rage()
        return await running.judged()
    finally:
        for client in running.clients:
            await client.stop()
        running.history.close()
        if plan.folder:
            place.keep_logs(plan.folder)
        await place.close()
        gc.enable()
