"""What is broken, in which order, for how long: chosen by a seed, carried out on the ground.

A fault is a row of FAULTS: how it begins and ends, and what it may disturb. Lanes deal faults from
a shuffled bag, so that every kind has its turn; in a storm each family has a lane of its own and
families overlap. What could not be applied is said, never skipped in silence.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, NamedTuple

from tests.chaos.ground import Ground, Node
from tests.chaos.history import Fault, History
from tests.chaos.links import Link

Begun = AbstractAsyncContextManager[str]
"""Inside, the fault lasts; its value names what it struck."""


class Kind(NamedTuple):
    """A kind of fault. `lasts` is in seconds, least and most; `brief` as little as shows it: what
    somebody has to notice by its silence is to last longer than their patience."""

    family: str
    begin: Callable[[Ground, random.Random], Begun]
    lasts: tuple[float, float]
    troubles: str
    """What it may disturb: `bus`, `clock` or `all`."""
    brief: float


# --- nodes


@asynccontextmanager
async def _kill(ground: Ground, dice: random.Random) -> AsyncIterator[str]:
    node = dice.choice(ground.nodes)
    await node.kill()
    yield node.name
    await node.start()


@asynccontextmanager
async def _kill_the_busiest(ground: Ground, _: random.Random) -> AsyncIterator[str]:
    # One that has just come back has nobody yet: killing it shows nothing.
    node = max(ground.nodes, key=lambda node: node.way.connections)
    await node.kill()
    yield node.name
    await node.start()


@asynccontextmanager
async def _freeze(ground: Ground, dice: random.Random) -> AsyncIterator[str]:
    node = dice.choice(ground.nodes)
    node.signal(signal.SIGSTOP)
    try:
        yield node.name
    finally:
        node.signal(signal.SIGCONT)


@asynccontextmanager
async def _clock(ground: Ground, dice: random.Random) -> AsyncIterator[str]:
    node = dice.choice(ground.nodes)
    seconds = dice.choice((-3600, -60, -1.5, 1.5, 60, 3600))
    node.move_clock(seconds)
    try:
        yield f"{node.name} {seconds:+} s"
    finally:
        node.move_clock(0)


# --- Redis


@asynccontextmanager
async def _redis_kill(ground: Ground, _: random.Random) -> AsyncIterator[str]:
    await ground.redis_down(signal.SIGKILL)
    try:
        yield "redis"
    finally:
        await ground.redis_up()


@asynccontextmanager
async def _redis_freeze(ground: Ground, _: random.Random) -> AsyncIterator[str]:
    ground.redis_signal(signal.SIGSTOP)
    try:
        yield "redis"
    finally:
        ground.redis_signal(signal.SIGCONT)


@asynccontextmanager
async def _redis_restart(ground: Ground, _: random.Random) -> AsyncIterator[str]:
    await ground.redis_down(signal.SIGTERM)
    await ground.redis_up()
    yield "redis"


@asynccontextmanager
async def _pubsub_kill(ground: Ground, _: random.Random) -> AsyncIterator[str]:
    await asyncio.to_thread(ground.kill_pubsub)
    yield "redis"


# --- PostgreSQL


def _postgres(how: signal.Signals) -> Callable[[Ground, random.Random], Begun]:
    @asynccontextmanager
    async def restart(ground: Ground, dice: random.Random) -> AsyncIterator[str]:
        await ground.restart_postgres(how, dice.uniform(0, 1.5))
        yield "postgres"

    return restart


# --- links


def _link(break_it: Callable[[Link, random.Random], None]) -> Callable[..., Begun]:
    @asynccontextmanager
    async def broken(ground: Ground, dice: random.Random) -> AsyncIterator[str]:
        name = dice.choice(sorted(ground.links))
        link, late = ground.links[name], dice.random() < 0.5
        break_it(link, dice)
        try:
            yield name
        finally:
            link.heal(late=late)

    return broken


@asynccontextmanager
async def _clients_cut(ground: Ground, dice: random.Random) -> AsyncIterator[str]:
    node = dice.choice(ground.nodes)
    node.way.drop()
    yield f"{node.name}-clients"


def _slowed(link: Link, dice: random.Random) -> None:
    link.delay = dice.uniform(0.005, 0.15)


# --- the disk


@asynccontextmanager
async def _full_disk(ground: Ground, _: random.Random) -> AsyncIterator[str]:
    await asyncio.to_thread(ground.fill_disk)
    try:
        yield "disk"
    finally:
        ground.free_disk()


FAULTS: dict[str, Kind] = {
    "kill -9": Kind("node", _kill, (0.1, 1), "all", 0.3),
    "kill the busiest": Kind("node", _kill_the_busiest, (0.1, 0.3), "all", 0.2),
    "freeze": Kind("node", _freeze, (0.5, 7), "all", 5.5),
    "clock": Kind("clock", _clock, (0.5, 4), "clock", 2),
    "redis kill -9": Kind("redis", _redis_kill, (0.1, 6), "bus", 1.5),
    "redis freeze": Kind("redis", _redis_freeze, (0.5, 7), "bus", 5.5),
    "redis restart": Kind("redis", _redis_restart, (0.1, 0.1), "bus", 0.1),
    "pubsub kill": Kind("redis", _pubsub_kill, (0.1, 0.1), "bus", 0.1),
    "postgres fast": Kind("postgres", _postgres(signal.SIGINT), (0.1, 0.1), "all", 0.1),
    "postgres immediate": Kind("postgres", _postgres(signal.SIGQUIT), (0.1, 0.1), "all", 0.1),
    "link cut": Kind("link", _link(lambda link, _: link.cut()), (0.1, 2), "all", 0.7),
    "link slow": Kind("link", _link(_slowed), (0.5, 4), "all", 1.5),
    "link half-open": Kind("link", _link(lambda link, _: link.halve()), (0.5, 7), "all", 5.5),
    "clients cut": Kind("link", _clients_cut, (0.1, 0.3), "all", 0.2),
    "full disk": Kind("disk", _full_disk, (0.5, 3), "all", 1),
}
_OF_MUTANTS = ("clients cut", "kill the busiest")
"""What shows a mutant soonest; a run for its own sake leaves the choice to chance."""
SCALE = tuple(name for name in FAULTS if name not in (*_OF_MUTANTS, "full disk"))
_BRIEF_CALM = 0.3
SQLITE = ("kill -9", "freeze", "clock", "link cut", "link slow", "link half-open", "full disk")


class Nemesis:
    """Breaks the ground by the seed. `calm` is the time between two faults of a lane (seconds)."""

    def __init__(
        self, ground: Ground, history: History, kinds: tuple[str, ...], seed: int, calm: float
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.failed: dict[str, str] = {}
        """Kinds that could not be applied, and why."""
        self._ground, self._history = ground, history
        self._kinds, self._seed, self._calm = kinds, seed, calm
        self._brief = False

    async def rage(self, seconds: float, *, storm: bool = False, strikes: int = 0) -> None:
        """Break things for so long, and so often; everything is whole again when it returns."""
        families = dict.fromkeys(FAULTS[kind].family for kind in self._kinds)
        groups: list[list[str]] = [list(self._kinds)]
        if storm:
            groups = [[k for k in self._kinds if FAULTS[k].family == f] for f in families]
        end = self._history.now() + seconds
        await asyncio.gather(*(self._lane(group, end, strikes) for group in groups))

    async def brief(self) -> None:
        """Every kind once, in as little time as that takes: first what disturbs no more than the
        bus, so that promises with a bound in time are tried, then all the rest."""
        self._calm, self._brief = min(self._calm, _BRIEF_CALM), True
        for rest in (False, True):
            kinds = [k for k in self._kinds if (FAULTS[k].troubles == "all") is rest]
            families = dict.fromkeys(FAULTS[kind].family for kind in kinds)
            lanes = [[k for k in kinds if FAULTS[k].family == f] for f in families]
            await asyncio.gather(*(self._lane(lane, 0.0, len(lane)) for lane in lanes))

    async def _lane(self, kinds: list[str], end: float, strikes: int) -> None:
        dice = random.Random(f"{self._seed} {kinds}")
        bag: list[str] = []
        # A bag that was begun is emptied: every kind has its turn, however slow the machine.
        while bag or strikes > 0 or self._history.now() < end:
            strikes -= 1
            if not bag:
                bag = dice.sample(kinds, len(kinds))
            await self.strike(bag.pop(), dice)
            await asyncio.sleep(dice.uniform(0.5, 1.5) * self._calm)

    async def strike(self, name: str, dice: random.Random) -> None:
        """One fault, from its beginning to its end."""
        kind = FAULTS[name]
        begin = self._history.now()
        target = "?"
        try:
            async with kind.begin(self._ground, dice) as target:
                self.counts[name] += 1
                await asyncio.sleep(kind.brief if self._brief else dice.uniform(*kind.lasts))
        except (OSError, RuntimeError, AssertionError) as error:
            self.failed[name] = repr(error)[:200]
        end = self._history.now()
        self._history.add(Fault(name, target, kind.troubles, begin, end))

    def missing(self) -> list[str]:
        """What could not be shown: kinds that never struck, with the reason where there is one."""
        never = [k for k in self._kinds if not self.counts[k]]
        return [f"{k}: {self.failed.get(k, 'its turn did not come')}" for k in never] + [
            f"{k}: failed: {why}" for k, why in self.failed.items() if k not in never
        ]


def whole(ground: Ground) -> None:
    """Heal every link and let every process run on."""
    for link in ground.links.values():
        link.heal()
    for node in ground.nodes:
        with suppress(Exception):
            node.signal(signal.SIGCONT)


__all__ = ["FAULTS", "SCALE", "SQLITE", "Any", "Nemesis", "Node", "whole"]
