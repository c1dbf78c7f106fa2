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

from sqlalchemy import Connection, Integer, Table
from sqlalchemy.types import TypeEngine

from storage import codec
from storage.driver import Cursor, send

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
_UNPACKED = "SELECT :columns FROM jsonb_array_elements($1::jsonb) AS given (r)"


class Rows:
    """A statement that takes many rows at once. `:rows` in it stands for a query of them, whose
    columns are called column1, column2 … and have these types: text, bigint, …

    PostgreSQL is given all of them as one JSON text: one message, one plan, and less than half the
    processor time of a parameter for each value. SQLite takes 16 or 4 where there are so many,
    which brings nothing there and costs nothing (docs/decisions/0012).
    """

    __slots__ = ("_few", "_text")

    def __init__(self, text: str, *types: str) -> None:
        columns = (f"(r->>{at})::{kind} AS column{at + 1}" for at, kind in enumerate(types))
        self._text = text.replace(":rows", _UNPACKED.replace(":columns", ", ".join(columns)))
        row = f"({', '.join([':?'] * len(types))})"
        self._few = tuple(
            (size, Statement(text.replace(":rows", f"VALUES {', '.join([row] * size)}")))
            for size in _TOGETHER
        )

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Carry it out for all of these; on PostgreSQL, begin to (`storage.driver.send`).

        Raises what `Connection.execute` raises.
        """
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            send(connection, self._text, (codec.dump(rows),))
            return
        at = 0
        for size, statement in self._few:
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


def insertion(table: Table, *columns: str) -> Rows:
    """An INSERT of these columns."""
    unknown = set(columns) - set(table.columns.keys())
    assert not unknown, f"{table.name} has no {unknown}"
    types = (_sql_type(table.columns[name].type) for name in columns)
    return Rows(f"INSERT INTO {table.name} ({', '.join(columns)}) :rows", *types)


def _sql_type(of: TypeEngine[Any]) -> str:
    """Wide ones, so that a column refuses what it cannot hold: a cast would cut it to fit."""
    return "bigint" if isinstance(of, Integer) else "text"
