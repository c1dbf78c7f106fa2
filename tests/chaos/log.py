"""The log of a run as it stands in SQL, read past every server: what all histories are held to.

Owns reading: events and heads of the rooms, and what the projections say of them. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from chat.verbs import READERS
from protocol.commands import GetHistory, GetRoom
from storage import streams
from storage.database import Database
from storage.streams import StoredEvent
from storage.tables import EVENT, MESSAGE, STREAM
from tests.unit.fold import seen


@dataclass
class Log:
    """Events of every room, oldest first, and where each began to be used by the run."""

    events: dict[str, list[StoredEvent]]
    heads: dict[str, int]
    others: dict[str, list[StoredEvent]] = field(default_factory=dict)
    """The streams of the people, of the facilitators and of the community."""
    began: dict[str, int] = field(default_factory=dict)
    """The head of each room before the run: what is not newer is nobody's command."""

    def new(self, room: str) -> Iterable[StoredEvent]:
        """Events of the run."""
        return (e for e in self.events[room] if e.seq > self.began.get(room, 0))


@dataclass
class Projected:
    """A room as the projections and its snapshot show it."""

    members: dict[str, str]
    messages: dict[str, dict[str, Any]]
    head_no: int
    seq: int


def read_log(connection: Connection, rooms: Iterable[str], began: dict[str, int]) -> Log:
    """The whole log."""
    names = list(rooms)
    all_names = list(connection.execute(select(STREAM.c.id)).scalars())
    return Log(
        events={room: _events(connection, room) for room in names},
        heads=streams.heads(connection, all_names),
        others={name: _events(connection, name) for name in all_names if name not in names},
        began=began,
    )


def _events(connection: Connection, room: str) -> list[StoredEvent]:
    query = select(
        EVENT.c.stream_id, EVENT.c.seq, EVENT.c.v, EVENT.c.kind, EVENT.c.actor_id, EVENT.c.at,
        EVENT.c.no, EVENT.c.data, EVENT.c.route,
    ).where(EVENT.c.stream_id == room).order_by(EVENT.c.seq)  # fmt: skip
    return [StoredEvent(*row) for row in connection.execute(query)]


def read_projected(database: Database, reader: str, room: str) -> Projected:
    """What a member reads of a room, page by page."""
    with database.read() as connection:
        snapshot = READERS[GetRoom](connection, reader, GetRoom(room=room, limit=1))
        threads = connection.execute(
            select(MESSAGE.c.thread_id).where(MESSAGE.c.room_id == room).distinct()
        ).scalars()
        messages: dict[str, dict[str, Any]] = {}
        for thread in list(threads):
            messages |= _pages(connection, reader, room, thread or None)
    return Projected(
        members={member.person: member.role for member in snapshot.members},
        messages=messages,
        head_no=snapshot.head_no,
        seq=snapshot.cursor.seq,
    )


def _pages(
    connection: Connection, reader: str, room: str, thread: str | None
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    after = 0
    while True:
        query = GetHistory(room=room, thread=thread, after=after, limit=100)
        page = READERS[GetHistory](connection, reader, query)
        for message in page.messages:
            found[message.id] = seen(message)
            after = message.no
        if not page.more_after:
            return found
