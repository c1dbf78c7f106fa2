"""Writing records: a function for each type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, case, update

from accounts.model import Declined, EraseCards, ForgetAccount
from rooms.model import Record
from rooms.records import (
    Ballot,
    ForgetEvidence,
    ForgetReporter,
    Offer,
    ReadMark,
    Reminded,
    Rewritten,
    ThreadMark,
    ToolMark,
    Trimmed,
)
from storage.accounts import WRITERS as ACCOUNTS
from storage.jobs.rows import WRITERS as JOBS
from storage.projections.bots import offered
from storage.projections.messages import rewritten
from storage.projections.planned import reminded
from storage.projections.trimming import cut
from storage.push import WRITERS as PUSH
from storage.reports import WRITERS as REPORTS
from storage.tables import BALLOT, MEMBER, THREAD_FOLLOW, TOOL_MARK
from storage.upsert import insert_missing, put


def _read(connection: Connection, mark: ReadMark, _: int) -> None:
    connection.execute(
        update(MEMBER)
        .where(MEMBER.c.room_id == mark.room, MEMBER.c.person_id == mark.person)
        .values(
            read_no=case((MEMBER.c.read_no < mark.no, mark.no), else_=MEMBER.c.read_no),
            unread_from=mark.unread_from,
        )
    )


def _thread(connection: Connection, mark: ThreadMark, _: int) -> None:
    put(
        connection,
        THREAD_FOLLOW,
        {
            "person_id": mark.person, "thread_id": mark.thread, "room_id": mark.room,
            "following": mark.following, "read_no": mark.no,
        },
    )  # fmt: skip


def _tool(connection: Connection, mark: ToolMark, _: int) -> None:
    row = {
        "person_id": mark.person, "room_id": mark.room, "tool": mark.tool, "mark": mark.mark,
    }  # fmt: skip
    put(connection, TOOL_MARK, row)


def _ballot(connection: Connection, one: Ballot, _: int) -> None:
    key = {"room_id": one.room, "poll": one.poll, "option": one.option}
    insert_missing(connection, BALLOT, {**key, "votes": 0})
    where = (BALLOT.c[name] == value for name, value in key.items())
    connection.execute(update(BALLOT).where(*where).values(votes=BALLOT.c.votes + 1))


WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    ReadMark: _read,
    Rewritten: rewritten,
    ThreadMark: _thread,
    Trimmed: cut,
    ToolMark: _tool,
    Ballot: _ballot,
    Reminded: reminded,
    Offer: offered,
    **ACCOUNTS,
    **JOBS,
    **REPORTS,
    **PUSH,
}

ERASES: frozenset[type[Record]] = frozenset(
    {Declined, EraseCards, ForgetAccount, ForgetEvidence, ForgetReporter, Trimmed}
)
"""What takes texts or names away, as an event with `redacts` does."""
