"""Coming in by a guest pass, over HTTP: what is asked and answered. Passes themselves are commands.

Times are RFC 3339 in UTC.
"""

from __future__ import annotations

from protocol.accounts import Body
from protocol.views import Person, View


class BeginVisit(Body, frozen=True, kw_only=True):
    """Come in by a guest pass: a name is enough. `token` as in `SignIn`."""

    name: str
    time_zone: str = ""
    token: bool = False


class VisitBegun(View, frozen=True, kw_only=True, omit_defaults=True):
    """A guest, the room they are in, and until when. `token` where one was asked for."""

    person: Person
    room: str
    until: str
    token: str | None = None


class PassDrawn(View, frozen=True, kw_only=True):
    """A guest pass to hand over: its link, and the same as a QR code (SVG text)."""

    url: str
    qr: str
