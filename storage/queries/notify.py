"""What notifies the reader, and which of their devices."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, or_, select

from protocol.commands import GetNotify
from protocol.notify import Choice, Device, Hours, NotifySettings
from rooms.cards import rfc3339
from rooms.errors import Refusal
from storage.queries.reading import Reading
from storage.tables import MEMBER, MESSAGE, NOTIFY_CHOICE, PUSH_DEVICE, SESSION

_ROOM = func.coalesce(MESSAGE.c.room_id, NOTIFY_CHOICE.c.room_id)
"""Where it is now: a thread may have moved."""
_CHOICES = (
    select(
        _ROOM.label("room_id"), NOTIFY_CHOICE.c.target_id, NOTIFY_CHOICE.c.level,
        MESSAGE.c.body, MESSAGE.c.unit,
    )
    .join_from(
        NOTIFY_CHOICE,
        MESSAGE,
        MESSAGE.c.id == NOTIFY_CHOICE.c.target_id,
        isouter=True,
    )
    .join(
        MEMBER,
        (MEMBER.c.room_id == _ROOM)
        & (MEMBER.c.person_id == NOTIFY_CHOICE.c.person_id)
        & (MEMBER.c.state == "member"),
    )
    .where(
        NOTIFY_CHOICE.c.person_id == bindparam("me"),
        or_(
            NOTIFY_CHOICE.c.target_id == NOTIFY_CHOICE.c.room_id,
            MESSAGE.c.deleted_by.is_(None)
            & (MESSAGE.c.posted_seq >= MEMBER.c.visible_from_seq),
        ),
    )
    .order_by(NOTIFY_CHOICE.c.target_id)
)  # fmt: skip
_DEVICES = (
    select(PUSH_DEVICE.c.session_id, PUSH_DEVICE.c.at, SESSION.c.device)
    .join_from(PUSH_DEVICE, SESSION, SESSION.c.id == PUSH_DEVICE.c.session_id)
    .where(
        PUSH_DEVICE.c.person_id == bindparam("me"),
        SESSION.c.ended_at.is_(None),
        SESSION.c.expires_at > bindparam("now"),
    )
    .order_by(PUSH_DEVICE.c.at)
)
_TITLE = 80


def settings(connection: Connection, person: str, query: GetNotify) -> NotifySettings:  # noqa: ARG001
    """What of rooms one is in notifies, and when nothing does."""
    reading = Reading(connection, person)
    me = reading.facts.person(person)
    if me is None or me.status == "deleted":
        raise Refusal("session_ended")
    start, end, text = reading.facts.notify_rules(person)
    quiet = None if start is None or end is None else Hours(start=start, end=end)
    choices = [
        Choice(
            room=row.room_id,
            thread=None if row.target_id == row.room_id else row.target_id,
            # In a book club even the first words may tell too much.
            title="" if row.unit else (row.body or "")[:_TITLE],
            level=row.level,
        )
        for row in connection.execute(_CHOICES, {"me": person})
    ]
    zone = me.time_zone or reading.facts.community().time_zone or "UTC"
    return NotifySettings(quiet=quiet, text=text, time_zone=zone, choices=tuple(choices))


def devices(connection: Connection, person: str, session: str, now: int) -> tuple[Device, ...]:
    """Somebody's devices that are notified, the oldest first."""
    rows = connection.execute(_DEVICES, {"me": person, "now": now})
    return tuple(
        Device(
            session=row.session_id, name=row.device, since=rfc3339(row.at),
            current=row.session_id == session,
        )
        for row in rows
    )  # fmt: skip
