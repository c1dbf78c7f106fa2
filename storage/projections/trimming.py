"""A room's oldest messages go, with all that hangs on them (promise P8).

A table that holds something of a message has a row in `PER_MESSAGE`; what it keeps in files is its
own business, but it learns here that the message is gone.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, case, delete, or_, select, update

from protocol.events import RoomTrimmed
from rooms.records import Trimmed
from storage import search
from storage.streams import StoredEvent
from storage.tables import (
    EVENT,
    MEMBER,
    MENTION,
    MESSAGE,
    NOTIFY_CHOICE,
    PUSH_MARK,
    REACTION,
    REMINDED,
    STREAM,
    THREAD_FOLLOW,
    VERSION,
)

PER_MESSAGE: tuple[ColumnElement[str], ...] = (
    REACTION.c.message_id,
    MENTION.c.message_id,
    VERSION.c.message_id,
    REMINDED.c.message_id,
    NOTIFY_CHOICE.c.target_id,
    PUSH_MARK.c.place_id,
)
"""Columns that name the message a row belongs to."""
_trimmed = msgspec.json.Decoder(RoomTrimmed)


def trimmed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Messages before a number, and their threads."""
    for event in events:
        _forget(connection, event.stream, _trimmed.decode(event.data).first_no)


def _forget(connection: Connection, room: str, first_no: int) -> None:
    main = (MESSAGE.c.room_id == room, MESSAGE.c.thread_id == "", MESSAGE.c.no < first_no)
    roots = list(connection.execute(select(MESSAGE.c.id).where(*main)).scalars())
    if not roots:
        return
    going = select(MESSAGE.c.id).where(
        MESSAGE.c.room_id == room,
        or_(MESSAGE.c.id.in_(roots), MESSAGE.c.thread_id.in_(roots)),
    )
    found = search.index(connection)
    for message in connection.execute(going).scalars().all():
        found.drop(connection, message)
    for column in PER_MESSAGE:
        connection.execute(delete(column.table).where(column.in_(going)))
    connection.execute(delete(THREAD_FOLLOW).where(THREAD_FOLLOW.c.thread_id.in_(roots)))
    connection.execute(
        delete(MESSAGE).where(MESSAGE.c.room_id == room, MESSAGE.c.thread_id.in_(roots))
    )
    connection.execute(delete(MESSAGE).where(*main))
    # What nobody can read any more is not unread.
    no, since = MEMBER.c.read_no, MEMBER.c.unread_from
    connection.execute(
        update(MEMBER)
        .where(MEMBER.c.room_id == room, or_(no < first_no - 1, since < first_no))
        .values(
            read_no=case((no < first_no - 1, first_no - 1), else_=no),
            unread_from=case((since < first_no, None), else_=since),
        )
    )


def cut(connection: Connection, record: Trimmed, _: int) -> None:
    """The events themselves, and the mark that says from where a stream is kept."""
    connection.execute(
        delete(EVENT).where(EVENT.c.stream_id == record.stream, EVENT.c.seq <= record.upto)
    )
    connection.execute(
        update(STREAM).where(STREAM.c.id == record.stream).values(first_seq=record.upto + 1)
    )


PROJECTORS = {"room.trimmed": trimmed}
