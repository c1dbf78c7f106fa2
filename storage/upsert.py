"""`INSERT … ON CONFLICT`, which SQLAlchemy spells once per database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

_INSERT: dict[str, Any] = {"sqlite": sqlite_insert, "postgresql": postgres_insert}


def insert_missing(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key exists; True when it was inserted."""
    statement = _INSERT[connection.dialect.name](table).on_conflict_do_nothing()
    return bool(connection.execute(statement, dict(row)).rowcount > 0)


def put(
    connection: Connection,
    table: Table,
    row: Mapping[str, Any],
    keep: Sequence[str] = (),
    where: ColumnElement[bool] | None = None,
) -> None:
    """Insert a row or replace it by its primary key; columns in `keep` stay as they are, and the
    whole row where `where` does not hold of it."""
    keys = [column.name for column in table.primary_key]
    statement = _INSERT[connection.dialect.name](table).values(dict(row))
    new = {name: statement.excluded[name] for name in row if name not in keys and name not in keep}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new, where=where))
