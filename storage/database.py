"""Connections: one way to open SQLite or PostgreSQL so that the promises hold.

Owns engines, pragmas and time-outs. Reading happens in a small pool of threads, one read
transaction each (a consistent snapshot on both databases); writing belongs to `storage.writer`.
Knows no tables.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from psycopg.types.numeric import Int8Dumper
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.deadlines import Deadlines
from storage.driver import Cursor, pipelining
from storage.readers import Readers, Slower

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2
"""Reading threads: with the interpreter lock more would only queue elsewhere."""

KEPT = "kept"
"""The execution option of every connection: a dict, one for each engine, in which questions keep
what holds for those that follow."""

WAL_ATTEMPTS = 20
"""A second, all together."""

SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    # FULL: in WAL mode the log is synced at every commit; NORMAL may lose the last commits (P1).
    "synchronous": "FULL",
    # Deleted text is overwritten in its page (P8).
    "secure_delete": "ON",
    "busy_timeout": "5000",
    "temp_store": "MEMORY",
    # Pages; `storage.checkpoints` folds the log long before, outside of any commit.
    "wal_autocheckpoint": "40000",
    "cache_size": "-8192",
}

POSTGRES_OPTIONS = {
    "synchronous_commit": "on",
    "lock_timeout": "2s",
    "statement_timeout": "5s",
    # A frozen node must not hold its locks for ever.
    "idle_in_transaction_session_timeout": "5s",
    "default_transaction_isolation": "read committed",
    "timezone": "UTC",
    "application_name": "tertulia",
}


PING = 3.0
"""Seconds that a connection of the pool has to show that it lives."""
TRANSACTION = 10.0
"""Seconds that a transaction of the writer or a reading thread may take on PostgreSQL."""
AWAY = ("08", "57P", "53300", "25P03")
"""Beginnings of PostgreSQL's codes that say: the server, or our connection to it, is not there."""


class Database:
    """One database, by SQLAlchemy URL: `sqlite:///file` or `postgresql+psycopg://…`."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self._deadlines = Deadlines()
        if self.dialect == "sqlite":
            self.reading = _sqlite_engine(self.url, "BEGIN", query_only=True)
            self.writing = _sqlite_engine(self.url, "BEGIN IMMEDIATE", query_only=False)
        else:
            self.reading = _postgres_engine(self.url, READERS, self._deadlines)
            self.writing = _postgres_engine(self.url, 6, self._deadlines)
            pipelining(self.writing)
        self._readers = Readers(self._reading, READERS, self.away, alone=self.dialect == "sqlite")

    @property
    def path(self) -> Path | None:
        """The file, for SQLite."""
        return Path(self.url.database) if self.dialect == "sqlite" and self.url.database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in one read transaction."""
        with self.reading.connect() as connection, connection.begin():
            self._as_of_now(connection)
            yield connection

    @contextmanager
    def bounded(self, connection: Connection, seconds: float | None = None) -> Iterator[None]:
        """While inside, a PostgreSQL that does not answer is not waited for longer than
        `seconds` (`TRANSACTION`)."""
        raw = connection.connection.driver_connection
        if self.dialect != "postgresql" or raw is None:
            yield
            return
        with self._deadlines.watch(raw.fileno(), TRANSACTION if seconds is None else seconds):
            yield

    def away(self, error: BaseException | None) -> bool:
        """Whether an error says that the database cannot be reached: later it may."""
        if self.dialect != "postgresql":
            return False
        if isinstance(error, PoolTimeoutError):
            return True
        if not isinstance(error, DBAPIError):
            return False
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            return error.connection_invalidated or isinstance(error, OperationalError)
        return str(state).startswith(AWAY)

    def reachable(self) -> bool:
        """Whether the database answers a writing connection now."""
        try:
            with self.writing.connect() as connection, self.bounded(connection, PING):
                return connection.exec_driver_sql("SELECT 1").scalar() == 1
        except (DBAPIError, PoolTimeoutError):
            return False

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self.reading.connect() as connection, self.bounded(connection), connection.begin():
            self._as_of_now(connection)
            yield connection

    def _as_of_now(self, connection: Connection) -> None:
        if self.dialect == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    async def ask(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(connection, …)` in a reading thread, perhaps together with others."""
        answer: T = await self._readers.ask(
            lambda connection: function(connection, *args, **kwargs)
        )
        return answer

    def gather(self, slower: Callable[[], Slower]) -> None:
        """Let questions gather while the process is busy; before the first one is asked."""
        self._readers.slower = slower

    def close(self) -> None:
        """Close every connection; idempotent."""
        self._readers.close()
        self.reading.dispose()
        self.writing.dispose()


# Engines hide parameters: an error is logged, and what people wrote is not for logs (P8).


def _sqlite_engine(url: URL, begin: str, *, query_only: bool) -> Engine:
    engine = create_engine(
        url,
        pool_size=READERS if query_only else 1,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
        execution_options={KEPT: {}},
    )

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _: ConnectionPoolEntry) -> None:
        # The driver's own transaction control begins late and commits by itself before DDL.
        connection.isolation_level = None
        for name, value in SQLITE_PRAGMAS.items():
            _set(connection, name, value)
        if query_only:
            connection.execute("PRAGMA query_only=ON").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Straight to the driver: by way of SQLAlchemy it costs more than what it begins.
        with Cursor(connection, begin) as cursor:
            cursor.execute(begin)

    return engine


def _set(connection: Any, name: str, value: str) -> None:
    """Set a pragma.

    Two connections that turn a new file to WAL at once refuse each other without waiting: each
    holds what the other needs (https://sqlite.org/rescode.html#busy), so one tries again.
    """
    for attempt in range(WAL_ATTEMPTS):
        try:
            connection.execute(f"PRAGMA {name}={value}").close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or attempt == WAL_ATTEMPTS - 1:
                raise
            time.sleep(0.005 * (attempt + 1))


def _postgres_engine(url: URL, size: int, deadlines: Deadlines) -> Engine:
    options = " ".join(
        f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in POSTGRES_OPTIONS.items()
    )
    engine = create_engine(
        url,
        pool_size=size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        execution_options={KEPT: {}},
        connect_args={"options": options, "connect_timeout": 3, "tcp_user_timeout": 5000},
    )

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _: ConnectionPoolEntry) -> None:
        # By itself psycopg calls a number small or large by its value, and PostgreSQL plans a
        # statement anew for every mixture of them.
        connection.adapters.register_dumper(int, Int8Dumper)

    ping = engine.dialect.do_ping

    def bounded_ping(connection: Any) -> bool:
        with deadlines.watch(connection.fileno(), PING):
            return ping(connection)

    engine.dialect.do_ping = bounded_ping  # type: ignore[method-assign, assignment]
    return engine
