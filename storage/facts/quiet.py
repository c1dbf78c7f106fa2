"""Facts about what somebody would rather not hear."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from storage.bulk import Statement
from storage.facts.source import Source
from storage.tables import QUIET

_BLOCKED = Statement(
    "SELECT 1 FROM quiet WHERE what = 'block' AND "
    "((person_id = :? AND target_id = :?) OR (person_id = :? AND target_id = :?))"
)


def blocked(connection: Connection, one: str, other: str) -> bool:
    """Whether one of two people has blocked the other."""
    return _BLOCKED.first(connection, (one, other, other, one)) is not None


class Quiet:
    """Facts about mutes and blocks, as of one transaction."""

    _transaction: Source

    def quiet(self, person: str, what: str, target: str) -> bool | None:
        query = select(QUIET.c.mentions).where(
            QUIET.c.person_id == person, QUIET.c.what == what, QUIET.c.target_id == target
        )
        found = self._transaction.rules_connection.execute(query).scalar_one_or_none()
        return None if found is None else bool(found)

    def quiets(self, person: str) -> int:
        query = select(func.count()).select_from(QUIET).where(QUIET.c.person_id == person)
        return int(self._transaction.rules_connection.execute(query).scalar_one())

    def blocked(self, one: str, other: str) -> bool:
        return blocked(self._transaction.rules_connection, one, other)

    def deaf_to(self, author: str, people: Collection[str]) -> frozenset[str]:
        query = select(QUIET.c.person_id).where(
            QUIET.c.person_id.in_(list(people)),
            QUIET.c.what.in_(("person", "block")),
            QUIET.c.target_id == author,
        )
        return frozenset(self._transaction.rules_connection.execute(query).scalars())
