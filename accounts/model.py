"""The nouns of accounts: what the rules know of invitations, links and sessions, and what they
record.

Facts are read through `accounts.ports`; records are written by storage beside the events of the
same decision. Secrets stand in neither: only their hashes do. Times are microseconds since 1970,
UTC.
"""

from __future__ import annotations

from typing import Literal

from protocol.parts import Bounds
from rooms.model import Fact, PersonFacts, Record

LinkKind = Literal["set_up", "slip", "reset", "sign_in"]
SCOPES = ("read", "write", "admin")
"""What a token may be given, smallest first."""
ACCOUNT_SCOPE = "account"
"""Signing in gives this, no token has it: sessions, tokens, password and deletion need the
person."""
SESSION_SCOPES = frozenset({*SCOPES, ACCOUNT_SCOPE})

SECOND = 1_000_000
DAY = 24 * 3600 * SECOND
SESSION_LASTS = 90 * DAY
"""Unless the operator says otherwise; counted from when the session was last seen."""
SESSIONS_PER_PERSON = 50
"""Signing in once more ends the one that was not seen for longest."""
LINK_LASTS: dict[LinkKind, int] = {
    "set_up": 7 * DAY,
    "slip": 30 * DAY,
    "reset": 2 * DAY,
    "sign_in": 7 * DAY,
}


class InvitationFacts(Fact, frozen=True, kw_only=True):
    """A link by which people join."""

    id: str
    code: str
    room: str | None
    role: Literal["member", "guest"]
    uses: int
    max_uses: int
    expires_at: int
    revoked: bool
    created_by: str
    pass_seconds: int | None = None
    """Of a guest pass: how long a visit lasts."""


class LinkFacts(Fact, frozen=True, kw_only=True):
    """A link that works once."""

    id: str
    kind: LinkKind
    person: str | None
    expires_at: int
    used: bool


class Newcomer(Fact, frozen=True, kw_only=True):
    """What is made before deciding for somebody who signs in; no secret is among it."""

    secret_hash: str
    """Of the session's secret."""
    device: str = ""
    password_hash: str | None = None
    lasts: int = SESSION_LASTS


# --- records ------------------------------------------------------------------------------------


class NewSession(Record, frozen=True, kw_only=True):
    """A signed-in browser or device."""

    id: str
    person: str
    secret_hash: str
    device: str
    expires_at: int


class SessionSeen(Record, frozen=True, kw_only=True):
    """A session is in use."""

    id: str
    expires_at: int


class EndSessions(Record, frozen=True, kw_only=True):
    """Sessions of a person end; `ids` None means all."""

    person: str
    ids: tuple[str, ...] | None


class NewPassword(Record, frozen=True, kw_only=True):
    """The person's password, as an encoded hash."""

    person: str
    hash: str


class NewEmail(Record, frozen=True, kw_only=True):
    """The person's address; None takes it away."""

    person: str
    email: str | None


class NewToken(Record, frozen=True, kw_only=True):
    """A bearer token."""

    id: str
    person: str
    name: str
    scopes: tuple[str, ...]
    secret_hash: str


class TokenSeen(Record, frozen=True, kw_only=True):
    """A token is in use."""

    id: str


class RevokeToken(Record, frozen=True, kw_only=True):
    """A token ends."""

    id: str


class NewBot(Record, frozen=True, kw_only=True):
    """A bot beside its person."""

    person: str
    owner: str
    room: str | None
    rate: int | None
    signing_secret: str
    bounds: Bounds


class ChangedBot(Record, frozen=True, kw_only=True):
    """A bot as it is from here on; its tokens may what its bounds say."""

    person: str
    owner: str
    rate: int | None
    bounds: Bounds | None
    signing_secret: str | None = None
    """None: as before."""


class NewWebhook(Record, frozen=True, kw_only=True):
    """An address at which anybody who knows it posts into a room, as a bot."""

    id: str
    bot: str
    room: str
    secret_hash: str


class EndWebhook(Record, frozen=True, kw_only=True):
    """It works no more."""

    id: str


class WebhookUsed(Record, frozen=True, kw_only=True):
    """It is in use."""

    id: str


class NewOutgoing(Record, frozen=True, kw_only=True):
    """Where a bot is told of events, from now on."""

    bot: str
    url: str
    kinds: tuple[str, ...]
    shape: str


class EndOutgoing(Record, frozen=True, kw_only=True):
    """It is told nowhere any more."""

    bot: str


class ResumeOutgoing(Record, frozen=True, kw_only=True):
    """It is told again, from now on."""

    bot: str


class MarkLetters(Record, frozen=True, kw_only=True):
    """What could not be delivered is sent once more, and all that came since."""

    bot: str


class DropLetters(Record, frozen=True, kw_only=True):
    """What could not be delivered is let go."""

    bot: str


class NewHost(Record, frozen=True, kw_only=True):
    """An inner host that bots may be told at, and where it leads."""

    id: str
    host: str
    addresses: tuple[str, ...]
    by: str


class ForbidHost(Record, frozen=True, kw_only=True):
    """Nothing is sent there any more."""

    id: str


class NewInvitation(Record, frozen=True, kw_only=True):
    """An invitation begins."""

    id: str
    code: str
    room: str | None
    role: str
    max_uses: int
    expires_at: int
    created_by: str
    pass_seconds: int | None = None


class UseInvitation(Record, frozen=True, kw_only=True):
    """One more person came by it."""

    id: str


class RevokeInvitation(Record, frozen=True, kw_only=True):
    """An invitation ends."""

    id: str


class NewVisit(Record, frozen=True, kw_only=True):
    """Somebody who came by a guest pass. They are in no stream of the community."""

    person: PersonFacts
    invitation: str
    room: str


class VisitOver(Record, frozen=True, kw_only=True):
    """Nothing of this guest acts any more."""

    person: str


class VisitForgotten(Record, frozen=True, kw_only=True):
    """A guest went and took what they wrote along; the account ends as accounts end."""

    person: str


class NewLink(Record, frozen=True, kw_only=True):
    """A link that works once."""

    id: str
    kind: LinkKind
    person: str | None
    secret_hash: str
    created_by: str | None
    expires_at: int


class UseLink(Record, frozen=True, kw_only=True):
    """It worked."""

    id: str


class VoidLinks(Record, frozen=True, kw_only=True):
    """Links of these kinds for this person (None: for nobody in particular) work no more."""

    person: str | None
    kinds: tuple[LinkKind, ...]


class Waiting(Record, frozen=True, kw_only=True):
    """An account that waits for an admin: in no stream yet."""

    person: PersonFacts


class Declined(Record, frozen=True, kw_only=True):
    """An account that waited is gone without a trace."""

    person: str


class ForgetAccount(Record, frozen=True, kw_only=True):
    """Everything by which a deleted person signed in, and their address, is gone."""

    person: str


class EraseCards(Record, frozen=True, kw_only=True):
    """Events that hold a deleted person's name or words beside messages: `(stream, seq)` each."""

    person: str
    places: tuple[tuple[str, int], ...]


class Audit(Record, frozen=True, kw_only=True):
    """An act of power. `note` holds no text of people: ids, roles and counts."""

    id: str
    actor: str
    act: str
    target: str
    note: str = ""
