"""What the command line lists: rooms, people in them, and who runs a room.

For whoever sits at the machine, so nothing here asks who may see it; no text of a message is read.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select

from storage import codec
from storage.tables import MEMBER, MESSAGE, PERSON, ROOM, STREAM


class RoomLine(NamedTuple):
    """A room in the list."""

    id: str
    name: str
    kind: str
    access: str
    archived: bool
    members: int
    messages: int


_ROOMS = select(
    ROOM.c.id, ROOM.c.name, ROOM.c.kind, ROOM.c.access, ROOM.c.archived, ROOM.c.member_count,
    STREAM.c.head_no,
).join(STREAM, STREAM.c.id == ROOM.c.id)  # fmt: skip


def rooms(connection: Connection, *, archived: bool = False) -> list[RoomLine]:
    """Rooms by name, direct ones left out."""
    query = _ROOMS.where(ROOM.c.access != "direct").order_by(ROOM.c.name_folded, ROOM.c.id)
    if not archived:
        query = query.where(ROOM.c.archived.is_(False))
    return [RoomLine(*row) for row in connection.execute(query)]


def rooms_called(connection: Connection, text: str) -> list[RoomLine]:
    """The room of this id, or those of this name."""
    named = (ROOM.c.name_folded == codec.folded(text)) & (ROOM.c.access != "direct")
    query = _ROOMS.where(or_(ROOM.c.id == text, named)).order_by(ROOM.c.id)
    return [RoomLine(*row) for row in connection.execute(query)]


class MemberLine(NamedTuple):
    """Somebody in a room's list."""

    name: str
    username: str
    role: str
    state: str


def members(connection: Connection, room: str) -> list[MemberLine]:
    """Members, invited and waiting people of a room, by name."""
    query = (
        select(PERSON.c.name, PERSON.c.username, MEMBER.c.role, MEMBER.c.state)
        .join(PERSON, PERSON.c.id == MEMBER.c.person_id)
        .where(MEMBER.c.room_id == room)
        .order_by(PERSON.c.name_folded)
    )
    return [MemberLine(*row) for row in connection.execute(query)]


def keeper(connection: Connection, room: str) -> str | None:
    """Somebody whose standing allows to archive the room: a facilitator, else an owner."""
    facilitator = select(MEMBER.c.person_id).where(
        MEMBER.c.room_id == room, MEMBER.c.state == "member", MEMBER.c.role == "facilitator"
    )
    owner = select(PERSON.c.id).where(PERSON.c.role == "owner", PERSON.c.status == "active")
    for query in (facilitator, owner):
        found = connection.execute(query.limit(1)).scalar_one_or_none()
        if found is not None:
            return str(found)
    return None


def messages(connection: Connection) -> int:
    """How many messages there are."""
    return int(connection.execute(select(func.count()).select_from(MESSAGE)).scalar_one())
