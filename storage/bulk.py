"""Prepared statements, handed to the driver as they are.

The hot path asks and writes the same few statements for ever. SQLAlchemy's Core builds parameters
and the description of the result anew each time, which costs more than SQLite's own work
(*measured*: 45 of 110 us of a post's inserts, 25 of 32 us of reading a person). Here the text is
made once, tuples go straight to the driver, and rows come back as named tuples. Errors are those
that SQLAlchemy raises, so that nobody has to know the difference.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError

_MARK = {"sqlite": "?", "postgresql": "%s"}
_EACH = {"sqlite": "json_each(?)", "postgresql": "json_array_elements_text(%s::json)"}
Row = tuple[Any, ...]
_named: Any = namedtuple  # noqa: PYI024 - the names come from SQL


def _execute(cursor: Any, text: str, parameters: Row) -> None:
    cursor.execute(text, parameters)


def _execute_many(cursor: Any, text: str, rows: Sequence[Row]) -> None:
    cursor.executemany(text, rows)


class Statement:
    """SQL with `:?` for each parameter, in every database's own spelling.

    `:each` is a parameter too: a JSON list of strings, as rows with a column `value`.
    """

    __slots__ = ("_made", "_texts")

    def __init__(self, text: str) -> None:
        # To psycopg a percent sign is a parameter unless it is doubled.
        plain = {"sqlite": text, "postgresql": text.replace("%", "%%")}
        self._texts = {
            name: spelled.replace(":each", _EACH[name]).replace(":?", _MARK[name])
            for name, spelled in plain.items()
        }
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
        self._cursor = self.connection.connection.cursor()
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


def insertion(table: Table, *columns: str) -> Statement:
    """An INSERT of these columns."""
    unknown = set(columns) - set(table.columns.keys())
    assert not unknown, f"{table.name} has no {unknown}"
    names, marks = ", ".join(columns), ", ".join(":?" for _ in columns)
    return Statement(f"INSERT INTO {table.name} ({names}) VALUES ({marks})")  # noqa: S608
