"""Rooms that nobody looks after, and suspensions that somebody asks about: for those who run the
community."""

from __future__ import annotations

from sqlalchemy import Connection, exists, func, select

from protocol.desk import UnledRoom
from storage.accounts.queries import status
from storage.tables import MEMBER, PERSON, ROOM, SANCTION

SHOWN = 50
NAMED = 20
"""Members of a room who are offered to be named."""


def rooms(connection: Connection, now: int) -> tuple[UnledRoom, ...]:
    """Live rooms without a facilitator who can act, by name. `now` in microseconds since 1970."""
    guide = exists().where(
        MEMBER.c.room_id == ROOM.c.id,
        MEMBER.c.role == "facilitator",
        MEMBER.c.state == "member",
        PERSON.c.id == MEMBER.c.person_id,
        status(now) == "active",
    )
    rows = connection.execute(
        select(ROOM.c.id, ROOM.c.name, ROOM.c.access, ROOM.c.member_count)
        .where(ROOM.c.archived.is_(False), ROOM.c.access != "direct", ~guide)
        .order_by(ROOM.c.name_folded, ROOM.c.id)
        .limit(SHOWN)
    ).all()
    return tuple(
        UnledRoom(
            id=row.id, name=row.name, access=row.access, member_count=row.member_count,
            members=_members(connection, row.id, now),
        )
        for row in rows
    )  # fmt: skip


def _members(connection: Connection, room: str, now: int) -> tuple[str, ...]:
    query = (
        select(MEMBER.c.person_id)
        .join(PERSON, PERSON.c.id == MEMBER.c.person_id)
        .where(
            MEMBER.c.room_id == room,
            MEMBER.c.state == "member",
            PERSON.c.role.not_in(("guest", "bot")),
            status(now) == "active",
        )
        .order_by(MEMBER.c.since, MEMBER.c.person_id)
        .limit(NAMED)
    )
    return tuple(connection.execute(query).scalars())


def appeals(connection: Connection, now: int) -> int:
    """How many suspensions that are in force somebody asks about, without an answer yet."""
    query = (
        select(func.count())
        .select_from(SANCTION)
        .where(
            SANCTION.c.room_id == "",
            SANCTION.c.appealed_at.is_not(None),
            SANCTION.c.verdict.is_(None),
            SANCTION.c.lifted_at.is_(None),
            SANCTION.c.ends_at > now,
        )
    )
    return int(connection.execute(query).scalar_one())
