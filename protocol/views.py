"""Views: the objects that replies and snapshots are made of.

What a reader sees of people, rooms and messages. Times are RFC 3339 in UTC with microseconds.
Unknown fields are to be tolerated by clients: views may grow within a protocol version.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from protocol.blocks import Stored, Whisper
from protocol.moderation import Moderation
from protocol.parts import Answers, RoomOptions, Tool, Unit
from protocol.reports import OwnReport, Report
from protocol.sanctions import Lock, OpenAppeal, Sanction
from protocol.trouble import BotTrouble

Role = Literal["owner", "admin", "member", "guest", "bot"]
RoomRole = Literal["facilitator", "member", "observer"]
Access = Literal["open", "request", "invite", "direct"]
Posting = Literal["everyone", "facilitators"]
History = Literal["all", "joining"]
MemberState = Literal["member", "invited", "requested"]


class View(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Base of all views."""


class Person(View, frozen=True):
    """What everyone who shares a community or a room with somebody may see of them."""

    id: str
    username: str
    name: str
    role: Role
    pronouns: str = ""
    bio: str = ""
    time_zone: str = ""
    status: Literal["active", "waiting", "suspended", "deleted", "ended"] = "active"
    """`ended`: of a guest, whose pass is over."""


class Community(View, frozen=True):
    """The community and its settings."""

    name: str
    language: str
    time_zone: str
    minors: bool
    who_opens_rooms: Literal["everyone", "admins"]
    direct_rooms: Literal["everyone", "with_facilitators", "nobody"]
    sign_up: Literal["invitation", "approval"]


class Room(View, frozen=True):
    """A room as its card shows it."""

    id: str
    kind: str
    name: str
    purpose: str
    access: Access
    posting: Posting
    history: History
    archived: bool
    member_count: int
    created_at: str
    direct: tuple[str, ...] = ()
    """The people of a direct room, by id; empty for every other room."""
    slow_mode: int = 0
    """Seconds between two posts of one person; facilitators and bots apart."""
    locked: Lock | None = None
    keep_days: int | None = None
    """What is older is cleared; None: nothing is."""
    options: RoomOptions = RoomOptions()


class Membership(View, frozen=True):
    """Where the reader stands in a room."""

    role: RoomRole
    state: MemberState
    read_no: int
    """All messages up to this number are read; unread = head_no - read_no."""
    unread_from: int | None
    """Set by "mark unread from here"; does not move read_no."""
    visible_from_no: int
    """Messages with a smaller number are not shown to this member."""
    invited_by: str | None = None


class Cursor(View, frozen=True):
    """A place in a stream. Resume with `after_seq` = `seq`."""

    stream: str
    epoch: str
    seq: int


class RoomEntry(View, frozen=True):
    """One line of the room list."""

    room: Room
    me: Membership
    head_no: int
    last_at: str
    mentions: int
    """Unread messages that mention the reader."""
    cursor: Cursor


class Quote(View, frozen=True):
    """A quotation is a reference: its text is read where it stands."""

    message: str
    room: str


class Replies(View, frozen=True):
    """What the main timeline shows of a thread."""

    count: int
    last_no: int
    last_at: str
    people: tuple[str, ...]
    """The first three who replied."""
    rev: int
    """The `seq` of the last event that changed this; a fold skips replies that are not newer."""


class Message(View, frozen=True):
    """A message. `body` is None once it is deleted.

    Main-timeline messages carry `no` (dense in the room); replies carry `thread` (the first
    message's id) and `no` is dense in that thread. `rev` is the `seq` of the last event that
    changed it: a fold skips events that are not newer.
    """

    id: str
    room: str
    no: int
    thread: str | None
    author: str
    body: str | None
    at: str
    rev: int
    mentions: tuple[str, ...] = ()
    """Person ids, and the words `room` and `facilitators`."""
    quote: Quote | None = None
    edited_at: str | None = None
    deleted_by: Literal["author", "facilitator", "account", "moved"] | None = None
    moved: str | None = None
    """Of a stub that was left where a message moved away: that message, for who may read it."""
    first_at: str | None = None
    """Of a message that moved here: when it was posted first."""
    pinned: bool = False
    reactions: dict[str, tuple[str, ...]] = {}
    """Emoji to the ids of the people, both in order of arrival."""
    replies: Replies | None = None
    client_id: str | None = None
    unit: Unit | None = None
    """In a book club: whoever has not read so far is shown the message folded."""
    title: str | None = None
    """Of a topic in a forum."""
    solved: bool = False
    answer: str | None = None
    """Of a topic: the reply that answers it."""
    answers: Answers | None = None
    """Of a topic whose answers stand in the stream `t` + its id: `kept` back until one's own first,
    or `shown` since."""
    blocks: Stored | None = None
    """Of a bot's message: what it is drawn of (`protocol.blocks`)."""


class Member(View, frozen=True):
    """A person in a room."""

    person: str
    role: RoomRole
    state: MemberState = "member"


class ThreadState(View, frozen=True):
    """Whether the reader follows a thread and how far they have read it."""

    following: bool
    read_no: int


class Page(View, frozen=True):
    """Messages in ascending order of `no`, and whether there are more on either side."""

    messages: tuple[Message, ...]
    people: tuple[Person, ...]
    """Authors, reactors and the mentioned."""
    quoted: tuple[Message, ...]
    """Quoted messages that the reader may read."""
    more_before: bool
    more_after: bool


class RoomSnapshot(View, frozen=True):
    """A room at `cursor`: start here and fold the events after it."""

    cursor: Cursor
    room: Room
    me: Membership | None
    """None for a reader who is not a member of an open room."""
    head_no: int
    page: Page
    members: tuple[Member, ...]
    people: tuple[Person, ...]
    pins: tuple[Message, ...]
    threads: dict[str, ThreadState]
    """Threads of `page` that the reader follows."""
    online: dict[str, Literal["online", "idle"]] = {}
    tools: tuple[Tool, ...] = ()
    """Those that somebody has used; `room.options.tools` says which are switched on."""
    marks: dict[str, Any] = {}
    """The reader's own marks in these tools, by the tool's name."""


class ThreadSnapshot(View, frozen=True):
    """A thread at `cursor` (of its room's stream or, where answers have one, of its own): the first
    message and a page of replies."""

    cursor: Cursor
    root: Message
    page: Page
    me: ThreadState
    withheld: bool = False
    """The reader has yet to answer: replies are kept back, and `cursor` is the room's."""


class JoinRequest(View, frozen=True):
    """Somebody asks to be let into a room."""

    person: Person
    at: str


class HeldPost(View, frozen=True):
    """A post that waits for facilitators; with `message`, a new text for it. `why` (`everyone`,
    `newcomer`, `guest`, `link` or `rule`), `rule` (its name) and `matched` are empty for its
    author."""

    id: str
    room: str
    author: str
    body: str
    at: str
    thread: str | None = None
    quote: Quote | None = None
    message: str | None = None
    client_id: str | None = None
    title: str | None = None
    why: str = ""
    rule: str = ""
    matched: str = ""
    state: Literal["waiting", "declined"] = "waiting"
    reason: str = ""


class DeclinedPost(View, frozen=True):
    """A post that was declined; facilitators may look at it for some days."""

    held: HeldPost
    by: str
    reason: str
    at: str


class FacilitatorSnapshot(View, frozen=True):
    """What waits for the facilitators of a room, at `cursor` of their stream."""

    cursor: Cursor
    requests: tuple[JoinRequest, ...]
    held: tuple[HeldPost, ...] = ()
    """Oldest first."""
    declined: tuple[DeclinedPost, ...] = ()
    """Newest first."""
    moderation: Moderation = Moderation()
    reports: tuple[Report, ...] = ()
    """Open ones and those lately resolved, newest first; none about the reader."""
    people: tuple[Person, ...] = ()
    appeals: tuple[OpenAppeal, ...] = ()
    """Those without an answer yet, newest first."""


class Overview(View, frozen=True):
    """Everything a client needs to draw its first screen."""

    me: Person
    email: str | None
    community: Community
    rooms: tuple[RoomEntry, ...]
    people: tuple[Person, ...]
    """The people of the reader's direct rooms, and who invited them into others."""
    cursors: tuple[Cursor, ...]
    """Of the community's stream (not for guests) and the reader's own."""
    followed: tuple[FollowedThread, ...] = ()
    waiting: tuple[HeldPost, ...] = ()
    """The reader's own posts that wait for facilitators, and those lately declined, without
    text."""
    answered: tuple[OwnReport, ...] = ()
    """What came of the reader's own reports, until `report.seen`."""
    may: tuple[str, ...] = ()
    """Community-wide verbs this person may use now, e.g. `room.open`, `invitation.create`."""
    sanctions: tuple[Sanction, ...] = ()
    """What the reader was given, in force or of the last 30 days, the newest first."""
    notices: tuple[str, ...] = ()
    """For owners and admins: what troubles the installation now, as in the frame `notices`."""
    coordinates: int = 0
    """How many mentorships this person coordinates."""
    quiet: tuple[Quiet, ...] = ()
    visit_until: str | None = None  # of a guest who came by a pass
    """Whom and what the reader has muted or blocked."""
    whispers: tuple[Whisper, ...] = ()
    """What bots said to the reader alone, until dismissed or a day old; oldest first."""
    bots: tuple[BotTrouble, ...] = ()
    """Bots that the reader answers for and that could not be told of events at their address."""


class Quiet(View, frozen=True):
    """A person or room that somebody muted, or a person they blocked."""

    what: Literal["person", "block", "room"]
    id: str
    mentions: bool
    """Of a muted room: what mentions the reader still stands out."""
    at: str


class FollowedThread(View, frozen=True):
    """A followed thread with unread replies."""

    room: str
    thread: str
    unread: int
    title: str
    """The first words of its first message."""
