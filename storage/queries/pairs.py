"""The mentorships that somebody coordinates: who the two are, and when they last spoke.

Never what: nothing of a message but the time of the newest is read here.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from protocol.listings import PairListing
from protocol.parts import Pair
from protocol.queries import ListPairs
from rooms.cards import rfc3339
from storage.queries.messages import cards
from storage.queries.reading import Reading
from storage.tables import MEMBER, MESSAGE, ROOM


def listing(connection: Connection, person: str, query: ListPairs) -> PairListing:  # noqa: ARG001
    """Those that name the reader now, the longest silent first."""
    reading = Reading(connection, person)
    reading.in_community("directory")
    spoke = select(func.max(MESSAGE.c.at)).where(MESSAGE.c.room_id == ROOM.c.id).scalar_subquery()
    rows = connection.execute(
        select(ROOM.c.id, ROOM.c.archived, ROOM.c.created_at, spoke.label("spoke"))
        .where(ROOM.c.coordinator_id == person)
        .order_by(func.coalesce(spoke, 0), ROOM.c.id)
    ).all()
    inside: dict[str, list[str]] = {row.id: [] for row in rows}
    members = select(MEMBER.c.room_id, MEMBER.c.person_id).where(
        MEMBER.c.room_id.in_(list(inside)), MEMBER.c.state == "member"
    )
    for member in connection.execute(members.order_by(MEMBER.c.since)):
        inside[member.room_id].append(member.person_id)
    return PairListing(
        pairs=tuple(
            Pair(
                room=row.id,
                people=tuple(inside[row.id]),
                spoke_at=None if row.spoke is None else rfc3339(row.spoke),
                archived=bool(row.archived),
            )
            for row in rows
        ),
        people=cards(reading, {person for two in inside.values() for person in two}),
    )


def count(connection: Connection, person: str) -> int:
    """How many mentorships somebody coordinates."""
    query = select(func.count()).select_from(ROOM).where(ROOM.c.coordinator_id == person)
    return int(connection.execute(query).scalar_one())
