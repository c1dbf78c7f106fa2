"""One run: set the ground up, let people talk while the nemesis rages, heal, resume, judge.

The order of things is the same every time; what is chosen follows from the seed. Knows the parts
and their order, no fault and no check.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.database import Database
from storage.streams import heads
from tests.chaos import checks, evidence, figures, ground, nemesis, rolling
from tests.chaos.client import Client
from tests.chaos.door import MANY, Door
from tests.chaos.ground import Ground
from tests.chaos.history import Fault, History
from tests.chaos.load import Load
from tests.chaos.log import read_log, read_projected
from tests.chaos.people import Cast, cast
from tests.chaos.waiting import until

TAILS_WITHIN = 10.0
"""Seconds in which repair alone brings everybody everything while the bus is gone."""
ENDS_WITHIN = 90.0
"""Seconds for what was begun to be answered, and for everybody to come back, once all is whole."""
A_CLIENT = 0.03
"""Seconds more for each client: on one small machine thousands come in one after the other."""
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
    brief: bool = False
    """Every kind of fault once, in as little time as that takes, instead of so many seconds."""
    rolling: str | None = None
    """`restart` or `upgrade`: every node in turn, before the faults, if there are any."""
    mutant: str | None = None
    kinds: tuple[str, ...] | None = None
    strikes: int = 0
    """Go on until so many faults were made, however long that takes."""
    folder: Path | None = None
    """Where to leave the history and the nodes' logs."""

    @property
    def breaks(self) -> bool:
        """Whether there are faults."""
        return self.brief or self.seconds > 0 or self.strikes > 0 or not self.rolling


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
        self.cast: Cast
        self.tails: list[str] = []
        self.lag = 0.0
        self.patience = ENDS_WITHIN + A_CLIENT * plan.clients
        kinds = plan.kinds or (nemesis.SQLITE if plan.profile == "sqlite" else nemesis.SCALE)
        self.nemesis = nemesis.Nemesis(place, self.history, kinds, plan.seed, plan.calm)

    def people(self) -> None:
        """A town with its rooms, in the database itself."""
        plan = self.plan
        # Where nothing is broken clients need no link, which costs as much as they do.
        ports = [node.way.port if plan.breaks else node.port for node in self.place.nodes]
        door = Door(ports, plan.clients)
        self.cast = cast(self.place.url, door, plan.clients, plan.rooms, self.history)

    @property
    def everybody(self) -> list[Client]:
        """Who is connected for the whole run."""
        return self.cast.everybody

    def behind(self, heads: dict[str, int]) -> Iterator[tuple[Client, str]]:
        """Who has not folded which room to its head."""
        return (
            (client, room.id)
            for room in self.cast.rooms
            for client in room.people
            if client.seq(room.id) < heads[room.id]
        )

    def heads(self) -> dict[str, int]:
        """Where the rooms' logs end now."""
        database = Database(self.place.url)
        with database.read() as connection:
            at = heads(connection, [room.id for room in self.cast.rooms])
        database.close()
        return at

    def watching(self) -> bool:
        """Whether everybody watches all their rooms."""
        return all(c.connected and c.watching == c.wanted for c in self.everybody)

    async def rage(self) -> None:
        """The run itself."""
        await asyncio.gather(*(node.start() for node in self.place.nodes))
        for client in self.everybody:
            client.start()
        if not await until(self.watching, self.patience):
            raise RuntimeError("not everybody came to watch their rooms, with nothing broken")
        plan, rooms = self.plan, self.cast.rooms
        load = Load(rooms, self.cast.head, plan.rate, plan.hands, plan.seed)
        self.say(f"{len(self.everybody)} people in {len(rooms)} rooms; it begins")
        begun = self.history.now()
        load.start()
        watched = asyncio.create_task(self._watch())
        await asyncio.sleep(2)
        if plan.rolling:
            await rolling.roll(self.place, self._tell_of_clients, upgrade=plan.rolling == "upgrade")
        if plan.brief:
            await self.nemesis.brief()
        elif plan.breaks:
            await self.nemesis.rage(plan.seconds, storm=plan.storm, strikes=plan.strikes)
        self.seconds = self.history.now() - begun
        if plan.profile == "scale":
            await self._lost_bus(load)
        else:
            await self._answered(load)
        watched.cancel()
        await self._resume()

    def _tell_of_clients(self, what: str) -> None:
        here = sum(1 for client in self.everybody if client.connected)
        self.say(f"{self.history.now():7.0f} s  {what}; {here} clients are connected")

    async def _watch(self) -> None:
        """How long this program's own loop kept things waiting; and now and then a word."""
        told = 0.0
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.1)
            self.lag = max(self.lag, time.monotonic() - before - 0.1)
            if self.history.now() - told > 30:
                told = self.history.now()
                done = sum(len(client.latencies) for client in self.everybody)
                self.say(f"{told:7.0f} s  {done} commands, {self.nemesis.counts.total()} faults")

    async def _answered(self, load: Load) -> None:
        try:
            await asyncio.wait_for(load.stop(), self.patience)
        except TimeoutError:
            self.say("not every command was answered")

    async def _lost_bus(self, load: Load) -> None:
        """Redis dies in the midst of traffic, and everybody has everything all the same."""
        await until(lambda: all(client.connected for client in self.everybody), self.patience)
        await asyncio.sleep(1)
        killed = self.history.now()
        await self.place.redis_down(9)
        await asyncio.sleep(1.5)
        await self._answered(load)
        quiet = self.history.now()
        lines = {client: client.line for client in self.everybody}
        at = self.heads()
        await until(lambda: not any(self.behind(at)), TAILS_WITHIN)
        after = self.history.now() - quiet
        self.tails = [
            f"{client.person} has {room} up to {client.seq(room)} of {at[room]}, "
            f"{after:.1f} s after the last command"
            for client, room in self.behind(at)
        ]
        moved = sum(1 for client, line in lines.items() if client.line != line)
        self.say(
            f"Redis gone at {killed:.1f} s, silence at {quiet:.1f} s, everybody up to date at "
            f"{quiet + after:.1f} s" + (f"; {moved} had come back" if moved else "")
        )
        await self.place.redis_up()
        # Nobody is held to what a healthy bus would do while there was none.
        self.history.add(Fault("redis gone", "redis", "bus", killed, self.history.now()))

    async def _resume(self) -> None:
        """Everybody comes back once more and folds to the end; of thousands, who have all come
        back from the nodes that were replaced, every tenth."""
        nemesis.whole(self.place)
        everybody = self.everybody
        for client in everybody[:: 10 if len(everybody) > MANY else 1]:
            client.hang_up()
        await asyncio.sleep(0.5)
        at = self.heads()
        await until(lambda: not any(self.behind(at)), self.patience)
        await asyncio.gather(*(client.stop() for client in self.everybody))

    async def judged(self) -> Result:
        """What it comes to."""
        witnesses = {}
        for node in self.place.nodes:
            witnesses[node.name] = await node.witness()
        rooms = self.cast.rooms
        database = Database(self.place.url)
        with database.read() as connection:
            log = read_log(connection, [room.id for room in rooms], self.cast.began)
        run = evidence.Run(
            history=self.history,
            log=log,
            folds={(c.person, room.id): c.folds[room.id] for room in rooms for c in room.people},
            projected={
                room.id: read_projected(database, room.owner.person, room.id) for room in rooms
            },
            witnesses=witnesses,
            dialect=database.dialect,
            tails=self.tails,
            lag=self.lag,
            lags=[
                (at - self.history.start, late)
                for node in self.place.nodes
                for at, late in node.lags()
            ],
        )  # fmt: skip
        database.close()
        found = await asyncio.to_thread(checks.judge, run)
        return Result(
            plan=self.plan, findings=found,
            missing=self.nemesis.missing() if self.plan.breaks else [],
            faults=dict(self.nemesis.counts),
            figures={
                "seconds": round(self.seconds, 1),
                **figures.told(run, self.everybody),
                "node starts": sum(node.starts for node in self.place.nodes),
            },
        )  # fmt: skip


async def carry_out(plan: Plan, say: Say) -> Result:
    """A whole run. Raises `tests.servers.UnavailableError`."""
    flags = ("--mutant", plan.mutant) if plan.mutant else ()
    random.seed(plan.seed)
    gc.disable()
    if plan.profile == "sqlite":
        place = await ground.sqlite(*flags)
    else:
        place = await ground.scale(plan.nodes, *flags, linked=plan.breaks)
    running = Running(plan, place, say)
    try:
        await asyncio.to_thread(running.people)
        await running.rage()
        return await running.judged()
    finally:
        ending = asyncio.ensure_future(_taken_down(running))
        while not ending.done():
            # Nothing may stay behind, whoever wants it to end sooner.
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(ending)


async def _taken_down(running: Running) -> None:
    """Everybody leaves, and everything that was started ends."""
    if hasattr(running, "cast"):
        await asyncio.gather(*(client.stop() for client in running.everybody))
    running.history.close()
    if running.plan.folder:
        running.place.keep_logs(running.plan.folder)
    await running.place.close()
    gc.enable()
