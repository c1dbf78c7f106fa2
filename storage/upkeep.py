"""Upkeep of a database: bring it up to date, checkpoint it, ask whether it keeps what it must.

Owns when migrations run (`storage.migrations` owns how), the snapshot before them, the secrets made
at the first start, and what `tertulia doctor` asks of a database. Knows no settings.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, select
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.search.sqlite import forget
from storage.tables import SECRET, STREAM
from storage.upsert import insert_missing

FINGERPRINT = "fingerprint"
"""The secret that contents of commands are hashed with."""
PUSH = "push"
"""The private key by which push services know the community: a number below P-256's order."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEPT_SNAPSHOTS = 2
_CLOCKS_APART = 5.0
"""Seconds by which the clocks of PostgreSQL and of this machine may differ."""
_MIGRATING = 0x7E27_0001
"""The advisory lock under which PostgreSQL is migrated."""


class UpkeepError(Exception):
    """The database cannot be used as it is. The message is one line, meant for the operator."""


class DatabaseAwayError(UpkeepError):
    """The database cannot be reached now; later it may be."""


class NewerDatabaseError(UpkeepError):
    """The database was written by a newer program."""


class OutdatedDatabaseError(UpkeepError):
    """The database waits for `tertulia migrate`."""


def prepare(database: Database) -> None:
    """Make the database ready to be used: schema and secrets.

    An empty database gets its schema. An older one is migrated on SQLite, after a snapshot of the
    file; on PostgreSQL, where other nodes may be running, `migrate` is a command of its own.
    Raises `NewerDatabaseError`, `OutdatedDatabaseError`, `DatabaseAwayError`, `UpkeepError`.
    """
    _make_folder(database)
    if pending(database):
        if database.dialect != "sqlite" and not _is_empty(database):
            raise OutdatedDatabaseError("The database is older than this program: tertulia migrate")
        migrate(database)
    else:
        with database.writing.begin() as connection:
            _make_secrets(connection)


def pending(database: Database) -> bool:
    """Whether there is anything to migrate. Raises `NewerDatabaseError`, `DatabaseAwayError`,
    `UpkeepError`."""
    from storage import migrations

    _make_folder(database)
    try:
        with database.writing.connect() as connection:
            stands = migrations.current(connection)
    except DBAPIError as error:
        where = database.path or "The database"
        kind = DatabaseAwayError if database.away(error) else UpkeepError
        raise kind(f"{where} cannot be opened: {database_says(error)}") from error
    if stands is not None and stands not in migrations.known():
        raise NewerDatabaseError(
            f"The database is newer than this program (its schema is {stands}, "
            f"known is {migrations.head()}): run a newer Tertulia."
        )
    return stands != migrations.head()


def migrate(database: Database) -> Path | None:
    """Bring the schema up to date; returns the snapshot taken before, if there was one.

    Safe to run on several machines at once: only the first does anything.
    """
    from storage import migrations

    taken = None
    if database.path is not None and not _is_empty(database):
        taken = snapshot(database.path)
    with database.writing.begin() as connection:
        if database.dialect == "postgresql":
            for limit in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
            ):
                connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
        migrations.upgrade(connection)
        _make_secrets(connection)
    return taken


def snapshot(path: Path) -> Path:
    """Copy an SQLite file beside itself, consistently; only the newest few are kept.

    A snapshot is a backup: it keeps texts that are deleted later, until the next ones push it out.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    target = path.with_name(f"{path.stem}.before-{stamp}.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # A copy of one file: nothing beside it that could be forgotten.
        copy.execute("PRAGMA journal_mode=DELETE").close()
    for old in sorted(path.parent.glob(f"{path.stem}.before-*.db"))[:-KEPT_SNAPSHOTS]:
        old.unlink()
    return target


def checkpoint(database: Database) -> bool:
    """Deleted text goes (P8): out of the index, then the log into the file and truncated.

    False when a reader or writer was in the way: ask again. Nothing to do on PostgreSQL.
    """
    return folded_after(database, forget, {sqlite3.SQLITE_BUSY})


def folded_after(
    database: Database, work: Callable[[sqlite3.Connection], object], passing: set[int]
) -> bool:
    """Do `work`, then fold SQLite's log into its file and truncate it. False after an error of
    `passing`, or where somebody keeps the log."""
    if database.path is None:
        return True
    connection = sqlite3.connect(database.path, timeout=1.0, isolation_level=None)
    with closing(connection):
        # What is deleted is overwritten here too, and what is acknowledged meanwhile is kept (P1).
        for pragma in ("secure_delete=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()
        try:
            work(connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in passing:
                raise
            return False
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return bool(busy == 0)


def secret(database: Database, name: str = FINGERPRINT) -> bytes:
    """A secret that `prepare` made: 32 random bytes."""
    with database.read() as connection:
        value = connection.execute(select(SECRET.c.value).where(SECRET.c.name == name))
        return bytes.fromhex(value.scalar_one())


_SQLITE_MUST = {
    "journal_mode": ("wal",),
    "synchronous": ("2", "3"),
    "secure_delete": ("1",),
}
_POSTGRES_MUST = {
    "fsync": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
    "full_page_writes": ("on",),
}


def durability(database: Database) -> list[tuple[str, str, bool]]:
    """What P1 and P8 rest on, asked of a writing connection: `(what, value, whether it does)`."""
    if database.dialect == "sqlite":
        must, ask = _SQLITE_MUST, "PRAGMA "
    else:
        must, ask = _POSTGRES_MUST, "SHOW "
    found = []
    with database.writing.connect() as connection:
        for name, good in must.items():
            value = str(connection.exec_driver_sql(ask + name).scalar_one())
            found.append((name, value, value in good))
        if database.dialect == "sqlite":
            result = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
            found.append(("integrity", result, result == "ok"))
        else:
            skew = connection.exec_driver_sql(
                "SELECT abs(extract(epoch FROM clock_timestamp()) - %(here)s)",
                {"here": time.time()},
            ).scalar_one()
            found.append(("clocks", f"{skew:.1f} s apart", skew < _CLOCKS_APART))
    return found


def _make_secrets(connection: Connection) -> None:
    insert_missing(connection, SECRET, {"name": FINGERPRINT, "value": secrets.token_hex(32)})
    # Browsers' subscriptions are bound to it, so it is made once, and nodes share it.
    key = f"{1 + secrets.randbelow(_ORDER - 1):064x}"
    insert_missing(connection, SECRET, {"name": PUSH, "value": key})


def _make_folder(database: Database) -> None:
    if database.path is None:
        return
    try:
        # Nobody else on the machine has business with what people said.
        database.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UpkeepError(f"{database.path.parent} cannot be used: {error.strerror}") from error


def _is_empty(database: Database) -> bool:
    with database.writing.connect() as connection:
        return not inspect(connection).has_table(STREAM.name)


def database_says(error: BaseException) -> str | None:
    """The first line of a database's error, without the statement; None for any other error."""
    if not isinstance(error, DBAPIError):
        return None
    return str(error.orig).strip().partition("\n")[0]


def answers(connection: Connection) -> bool:
    """The database answers: for readiness."""
    return connection.exec_driver_sql("SELECT 1").scalar() == 1
