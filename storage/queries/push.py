"""Devices that are told of places, and when: what talk and reports have in common.

A *place* is a room, a thread (its first message's id), a report or a reminder. Nothing is
remembered but up to which number a device was told, so what was deleted, read or lost meanwhile is
not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection, Row, bindparam, select

from rooms.notify import quiet_until
from storage.tables import (
    EVENT,
    NOTIFY,
    PERSON,
    PUSH_DEVICE,
    PUSH_MARK,
    SESSION,
    STREAM,
)

FRESH = 24 * 3600 * 1_000_000
"""Microseconds after which nobody is told of a message any more."""
PACE, PACE_URGENT = 30_000_000, 8_000_000
"""Microseconds between two notifications of one place on one device."""


class Addressee(NamedTuple):
    """A device, as it is reached."""

    session: str
    person: str
    endpoint: str
    p256dh: str
    auth: str
    failures: int


class Notice(NamedTuple):
    """What a device is told of a place. Without `text` it is only said that there is something."""

    what: str
    """`message`, `direct`, `report` or `reminder`."""
    place: str
    no: int
    """Up to which the device is told with this."""
    room: str
    thread: str
    room_name: str
    """Empty for a direct room, and for reports to those who run the community."""
    author: str
    """The name of who said the newest."""
    text: str
    number: int
    """How many messages it tells of."""
    urgent: bool
    at: int
    first_no: int
    """Of the oldest message that is told of: where the tap leads."""


class Telling(NamedTuple):
    """What is to be done about a place now."""

    now: tuple[tuple[Addressee, Notice], ...] = ()
    later: int = 0
    """When somebody is to be told who cannot be now (quiet hours, a service that is away); 0 for
    nobody."""


NOTHING = Telling()

_COLUMNS = (
    PUSH_DEVICE.c.session_id, PUSH_DEVICE.c.person_id, PUSH_DEVICE.c.endpoint,
    PUSH_DEVICE.c.p256dh, PUSH_DEVICE.c.auth, PUSH_DEVICE.c.at, PUSH_DEVICE.c.failures,
    PUSH_DEVICE.c.retry_at, PERSON.c.time_zone, NOTIFY.c.quiet_start, NOTIFY.c.quiet_end,
    NOTIFY.c.show_text, PUSH_MARK.c.no.label("told"), PUSH_MARK.c.at.label("told_at"),
)  # fmt: skip
DEVICES = (
    select(*_COLUMNS)
    .join_from(PUSH_DEVICE, SESSION, SESSION.c.id == PUSH_DEVICE.c.session_id)
    .join(PERSON, PERSON.c.id == PUSH_DEVICE.c.person_id)
    .outerjoin(NOTIFY, NOTIFY.c.person_id == PUSH_DEVICE.c.person_id)
    .outerjoin(
        PUSH_MARK,
        (PUSH_MARK.c.session_id == PUSH_DEVICE.c.session_id)
        & (PUSH_MARK.c.place_id == bindparam("place")),
    )
    .where(
        SESSION.c.person_id == PUSH_DEVICE.c.person_id,
        SESSION.c.ended_at.is_(None),
        SESSION.c.expires_at > bindparam("now"),
    )
    .order_by(PUSH_DEVICE.c.session_id)
)
Found = Row[*tuple[Any, ...]]


class Place(Protocol):
    """What there is to tell of a place."""

    def zone(self) -> str:
        """The time zone of those who named none."""
        ...

    def notice(self, device: Found) -> Notice | None:
        """What a device (a row of `DEVICES`) has to be told; None for nothing."""
        ...


def sorted_out(place: Place, devices: Iterable[Found], now: int, most: int) -> Telling:
    """Who is told now, at most `most`, and when those are who cannot be."""
    ready: list[tuple[Addressee, Notice]] = []
    later: list[int] = []
    for row in devices:
        notice = place.notice(row)
        if notice is None:
            continue
        zone = row.time_zone or place.zone()
        pace = (row.told_at or 0) + (PACE_URGENT if notice.urgent else PACE)
        waits = max(quiet_until(row.quiet_start, row.quiet_end, zone, now), row.retry_at, pace)
        if waits > now:
            later.append(waits)
        elif len(ready) < most:
            ready.append((_addressee(row), notice))
    return Telling(tuple(ready), min(later, default=0))


def _addressee(row: Found) -> Addressee:
    return Addressee(
        row.session_id, row.person_id, row.endpoint, row.p256dh, row.auth, row.failures
    )


def any_device(connection: Connection) -> bool:
    """Whether there is anybody to tell at all."""
    return connection.execute(select(PUSH_DEVICE.c.session_id).limit(1)).first() is not None


def device(connection: Connection, session: str, now: int) -> Addressee | None:
    """The device of a session that has not ended."""
    query = DEVICES.where(PUSH_DEVICE.c.session_id == session)
    row = connection.execute(query, {"place": "", "now": now}).first()
    return None if row is None else _addressee(row)


class _Posted(msgspec.Struct):
    thread: str | None = None


_posted = msgspec.json.Decoder(_Posted)
_ROOMS, _EVENTS = 500, 200
_STIRRED = (
    select(STREAM.c.id)
    .where(STREAM.c.kind.in_(("room", "answers")), STREAM.c.last_at > bindparam("since"))
    .order_by(STREAM.c.last_at.desc())
    .limit(_ROOMS)
)
_NEWEST = (
    select(EVENT.c.kind, EVENT.c.data)
    .where(EVENT.c.stream_id == bindparam("room"), EVENT.c.at > bindparam("since"))
    .order_by(EVENT.c.seq.desc())
    .limit(_EVENTS)
)


def stirred(connection: Connection, since: int) -> list[str]:
    """Rooms and threads in which somebody posted since then; of each room the newest 200 events
    are looked at."""
    found: set[str] = set()
    for room in connection.execute(_STIRRED, {"since": since}).scalars().all():
        for event in connection.execute(_NEWEST, {"room": room, "since": since}):
            if event.kind == "message.posted":
                found.add(_posted.decode(event.data).thread or room)
    return sorted(found)
