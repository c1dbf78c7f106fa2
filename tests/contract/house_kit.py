"""What tests of the house's bots share: a node that carries them, driven by hand."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from chat.house import asked, came, gather, hear
from chat.verbs import READERS
from jobs import Kind, Runner
from protocol.commands import Command, Query
from rooms.actions.addressing import HEAR
from rooms.actions.welcoming import CAME, GREET
from rooms.house import ASKED
from rooms.model import Actor
from storage.transaction import Job, Outcome
from tests.contract.jobs_kit import Node, node, settled
from tests.world import World, job


class Way:
    """In the dispatch's place; `cut` dies after so many commands were carried out."""

    def __init__(self, one: Node, cut: int | None = None) -> None:
        self._node, self._cut = one, cut

    async def _carry(self, actor: Actor, command: Command) -> Outcome:
        if self._cut is not None:
            self._cut -= 1
            if self._cut < 0:
                raise ConnectionError("the power is gone")
        return await self._node.run(job(actor.person, command))

    def carry(self, actor: Actor, command: Command) -> asyncio.Future[Outcome]:
        return asyncio.ensure_future(self._carry(actor, command))

    async def read(self, person: str, query: Query) -> Any:
        return await self._node.database.ask(READERS[type(query)], person, query)


class House:
    """As much of a server as the jobs need."""

    def __init__(self, one: Node, cut: int | None = None) -> None:
        self.database, self.now = one.database, one.now
        self.dispatch = Way(one, cut)
        self._node = one

    def run(self, what: Job) -> asyncio.Future[Outcome]:
        return self._node.run(what)


def runner_of(one: Node, cut: int | None = None) -> Runner:
    """A node's jobs; only those of the house."""
    kinds = {HEAR: hear, ASKED: asked, GREET: gather, CAME: came}
    house = House(one, cut)
    table = {name: Kind(partial(do, house)) for name, do in kinds.items()}  # type: ignore[arg-type]
    return Runner(one.store, one.now, table)


async def bots(world: World, later: int = 0, cut: int | None = None) -> int:
    """Let the bots do what is due, so many microseconds later; how many jobs were tried."""
    world.now += later + 1_000_000
    async with node(world.database) as one:
        one.time = world.now
        return await settled(runner_of(one, cut))
