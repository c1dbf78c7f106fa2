"""What notifies somebody on a closed device, and which of their devices: commands' parts and views.

A device is subscribed over HTTP only, by the session that it signed in with; what notifies is one's
own on every device. Knows nothing of how a notification travels.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from protocol.accounts import Body
from protocol.views import View

Level = Literal["all", "mentions", "none"]
"""Every message, what mentions oneself, or nothing."""
Minute = Annotated[int, msgspec.Meta(ge=0, le=24 * 60 - 1)]
"""Of a day, in somebody's own time zone."""


class Hours(View, frozen=True, forbid_unknown_fields=True):
    """Hours of every day in which nothing notifies; over midnight where `start` is after `end`."""

    start: Minute
    end: Minute


class Choice(View, frozen=True):
    """A room, or a thread of it, for which somebody chose what notifies them."""

    room: str
    thread: str | None
    title: str
    """The first words of the thread."""
    level: Level


class NotifySettings(View, frozen=True):
    """What notifies the reader."""

    quiet: Hours | None
    text: bool
    """Whether notifications show what was said."""
    time_zone: str
    """In which the quiet hours are: the reader's, or the community's."""
    choices: tuple[Choice, ...]


class Device(View, frozen=True):
    """A device that is notified."""

    session: str
    name: str
    since: str
    current: bool
    """Whether the reader asks from it."""


class PushDevices(View, frozen=True):
    """How to subscribe a device, and which are."""

    key: str
    """Our public key (RFC 8292), as `applicationServerKey` wants it: base64url, 65 bytes."""
    devices: tuple[Device, ...]


class SubscribeDevice(Body, frozen=True, kw_only=True):
    """What the browser's `PushSubscription` says (RFC 8291): where, and by which keys."""

    endpoint: str
    p256dh: str
    auth: str
