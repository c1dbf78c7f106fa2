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
_EACH = {"sqlite": "json_each(?)", "postgresql": "json_array_elements_text(%s::json)"}
Row = tuple[Any, ...]


class Statement:
    """SQL with `:?` for each parameter, in every database's own spelling.

    `:each` is a parameter too: a JSON list of strings, as rows with a column `value`.
    """

    __slots__ = ("_texts",)

    def __init__(self, text: str) -> None:
        # To psycopg a percent sign is a parameter unless it is doubled.
        plain = {"sqlite": text, "postgresql": text.replace("%", "%%")}
        self._texts = {
            name: spelled.replace(":each", _EACH[name]).replace(":?", _MARK[name])
            for name, spelled in plain.items()
        }

    def first(self, connection: Connection, parameters: Row) -> Any:
        """The first row of a query, or None."""
        text = self._texts[connection.dialect.name]
        return connection.exec_driver_sql(text, parameters).first()

    def all(self, connection: Connection, parameters: Row) -> Sequence[Any]:
        """All rows of a query."""
        text = self._texts[connection.dialect.name]
        return connection.exec_driver_sql(text, parameters).all()

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
