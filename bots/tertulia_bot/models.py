"""What the server tells of people, rooms and messages, as typed objects.

Owns the shapes a client reads (docs/protocol.md, "Messages and their fold" and "Queries").
Tolerant by rule: unknown fields are ignored, whatever a later server may leave out has a default,
and open sets of words are plain strings.
"""

from __future__ import annotations

from typing import Any

import msgspec


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all views."""


class Person(View, frozen=True, kw_only=True):
    """Somebody. `role`: owner, admin, member, guest or bot."""

    id: str
    username: str = ""
    name: str = ""
    role: str = "member"
    pronouns: str = ""
    bio: str = ""
    time_zone: str = ""
    status: str = "active"


class Community(View, frozen=True, kw_only=True):
    """The community and its settings."""

    name: str
    language: str = "en"
    time_zone: str = "UTC"
    minors: bool = False
    who_opens_rooms: str = "everyone"
    direct_rooms: str = "everyone"
    sign_up: str = "invitation"


class Room(View, frozen=True, kw_only=True):
    """A room's card."""

    id: str
    kind: str = ""
    name: str = ""
    purpose: str = ""
    access: str = "open"
    posting: str = "everyone"
    history: str = "all"
    archived: bool = False
    member_count: int = 0
    created_at: str = ""
    direct: tuple[str, ...] = ()
    keep_days: int | None = None


class Membership(View, frozen=True, kw_only=True):
    """Where the reader stands in a room. `state`: member, invited or requested."""

    role: str = "member"
    state: str = "member"
    read_no: int = 0
    unread_from: int | None = None
    visible_from_no: int = 0
    invited_by: str | None = None


class Cursor(View, frozen=True, kw_only=True):
    """A place in a stream: everything up to `seq` is known."""

    stream: str
    epoch: str | None = None
    seq: int = 0


class RoomEntry(View, frozen=True, kw_only=True):
    """One line of the room list."""

    room: Room
    me: Membership
    cursor: Cursor
    head_no: int = 0
    last_at: str = ""
    mentions: int = 0


class Quote(View, frozen=True, kw_only=True):
    """A quotation is a reference."""

    message: str
    room: str = ""


class Replies(View, frozen=True, kw_only=True):
    """What the timeline shows of a thread."""

    count: int
    last_no: int = 0
    last_at: str = ""
    people: tuple[str, ...] = ()


class Message(View, frozen=True, kw_only=True):
    """A message; `body` is None once it is deleted. `rev`: the seq that last changed it."""

    id: str
    room: str
    no: int
    author: str
    body: str | None
    at: str = ""
    rev: int = 0
    thread: str | None = None
    mentions: tuple[str, ...] = ()
    quote: Quote | None = None
    edited_at: str | None = None
    deleted_by: str | None = None
    pinned: bool = False
    reactions: dict[str, tuple[str, ...]] = {}
    replies: Replies | None = None
    client_id: str | None = None
    title: str | None = None
    solved: bool = False
    answer: str | None = None
    answers: str | None = None


class Member(View, frozen=True, kw_only=True):
    """A person in a room."""

    person: str
    role: str = "member"
    state: str = "member"


class ThreadState(View, frozen=True, kw_only=True):
    """Whether the reader follows a thread and how far they have read it."""

    following: bool = False
    read_no: int = 0


class Page(View, frozen=True, kw_only=True):
    """Messages in ascending order of `no`."""

    messages: tuple[Message, ...]
    people: tuple[Person, ...] = ()
    quoted: tuple[Message, ...] = ()
    more_before: bool = False
    more_after: bool = False


class Tool(View, frozen=True, kw_only=True):
    """The state of a tool of a room, in its own form (`protocol.md`, "Tools")."""

    tool: str
    instance: str = ""
    rev: int = 0
    state: dict[str, Any] = {}


class RoomSnapshot(View, frozen=True, kw_only=True):
    """A room at `cursor`: start here and fold the events after it."""

    cursor: Cursor
    room: Room
    page: Page
    me: Membership | None = None
    head_no: int = 0
    members: tuple[Member, ...] = ()
    people: tuple[Person, ...] = ()
    pins: tuple[Message, ...] = ()
    threads: dict[str, ThreadState] = {}
    online: dict[str, str] = {}
    tools: tuple[Tool, ...] = ()

    def tool(self, name: str) -> dict[str, Any]:
        """The state of a tool; empty while nobody has used it."""
        return next((one.state for one in self.tools if one.tool == name), {})


class ThreadSnapshot(View, frozen=True, kw_only=True):
    """A thread at `cursor` of its room's stream."""

    cursor: Cursor
    root: Message
    page: Page
    me: ThreadState = ThreadState()
    withheld: bool = False
    """Replies are kept back until one has answered."""


class Topics(View, frozen=True, kw_only=True):
    """Topics of a forum, the liveliest first; `next` is `after` of the next page."""

    topics: tuple[Message, ...] = ()
    threads: dict[str, ThreadState] = {}
    people: tuple[Person, ...] = ()
    next: str | None = None


class FoundMessage(View, frozen=True, kw_only=True):
    """A message that was found, and the part of it where; `marks` are offsets into `excerpt`."""

    message: str
    room: str
    no: int
    author: str
    excerpt: str
    thread: str | None = None
    at: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    ahead: str = ""


class Found(View, frozen=True, kw_only=True):
    """A page of what was found, the newest first; `next` is `after` of the next page."""

    results: tuple[FoundMessage, ...] = ()
    people: tuple[Person, ...] = ()
    rooms: tuple[Room, ...] = ()
    next: str | None = None


class Members(View, frozen=True, kw_only=True):
    """A page of a room's members, by name; `next` is `after` of the next page."""

    members: tuple[Member, ...] = ()
    people: tuple[Person, ...] = ()
    next: str | None = None


class Overview(View, frozen=True, kw_only=True):
    """The first screen: oneself, the community, one's rooms."""

    me: Person
    community: Community
    rooms: tuple[RoomEntry, ...] = ()
    people: tuple[Person, ...] = ()
    cursors: tuple[Cursor, ...] = ()
    may: tuple[str, ...] = ()
    email: str | None = None


class Event(View, frozen=True, kw_only=True):
    """Something that happened and lasts.

    `at` is RFC 3339 in UTC; `data` by kind, see the protocol.
    """

    stream: str
    seq: int
    kind: str
    actor: str = ""
    at: str = ""
    v: int = 1
    no: int | None = None
    data: dict[str, Any] = {}


class Welcome(View, frozen=True, kw_only=True):
    """The server's first frame. Timings are in seconds."""

    connection: str
    person: str
    community: str = ""
    protocol: int = 1
    timings: dict[str, float] = {}
    limits: dict[str, int] = {}
    restored_from: str | None = None
    """The community was lately restored from a backup of this time; streams come as `Renewed`."""


class Answer(View, frozen=True, kw_only=True):
    """The server's yes. For a command `seq` in `stream` is where its event stands."""

    ref: str
    stream: str | None = None
    seq: int | None = None
    duplicate: bool = False
    result: Any = None


class Posted(View, frozen=True, kw_only=True):
    """A message that is in the log: `no` in its room or thread, `seq` in the room's stream.

    Where it has to wait for facilitators, `held` names it and `message` is empty: it is in no room
    yet, and may never be.
    """

    message: str = ""
    no: int = 0
    held: str | None = None
    seq: int | None = None
    duplicate: bool = False


class Signal(View, frozen=True, kw_only=True):
    """A frame that does not last: `type` is typing, presence, read, thread_read or summary."""

    type: str
    fields: dict[str, Any]


class Renewed(View, frozen=True, kw_only=True):
    """A stream could not be resumed.

    Here is how things stand now. `snapshot` is that of its query.
    """

    stream: str
    why: str
    snapshot: Any


class Dropped(View, frozen=True, kw_only=True):
    """A stream is no longer watched: `why` is an error code, or `removed`."""

    stream: str
    why: str


Item = Event | Signal | Renewed | Dropped
"""What a client hands to its program, in order per stream."""
