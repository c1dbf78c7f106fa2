"""The store of jobs: every write goes through the writer, in a transaction with others' commands.

`once` is how a job does something in the database exactly once, whatever dies in between: its row
is looked at again and closed in the very transaction that does it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any

from sqlalchemy import Connection

from jobs import Backlog, Due
from rooms.facts import Facts
from rooms.model import Decision, Record
from storage.database import Database
from storage.facts import SqlFacts
from storage.jobs import rows
from storage.transaction import Job, Locks, Outcome

SYSTEM = "system"
LOST = "lost"
"""The result of a job whose row another node took, or that was moved or called off meanwhile:
nothing was done."""


def _connection(facts: Facts) -> Connection:
    assert isinstance(facts, SqlFacts)
    return facts.connection


def once(due: Due, job: Job, again_at: int | None = None) -> Job:
    """`job`, and with it the end of `due`: both are so or neither is."""

    def act(facts: Facts) -> Decision:
        if not rows.hold(_connection(facts), due):
            return Decision(result=LOST)
        decision = job.act(facts)
        decision.records = [*decision.records, rows.Finished(due=due, at=again_at)]
        return decision

    return Job(actor=job.actor, locks=job.locks, act=act, once=job.once)


def recording(*records: Record) -> Job:
    """A job that only writes these records: schedules something outside of any decision."""
    return Job(SYSTEM, lambda _: Locks(share=()), lambda _: Decision(records=[*records]))


def writing(statement: Callable[[Connection], Any]) -> Job:
    """A job that is one piece of SQL, decided by nobody; its result is the statement's."""

    def act(facts: Facts) -> Decision:
        return Decision(result=statement(_connection(facts)))

    return Job(SYSTEM, lambda _: Locks(share=()), act)


class SqlStore:
    """`jobs.Store`; `run` queues a job of the writer."""

    def __init__(self, database: Database, run: Callable[[Job], Awaitable[Outcome]]) -> None:
        self._database = database
        self._run = run

    async def backlog(self, kinds: Collection[str]) -> Backlog:
        """See `jobs.Store`."""
        return await self._database.ask(rows.backlog, tuple(kinds))

    async def take(self, kinds: Collection[str], now: int, until: int, most: int) -> list[Due]:
        """See `jobs.Store`."""
        found: list[Due] = await self._write(
            partial(rows.take, kinds=kinds, now=now, until=until, most=most)
        )
        return found

    async def renew(self, due: Due, until: int) -> bool:
        """See `jobs.Store`."""
        return bool(await self._write(partial(rows.renew, due=due, until=until)))

    async def finish(self, due: Due) -> None:
        """See `jobs.Store`."""
        await self._write(partial(rows.finish, due=due))

    async def again(self, due: Due, at: int, error: str | None = None) -> None:
        """See `jobs.Store`."""
        await self._write(partial(rows.again, due=due, at=at, error=error))

    async def give_up(self, due: Due, error: str) -> None:
        """See `jobs.Store`."""
        await self._write(partial(rows.give_up, due=due, error=error))

    async def _write(self, statement: Callable[[Connection], Any]) -> Any:
        return (await self._run(writing(statement))).result
