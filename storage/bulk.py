"""Prepared statements, handed to the driver as they are.

The hot path asks and writes the same few statements for ever. SQLAlchemy's Core builds parameters
and the description of the result anew each time, which costs more than SQLite's own work
(*measured*: 45 of 110 us of a post's inserts, 25 of 32 us of reading a person). Here the text is
made once, tuples go straight to the driver, and rows come back as named tuples. Errors are those
that SQLAlchemy raises, so that nobody has to know the difference.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Sequence
from itertools import chain, count
from typing import Any

from psycopg import RawCursor
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

_EACH = {"sqlite": "json_each(:?)", "postgresql": "json_array_elements_text(:?::json)"}
Row = tuple[Any, ...]
_named: Any = namedtuple  # noqa: PYI024 - the names come from SQL


def _execute(cursor: Any, text: str, parameters: Row) -> None:
    cursor.execute(text, parameters)


def _execute_many(cursor: Any, text: str, rows: Sequence[Row]) -> None:
    cursor.executemany(text, rows)


def _spelled(text: str, dialect: str) -> str:
    """Parameters as the database itself writes them, so that the driver need not look for them:
    psycopg's search takes a millisecond where there are three hundred."""
    if dialect == "sqlite":
        return text.replace(":?", "?")
    numbers = count(1)
    return re.sub(r":\?", lambda _: f"${next(numbers)}", text)


class Statement:
    """SQL with `:?` for each parameter, in every database's own spelling.

    `:each` is a parameter too: a JSON list of strings, as rows with a column `value`.
    """

    __slots__ = ("_made", "_texts")

    def __init__(self, text: str) -> None:
        self._texts = {name: _spelled(text.replace(":each", _EACH[name]), name) for name in _EACH}
        self._made: dict[str, Callable[[Row], Any]] = {}

    def first(self, connection: Connection, parameters: Row) -> Any:
        """The first row of a query, or None. Raises what `Connection.execute` raises."""
        rows = self._fetched(connection, parameters, most=1)
        return rows[0] if rows else None

    def all(self, connection: Connection, parameters: Row) -> Sequence[Any]:
        """All rows of a query. Raises what `Connection.execute` raises."""
        return self._fetched(connection, parameters)

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Once for each row. Raises what `Connection.execute` raises."""
        if rows:
            text = self._texts[connection.dialect.name]
            with Cursor(connection, text) as cursor:
                _execute_many(cursor, text, rows)

    def _fetched(self, connection: Connection, parameters: Row, most: int = 0) -> list[Any]:
        dialect = connection.dialect.name
        text = self._texts[dialect]
        with Cursor(connection, text) as cursor:
            _execute(cursor, text, parameters)
            rows = cursor.fetchmany(most) if most else cursor.fetchall()
            make = self._made.get(dialect) or self._making(dialect, cursor.description)
        return [make(row) for row in rows]

    def _making(self, dialect: str, columns: Sequence[Any]) -> Callable[[Row], Any]:
        names = " ".join(column[0] for column in columns)
        made: Callable[[Row], Any] = _named("Row", names, rename=True)._make
        self._made[dialect] = made
        return made


_TOGETHER = (16, 4, 1)


class Rows:
    """A statement that takes many rows at once, 16 or 4 where there are so many: `before`, a list
    of `row`s (each spelled as in `Statement`), `after`.

    PostgreSQL is sent, and answers, one message for all of them; SQLite gains and loses nothing
    (docs/decisions/0012).
    """

    __slots__ = ("_statements",)

    def __init__(self, before: str, row: str, after: str = "") -> None:
        self._statements = tuple(
            (size, Statement(f"{before} {', '.join([row] * size)} {after}".rstrip()))
            for size in _TOGETHER
        )

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Carry it out for all of these. Raises what `Connection.execute` raises."""
        at = 0
        for size, statement in self._statements:
            whole = (len(rows) - at) // size
            statement.run(
                connection,
                [
                    tuple(chain.from_iterable(rows[at + n * size : at + (n + 1) * size]))
                    for n in range(whole)
                ],
            )
            at += whole * size


def tuples(connection: Connection, text: str, parameters: Row) -> list[Row]:
    """All rows of a query in the database's own spelling. Raises what `Connection.execute` does."""
    with Cursor(connection, text) as cursor:
        _execute(cursor, text, parameters)
        rows: list[Row] = cursor.fetchall()
    return rows


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
        self._cursor: Any = RawCursor(driver) if raw else driver.cursor()
        return self._cursor

    def __exit__(self, *about: object) -> None:
        cursor, connection, error = self._cursor, self.connection, about[1]
        try:
            if error is None or not isinstance(error, connection.dialect.loaded_dbapi.Error):
                return
            dialect = connection.dialect
            lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, cursor)
            if lost:
                connection.invalidate(error)
            raise DBAPIError.instance(
                self.text, None, error, dialect.loaded_dbapi.Error,
                hide_parameters=True, connection_invalidated=lost, dialect=dialect,
            ) from error  # fmt: skip
        finally:
            cursor.close()


def insertion(table: Table, *columns: str) -> Rows:
    """An INSERT of these columns."""
    unknown = set(columns) - set(table.columns.keys())
    assert not unknown, f"{table.name} has no {unknown}"
    names, marks = ", ".join(columns), ", ".join(":?" for _ in columns)
    return Rows(f"INSERT INTO {table.name} ({names}) VALUES", f"({marks})")
