"""The directories: rooms one may join, people one may meet. Pages by name, then id."""

from __future__ import annotations

import base64

from sqlalchemy import Connection, select, tuple_

from protocol import limits
from protocol.commands import ListPeople, ListRooms
from protocol.listings import PeopleListing, RoomListing
from rooms import text
from rooms.cards import person_card, room_card
from rooms.errors import Refusal
from storage import codec
from storage.facts.rights import person_facts, room_facts
from storage.queries.messages import clamp
from storage.queries.reading import Reading
from storage.tables import PERSON, ROOM


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
    Reading(connection, person).in_community("directory")
    limit = clamp(query.limit)
    text.sized("q", query.q, limits.SEARCH)
    statement = (
        select(PERSON)
        .where(PERSON.c.status == "active")
        .order_by(PERSON.c.name_folded, PERSON.c.id)
        .limit(limit + 1)
    )
    if query.q:
        wanted = codec.folded(query.q)
        statement = statement.where(
            PERSON.c.name_folded.contains(wanted, autoescape=True)
            | PERSON.c.username_folded.startswith(wanted, autoescape=True)
        )
    if query.after:
        key = tuple_(PERSON.c.name_folded, PERSON.c.id)
        statement = statement.where(key > _decode(query.after))
    rows = connection.execute(statement).all()
    more = _encode(rows[limit - 1].name_folded, rows[limit - 1].id) if len(rows) > limit else None
    cards = tuple(person_card(person_facts(row)) for row in rows[:limit])
    return PeopleListing(people=cards, next=more)


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
