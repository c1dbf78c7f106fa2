"""Writing what notifies whom: a function for each record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, select, update

from accounts.push import DeviceFailed, DropDevice, NewDevice, Told
from rooms.model import Record
from rooms.records import NotifyChoice, NotifyRules
from storage.tables import NOTIFY, NOTIFY_CHOICE, PUSH_DEVICE, PUSH_MARK
from storage.upsert import put


def _new_device(connection: Connection, new: NewDevice, now: int) -> None:
    # One browser, one endpoint: whoever was signed in there before is notified there no more.
    connection.execute(
        delete(PUSH_DEVICE).where(
            PUSH_DEVICE.c.endpoint == new.endpoint, PUSH_DEVICE.c.session_id != new.session
        )
    )
    row = {
        "session_id": new.session, "person_id": new.person, "endpoint": new.endpoint,
        "p256dh": new.p256dh, "auth": new.auth, "at": now, "failures": 0, "retry_at": 0,
    }  # fmt: skip
    put(connection, PUSH_DEVICE, row)
    newest = select(PUSH_DEVICE.c.session_id).where(PUSH_DEVICE.c.person_id == new.person)
    newest = newest.order_by(PUSH_DEVICE.c.at.desc(), PUSH_DEVICE.c.session_id.desc())
    for session in connection.execute(newest.offset(new.most)).scalars().all():
        _drop_device(connection, DropDevice(session=session), now)


def _drop_device(connection: Connection, drop: DropDevice, _: int) -> None:
    where = PUSH_DEVICE.c.session_id == drop.session
    if drop.endpoint is not None:
        where &= PUSH_DEVICE.c.endpoint == drop.endpoint
    if connection.execute(delete(PUSH_DEVICE).where(where)).rowcount:
        connection.execute(delete(PUSH_MARK).where(PUSH_MARK.c.session_id == drop.session))


def _failed(connection: Connection, failed: DeviceFailed, _: int) -> None:
    connection.execute(
        update(PUSH_DEVICE)
        .where(
            PUSH_DEVICE.c.session_id == failed.session, PUSH_DEVICE.c.endpoint == failed.endpoint
        )
        .values(failures=failed.failures, retry_at=failed.retry_at)
    )


def _told(connection: Connection, told: Told, now: int) -> None:
    row = {"session_id": told.session, "place_id": told.place, "no": told.no, "at": now}
    put(connection, PUSH_MARK, row)
    # It was reached: what failed before is forgotten.
    connection.execute(
        update(PUSH_DEVICE)
        .where(PUSH_DEVICE.c.session_id == told.session, PUSH_DEVICE.c.failures > 0)
        .values(failures=0, retry_at=0)
    )


def _choice(connection: Connection, choice: NotifyChoice, _: int) -> None:
    if choice.level is None:
        where = NOTIFY_CHOICE.c.person_id == choice.person
        where &= NOTIFY_CHOICE.c.target_id == choice.target
        connection.execute(delete(NOTIFY_CHOICE).where(where))
        return
    row = {
        "person_id": choice.person, "target_id": choice.target, "room_id": choice.room,
        "level": choice.level,
    }  # fmt: skip
    put(connection, NOTIFY_CHOICE, row)


def _rules(connection: Connection, rules: NotifyRules, _: int) -> None:
    row = {
        "person_id": rules.person, "quiet_start": rules.start, "quiet_end": rules.end,
        "show_text": rules.text,
    }  # fmt: skip
    put(connection, NOTIFY, row)


WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    NewDevice: _new_device,
    DropDevice: _drop_device,
    DeviceFailed: _failed,
    Told: _told,
    NotifyChoice: _choice,
    NotifyRules: _rules,
}
