"""A thread that left a room: its stub, and everything of it that goes.

What comes into the other room are posts, which `messages` projects; what only moved messages have
is added here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, insert, or_, select, update

from protocol.events import MessagePosted, ThreadMoved
from storage import search
from storage.projections.trimming import PER_MESSAGE
from storage.streams import StoredEvent
from storage.tables import MEMBER, MESSAGE, THREAD_FOLLOW

_moved = msgspec.json.Decoder(ThreadMoved)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moved(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """A stub takes the message's place; the message and its replies leave the room."""
    for event in events:
        gone = _moved.decode(event.data)
        root = connection.execute(select(MESSAGE).where(MESSAGE.c.id == gone.id)).one()
        going = select(MESSAGE.c.id).where(
            or_(MESSAGE.c.id == gone.id, MESSAGE.c.thread_id == gone.id)
        )
        found = search.index(connection)
        for message in connection.execute(going).scalars().all():
            found.drop(connection, message)
        for column in PER_MESSAGE:
            connection.execute(delete(column.table).where(column.in_(going)))
        connection.execute(delete(MESSAGE).where(MESSAGE.c.thread_id == gone.id))
        connection.execute(delete(MESSAGE).where(MESSAGE.c.id == gone.id))
        connection.execute(
            insert(MESSAGE),
            {
                "id": gone.stub, "room_id": event.stream, "thread_id": "", "no": root.no,
                "author_id": root.author_id, "client_id": None, "body": None, "mentions": "[]",
                "at": root.at, "deleted_by": "moved", "moved_id": gone.id, "rev": event.seq,
                "posted_seq": root.posted_seq, "body_seq": event.seq, "reply_head": 0,
                "reply_count": 0, "reply_rev": 0, "repliers": "[]",
            },
        )  # fmt: skip


def arrived(connection: Connection, event: StoredEvent, message: MessagePosted) -> None:
    """When it was posted first; of its followers those stay who are in the new room."""
    assert message.first_at is not None
    first = (datetime.fromisoformat(message.first_at) - _EPOCH) // timedelta(microseconds=1)
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == message.id).values(first_at=first))
    if message.thread:
        return
    here = select(MEMBER.c.person_id).where(
        MEMBER.c.room_id == event.stream, MEMBER.c.state == "member"
    )
    of = THREAD_FOLLOW.c.thread_id == message.id
    connection.execute(delete(THREAD_FOLLOW).where(of, THREAD_FOLLOW.c.person_id.not_in(here)))
    connection.execute(update(THREAD_FOLLOW).where(of).values(room_id=event.stream))


PROJECTORS = {"thread.moved": moved}
