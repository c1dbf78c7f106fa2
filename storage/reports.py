"""Writing reports: records beside events, because what they say stands in no stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, insert, update

from rooms.model import Record
from rooms.records import (
    ForgetEvidence,
    ForgetReporter,
    NewReport,
    ReportAssigned,
    ReportedBy,
    ReportResolved,
    ReportSeen,
)
from storage.tables import REPORT, REPORT_BY
from storage.upsert import put


def _new(connection: Connection, report: NewReport, now: int) -> None:
    connection.execute(
        insert(REPORT),
        {
            "id": report.id, "place": report.place, "about": report.about, "room_id": report.room,
            "message_id": report.message, "person_id": report.person, "state": "open",
            "outcome": "", "answer": "", "at": now, "evidence": report.evidence,
        },
    )  # fmt: skip


def _by(connection: Connection, by: ReportedBy, now: int) -> None:
    put(
        connection,
        REPORT_BY,
        {
            "report_id": by.report, "person_id": by.person, "category": by.category,
            "note": by.note, "at": now, "seen": False,
        },
    )  # fmt: skip


def _change(connection: Connection, report: str, **values: object) -> None:
    connection.execute(update(REPORT).where(REPORT.c.id == report).values(**values))


def _assigned(connection: Connection, record: ReportAssigned, _: int) -> None:
    _change(connection, record.report, assigned_to=record.person)


def _resolved(connection: Connection, record: ReportResolved, now: int) -> None:
    said = {"outcome": record.outcome, "answer": record.answer}
    done = {"state": "resolved", "resolved_at": now, "resolved_by": record.by}
    _change(connection, record.report, **said, **done)


def _seen(connection: Connection, record: ReportSeen, _: int) -> None:
    mine = (REPORT_BY.c.report_id == record.report, REPORT_BY.c.person_id == record.person)
    connection.execute(update(REPORT_BY).where(*mine).values(seen=True))


def _forget(connection: Connection, record: ForgetEvidence, _: int) -> None:
    _change(connection, record.report, evidence=None, answer="")
    of = REPORT_BY.c.report_id == record.report
    connection.execute(update(REPORT_BY).where(of).values(note=""))


def _forget_reporter(connection: Connection, record: ForgetReporter, _: int) -> None:
    mine = REPORT_BY.c.person_id == record.person
    connection.execute(update(REPORT_BY).where(mine).values(note=""))


WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    NewReport: _new,
    ReportedBy: _by,
    ReportAssigned: _assigned,
    ReportResolved: _resolved,
    ReportSeen: _seen,
    ForgetEvidence: _forget,
    ForgetReporter: _forget_reporter,
}
