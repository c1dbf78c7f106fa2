"""Guest passes of a room and who is here by them, for its facilitators."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from protocol.commands import GetPasses
from protocol.listings import GuestPass, PassListing, Visit
from rooms import policy
from rooms.cards import rfc3339
from rooms.errors import Refusal
from storage.queries import messages
from storage.queries.reading import Reading
from storage.tables import INVITATION, PERSON, VISIT

SHOWN = 100
RECENT = 7 * 24 * 3600 * 1_000_000
"""For how long a pass is shown once it is over."""


def listing(connection: Connection, person: str, query: GetPasses) -> PassListing:
    """Passes that work or ended lately, the newest first; guests, who goes first first."""
    reading = Reading(connection, person)
    reading.room(query.room, "end_visit")
    now = reading.clock()
    passes = connection.execute(
        select(INVITATION)
        .where(
            INVITATION.c.room_id == query.room,
            INVITATION.c.pass_seconds.is_not(None),
            INVITATION.c.expires_at > now - RECENT,
            or_(INVITATION.c.revoked_at.is_(None), INVITATION.c.revoked_at > now - RECENT),
        )
        .order_by(INVITATION.c.created_at.desc(), INVITATION.c.id.desc())
        .limit(SHOWN)
    )
    shown = tuple(
        GuestPass(
            id=row.id, code=row.code, uses=row.uses, max_uses=row.max_uses, lasts=row.pass_seconds,
            expires_at=rfc3339(row.expires_at), revoked=row.revoked_at is not None,
            by=row.created_by, at=rfc3339(row.created_at),
        )
        for row in passes
    )  # fmt: skip
    visits = _visits(connection, query.room, now)
    named = {visit.person for visit in visits} | {one.by for one in shown}
    return PassListing(
        passes=shown, visits=visits, people=messages.cards(reading, named), now=rfc3339(now)
    )


def _visits(connection: Connection, room: str, now: int) -> tuple[Visit, ...]:
    rows = connection.execute(
        select(VISIT.c.person_id, VISIT.c.invitation_id, VISIT.c.began_at, PERSON.c.status_until)
        .join(PERSON, PERSON.c.id == VISIT.c.person_id)
        .where(VISIT.c.room_id == room, VISIT.c.ended_at.is_(None), PERSON.c.status_until > now)
        .order_by(PERSON.c.status_until, VISIT.c.person_id)
    )
    return tuple(
        Visit(
            person=row.person_id, invitation=row.invitation_id, came_at=rfc3339(row.began_at),
            until=rfc3339(row.status_until),
        )
        for row in rows
    )  # fmt: skip


def code(connection: Connection, person: str, invitation: str) -> str:
    """The code of a pass, for those who may show it; raises `Refusal`."""
    query = select(INVITATION.c.code, INVITATION.c.room_id).where(
        INVITATION.c.id == invitation, INVITATION.c.pass_seconds.is_not(None)
    )
    row = connection.execute(query).first()
    if row is not None:
        standing = Reading(connection, person).facts.standing(row.room_id, person)
        if policy.refusal(standing, "end_visit") is None:
            return str(row.code)
    raise Refusal("not_found", what="guest pass")
