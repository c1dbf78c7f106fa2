"""Rows of jobs in SQL: scheduled, taken under a lease, closed.

On PostgreSQL rows are taken with `SKIP LOCKED`, so nodes never wait for each other; on SQLite the
one writer holds the database. Knows no kind of job, and not who carries these statements out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, or_, select, update

from jobs import Backlog, Due, FailedJob
from rooms.model import Record
from rooms.records import Schedule, Unschedule
from storage import codec
from storage.bulk import Statement
from storage.tables import JOB
from storage.upsert import insert_missing, put

_TAKE = {
    "sqlite": """UPDATE job SET lease = ?, ready_at = ?, attempts = attempts + 1
        WHERE (kind, key) IN (
            SELECT kind, key FROM job
            WHERE ready_at <= ? AND kind IN (SELECT value FROM json_each(?))
            ORDER BY ready_at LIMIT ?)
        RETURNING kind, key, due_at, payload, attempts""",
    # MATERIALIZED: the rows are chosen and locked once, however the update is planned.
    "postgresql": """WITH due AS MATERIALIZED (
            SELECT kind AS k, key AS y FROM job
            WHERE ready_at <= %(now)s AND kind IN (SELECT json_array_elements_text(%(kinds)s::json))
            ORDER BY ready_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE job SET lease = %(lease)s, ready_at = %(until)s, attempts = attempts + 1
        FROM due WHERE kind = k AND key = y
        RETURNING kind, key, due_at, payload, attempts""",
}
_HELD = "SELECT 1 FROM job WHERE kind = :? AND key = :? AND lease = :?"
_HOLD = {
    "sqlite": Statement(_HELD),
    "postgresql": Statement(f"{_HELD} FOR NO KEY UPDATE"),
}


class Finished(Record, frozen=True):
    """The job is done in the transaction that this is written in; `at` for when it comes again."""

    due: Due
    at: int | None = None


def schedule(connection: Connection, wanted: Schedule, _: int) -> None:
    """Insert a row or move it; one that is being done is taken away from whoever does it."""
    row = {
        "kind": wanted.kind, "key": wanted.key, "due_at": wanted.at, "ready_at": wanted.at,
        "lease": "", "attempts": 0, "payload": codec.dump(wanted.payload), "error": "",
    }  # fmt: skip
    if wanted.keep:
        if not insert_missing(connection, JOB, row):
            # A dead row would keep it from ever being done again; one that lives is not even
            # locked, for whoever posts must not wait for it.
            dead = (JOB.c.kind == wanted.kind, JOB.c.key == wanted.key, JOB.c.ready_at.is_(None))
            connection.execute(update(JOB).where(*dead).values(**row))
    elif wanted.sooner:
        later = JOB.c.ready_at > wanted.at
        put(connection, JOB, row, where=or_(JOB.c.lease != "", JOB.c.ready_at.is_(None), later))
    else:
        put(connection, JOB, row)


def unschedule(connection: Connection, gone: Unschedule, _: int) -> None:
    """Delete a row."""
    connection.execute(delete(JOB).where(JOB.c.kind == gone.kind, JOB.c.key == gone.key))


def take(
    connection: Connection, kinds: Collection[str], now: int, until: int, most: int
) -> list[Due]:
    """Rows that are due, oldest first, ours until `until`."""
    lease, names = os.urandom(8).hex(), codec.dump(sorted(kinds))
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(_TAKE["sqlite"], (lease, until, now, names, most))
    else:
        given = {"lease": lease, "until": until, "now": now, "kinds": names, "most": most}
        found = connection.exec_driver_sql(_TAKE["postgresql"], given)
    taken = [
        Due(
            kind=row.kind, key=row.key, due_at=row.due_at, attempt=row.attempts, lease=lease,
            payload=msgspec.json.decode(row.payload),
        )
        for row in found
    ]  # fmt: skip
    return sorted(taken, key=lambda due: (due.due_at, due.key))


def hold(connection: Connection, due: Due) -> bool:
    """Whether the row is still ours; then it is until the end of the transaction."""
    given = (due.kind, due.key, due.lease)
    return _HOLD[connection.dialect.name].first(connection, given) is not None


def renew(connection: Connection, due: Due, until: int) -> bool:
    """Hold a row longer, if it is ours."""
    return _ours(connection, due, ready_at=until)


def again(connection: Connection, due: Due, at: int, error: str | None) -> None:
    """To be taken again at `at`; without an error as if for the first time."""
    if error is None:
        _ours(connection, due, ready_at=at, due_at=at, lease="", attempts=0, error="")
    else:
        _ours(connection, due, ready_at=at, lease="", error=error[:160])


def give_up(connection: Connection, due: Due, error: str) -> None:
    """Dead: it stays to be seen."""
    _ours(connection, due, ready_at=None, lease="", error=error[:160])


def finish(connection: Connection, due: Due) -> None:
    """Done."""
    connection.execute(
        delete(JOB).where(JOB.c.kind == due.kind, JOB.c.key == due.key, JOB.c.lease == due.lease)
    )


def _ours(connection: Connection, due: Due, **values: Any) -> bool:
    mine = (JOB.c.kind == due.kind, JOB.c.key == due.key, JOB.c.lease == due.lease)
    return bool(connection.execute(update(JOB).where(*mine).values(**values)).rowcount)


def _finished(connection: Connection, done: Finished, _: int) -> None:
    if done.at is None:
        finish(connection, done.due)
    else:
        again(connection, done.due, done.at, None)


def backlog(connection: Connection, kinds: Collection[str] | None = None) -> Backlog:
    """What waits, of these kinds or of all."""
    waits = JOB.c.ready_at.is_not(None)
    query = select(
        func.min(JOB.c.ready_at),
        func.count().filter(waits),
        func.count().filter(waits, JOB.c.error != ""),
        func.count().filter(JOB.c.ready_at.is_(None)),
    )
    if kinds is not None:
        query = query.where(JOB.c.kind.in_(sorted(kinds)))
    return Backlog(*connection.execute(query).one())


def failing(connection: Connection, most: int = 100) -> list[FailedJob]:
    """Rows that will not be taken again by themselves, and those whose last attempt failed."""
    dead = JOB.c.ready_at.is_(None)
    query = (
        select(JOB.c.kind, JOB.c.key, JOB.c.due_at, JOB.c.attempts, JOB.c.error, dead)
        .where(or_(dead, JOB.c.error != ""))
        .order_by(JOB.c.due_at)
        .limit(most)
    )
    return [FailedJob(*row) for row in connection.execute(query)]


def revive(connection: Connection, now: int) -> int:
    """Have every dead row taken again; how many there were."""
    where = JOB.c.ready_at.is_(None)
    return connection.execute(
        update(JOB).where(where).values(ready_at=now, attempts=0, lease="")
    ).rowcount


WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    Schedule: schedule,
    Unschedule: unschedule,
    Finished: _finished,
}
