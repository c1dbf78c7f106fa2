"""Many rows with one prepared statement, handed to the driver as it is.

The hot path writes the same few statements for ever. SQLAlchemy's Core builds each row's parameters
anew, which costs more than SQLite's own insert (*measured*: 45 of 110 us a post); here the text is
made once from the table and tuples go straight to the driver's `executemany`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table

_MARK = {"sqlite": "?", "postgresql": "%s"}
Row = tuple[Any, ...]


class Statement:
    """SQL with `:?` for each parameter, in every database's own spelling."""

    __slots__ = ("_texts",)

    def __init__(self, text: str) -> None:
        self._texts = {name: text.replace(":?", mark) for name, mark in _MARK.items()}

    def first(self, connection: Connection, parameters: Row) -> Any:
        """The first row of a query, or None."""
        text = self._texts[connection.dialect.name]
        return connection.exec_driver_sql(text, parameters).first()

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Once for each row."""
        if rows:
            connection.exec_driver_sql(self._texts[connection.dialect.name], list(rows))


def insertion(table: Table, *columns: str) -> Statement:
    """An INSERT of these columns."""
    unknown = set(columns) - set(table.columns.keys())
    assert not unknown, f"{table.name} has no {unknown}"
    names, marks = ", ".join(columns), ", ".join(":?" for _ in columns)
    return Statement(f"INSERT INTO {table.name} ({names}) VALUES ({marks})")  # noqa: S608
