"""A log: where it stands, its lock, and reading it.

Streams are locked in one order everywhere (community, person, room, facilitators, then id), so
that two transactions never wait on each other in a circle.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, select

from storage.tables import EVENT, STREAM

_RANK = case({"community": 0, "person": 1, "room": 2, "desk": 3}, value=STREAM.c.kind, else_=4)
_COLUMNS = (
    STREAM.c.id,
    STREAM.c.kind,
    STREAM.c.epoch,
    STREAM.c.head_seq,
    STREAM.c.first_seq,
    STREAM.c.head_no,
    STREAM.c.last_at,
    STREAM.c.rules_seq,
)
_BY_IDS = (
    select(*_COLUMNS)
    .where(STREAM.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_RANK, STREAM.c.id)
)
_LOCKS = {
    "write": _BY_IDS.with_for_update(key_share=True),
    "share": _BY_IDS.with_for_update(read=True),
    "write_now": _BY_IDS.with_for_update(key_share=True, skip_locked=True),
    "share_now": _BY_IDS.with_for_update(read=True, skip_locked=True),
}
"""Which rows to lock, and how; `_now` leaves out those that another transaction holds. On
SQLite, where the one writer holds the whole database, the locking clause is not rendered."""


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


@dataclass(slots=True, frozen=True)
class StoredEvent:
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
    rows = connection.execute(_LOCKS[how], {"ids": sorted(ids)})
    return {row.id: StreamState(*row) for row in rows}


def states(connection: Connection, ids: Iterable[str]) -> dict[str, StreamState]:
    """Read streams without locking."""
    rows = connection.execute(_BY_IDS, {"ids": sorted(ids)})
    return {row.id: StreamState(*row) for row in rows}


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
