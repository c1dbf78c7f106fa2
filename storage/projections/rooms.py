"""Rooms and who is in them, from the events of rooms' and persons' streams."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, update

from protocol.events import (
    MemberJoined,
    MemberLeft,
    MemberRoleChanged,
    RoomAdded,
    RoomChanged,
    RoomDropped,
    RoomOpened,
)
from protocol.sanctions import Lock
from rooms.cards import microseconds
from rooms.model import FOREVER
from storage import codec
from storage.streams import StoredEvent
from storage.tables import MEMBER, QUIET, ROOM, THREAD_FOLLOW
from storage.upsert import put

_opened = msgspec.json.Decoder(RoomOpened)
_changed = msgspec.json.Decoder(RoomChanged)
_joined = msgspec.json.Decoder(MemberJoined)
_left = msgspec.json.Decoder(MemberLeft)
_role = msgspec.json.Decoder(MemberRoleChanged)
_added = msgspec.json.Decoder(RoomAdded)
_dropped = msgspec.json.Decoder(RoomDropped)


def opened(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Insert rooms; their members join by events of their own."""
    for event in events:
        room = _opened.decode(event.data).room
        connection.execute(
            insert(ROOM),
            {
                "id": room.id, "kind": room.kind, "name": room.name,
                "name_folded": codec.folded(room.name), "purpose": room.purpose,
                "access": room.access, "posting": room.posting, "history": room.history,
                "archived": room.archived, "created_at": event.at, "member_count": 0,
                "direct_key": " ".join(sorted(room.direct)) or None,
                "slow_mode": room.slow_mode, "locked_until": 0, "lock_reason": "",
                "keep_days": room.keep_days,
                "options": codec.options(room.options), "coordinator_id": room.options.coordinator,
            },
        )  # fmt: skip


def changed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Take over the card."""
    for event in events:
        room = _changed.decode(event.data).room
        connection.execute(
            update(ROOM)
            .where(ROOM.c.id == room.id)
            .values(
                name=room.name, name_folded=codec.folded(room.name), purpose=room.purpose,
                access=room.access, posting=room.posting, history=room.history,
                archived=room.archived, kind=room.kind, slow_mode=room.slow_mode,
                locked_until=_until(room.locked),
                lock_reason=room.locked.reason if room.locked else "",
                keep_days=room.keep_days,
                options=codec.options(room.options), coordinator_id=room.options.coordinator,
            )
        )  # fmt: skip


def _until(lock: Lock | None) -> int:
    if lock is None:
        return 0
    return FOREVER if lock.until is None else microseconds(lock.until)


def joined(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Somebody is a member, with everything before read."""
    for event in events:
        member = _joined.decode(event.data)
        put(
            connection,
            MEMBER,
            {
                "room_id": event.stream, "person_id": member.person.id, "role": member.role,
                "state": "member", "since": event.at,
                "visible_from_seq": event.seq if member.since_no is not None else 0,
                "visible_from_no": member.since_no or 1,
                "read_no": member.head_no, "unread_from": None, "invited_by": None,
            },
        )  # fmt: skip
        connection.execute(
            update(ROOM)
            .where(ROOM.c.id == event.stream)
            .values(member_count=ROOM.c.member_count + 1)
        )


def left(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Somebody is no longer a member."""
    for event in events:
        person = _left.decode(event.data).person
        _forget(connection, event.stream, person)
        connection.execute(
            update(ROOM)
            .where(ROOM.c.id == event.stream)
            .values(member_count=ROOM.c.member_count - 1)
        )


def role_changed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """A member's role."""
    for event in events:
        change = _role.decode(event.data)
        connection.execute(
            update(MEMBER)
            .where(MEMBER.c.room_id == event.stream, MEMBER.c.person_id == change.person)
            .values(role=change.role)
        )


def added(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Invited or waiting; membership itself comes from the room's stream."""
    for event in events:
        entry = _added.decode(event.data)
        if entry.state == "member":
            continue
        put(
            connection,
            MEMBER,
            {
                "room_id": entry.room.id, "person_id": event.stream, "role": entry.role,
                "state": entry.state, "since": event.at, "visible_from_seq": 0,
                "visible_from_no": 1, "read_no": 0, "unread_from": None,
                "invited_by": entry.invited_by,
            },
        )  # fmt: skip


def dropped(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Off the person's list, however it stood there."""
    for event in events:
        _forget(connection, _dropped.decode(event.data).room, event.stream)


def _forget(connection: Connection, room: str, person: str) -> None:
    connection.execute(delete(MEMBER).where(MEMBER.c.room_id == room, MEMBER.c.person_id == person))
    connection.execute(
        delete(QUIET).where(
            QUIET.c.person_id == person, QUIET.c.what == "room", QUIET.c.target_id == room
        )
    )
    connection.execute(
        delete(THREAD_FOLLOW).where(
            THREAD_FOLLOW.c.room_id == room, THREAD_FOLLOW.c.person_id == person
        )
    )


PROJECTORS = {
    "room.opened": opened,
    "room.changed": changed,
    "member.joined": joined,
    "member.left": left,
    "member.role": role_changed,
    "room.added": added,
    "room.dropped": dropped,
}
