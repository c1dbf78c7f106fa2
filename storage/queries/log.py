"""The audit: acts of power, read by the facilitators of their room and by admins of everywhere."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, select, tuple_

from protocol.commands import GetLog
from protocol.listings import LogEntry, LogPage, RoomName
from rooms.cards import microseconds, rfc3339
from rooms.errors import Refusal
from storage.queries import messages
from storage.queries.reading import Reading
from storage.tables import AUDIT, ROOM

PEOPLE = re.compile(r"\bp_[0-9a-z]+")
"""People whom a note names."""


def page(connection: Connection, person: str, query: GetLog) -> LogPage:
    """A page, the newest first."""
    reading = Reading(connection, person)
    _check(reading, query.room)
    limit = messages.clamp(query.limit)
    rows = connection.execute(_narrowed(query).limit(limit + 1)).all()
    entries = tuple(_entry(row) for row in rows[:limit])
    named = {who for entry in entries for who in (entry.by, entry.about) if who[:2] == "p_"}
    named |= {who for entry in entries for who in PEOPLE.findall(entry.note)}
    rooms = {entry.room for entry in entries if entry.room}
    names = connection.execute(select(ROOM.c.id, ROOM.c.name).where(ROOM.c.id.in_(rooms))).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return LogPage(
        entries=entries,
        people=messages.cards(reading, named),
        rooms=tuple(RoomName(id=row.id, name=row.name) for row in names),
        next=None if last is None else f"{last.at} {last.id}",
    )


def _check(reading: Reading, room: str | None) -> None:
    """Admins may read what was done in any room, facilitators what was done in theirs."""
    if room is None:
        reading.in_community("log.read")
        return
    person = reading.facts.person(reading.person)
    if person is None or person.status != "active" or not person.runs_community:
        reading.room(room, "read_log")


def _narrowed(query: GetLog) -> Any:
    found = select(AUDIT).order_by(AUDIT.c.at.desc(), AUDIT.c.id.desc())
    for column, value in (
        (AUDIT.c.room_id, query.room), (AUDIT.c.actor_id, query.by),
        (AUDIT.c.target, query.about), (AUDIT.c.act, query.act),
    ):  # fmt: skip
        if value is not None:
            found = found.where(column == value)
    if query.since is not None:
        found = found.where(AUDIT.c.at >= _time("since", query.since))
    if query.before is not None:
        found = found.where(AUDIT.c.at < _time("before", query.before))
    if query.after is not None:
        at, _, id_ = query.after.partition(" ")
        if not at.isdecimal() or len(at) > 18:
            raise Refusal("invalid", field="after", problem="not a cursor of ours")
        found = found.where(tuple_(AUDIT.c.at, AUDIT.c.id) < (int(at), id_))
    return found


def _time(field: str, text: str) -> int:
    try:
        return microseconds(text)
    except (ValueError, TypeError, OverflowError) as error:
        raise Refusal("invalid", field=field, problem="not a time with its zone") from error


def _entry(row: Any) -> LogEntry:
    return LogEntry(
        id=row.id, at=rfc3339(row.at), by=row.actor_id, act=row.act, about=row.target,
        room=row.room_id or None, note=row.note,
    )  # fmt: skip
