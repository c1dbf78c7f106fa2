"""Facts about reports, and about what they keep of what was seen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select

from rooms.model import MessageFacts, ReportFacts
from storage.facts.source import Source
from storage.facts.talk import message_facts
from storage.tables import MEMBER, MESSAGE, PERSON, REPORT, REPORT_BY

_NEWEST = (
    select(MESSAGE)
    .where(
        MESSAGE.c.author_id == bindparam("person"),
        MESSAGE.c.room_id == bindparam("room"),
        MESSAGE.c.body.is_not(None),
    )
    .order_by(MESSAGE.c.at.desc())
    .limit(bindparam("most"))
)


class Reports:
    """Facts about reports, as of one transaction."""

    _transaction: Source

    def report(self, report: str) -> ReportFacts | None:
        connection = self._transaction.connection
        row = connection.execute(select(REPORT).where(REPORT.c.id == report)).first()
        if row is None:
            return None
        by = select(REPORT_BY.c.person_id).where(REPORT_BY.c.report_id == report)
        return ReportFacts(
            id=row.id, place=row.place, person=row.person_id, state=row.state,
            assigned_to=row.assigned_to, talk=row.room_id if row.about == "direct" else "",
            reporters=tuple(connection.execute(by).scalars()),
        )  # fmt: skip

    def open_report(self, place: str, about: str, what: str, by: str | None = None) -> str | None:
        column = {
            "message": REPORT.c.message_id,
            "person": REPORT.c.person_id,
            "direct": REPORT.c.room_id,
        }[about]
        query = select(REPORT.c.id).where(
            REPORT.c.place == place,
            REPORT.c.state == "open",
            REPORT.c.about == about,
            column == what,
        )
        if by is not None:
            own = select(REPORT_BY.c.report_id).where(REPORT_BY.c.person_id == by)
            query = query.where(REPORT.c.id.in_(own))
        return self._transaction.connection.execute(query.limit(1)).scalar_one_or_none()

    def reports_open_by(self, person: str) -> int:
        query = (
            select(func.count())
            .select_from(REPORT_BY)
            .join(REPORT, REPORT.c.id == REPORT_BY.c.report_id)
            .where(REPORT_BY.c.person_id == person, REPORT.c.state == "open")
        )
        return int(self._transaction.connection.execute(query).scalar_one())

    def newest_messages(self, room: str, first: int, most: int) -> tuple[MessageFacts, ...]:
        # Person by person: there is an index by author and time, and one by room would have to be
        # paid by every post of every room.
        connection = self._transaction.connection
        people = select(MEMBER.c.person_id).where(MEMBER.c.room_id == room)
        found: list[Any] = []
        for person in connection.execute(people).scalars().all():
            found += connection.execute(_NEWEST, {"room": room, "person": person, "most": most})
        newest = sorted(found, key=lambda row: row.at)[-most:]
        return tuple(message_facts(row) for row in newest if row.posted_seq >= first)

    def posted_at(self, message: str) -> int:
        query = select(MESSAGE.c.at).where(MESSAGE.c.id == message)
        return int(self._transaction.connection.execute(query).scalar_one())

    def runs_besides(self, *people: str) -> bool:
        query = select(PERSON.c.id).where(
            PERSON.c.role.in_(("owner", "admin")),
            PERSON.c.status == "active",
            PERSON.c.id.not_in(people),
        )
        return self._transaction.rules_connection.execute(query.limit(1)).first() is not None
