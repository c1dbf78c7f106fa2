"""What tests of jobs share: a store over a writer, and a runner that is driven by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from jobs import Runner
from rooms.model import Record
from storage.database import Database
from storage.jobs.store import SqlStore, recording
from storage.transaction import Job, Outcome
from storage.writer import Writer
from tests.world import START

SECOND = 1_000_000


class Node:
    """A node of a cluster, as far as jobs go: a writer and a store. Its clock stands still."""

    def __init__(self, database: Database) -> None:
        self.time = START
        self.database = database
        self.writer = Writer(database, self.now, gather=0)
        self.store = SqlStore(database, self.run)

    def now(self) -> int:
        return self.time

    def run(self, job: Job) -> asyncio.Future[Outcome]:
        return self.writer.submit(job)

    async def write(self, *records: Record) -> None:
        await self.run(recording(*records))


@contextlib.asynccontextmanager
async def node(database: Database) -> AsyncIterator[Node]:
    """A running node on this database."""
    made = Node(database)
    made.writer.start()
    try:
        yield made
    finally:
        async with asyncio.timeout(20):
            await made.writer.stop()


async def settled(runner: Runner) -> int:
    """Do all that is due at the runner's clock; how many were done."""
    before = runner.counters.done + runner.counters.failed
    async with asyncio.timeout(20):
        while True:
            wait = await runner._round()
            if runner._running:
                await asyncio.wait(runner._running)
                # Their callbacks have their turn before the next round.
                await asyncio.sleep(0)
            elif wait > 0:
                return runner.counters.done + runner.counters.failed - before
