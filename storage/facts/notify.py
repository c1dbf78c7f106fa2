"""Facts about what somebody chose to be notified of."""

from __future__ import annotations

from sqlalchemy import select

from storage.facts.source import Source
from storage.tables import NOTIFY, NOTIFY_CHOICE


class Notify:
    """Facts about notifications, as of one transaction."""

    _transaction: Source

    def notify_choices(self, person: str) -> dict[str, str]:
        query = select(NOTIFY_CHOICE.c.target_id, NOTIFY_CHOICE.c.level).where(
            NOTIFY_CHOICE.c.person_id == person
        )
        rows = self._transaction.rules_connection.execute(query)
        return {row.target_id: row.level for row in rows}

    def notify_rules(self, person: str) -> tuple[int | None, int | None, bool]:
        query = select(NOTIFY.c.quiet_start, NOTIFY.c.quiet_end, NOTIFY.c.show_text).where(
            NOTIFY.c.person_id == person
        )
        row = self._transaction.rules_connection.execute(query).first()
        return (row.quiet_start, row.quiet_end, bool(row.show_text)) if row else (None, None, True)
