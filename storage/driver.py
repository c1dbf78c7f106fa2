"""The driver itself, past SQLAlchemy: its cursors, and statements that nobody waits for.

A batch of posts writes into six tables and needs to read none of what it wrote. On PostgreSQL each
statement would wait for its answer, and each wait lets the other thread have the interpreter; so
they are sent one after the other (pipeline mode, libpq ch. 34.5), and answered together as soon as
something is asked or the transaction ends. Errors are those that SQLAlchemy raises, so that nobody
has to know the difference.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import Any

import psycopg
from psycopg import RawCursor
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

_SENT = "sent"
"""Where a connection of the pool keeps its `_Sent`."""


class Cursor:
    """The driver's cursor; its errors become SQLAlchemy's.

    Without the parameters, which may be what people wrote. A connection that was lost is given up.
    """

    __slots__ = ("_cursor", "connection", "text")

    def __init__(self, connection: Connection, text: str) -> None:
        self.connection = connection
        self.text = text

    def __enter__(self) -> Any:
        driver: Any = self.connection.connection.driver_connection
        raw = self.connection.dialect.name == "postgresql"
        if raw:
            settle(self.connection)
        self._cursor: Any = RawCursor(driver) if raw else driver.cursor()
        return self._cursor

    def __exit__(self, *about: object) -> None:
        try:
            _translate(self.connection, self.text, about[1])
        finally:
            self._cursor.close()


class _Sent:
    """Statements of one connection on their way, and the driver's pipeline they are in."""

    __slots__ = ("pipeline", "text")

    def __init__(self) -> None:
        self.pipeline: ExitStack | None = None
        self.text = ""
        """The last of them, to be told with an error."""


def send(connection: Connection, text: str, parameters: tuple[Any, ...]) -> None:
    """Have PostgreSQL carry out a statement whose rows nobody wants, and do not wait for it.

    Raises what `Connection.execute` raises, perhaps for a statement that was sent before.
    """
    sent: _Sent | None = connection.info.get(_SENT)
    if sent is None:
        with Cursor(connection, text) as cursor:
            cursor.execute(text, parameters)
        return
    driver: Any = connection.connection.driver_connection
    sent.text = text
    try:
        if sent.pipeline is None:
            sent.pipeline = ExitStack()
            sent.pipeline.enter_context(driver.pipeline())
        RawCursor(driver).execute(text, parameters, prepare=True)
    except Exception as error:
        with suppress(psycopg.Error):  # They say that what followed was not carried out either.
            _leave(sent)
        _translate(connection, text, error)
        raise


def settle(connection: Connection) -> None:
    """Return when everything that was sent is carried out; raises what `send` may raise."""
    sent: _Sent | None = connection.info.get(_SENT)
    if sent is None or sent.pipeline is None:
        return
    try:
        _leave(sent)
    except Exception as error:
        _translate(connection, sent.text, error)
        raise


def _leave(sent: _Sent) -> None:
    """Wait for all answers; raises the first error of the driver's."""
    pipeline, sent.pipeline = sent.pipeline, None
    if pipeline is not None:
        pipeline.close()


def pipelining(engine: Engine) -> None:
    """Let an engine's connections take statements without waiting (`send`)."""

    @event.listens_for(engine, "connect")
    def _opened(_: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[_SENT] = _Sent()

    @event.listens_for(engine, "before_cursor_execute")
    def _asks(connection: Connection, *_: Any) -> None:
        settle(connection)

    @event.listens_for(engine, "commit")
    def _commits(connection: Connection) -> None:
        try:
            settle(connection)
        except DBAPIError:
            # SQLAlchemy takes a transaction whose commit failed for ended.
            if not connection.invalidated:
                connection.connection.rollback()
            raise

    @event.listens_for(engine, "rollback")
    def _rolls_back(connection: Connection) -> None:
        try:
            if not connection.invalidated:
                settle(connection)
        except DBAPIError:
            pass  # It is what is rolled back, or the rollback will say it.


def _translate(connection: Connection, text: str, error: object) -> None:
    """Raise an error of the driver's as SQLAlchemy's; others are left alone."""
    dialect = connection.dialect
    if connection.invalidated or not isinstance(error, dialect.loaded_dbapi.Error):
        return
    driver: Any = connection.connection.driver_connection
    lost = dialect.is_disconnect(error, driver, None) or _stuck(driver)
    if lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=lost, dialect=dialect,
    ) from error  # fmt: skip


def _stuck(driver: Any) -> bool:
    """Whether the pipeline cannot be left: a server that shut down in it did not answer it all."""
    return isinstance(driver, psycopg.Connection) and (
        driver.pgconn.pipeline_status != psycopg.pq.PipelineStatus.OFF
    )
