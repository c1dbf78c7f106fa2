"""Facts for the rules of accounts, in the transaction that the decision will be written in."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Select, select

from accounts.model import InvitationFacts, LinkFacts
from rooms.facts import Facts
from storage import slashes
from storage.accounts.writers import PASSWORD
from storage.facts import SqlFacts, StandingCache
from storage.tables import (
    API_TOKEN,
    COMMUNITY,
    CREDENTIAL,
    INNER_HOST,
    INVITATION,
    ONE_TIME_LINK,
    PERSON,
    SESSION,
)
from storage.transaction import Transaction

_INVITATION = select(
    INVITATION.c.id, INVITATION.c.code, INVITATION.c.room_id, INVITATION.c.role,
    INVITATION.c.uses, INVITATION.c.max_uses, INVITATION.c.expires_at, INVITATION.c.revoked_at,
    INVITATION.c.created_by, INVITATION.c.pass_seconds,
)  # fmt: skip
_LINK = select(
    ONE_TIME_LINK.c.id, ONE_TIME_LINK.c.kind, ONE_TIME_LINK.c.person_id,
    ONE_TIME_LINK.c.expires_at, ONE_TIME_LINK.c.used_at,
)  # fmt: skip


class SqlAccountFacts(SqlFacts):
    """Facts of rooms, and those of accounts."""

    @classmethod
    def of(cls, facts: Facts) -> SqlAccountFacts:
        """The same transaction and cache, with more questions."""
        assert isinstance(facts, SqlFacts)
        if isinstance(facts, cls):
            return facts
        # A view of its parent, made by a subclass of it.
        return cls(facts._transaction, facts._cache)  # noqa: SLF001

    @property
    def _connection(self) -> Connection:
        return self._transaction.connection

    def _strings(self, query: Select[str]) -> tuple[str, ...]:
        return tuple(self._connection.execute(query).scalars())

    def is_set_up(self) -> bool:
        return self._connection.execute(select(COMMUNITY.c.id)).first() is not None

    def taken(self, folded: Collection[str]) -> set[str]:
        wanted = sorted(folded)
        found: set[str] = set()
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            query = select(PERSON.c.username_folded).where(PERSON.c.username_folded.in_(part))
            found.update(self._strings(query))
        return found

    def invitation(self, *, code: str = "", id: str = "") -> InvitationFacts | None:  # noqa: A002
        query = _INVITATION.where(INVITATION.c.id == id if id else INVITATION.c.code == code)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return InvitationFacts(
            id=row.id, code=row.code, room=row.room_id, role=row.role, uses=row.uses,
            max_uses=row.max_uses, expires_at=row.expires_at,
            revoked=row.revoked_at is not None, created_by=row.created_by,
            pass_seconds=row.pass_seconds,
        )  # fmt: skip

    def link(self, secret_hash: str) -> LinkFacts | None:
        query = _LINK.where(ONE_TIME_LINK.c.secret_hash == secret_hash)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        return LinkFacts(
            id=row.id, kind=row.kind, person=row.person_id, expires_at=row.expires_at,
            used=row.used_at is not None,
        )  # fmt: skip

    def open_sessions(self, person: str) -> tuple[str, ...]:
        return self._strings(
            select(SESSION.c.id)
            .where(
                SESSION.c.person_id == person,
                SESSION.c.ended_at.is_(None),
                SESSION.c.expires_at > self.now,
            )
            .order_by(SESSION.c.last_seen_at, SESSION.c.id)
        )

    def open_tokens(self, person: str) -> tuple[str, ...]:
        return self._strings(
            select(API_TOKEN.c.id)
            .where(API_TOKEN.c.person_id == person, API_TOKEN.c.revoked_at.is_(None))
            .order_by(API_TOKEN.c.created_at, API_TOKEN.c.id)
        )

    def password_hash(self, person: str) -> str | None:
        query = select(CREDENTIAL.c.secret).where(
            CREDENTIAL.c.provider == PASSWORD, CREDENTIAL.c.subject == person
        )
        return self._connection.execute(query).scalar_one_or_none()

    def lost_commands(self, bot: str) -> tuple[tuple[str, int], ...]:
        return slashes.lost_ones(self._connection, bot)

    def inner_hosts(self) -> dict[str, str]:
        rows = self._connection.execute(select(INNER_HOST.c.id, INNER_HOST.c.host))
        return {row.id: row.host for row in rows}


def asking(connection: Connection, now: int) -> SqlAccountFacts:
    """Facts for reading only, outside any decision; nothing is remembered."""
    return SqlAccountFacts(Transaction(connection, now), StandingCache())
