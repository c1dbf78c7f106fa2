"""What is left of a deleted account, found piece by piece: rooms, texts, and names in events.

Reading only; the pieces are erased by jobs. Every query is bounded, so that a deletion takes long
rather than holding anything up.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, or_, select

from storage.tables import (
    EVENT,
    HELD,
    MEMBER,
    MESSAGE,
    REMINDED,
    REPORT,
    REPORT_BY,
    ROOM,
    SANCTION,
    STREAM,
    TOOL,
)

_CARDS = ("person.joined", "person.changed", "member.joined", "join.requested")
_REASONS = (
    "message.deleted",
    "sanction.given",
    "sanction.lifted",
    "sanction.appealed",
    "sanction.answered",
    "post.settled",
    "report.answered",
)
"""Kinds in which an actor says something in words of their own."""
LOCKING = ("room.changed", "room.listed")
"""Kinds that hold a room's card, and on it why the room is locked."""
_WINDOW = 20_000
"""Events looked through by one query."""


def rooms(connection: Connection, person: str, most: int) -> list[str]:
    """Rooms they are in, invited to or waiting for."""
    query = (
        select(MEMBER.c.room_id)
        .join(ROOM, ROOM.c.id == MEMBER.c.room_id)
        .where(MEMBER.c.person_id == person)
        .limit(most)
    )
    return list(connection.execute(query).scalars())


def texts(connection: Connection, person: str, most: int) -> list[tuple[str, str]]:
    """`(message, room)` of messages that are not deleted yet: theirs, and those by which they
    reminded a room."""
    there = select(MESSAGE.c.id, MESSAGE.c.room_id).where(MESSAGE.c.deleted_by.is_(None))
    reminders = there.join(REMINDED, REMINDED.c.message_id == MESSAGE.c.id)
    found = connection.execute(there.where(MESSAGE.c.author_id == person).limit(most)).all()
    if not found:
        found = connection.execute(reminders.where(REMINDED.c.by_id == person).limit(most)).all()
    return [(row.id, row.room_id) for row in found]


def tools(connection: Connection, person: str) -> list[str]:
    """Rooms whose tools hold their id, and so perhaps a text of theirs."""
    query = select(TOOL.c.stream_id).where(TOOL.c.state.contains(f'"{person}"', autoescape=True))
    return sorted(set(connection.execute(query).scalars()))


def streams(connection: Connection, person: str) -> list[tuple[str, int]]:
    """Streams that may show somebody's name or words, with their heads."""
    told = select(SANCTION.c.person_id).where(
        or_(
            SANCTION.c.person_id == person,
            SANCTION.c.by_id == person,
            SANCTION.c.answered_by == person,
        )
    )
    declined = select(HELD.c.author_id).where(HELD.c.settled_by == person)
    answered = (
        select(REPORT_BY.c.person_id)
        .join(REPORT, REPORT.c.id == REPORT_BY.c.report_id)
        .where(REPORT.c.resolved_by == person)
    )
    query = select(STREAM.c.id, STREAM.c.head_seq).where(
        or_(
            STREAM.c.kind.in_(("community", "room", "desk", "answers")),
            STREAM.c.id.in_(told.union(declined, answered)),
        ),
        STREAM.c.head_seq > 0,
    )
    return [(row.id, row.head_seq) for row in connection.execute(query)]


def places(
    connection: Connection, person: str, among: Sequence[tuple[str, int]]
) -> list[tuple[str, int]]:
    """`(stream, seq)` of events among these streams that hold their name, or a reason they gave."""
    names = and_(EVENT.c.kind.in_(_CARDS), EVENT.c.data.contains(f'"{person}"', autoescape=True))
    reasons = and_(EVENT.c.kind.in_(_REASONS), EVENT.c.actor_id == person)
    # Why a room was locked stands on its card for as long as the lock does.
    locks = and_(
        EVENT.c.kind.in_(LOCKING),
        EVENT.c.actor_id == person,
        EVENT.c.data.contains('"locked":{"reason":"', autoescape=True),
    )
    found: list[tuple[str, int]] = []
    for stream, head in among:
        for start in range(0, head, _WINDOW):
            query = select(EVENT.c.seq).where(
                EVENT.c.stream_id == stream,
                EVENT.c.seq > start,
                EVENT.c.seq <= start + _WINDOW,
                or_(names, reasons, locks),
            )
            found += [(stream, seq) for seq in connection.execute(query).scalars()]
    return found
