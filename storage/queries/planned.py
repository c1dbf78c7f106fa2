"""What is to come as its readers see it, and how words are understood."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from protocol.commands import ListPlanned, ReadWords
from protocol.planned import Planned, PlannedList, Understood
from rooms.actions.planning import zone_of
from rooms.cards import rfc3339
from rooms.reminders import words
from rooms.reminders.said import said
from rooms.reminders.when import checked, following, local
from storage.facts.planned import planned_facts
from storage.queries.reading import Reading
from storage.tables import PLANNED

COMING = 3


def listing(connection: Connection, person: str, query: ListPlanned) -> PlannedList:
    """What is planned in a room, or one's own, what comes next first."""
    reading = Reading(connection, person)
    if query.room is not None:
        reading.room(query.room)
    rows = connection.execute(
        select(PLANNED).where(PLANNED.c.owner_id == (query.room or person)).order_by(PLANNED.c.id)
    )
    now = reading.clock()
    found = [(row.next_at or 2**62, _view(row, now)) for row in rows]
    return PlannedList(planned=tuple(view for _, view in sorted(found, key=lambda one: one[0])))


def _view(row: Any, now: int) -> Planned:
    one = planned_facts(row)
    return Planned(
        id=one.id,
        what=one.what,
        owner=one.owner,
        room=one.room or None,
        thread=one.thread or None,
        message=one.message or None,
        quote=one.quote or None,
        by=one.by,
        body=one.body,
        when=one.when,
        said=said(one.when),
        next=tuple(rfc3339(at) for at in following(one.when, now, COMING)),
        paused=one.paused,
        rung=None if row.rung_at is None else rfc3339(row.rung_at),
        why=row.why or None,
        unit=one.unit,
    )


def understood(connection: Connection, person: str, query: ReadWords) -> Understood:
    """What words would mean now; nothing is set."""
    reading = Reading(connection, person)
    now = reading.clock()
    zone = zone_of(reading.facts, person, query.zone)
    heard = words.hear(query.words, local(now, zone), zone)
    when = checked(heard.when, now)
    return Understood(
        when=when,
        said=said(when),
        next=tuple(rfc3339(at) for at in following(when, now, COMING)),
        body=heard.body,
        whom=heard.whom,
    )
