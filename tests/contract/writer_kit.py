"""A writer over a test's database, and another program's transaction that stands still."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import structlog
from sqlalchemy import text

from protocol.commands import Command, GetHistory, PostMessage
from rooms.facts import Facts
from rooms.model import Decision
from storage.database import Database
from storage.streams import lock
from storage.transaction import Job, Outcome
from storage.writer import Writer
from tests.world import World, job

PATIENCE = 20.0
"""Seconds until a wait counts as failed."""


class Clock:
    """Microseconds that only go forward."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self) -> int:
        self._world.now += 1
        return self._world.now


@contextlib.asynccontextmanager
async def writing(world: World, first: list[Job] | None = None) -> AsyncIterator[Writing]:
    """A running writer. Jobs given as `first` are queued before it runs: they share a batch."""
    writer = Writer(world.database, Clock(world), gather=0)
    # Queued before the thread starts, so that all are in the first batch.
    writer._loop = asyncio.get_running_loop()
    found = Writing(writer, [writer.submit(one) for one in first or []])
    # Drawing a traceback in colours takes seconds, while the writer holds still.
    with structlog.testing.capture_logs():
        writer.start()
        try:
            yield found
        finally:
            async with asyncio.timeout(PATIENCE):
                await writer.stop()


class Writing:
    """A writer and the futures of its first batch."""

    def __init__(self, writer: Writer, first: list[asyncio.Future[Outcome]]) -> None:
        self.writer = writer
        self.first = first

    def do(self, person: str, command: Command) -> asyncio.Future[Outcome]:
        """Queue a command."""
        return self.writer.submit(job(person, command))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the writer's threads do and tell nobody of."""
        async with asyncio.timeout(PATIENCE):
            while not await asyncio.to_thread(condition):
                pass


async def done(*futures: asyncio.Future[Outcome]) -> list[Any]:
    """Outcomes, or the errors in their place."""
    async with asyncio.timeout(PATIENCE):
        return await asyncio.gather(*futures, return_exceptions=True)


@contextlib.contextmanager
def frozen(database: Database, *streams: str) -> Iterator[None]:
    """While inside, somebody else's transaction holds these streams' rows and does nothing."""
    with database.writing.connect() as connection, connection.begin():
        assert lock(connection, streams, "write").keys() == set(streams)
        yield


def failing(person: str, command: Command, statement: str, times: int = 1) -> Job:
    """A command whose first transactions execute a `statement` that must fail."""
    made = job(person, command)
    act = made.act
    tried: list[bool] = []

    def act_or_fail(facts: Facts) -> Decision:
        if len(tried) < times:
            tried.append(True)
            facts._transaction.connection.execute(text(statement))  # type: ignore[attr-defined]
        return act(facts)

    made.act = act_or_fail
    return made


def bodies(world: World, person: str, room: str) -> list[str | None]:
    """What a room says, in order."""
    found: list[str | None] = []
    while True:
        page = world.ask(person, GetHistory(room=room, after=len(found), limit=100))
        found += [message.body for message in page.messages]
        if not page.more_after:
            return found


def post(room: str, body: str = "Hello", client_id: str | None = None) -> PostMessage:
    """A post."""
    return PostMessage(room=room, body=body, client_id=client_id)
