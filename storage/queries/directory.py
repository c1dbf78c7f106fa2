"""The directories: rooms one may join, people one may meet, members of a room.

Pages by name, then id: the cost of a page does not grow with how many were before it.
"""

from __future__ import annotations

import base64
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, tuple_

from protocol import limits
from protocol.commands import ListMembers, ListPeople, ListRooms
from protocol.listings import MembersListing, PeopleListing, RoomListing
from protocol.views import Member
from rooms import text
from rooms.cards import person_card, room_card
from rooms.errors import Refusal
from storage import codec
from storage.facts.rights import person_facts, room_facts
from storage.queries.messages import clamp
from storage.queries.reading import Reading
from storage.tables import MEMBER, PERSON, ROOM


def rooms(connection: Connection, person: str, query: ListRooms) -> RoomListing:
    """Rooms of the directory, by name."""
    Reading(connection, person).in_community("directory")
    limit = clamp(query.limit)
    text.sized("q", query.q, limits.SEARCH)
    statement = (
        select(ROOM)
        .where(ROOM.c.access.in_(("open", "request")), ROOM.c.archived == query.archived)
        .order_by(ROOM.c.name_folded, ROOM.c.id)
        .limit(limit + 1)
    )
    if query.q:
        statement = statement.where(
            ROOM.c.name_folded.contains(codec.folded(query.q), autoescape=True)
        )
    if query.after:
        statement = statement.where(tuple_(ROOM.c.name_folded, ROOM.c.id) > _decode(query.after))
    rows = connection.execute(statement).all()
    more = _encode(rows[limit - 1].name_folded, rows[limit - 1].id) if len(rows) > limit else None
    return RoomListing(rooms=tuple(room_card(room_facts(row)) for row in rows[:limit]), next=more)


def people(connection: Connection, person: str, query: ListPeople) -> PeopleListing:
    """People of the community, by name."""
    reading = Reading(connection, person)
    reading.in_community("directory")
    # Whoever is here by a guest pass is in a room, not in the community.
    where = [PERSON.c.status == "active", PERSON.c.status_until.is_(None)]
    if query.outside is not None:
        reading.room(query.outside, "invite")
        inside = select(MEMBER.c.person_id).where(
            MEMBER.c.room_id == query.outside, MEMBER.c.state.in_(("member", "invited"))
        )
        where.append(PERSON.c.id.not_in(inside))
    rows, more = _page(connection, select(PERSON).where(*where), query)
    return PeopleListing(
        people=tuple(person_card(person_facts(row, reading.clock)) for row in rows), next=more
    )


def members(connection: Connection, person: str, query: ListMembers) -> MembersListing:
    """Members of a room, by name, for whoever may read it."""
    reading = Reading(connection, person)
    reading.room(query.room)
    statement = (
        select(PERSON, MEMBER.c.role.label("room_role"))
        .join(MEMBER, MEMBER.c.person_id == PERSON.c.id)
        .where(MEMBER.c.room_id == query.room, MEMBER.c.state == "member")
    )
    rows, more = _page(connection, statement, query)
    return MembersListing(
        members=tuple(Member(person=row.id, role=row.room_role) for row in rows),
        people=tuple(person_card(person_facts(row, reading.clock)) for row in rows),
        next=more,
    )


def _page(
    connection: Connection, statement: Any, query: ListPeople | ListMembers
) -> tuple[list[Any], str | None]:
    """A page of people, and where the next one begins."""
    limit = clamp(query.limit)
    text.sized("q", query.q, limits.SEARCH)
    if query.q:
        statement = statement.where(_called(query.q))
    if query.after:
        statement = statement.where(
            tuple_(PERSON.c.name_folded, PERSON.c.id) > _decode(query.after)
        )
    statement = statement.order_by(PERSON.c.name_folded, PERSON.c.id).limit(limit + 1)
    rows = list(connection.execute(statement).all())
    more = _encode(rows[limit - 1].name_folded, rows[limit - 1].id) if len(rows) > limit else None
    return rows[:limit], more


def _called(q: str) -> ColumnElement[bool]:
    wanted = codec.folded(q)
    return PERSON.c.name_folded.contains(wanted, autoescape=True) | (
        PERSON.c.username_folded.startswith(wanted, autoescape=True)
    )


def _encode(name: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{key}\n{name}".encode()).decode()


def _decode(cursor: str) -> tuple[str, str]:
    try:
        key, name = base64.urlsafe_b64decode(cursor.encode()).decode().split("\n", 1)
    except ValueError:
        key = name = "\x00"
    if "\x00" in key + name:
        raise Refusal("invalid", field="after", problem="take it from `next`")
    return name, key
