"""Facts about guest passes, and about who is here by one."""

from __future__ import annotations

from sqlalchemy import func, select

from rooms.model import PassFacts, VisitFacts
from storage.facts.source import Source
from storage.tables import INVITATION, VISIT


class Passes:
    """Facts about guest passes, as of one transaction."""

    _transaction: Source

    def guest_pass(self, invitation: str) -> PassFacts | None:
        query = select(INVITATION.c.id, INVITATION.c.room_id, INVITATION.c.revoked_at).where(
            INVITATION.c.id == invitation, INVITATION.c.pass_seconds.is_not(None)
        )
        row = self._transaction.connection.execute(query).first()
        if row is None:
            return None
        return PassFacts(id=row.id, room=row.room_id, revoked=row.revoked_at is not None)

    def passes_open(self, room: str) -> int:
        query = (
            select(func.count())
            .select_from(INVITATION)
            .where(
                INVITATION.c.room_id == room,
                INVITATION.c.pass_seconds.is_not(None),
                INVITATION.c.revoked_at.is_(None),
                INVITATION.c.uses < INVITATION.c.max_uses,
                INVITATION.c.expires_at > self._transaction.clock(),
            )
        )
        return int(self._transaction.connection.execute(query).scalar_one())

    def visit(self, person: str) -> VisitFacts | None:
        query = select(VISIT.c.invitation_id, VISIT.c.room_id).where(
            VISIT.c.person_id == person, VISIT.c.ended_at.is_(None)
        )
        row = self._transaction.connection.execute(query).first()
        if row is None:
            return None
        return VisitFacts(person=person, invitation=row.invitation_id, room=row.room_id)

    def visitors(self, invitation: str) -> tuple[str, ...]:
        query = (
            select(VISIT.c.person_id)
            .where(VISIT.c.invitation_id == invitation, VISIT.c.ended_at.is_(None))
            .order_by(VISIT.c.began_at, VISIT.c.person_id)
        )
        return tuple(self._transaction.connection.execute(query).scalars())
