"""Requests and answers of accounts, which exist over HTTP only.

Requests are strict, as commands are: a field that is not named here is refused, so that nobody is
given a role or a scope by adding one. Times are RFC 3339 in UTC.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.views import Person, View


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all request bodies."""


# --- set-up ---------------------------------------------------------------------------------------


class NewCommunity(Body, frozen=True, kw_only=True):
    """The community's first settings."""

    name: str
    language: str = "en"
    time_zone: str = ""
    minors: bool
    """Whether there are children: then direct rooms need somebody in them who facilitates."""
    who_opens_rooms: Literal["everyone", "admins"] = "everyone"


class NewOwner(Body, frozen=True, kw_only=True):
    """The first owner."""

    username: str
    name: str
    password: str


class NewRoom(Body, frozen=True, kw_only=True):
    """The first room."""

    name: str
    purpose: str = ""


class SetUp(Body, frozen=True, kw_only=True):
    """All that a community begins with; `token` is the secret of the set-up link."""

    token: str
    community: NewCommunity
    owner: NewOwner
    room: NewRoom


# --- coming in ------------------------------------------------------------------------------------


class SignIn(Body, frozen=True, kw_only=True):
    """`token`: answer with a bearer token in place of the cookie."""

    username: str
    password: str
    token: bool = False


class AppealSuspension(Body, frozen=True, kw_only=True):
    """Ask that one's own suspension be looked at again; signing in, refused, proves who asks."""

    username: str
    password: str
    text: str


class SignUp(Body, frozen=True, kw_only=True):
    """`invitation` may be left out where the community has sign-up by approval."""

    username: str
    name: str
    password: str
    invitation: str | None = None
    email: str | None = None
    time_zone: str = ""


class UseLink(Body, frozen=True, kw_only=True):
    """Slip and reset choose a password."""

    password: str | None = None


class ChangePassword(Body, frozen=True, kw_only=True):
    """All other sessions end."""

    current: str
    password: str


class ChangeEmail(Body, frozen=True, kw_only=True):
    """None takes the address away."""

    email: str | None
    password: str


class DeleteAccount(Body, frozen=True, kw_only=True):
    """The password, once more."""

    password: str


class CreateToken(Body, frozen=True, kw_only=True):
    """A bearer token of one's own."""

    name: str
    scopes: list[Literal["read", "write", "admin"]]


class CreateInvitation(Body, frozen=True, kw_only=True):
    """Into the community or, with `room`, also into that room. Guests see that room only."""

    role: Literal["member", "guest"] = "member"
    room: str | None = None
    uses: int = 50
    expires_in: int = 14 * 24 * 3600
    """Seconds; an hour to a year."""


class ClassList(Body, frozen=True, kw_only=True):
    """A name a line, or name and username with a comma, semicolon or tab between."""

    text: str
    room: str | None = None
    dry_run: bool = True


# --- answers --------------------------------------------------------------------------------------


class Nothing(View, frozen=True, kw_only=True):
    """`{}`: it is so."""


class CommunityFace(View, frozen=True, kw_only=True):
    """What may be known of the community before signing in."""

    name: str
    language: str
    sign_up: Literal["invitation", "approval"]
    minors: bool


class SessionState(View, frozen=True, kw_only=True, omit_defaults=True):
    """Who asks, if anybody."""

    set_up: bool
    community: CommunityFace | None = None
    person: Person | None = None
    session: str | None = None
    why: Literal["pass_ended"] | None = None
    """Of a browser that was somebody's: why it is nobody's now."""


class RoomName(View, frozen=True, kw_only=True):
    """A room as an invitation names it."""

    id: str
    name: str


class Invitation(View, frozen=True, kw_only=True):
    """An invitation, for those who may make them."""

    id: str
    url: str
    qr: str
    """SVG text."""
    code: str
    role: Literal["member", "guest"]
    room: RoomName | None
    uses: int
    max_uses: int
    expires_at: str
    revoked: bool
    created_by: str


class Invitations(View, frozen=True, kw_only=True):
    """All invitations, the newest first."""

    invitations: tuple[Invitation, ...]


class InvitedRoom(View, frozen=True, kw_only=True):
    """The room one is invited to."""

    name: str
    purpose: str


class InvitationFace(View, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody sees who holds an invitation."""

    community: str
    invited_by: str
    role: Literal["member", "guest"]
    guest: bool
    room: InvitedRoom | None = None
    visit: int | None = None
    """Of a guest pass: how many seconds a visit lasts. A name is enough (`protocol.visits`)."""


class Accepted(View, frozen=True, kw_only=True, omit_defaults=True):
    """The room one is in now."""

    room: str | None = None


class SetUpDone(View, frozen=True, kw_only=True):
    """The owner, the first room and the first invitation."""

    person: Person
    room: str
    invitation: Invitation


class SignedIn(View, frozen=True, kw_only=True, omit_defaults=True):
    """`token` where one was asked for."""

    person: Person
    token: str | None = None


class SignedUp(View, frozen=True, kw_only=True, omit_defaults=True):
    """`waiting`: an admin has to say yes first."""

    person: Person
    waiting: bool
    room: str | None = None


class LinkPerson(View, frozen=True, kw_only=True):
    """Whom a link is for."""

    username: str
    name: str


class LinkFace(View, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody sees who holds a link."""

    kind: Literal["slip", "reset", "sign_in", "set_up"]
    person: LinkPerson | None = None


class SessionLine(View, frozen=True, kw_only=True):
    """One of one's own sessions."""

    id: str
    device: str
    created_at: str
    last_seen_at: str
    current: bool


class Sessions(View, frozen=True, kw_only=True):
    """Open sessions, the one seen last first."""

    sessions: tuple[SessionLine, ...]


class Token(View, frozen=True, kw_only=True):
    """A token without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    last_used_at: str | None


class Tokens(View, frozen=True, kw_only=True):
    """One's own tokens, the newest first."""

    tokens: tuple[Token, ...]


class TokenMade(View, frozen=True, kw_only=True):
    """The only time the secret is told."""

    token: Token
    secret: str


class ClassRow(View, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a class list, as it was understood. `problem` is an error code."""

    line: int
    name: str
    username: str
    problem: str | None = None


class Slip(View, frozen=True, kw_only=True):
    """A sign-in slip, to be printed."""

    name: str
    username: str
    url: str
    qr: str
    expires_at: str


class ClassMade(View, frozen=True, kw_only=True, omit_defaults=True):
    """Without `slips` it was a dry run."""

    rows: tuple[ClassRow, ...]
    slips: tuple[Slip, ...] | None = None


class People(View, frozen=True, kw_only=True):
    """People, by name."""

    people: tuple[Person, ...]


class LinkMade(View, frozen=True, kw_only=True):
    """A link to hand over; it works once."""

    url: str
    qr: str
    expires_at: str
