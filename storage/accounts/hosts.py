"""Inner hosts in SQL: writing and ending them, and where those of some names may lead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from accounts import model
from rooms.model import Record
from storage import codec
from storage.tables import INNER_HOST
from storage.upsert import put


def _new(connection: Connection, new: model.NewHost, now: int) -> None:
    row = {
        "id": new.id, "host": new.host, "addresses": codec.dump(new.addresses), "by_id": new.by,
        "at": now,
    }  # fmt: skip
    put(connection, INNER_HOST, row)


def _forbid(connection: Connection, end: model.ForbidHost, _: int) -> None:
    connection.execute(delete(INNER_HOST).where(INNER_HOST.c.id == end.id))


def allowed(connection: Connection, names: Sequence[str]) -> frozenset[str]:
    """The addresses that are allowed under any of these names."""
    query = select(INNER_HOST.c.addresses).where(INNER_HOST.c.host.in_(list(names)))
    rows = connection.execute(query).scalars()
    return frozenset(address for row in rows for address in codec.strings(row))


HOST_WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    model.NewHost: _new,
    model.ForbidHost: _forbid,
}
