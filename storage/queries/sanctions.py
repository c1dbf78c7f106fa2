"""Reading sanctions: one's own, and those of a room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, or_, select

from protocol.commands import GetSanctions
from protocol.listings import Sanctions
from protocol.sanctions import Appeal, OpenAppeal, Sanction
from rooms.cards import ending, rfc3339
from storage.queries import messages
from storage.queries.reading import Reading
from storage.tables import SANCTION

RECENT = 30 * 24 * 3600 * 1_000_000
"""For how long somebody is told what they were given, once it is over."""


def view(row: Any) -> Sanction:
    """A row as readers see it."""
    appeal = None
    if row.appealed_at is not None:
        appeal = Appeal(
            text=row.appeal,
            at=rfc3339(row.appealed_at),
            verdict=row.verdict,
            answer=row.answer,
            answered_by=row.answered_by,
        )
    return Sanction(
        id=row.id, kind=row.kind, person=row.person_id, room=row.room_id or None,
        room_name=row.room_name, reason=row.reason, by=row.by_id, at=rfc3339(row.at),
        until=ending(row.ends_at), appeal=appeal,
        lifted_at=None if row.lifted_at is None else rfc3339(row.lifted_at),
    )  # fmt: skip


def given_to(reading: Reading, person: str) -> tuple[Sanction, ...]:
    """What somebody was given, in force or lately, the newest first."""
    query = select(SANCTION).where(SANCTION.c.person_id == person).order_by(SANCTION.c.at.desc())
    rows = reading.connection.execute(query.limit(50)).all()
    if not rows:
        return ()
    now = reading.clock()
    return tuple(
        view(row)
        for row in rows
        if row.at > now - RECENT or (row.lifted_at is None and row.ends_at > now)
    )


SHOWN = 200
_ASKED = and_(SANCTION.c.appeal.is_not(None), SANCTION.c.verdict.is_(None))
"""Whoever was given it asks that it be looked at again, and has no answer; what somebody wrote goes
with their account, and then nobody asks any more."""


def appeals(connection: Connection, room: str) -> tuple[OpenAppeal, ...]:
    """What of a room waits for an answer; as `of_room` shows it."""
    query = select(SANCTION.c.id, SANCTION.c.person_id).where(SANCTION.c.room_id == room, _ASKED)
    rows = connection.execute(query.order_by(SANCTION.c.at.desc()).limit(SHOWN))
    return tuple(OpenAppeal(sanction=row.id, person=row.person_id) for row in rows)


def of_room(connection: Connection, person: str, query: GetSanctions) -> Sanctions:
    """What those see who look after a room, or with no room the community."""
    reading = Reading(connection, person)
    if query.room is None:
        reading.in_community("person.suspend")
    else:
        reading.room(query.room, "sanction")
    now = reading.clock()
    rows = connection.execute(
        select(SANCTION)
        .where(
            SANCTION.c.room_id == (query.room or ""),
            or_(
                SANCTION.c.at > now - RECENT,
                and_(SANCTION.c.lifted_at.is_(None), SANCTION.c.ends_at > now),
                _ASKED,
            ),
        )
        .order_by(SANCTION.c.at.desc())
        .limit(SHOWN)
    ).all()
    found = tuple(view(row) for row in rows)
    named = {who for one in found for who in (one.person, one.by)}
    return Sanctions(sanctions=found, people=messages.cards(reading, named), now=rfc3339(now))
