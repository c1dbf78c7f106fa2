"""Queries, signals and subscriptions: what a client may ask that changes nothing lasting.

Queries work over WebSocket and HTTP alike; signals and subscriptions over WebSocket only. The
tables at the end are what the codec decodes; all names can be imported from `protocol.commands`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.moderation import Rule
from protocol.request import Int, Query, Request, Signal

# --- signals ------------------------------------------------------------------------------------


class Typing(Signal, frozen=True, tag="typing"):
    """Sent while somebody writes: renewed every 10 s, forgotten after 15 s."""

    room: str
    thread: str | None = None
    typing: bool = True


class PresencePing(Signal, frozen=True, tag="presence.ping"):
    """Sent every 60 s; `active` says whether the person has touched the device lately."""

    active: bool = True


# --- subscriptions (WebSocket only) -------------------------------------------------------------


class CursorIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the client stands in a stream.

    Without `after_seq` only what comes from now on is sent. `mode` is `full` (every event) or
    `summary` (head numbers and mentions, at most once a second).
    """

    stream: str
    epoch: str | None = None
    after_seq: Int | None = None
    mode: Literal["full", "summary"] = "full"


class Subscribe(Request, frozen=True, tag="subscribe"):
    """Watch streams, or change how they are watched; one frame names all cursors."""

    cursors: list[CursorIn]


class Unsubscribe(Request, frozen=True, tag="unsubscribe"):
    """Stop watching streams."""

    streams: list[str]


class Authenticate(Request, frozen=True, tag="authenticate"):
    """First frame of a client that can set neither header nor cookie."""

    token: str


# --- queries ------------------------------------------------------------------------------------


class GetOverview(Query, frozen=True, tag="overview"):
    """The first screen: me, community, rooms with unread counts, cursors."""


class GetRoom(Query, frozen=True, tag="room.snapshot"):
    """A room at its head: last page, members, pins. `around` centres the page on a message."""

    room: str
    limit: Int = 50
    around: Int | None = None


class GetHistory(Query, frozen=True, tag="history.page"):
    """A page by number: `before`, `after` or `around` a `no` (exclusive, exclusive, centred).

    With `thread`, numbers are those of its replies. With none of the three: the newest page.
    """

    room: str
    thread: str | None = None
    before: Int | None = None
    after: Int | None = None
    around: Int | None = None
    limit: Int = 50


class GetThread(Query, frozen=True, tag="thread.snapshot"):
    """A thread: its first message and the newest replies."""

    thread: str
    limit: Int = 50


class ListTopics(Query, frozen=True, tag="topics.list"):
    """The topics of a forum, the liveliest first; `open` leaves out those that are answered or
    solved. `after` is `next` of the page before."""

    room: str
    open: bool = False
    after: str | None = None
    limit: Int = 30


class GetMessage(Query, frozen=True, tag="message.get"):
    """One message, as a page of one: a permalink, a quotation."""

    message: str


class GetFacilitatorView(Query, frozen=True, tag="room.desk"):
    """What waits for the facilitators of a room."""

    room: str


class GetAdminDesk(Query, frozen=True, tag="admins.desk"):
    """What waits for those who run the community."""


class TryRule(Query, frozen=True, tag="moderation.try"):
    """What a rule would have done to the newest messages of a room or, without one, of the open
    rooms and those the reader is in."""

    rule: Rule
    room: str | None = None


class GetEvents(Query, frozen=True, tag="events.page"):
    """Events of a stream after a cursor, for clients that poll."""

    stream: str
    epoch: str | None = None
    after_seq: Int = 0
    limit: Int = 100


class ListRoomBots(Query, frozen=True, tag="room.bots"):
    """The bots of a room: what they may read, whose they are, which commands they offer."""

    room: str


class GetSanctions(Query, frozen=True, tag="room.sanctions"):
    """What was given in a room, in force or of the last 30 days or with an open appeal: for its
    facilitators. Without a room: suspensions, for admins."""

    room: str | None = None


class GetLog(Query, frozen=True, tag="log.page"):
    """Acts of power, newest first: of a room for its facilitators, of everywhere for admins.

    `by`, `about` (ids), `act` (a command's type), `since` and `before` (RFC 3339) narrow it.
    `after` is `next` of the page before.
    """

    room: str | None = None
    by: str | None = None
    about: str | None = None
    act: str | None = None
    since: str | None = None
    before: str | None = None
    after: str | None = None
    limit: Int = 50


class ListRooms(Query, frozen=True, tag="directory.rooms"):
    """The rooms one may see and join; `q` filters by name. `after` is `next` of the page before."""

    q: str = ""
    after: str | None = None
    limit: Int = 50
    archived: bool = False


class ListPeople(Query, frozen=True, tag="directory.people"):
    """The people of the community; `q` filters by name or username.

    `outside`: without those who are in that room or invited to it; for whoever may invite there.
    """

    q: str = ""
    after: str | None = None
    limit: Int = 50
    outside: str | None = None


class ListMembers(Query, frozen=True, tag="room.members"):
    """The members of a room, by name; `q` filters by name or username."""

    room: str
    q: str = ""
    after: str | None = None
    limit: Int = 50


class FindMessages(Query, frozen=True, tag="find.messages"):
    """Messages that have all of `q`: words, "phrases", `from:`, `in:`, `before:`, `after:`.

    The last word may go on, unless a blank follows it. Nothing typed is an error. `after` is `next`
    of the page before.
    """

    q: str
    after: str | None = None
    limit: Int = 20


class ListPairs(Query, frozen=True, tag="pairs.list"):
    """The mentorships that one coordinates, and when the two last spoke."""


class GetPasses(Query, frozen=True, tag="pass.list"):
    """The guest passes of a room that work or ended lately, and the guests who are in it: for its
    facilitators."""

    room: str


class ListPlanned(Query, frozen=True, tag="planned.list"):
    """What is to come in a room or, without one, of one's own: reminders, posts for later."""

    room: str | None = None


class ReadWords(Query, frozen=True, tag="planned.read"):
    """How words that say when would be understood now."""

    words: str
    zone: str = ""


class GetNotify(Query, frozen=True, tag="notify.settings"):
    """What notifies the reader on closed devices."""


QUERIES: tuple[type[Query], ...] = (
    GetOverview, GetRoom, GetHistory, GetThread, GetMessage, GetFacilitatorView, GetEvents,
    GetSanctions, GetLog, ListRooms, ListPeople, ListMembers, FindMessages, TryRule, GetAdminDesk,
    ListPairs, ListTopics, GetPasses, ListPlanned, ReadWords, GetNotify, ListRoomBots,
)  # fmt: skip
SIGNALS: tuple[type[Signal], ...] = (Typing, PresencePing)
SESSION: tuple[type[Request], ...] = (Subscribe, Unsubscribe, Authenticate)
