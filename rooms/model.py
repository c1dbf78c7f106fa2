"""The nouns of the rules: facts that decisions rest on, and the decisions themselves.

Facts are what storage knows, as the rules need it: numbers instead of times, ids instead of
cards. A `Decision` says what shall be so: events for streams, records beside them, and which
rights it takes away. Who writes them, and how, is not known here.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.blocks import Stored
from protocol.events import EventData
from protocol.parts import Answers, Bounds, RoomOptions, Unit, UnitChange
from protocol.planned import What, When
from protocol.sanctions import SanctionKind
from protocol.views import Access, History, MemberState, Posting, Role, RoomRole


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all facts."""


class CommunityFacts(Fact, frozen=True):
    """The community's settings."""

    name: str
    language: str
    time_zone: str
    minors: bool
    who_opens_rooms: str
    direct_rooms: str
    sign_up: str


FOREVER = 2**62
"""The end of what has none: later than every time."""


class PersonFacts(Fact, frozen=True):
    """A person as the rules see them."""

    id: str
    username: str
    name: str
    role: Role
    status: str
    pronouns: str = ""
    bio: str = ""
    time_zone: str = ""
    status_until: int = 0
    """When the status changes by itself: a suspension lifts, a guest pass ends; 0 for never."""
    bounds: Bounds | None = None
    """Of a bot; None for everybody else."""

    @property
    def runs_community(self) -> bool:
        """Owners and admins."""
        return self.role in ("owner", "admin")

    @property
    def visits(self) -> bool:
        """Here by a guest pass: in one room, for a while."""
        return self.role == "guest" and self.status == "active" and self.status_until > 0


class RoomFacts(Fact, frozen=True):
    """A room's card, without counts that change with every message."""

    id: str
    kind: str
    name: str
    purpose: str
    access: Access
    posting: Posting
    history: History
    archived: bool
    created_at: int
    member_count: int
    direct: tuple[str, ...] = ()
    slow_mode: int = 0
    """Seconds; 0 for off."""
    locked_until: int = 0
    """Microseconds since 1970; 0 for never locked, `FOREVER` until unlocked."""
    lock_reason: str = ""
    keep_days: int | None = None
    options: RoomOptions = RoomOptions()

    @property
    def listed(self) -> bool:
        """Whether the directory shows it."""
        return self.access in ("open", "request") and not self.archived


class MemberFacts(Fact, frozen=True):
    """Somebody's row in a room."""

    person: str
    role: RoomRole
    state: MemberState
    visible_from_seq: int = 0
    visible_from_no: int = 1
    read_no: int = 0
    unread_from: int | None = None


class Standing(Fact, frozen=True):
    """Where one person stands in one room: all that policy looks at."""

    person: PersonFacts
    room: RoomFacts
    member: MemberFacts | None
    direct_allowed: bool = True
    """For a direct room: whether the community's settings let it be used (checked on every
    send)."""
    at: int = 0
    """When it was asked, in microseconds since 1970, by the clock that ends are measured by. Ends
    are compared with this, so that a standing may be remembered beyond them. The default is earlier
    than every end: where nobody says when, everything binds."""
    muted_until: int = 0
    banned_until: int = 0

    @property
    def timed(self) -> bool:
        """Whether the answers change with time."""
        return bool(self.muted_until or self.banned_until or self.room.locked_until)

    @property
    def muted(self) -> bool:
        """Reads, and does not write."""
        return self.at < self.muted_until

    @property
    def banned(self) -> bool:
        """As if the room did not exist."""
        return self.at < self.banned_until

    @property
    def locked(self) -> bool:
        """Whether only facilitators write in the room now."""
        return self.at < self.room.locked_until

    @property
    def is_member(self) -> bool:
        """A member, not merely invited or waiting."""
        return self.member is not None and self.member.state == "member"


class SanctionFacts(Fact, frozen=True):
    """A sanction as the rules see it."""

    id: str
    kind: SanctionKind
    person: str
    room: str | None
    room_name: str
    reason: str
    by: str
    at: int
    ends_at: int
    """`FOREVER` for no end; 0 for what is over at once."""
    lifted_at: int | None = None
    appeal: str | None = None
    appealed_at: int | None = None
    verdict: str | None = None
    answer: str = ""

    def binds(self, now: int) -> bool:
        """Whether it is in force."""
        return self.lifted_at is None and now < self.ends_at


class MessageFacts(Fact, frozen=True):
    """A message as the rules see it."""

    id: str
    room: str
    thread: str
    """Empty in the main timeline."""
    no: int
    author: str
    deleted: bool
    pinned: bool
    rev: int
    posted_seq: int
    body_seq: int
    body: str | None
    unit: Unit | None = None
    title: str | None = None
    """Of a topic in a forum."""
    answers: Answers | None = None
    """Of a topic whose answers stand in a stream of their own."""
    solved: bool = False
    answer: str | None = None
    reply_head: int = 0
    apart: bool = False
    """Of a reply: it stands in its topic's own stream."""


class WholeMessage(Fact, frozen=True):
    """A message with what hangs on it."""

    facts: MessageFacts
    at: int
    first_at: int | None
    deleted_by: str | None
    quote: tuple[str, str] | None
    reactions: dict[str, tuple[str, ...]]
    blocks: Stored = ()


class HeldFacts(Fact, frozen=True):
    """A post that waits, or waited, for facilitators; with `message`, a new text for it."""

    id: str
    room: str
    author: str
    thread: str
    message: str
    quote: str
    client_id: str | None
    unit: UnitChange
    body: str | None
    state: str
    desk_seq: int
    own_seq: int
    """The events that hold its text, in the facilitators' stream and in the author's own."""
    title: str | None = None


class PlannedFacts(Fact, frozen=True):
    """A reminder or a post for later, as the rules see it. `owner` is the stream it stands in."""

    id: str
    what: What
    owner: str
    room: str
    thread: str
    message: str
    quote: str
    by: str
    body: str | None
    when: When
    next_at: int | None
    """When it comes next, microseconds since 1970; None: not any more."""
    paused: bool
    state: str
    """`waiting`; `rung`: it came, its owner has not seen it; `refused`: it could not be posted."""
    seq: int
    """The event that holds its text."""
    unit: Unit | None = None
    """Of a post: the unit of a book that it speaks of."""


class ReportFacts(Fact, frozen=True):
    """A report. `place` is a room or `ADMINS`."""

    id: str
    place: str
    person: str
    state: str
    assigned_to: str | None
    reporters: tuple[str, ...]
    talk: str = ""
    """The direct room, where a conversation was reported."""


class PassFacts(Fact, frozen=True):
    """A guest pass."""

    id: str
    room: str
    revoked: bool


class VisitFacts(Fact, frozen=True):
    """How somebody came who is here by a guest pass."""

    person: str
    invitation: str
    room: str


class NewEvent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event to be appended. `seq`, `at` and `no` are given under the stream's lock."""

    stream: str
    data: EventData
    number: str | None = None
    """"" to number it in its stream, a message id to number it in that thread, None for neither."""
    revokes: tuple[str, ...] = ()
    """People whose right to watch ends with it; `visitors`: of all who are not members."""
    mentions: tuple[str, ...] = ()
    """People to whom a summary counts it; `room` for all."""
    redacts: tuple[int, ...] = ()
    """Earlier events of the stream whose text goes."""
    opens: str = ""
    """A thread whose replies are numbered from 1 in what follows."""
    actor: str = ""
    """Who acts, where that is not whoever asked."""


class NewStream(msgspec.Struct, frozen=True, gc=False):
    """A stream to be opened, in the transaction of its first events."""

    id: str
    kind: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what is written beside events: reading positions, sessions, tokens."""


class ToPerson(msgspec.Struct, frozen=True, gc=False):
    """A lossy signal for a person's own connections, sent after the commit."""

    person: str
    frame: msgspec.Struct


class Decision(msgspec.Struct, kw_only=True):
    """What shall be so. Empty means: it is so already."""

    actor: str | None = None
    """Who acts in the events, where that is only known by deciding: whoever signs up."""

    events: list[NewEvent] = []
    streams: list[NewStream] = []
    records: list[Record] = []
    tightens: tuple[str, ...] = ()
    """Streams whose `rules_seq` moves: a right was taken or a setting changed."""
    signals: list[ToPerson] = []
    secret: bool = False
    """Nothing of the command is kept, not even the hash by which a retry is known: it says what
    nobody may find out. A retry is decided anew."""
    result: Any = None


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Who asks, by which session or token, and what that may do."""

    person: str
    session: str
    scopes: frozenset[str]
    ends_at: int = 0
    """When a guest pass ends, in microseconds since 1970; 0 for everybody else."""
    rate: int = 0
    """Of a bot: requests a minute; 0 for as many as a person."""
