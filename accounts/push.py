"""Devices that are notified: one subscription a session, which ends with it.

The endpoint is an address that somebody gave, and whoever knows it and the keys can notify the
device: it is told to nobody, not even to its owner. A browser has one endpoint whoever signs in, so
a newer session takes it over.
"""

from __future__ import annotations

import base64
import binascii

from accounts.ports import AccountFacts
from protocol import limits
from protocol.events import NotifyChanged
from protocol.notify import SubscribeDevice
from rooms import policy
from rooms.errors import Refusal
from rooms.model import Actor, Decision, NewEvent, Record

_POINT, _SECRET = 65, 16
"""Bytes of an uncompressed point of P-256 and of the authentication secret (RFC 8291)."""


class NewDevice(Record, frozen=True):
    """A session's device is notified, in place of what was subscribed before; of its person's
    devices the newest `most` stay."""

    session: str
    person: str
    endpoint: str
    p256dh: str
    auth: str
    most: int = limits.PUSH_DEVICES


class DropDevice(Record, frozen=True):
    """A session's device is notified no more; with `endpoint`, if it is still that one."""

    session: str
    endpoint: str | None = None


class DeviceFailed(Record, frozen=True):
    """A device could not be reached; it is not tried before then."""

    session: str
    endpoint: str
    failures: int
    retry_at: int


class Told(Record, frozen=True):
    """A device was told of a place (a room, a thread, a report) up to this number."""

    session: str
    place: str
    no: int


def subscribe(facts: AccountFacts, actor: Actor, command: SubscribeDevice) -> Decision:
    """Notify the device that asks. Tokens have none: it takes a session."""
    policy.check_community(facts.person(actor.person), facts.community(), "person.change")
    _check(command)
    if actor.session not in facts.open_sessions(actor.person):
        raise Refusal("session_ended")
    device = NewDevice(
        session=actor.session,
        person=actor.person,
        endpoint=command.endpoint,
        p256dh=command.p256dh.rstrip("="),
        auth=command.auth.rstrip("="),
    )
    return _changed(actor.person, device)


def unsubscribe(facts: AccountFacts, actor: Actor, session: str) -> Decision:
    """Notify one of one's own devices no more."""
    if session not in facts.open_sessions(actor.person):
        raise Refusal("not_found", what="session")
    return _changed(actor.person, DropDevice(session=session))


def _changed(person: str, record: Record) -> Decision:
    event = NewEvent(stream=person, data=NotifyChanged())
    return Decision(events=[event], records=[record], result={})


def _check(command: SubscribeDevice) -> None:
    if len(command.endpoint) > limits.PUSH_ENDPOINT:
        most = limits.PUSH_ENDPOINT
        raise Refusal("too_long", field="endpoint", max=most, actual=len(command.endpoint))
    point = _bytes("p256dh", command.p256dh)
    if len(point) != _POINT or point[0] != 4:
        raise Refusal("invalid", field="p256dh", problem="that is no point of P-256")
    if len(_bytes("auth", command.auth)) != _SECRET:
        raise Refusal("invalid", field="auth", problem="16 bytes")


def _bytes(field: str, text: str) -> bytes:
    """base64url, with or without padding."""
    if len(text) > 2 * _POINT:
        raise Refusal("invalid", field=field, problem="that is too long")
    bare = text.rstrip("=")
    try:
        padded = bare + "=" * (-len(bare) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("invalid", field=field, problem="base64url") from None
