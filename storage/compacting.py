"""Writing a database's files anew, so that no copy of what was deleted stays in unused parts (P8).

On SQLite `secure_delete` overwrites what is deleted, but not the copies that stay in the unused
middle of a page when SQLite moves rows to another; a file that is written anew (VACUUM) has none.
On PostgreSQL VACUUM has the room of dead rows used again and leaves their bytes until then; only a
table that is written anew (VACUUM FULL) has none. Owns the wish, which is written in the
transaction that takes a text away, and the deed. Knows no server: `chat.compacting` is the job.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, delete, select

from jobs import daily
from rooms.records import Schedule
from storage.database import Database
from storage.search.sqlite import forget
from storage.tables import JOB, METADATA
from storage.upkeep import folded_after

KIND = "database.compact"
"""The job; there is one row of it, without a key."""
HOUR = 2
"""When it is done where nobody says otherwise, UTC: before the backup of the night."""
MOST = 512 * 2**20
"""Bytes of an SQLite file up to which a running server does it by itself: nobody can post until it
is done (docs/operating.md has how long that takes)."""
SPARE = 64 * 2**20
"""Bytes that must stay free besides the copies."""
TOO_LARGE: Final = "too_large"
NO_SPACE: Final = "no_space"
_SCRATCH = ("/var/tmp", "/usr/tmp", "/tmp")  # noqa: S108 - where SQLite puts what it sorts
_LOCK_WAIT = "10s"
TABLES = tuple(table.name for table in METADATA.sorted_tables)

night = daily(HOUR)


HeldUp = Literal["", "too_large", "no_space"]


class Owed(msgspec.Struct, frozen=True):
    """Something was deleted since the files were last written anew."""

    since: int = 0
    """When the first of it was, in microseconds since 1970."""
    held_up: HeldUp = ""
    """Why it was not done the last time: `too_large`, `no_space`, or empty."""


def wish(now: int, at: int) -> Schedule:
    """Have the files written anew at `at`; what waits already stays, and what is just being done
    is done once more, as nobody knows whether it comes before or after."""
    return Schedule(kind=KIND, key="", at=at, payload={"since": now}, sooner=True)


def owed(connection: Connection) -> Owed | None:
    """What waits to be done; None: nothing."""
    row = connection.execute(select(JOB.c.payload).where(JOB.c.kind == KIND, JOB.c.key == ""))
    found = row.scalar_one_or_none()
    return None if found is None else msgspec.json.decode(found, type=Owed)


def done_by_hand(connection: Connection) -> None:
    """What was given up by the server is owed no more; what was deleted meanwhile still is."""
    connection.execute(delete(JOB).where(JOB.c.kind == KIND, JOB.c.ready_at.is_(None)))


def held_up(database: Database, most: int = MOST) -> HeldUp:
    """Why it should not be done now: `TOO_LARGE`, `NO_SPACE`, or empty."""
    if database.path is None:
        return ""
    if database.path.stat().st_size > most:
        return TOO_LARGE
    return no_space(database)


def no_space(database: Database) -> HeldUp:
    """`NO_SPACE` where the two copies that SQLite makes have no room: one in the system's folder
    for passing files, one in the log beside the file."""
    path = database.path
    if path is None:
        return ""
    size = path.stat().st_size
    needed: dict[int, int] = {}
    for folder in (path.parent, _scratch(path.parent)):
        device = folder.stat().st_dev
        needed[device] = needed.get(device, SPARE) + size
        if shutil.disk_usage(folder).free < needed[device]:
            return NO_SPACE
    return ""


def _scratch(otherwise: Path) -> Path:
    """https://www.sqlite.org/tempfiles.html#temporary_file_storage_locations"""
    usable = (Path(one) for one in _SCRATCH if os.access(one, os.W_OK | os.X_OK))
    return next(usable, otherwise)


def compact(database: Database, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Write SQLite's file anew, and its log away.

    Takes the time of copying the file, and nobody writes meanwhile; a crash in the middle leaves
    all as it was. False when somebody was in the way, the disk is full, or `stopping` (asked from
    this thread again and again) said so: then nothing was done. On PostgreSQL see `vacuum`.
    """
    if stopping():
        return False
    if database.path is None:
        vacuum(database, stopping=stopping)
        return not stopping()

    def work(connection: sqlite3.Connection) -> None:
        forget(connection)
        connection.set_progress_handler(stopping, 1_000)
        connection.execute("VACUUM").close()
        connection.set_progress_handler(None, 0)

    passing = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_INTERRUPT}
    return folded_after(database, work, passing)


def vacuum(
    database: Database, *, full: bool = False, stopping: Callable[[], bool] = lambda: False
) -> None:
    """PostgreSQL: have the room of dead rows used again, table by table, in nobody's way; `full`
    writes each table anew, and nobody reads or writes it meanwhile."""
    how = "VACUUM (FULL)" if full else "VACUUM"
    with _unbounded(database) as connection:
        for table in TABLES:
            if stopping():
                return
            connection.exec_driver_sql(f'{how} "{table}"')


@contextmanager
def _unbounded(database: Database) -> Iterator[Connection]:
    """A connection outside of the pool and of transactions, which may take its time."""
    with database.writing.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(f"SET lock_timeout = '{_LOCK_WAIT}'")
        yield connection
