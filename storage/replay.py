"""Jobs carried out at times of the caller's choosing, all in one transaction: for the sample
community.

The same `Transaction` and rules as the writer's, so that what comes out could have been said; only
the clock is handed over. The database is marked, so that it is never taken for a real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, select

from storage import streams
from storage.database import Database
from storage.facts import SqlFacts, StandingCache
from storage.tables import SECRET
from storage.transaction import Job, Outcome, Transaction
from storage.upsert import insert_missing

_MARK = "sample"


class Replay:
    """Carries jobs out one after another; times must not go back within a stream."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cache = StandingCache()

    def do(self, at: int, job: Job) -> Outcome:
        """Carry out one job at `at` (microseconds since 1970); raises its `Refusal`."""
        transaction = Transaction(self._connection, at)
        facts = SqlFacts(transaction, self._cache)
        locks = job.locks(facts)
        for wanted, how in ((locks.share, "share"), (locks.write, "write")):
            transaction.streams.update(streams.lock(self._connection, wanted, how))
        outcome = transaction.carry_out(job, facts)
        transaction.finish()
        return outcome

    def mark(self) -> None:
        """Say that this is a sample."""
        insert_missing(self._connection, SECRET, {"name": _MARK, "value": "1"})


@contextmanager
def replaying(database: Database) -> Iterator[Replay]:
    """Everything inside is committed at the end, or nothing is."""
    with database.writing.begin() as connection:
        yield Replay(connection)


def is_sample(database: Database) -> bool:
    """Whether this database was made as a sample."""
    with database.read() as connection:
        found = connection.execute(select(SECRET.c.name).where(SECRET.c.name == _MARK))
        return found.first() is not None
