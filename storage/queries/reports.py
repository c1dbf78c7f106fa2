"""Reports as those see them who look at them, and what came of one's own."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from protocol import limits
from protocol.commands import GetAdminDesk
from protocol.desk import AdminSnapshot
from protocol.ids import ADMINS, COMMUNITY
from protocol.reports import Evidence, OwnReport, Report, ReportBy
from rooms.cards import rfc3339
from storage import compacting
from storage.facts.review import moderation
from storage.queries import messages, unled
from storage.queries.held import now
from storage.queries.reading import Reading
from storage.tables import MEMBER, REPORT, REPORT_BY, ROOM

MOST = 200
_evidence = msgspec.json.Decoder(tuple[Evidence, ...])


def at(connection: Connection, place: str, reader: str) -> tuple[Report, ...]:
    """Open reports of a place and those lately resolved, newest first; none about the reader, and
    none about a conversation they are in."""
    talks = select(MEMBER.c.room_id).where(MEMBER.c.person_id == reader)
    lately = now() - limits.EVIDENCE_DAYS * 24 * 3600 * 1_000_000
    rows = connection.execute(
        select(REPORT)
        .where(
            REPORT.c.place == place,
            REPORT.c.person_id != reader,
            (REPORT.c.about != "direct") | REPORT.c.room_id.not_in(talks),
            (REPORT.c.state == "open") | (REPORT.c.resolved_at > lately),
        )
        .order_by(REPORT.c.state, REPORT.c.at.desc())
        .limit(MOST)
    ).all()
    by: dict[str, list[ReportBy]] = {}
    ids = [row.id for row in rows]
    said = select(REPORT_BY).where(REPORT_BY.c.report_id.in_(ids)).order_by(REPORT_BY.c.at)
    for row in connection.execute(said):
        found = ReportBy(
            person=row.person_id or None, category=row.category, note=row.note, at=rfc3339(row.at)
        )
        by.setdefault(row.report_id, []).append(found)
    return tuple(_view(row, tuple(by.get(row.id, ()))) for row in rows)


def _view(row: Row[*tuple[Any, ...]], by: tuple[ReportBy, ...]) -> Report:
    return Report(
        id=row.id,
        about=row.about,
        room=row.room_id or None,
        message=row.message_id or None,
        person=row.person_id or None,
        state=row.state,
        assigned_to=row.assigned_to,
        outcome=row.outcome or None,
        answer=row.answer,
        at=rfc3339(row.at),
        resolved_at=None if row.resolved_at is None else rfc3339(row.resolved_at),
        resolved_by=row.resolved_by,
        evidence=_evidence.decode(row.evidence) if row.evidence else (),
        by=by,
    )


def named(reports: tuple[Report, ...]) -> set[str]:
    """Everybody whom it takes to draw them."""
    found: set[str] = set()
    for report in reports:
        found |= {one.author for one in report.evidence}
        found |= {one.person for one in report.by if one.person}
        found |= {one for one in (report.person, report.assigned_to, report.resolved_by) if one}
    return found


def own(connection: Connection, person: str) -> tuple[OwnReport, ...]:
    """What came of somebody's own reports, as far as they have not seen it."""
    rows = connection.execute(
        select(REPORT.c.id, REPORT.c.outcome, REPORT.c.answer)
        .join(REPORT_BY, REPORT_BY.c.report_id == REPORT.c.id)
        .where(
            REPORT_BY.c.person_id == person,
            REPORT_BY.c.seen.is_(False),
            REPORT.c.state == "resolved",
        )
        .order_by(REPORT.c.resolved_at)
        .limit(MOST)
    )
    return tuple(OwnReport(id=row.id, outcome=row.outcome, answer=row.answer) for row in rows)


def admins(connection: Connection, person: str, query: GetAdminDesk) -> AdminSnapshot:  # noqa: ARG001
    """What waits for those who run the community."""
    reading = Reading(connection, person)
    reading.in_community("watch_admins")
    found = at(connection, ADMINS, person)
    rooms = {report.room for report in found if report.room}
    names = connection.execute(select(ROOM.c.id, ROOM.c.name).where(ROOM.c.id.in_(rooms)))
    empty = unled.rooms(connection, reading.clock())
    people = named(found) | {one for room in empty for one in room.members}
    return AdminSnapshot(
        reports=found,
        moderation=moderation(connection, COMMUNITY)[0],
        rooms={row.id: row.name for row in names},
        people=messages.cards(reading, people),
        unled=empty,
        appeals=unled.appeals(connection, reading.clock()),
        compact=waits.held_up if (waits := compacting.owed(connection)) else "",
    )
