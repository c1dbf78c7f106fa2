"""Held posts as their readers see them: facilitators all of it, authors their own words."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from protocol.views import DeclinedPost, HeldPost, Quote
from rooms.cards import rfc3339
from storage.tables import HELD

MOST = 200
TOLD = 7 * 24 * 3600 * 1_000_000
"""How long, in microseconds, authors are reminded that a post was declined."""


def _view(row: Row[*tuple[Any, ...]], *, whole: bool) -> HeldPost:
    return HeldPost(
        id=row.id,
        room=row.room_id,
        author=row.author_id,
        body=row.body if whole or row.state == "waiting" else "",
        at=rfc3339(row.at),
        thread=row.thread_id or None,
        quote=Quote(message=row.quote_id, room=row.quote_room) if row.quote_id else None,
        message=row.message_id or None,
        client_id=row.client_id,
        title=row.title if whole or row.state == "waiting" else None,
        why=row.why if whole else "",
        rule=row.rule if whole else "",
        matched=row.matched if whole else "",
        state=row.state,
        reason=row.reason,
    )


def own(connection: Connection, person: str) -> tuple[HeldPost, ...]:
    """Somebody's own posts that wait or were lately declined, oldest first."""
    states = HELD.c.state.in_(("waiting", "declined"))
    lately = HELD.c.settled_at.is_(None) | (HELD.c.settled_at > now() - TOLD)
    query = select(HELD).where(HELD.c.author_id == person, states, lately)
    rows = connection.execute(query.order_by(HELD.c.at).limit(MOST)).all()
    return tuple(_view(row, whole=False) for row in rows)


def now() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def of_room(connection: Connection, room: str) -> tuple[HeldPost, ...]:
    """What waits in a room, oldest first."""
    rows = _rows(connection, room, "waiting")
    return tuple(_view(row, whole=True) for row in rows)


def declined(connection: Connection, room: str) -> tuple[DeclinedPost, ...]:
    """What was declined in a room and is still kept, newest first."""
    return tuple(
        DeclinedPost(
            held=_view(row, whole=True),
            by=row.settled_by or "",
            reason=row.reason,
            at=rfc3339(row.settled_at or row.at),
        )
        for row in _rows(connection, room, "declined", newest=True)
    )


def _rows(
    connection: Connection, room: str, state: str, *, newest: bool = False
) -> Sequence[Row[*tuple[Any, ...]]]:
    query = select(HELD).where(HELD.c.room_id == room, HELD.c.state == state)
    order = HELD.c.at.desc() if newest else HELD.c.at
    return connection.execute(query.order_by(order).limit(MOST)).all()
