"""A log: where it stands, its lock, and reading it.

Streams are locked in one order everywhere (community, person, room, facilitators, then id), so
that two transactions never wait on each other in a circle.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, select

from protocol.ids import COMMUNITY
from storage import codec
from storage.bulk import tuples
from storage.tables import EVENT, STREAM

_SELECT = "SELECT id, kind, epoch, head_seq, first_seq, head_no, last_at, rules_seq FROM stream"
_ORDER = (
    "ORDER BY CASE kind WHEN 'community' THEN 0 WHEN 'person' THEN 1 WHEN 'room' THEN 2 "
    "WHEN 'desk' THEN 3 ELSE 4 END, id"
)
_BY_IDS = {
    "sqlite": f"{_SELECT} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
    "postgresql": f"{_SELECT} WHERE id IN (SELECT json_array_elements_text($1::json))",
}
_LOCKS = {
    "write": ("FOR NO KEY UPDATE OF stream", "pg_advisory_xact_lock({})::text IS NOT NULL"),
    "share": ("FOR SHARE OF stream", "pg_advisory_xact_lock_shared({})::text IS NOT NULL"),
    "write_now": (
        "FOR NO KEY UPDATE OF stream SKIP LOCKED", "pg_try_advisory_xact_lock({})",
    ),
    "share_now": ("FOR SHARE OF stream SKIP LOCKED", "pg_try_advisory_xact_lock_shared({})"),
    "none": ("", "true"),
}  # fmt: skip
"""Which rows to lock, and how, on PostgreSQL; `_now` leaves out those that another transaction
holds. On SQLite the one writer holds the whole database.

The second part is for the community's stream, which every post shares: a share lock of a row joins
those that are there and passes by who waits to change it, so that three busy nodes would keep a
removal waiting for ever. Advisory locks are given in the order in which they were asked for."""
_TURNSTILE = 0x7E27_0002
"""The advisory lock before the community's row."""


@dataclass(slots=True)
class StreamState:
    """A stream's row."""

    id: str
    kind: str
    epoch: str
    head_seq: int
    first_seq: int
    head_no: int
    last_at: int
    rules_seq: int


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """An event as it stands in its log."""

    stream: str
    seq: int
    v: int
    kind: str
    actor: str
    at: int
    no: int | None
    data: str
    route: str | None


def new_epoch() -> str:
    """A stream's incarnation: random, so that a restored log can never be taken for the old one."""
    return os.urandom(8).hex()


def lock(connection: Connection, ids: Iterable[str], how: str) -> dict[str, StreamState]:
    """Lock and read streams; those that do not exist are left out."""
    wanted = list(ids)
    if not wanted:
        return {}
    dialect = connection.dialect.name
    query = _BY_IDS[dialect]
    if dialect == "postgresql":
        rows_lock, turn = _LOCKS[how]
        if COMMUNITY in wanted:
            # Only then: the planner may ask this of a row before it asks whether it is wanted.
            query = f"{query} AND (id <> '{COMMUNITY}' OR {turn.format(_TURNSTILE)})"
        query = f"{query} {_ORDER} {rows_lock}"
    rows = tuples(connection, query, (codec.dump(wanted),))
    return {row[0]: StreamState(*row) for row in rows}


def states(connection: Connection, ids: Iterable[str]) -> dict[str, StreamState]:
    """Read streams without locking."""
    return lock(connection, ids, "none")


_AFTER = (
    select(
        EVENT.c.stream_id,
        EVENT.c.seq,
        EVENT.c.v,
        EVENT.c.kind,
        EVENT.c.actor_id,
        EVENT.c.at,
        EVENT.c.no,
        EVENT.c.data,
        EVENT.c.route,
    )
    .where(
        EVENT.c.stream_id == bindparam("stream"),
        EVENT.c.seq > bindparam("after"),
        EVENT.c.seq <= bindparam("upto"),
    )
    .order_by(EVENT.c.seq)
    .limit(bindparam("most"))
)
_EVER = 2**62


def events_after(
    connection: Connection, stream: str, after: int, upto: int | None = None, most: int = 1_000
) -> Sequence[StoredEvent]:
    """Events with `after < seq <= upto`, oldest first, at most `most`."""
    params = {
        "stream": stream,
        "after": after,
        "upto": _EVER if upto is None else upto,
        "most": most,
    }
    return [StoredEvent(*row) for row in connection.execute(_AFTER, params)]


_HEADS = select(STREAM.c.id, STREAM.c.head_seq).where(
    STREAM.c.id.in_(bindparam("ids", expanding=True))
)


def heads(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Newest `seq` of many streams: what the repair of lost tails compares."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), 500):
        rows = connection.execute(_HEADS, {"ids": list(ids[start : start + 500])})
        found.update({row.id: row.head_seq for row in rows})
    return found
