"""Held posts as their readers see them: facilitators all of it, authors their own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from protocol.views import DeclinedPost, HeldPost, Quote
from rooms.cards import rfc3339
from storage.tables import HELD

MOST = 200


def _view(row: Row[*tuple[Any, ...]], *, whole: bool) -> HeldPost:
    return HeldPost(
        id=row.id,
        room=row.room_id,
        author=row.author_id,
        body=row.body,
        at=rfc3339(row.at),
        thread=row.thread_id or None,
        quote=Quote(message=row.quote_id, room=row.quote_room) if row.quote_id else None,
        message=row.message_id or None,
        client_id=row.client_id,
        why=row.why if whole else "",
        rule=row.rule if whole else "",
        matched=row.matched if whole else "",
    )


def own(connection: Connection, person: str) -> tuple[HeldPost, ...]:
    """Somebody's own posts that wait, oldest first."""
    query = select(HELD).where(HELD.c.author_id == person, HELD.c.state == "waiting")
    rows = connection.execute(query.order_by(HELD.c.at).limit(MOST)).all()
    return tuple(_view(row, whole=False) for row in rows)


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
        for row in reversed(_rows(connection, room, "declined"))
    )


def _rows(connection: Connection, room: str, state: str) -> Sequence[Row[*tuple[Any, ...]]]:
    query = select(HELD).where(HELD.c.room_id == room, HELD.c.state == state)
    return connection.execute(query.order_by(HELD.c.at).limit(MOST)).all()
