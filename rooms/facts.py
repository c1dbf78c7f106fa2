"""The port through which rules read: implemented by storage, faked in unit tests.

Every method answers as of the transaction that the decision will be written in. Asking costs a
query, except for `standing`, `community` and `now`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from protocol.moderation import Moderation
from rooms.aging import Expired
from rooms.bots import BotQuestions
from rooms.model import (
    CommunityFacts,
    HeldFacts,
    MemberFacts,
    MessageFacts,
    PassFacts,
    PersonFacts,
    PlannedFacts,
    ReportFacts,
    RoomFacts,
    SanctionFacts,
    Standing,
    VisitFacts,
    WholeMessage,
)
from rooms.moderation import Moderator


class Facts(BotQuestions, Protocol):
    """What actions may ask."""

    @property
    def now(self) -> int:
        """Microseconds since 1970, UTC."""
        ...

    def clock(self) -> int:
        """Microseconds since 1970 by the clock that ends are measured by: the database's, where
        many machines share one."""
        ...

    def community(self) -> CommunityFacts:
        """The community's settings."""
        ...

    def person(self, person: str) -> PersonFacts | None:
        """A person, deleted ones included."""
        ...

    def people(self, ids: Collection[str]) -> dict[str, PersonFacts]:
        """Those of `ids` that exist."""
        ...

    def room(self, room: str) -> RoomFacts | None:
        """A room."""
        ...

    def standing(self, room: str, person: str) -> Standing | None:
        """None when there is no such room or person."""
        ...

    def members(self, room: str, ids: Collection[str] | None = None) -> dict[str, MemberFacts]:
        """Rows of a room, all or those of `ids`, invited and waiting ones included."""
        ...

    def newest_view(self, room: str) -> int:
        """From which event of the room on all of its members see what was said; 0: from the
        first."""
        ...

    def message(self, message: str) -> MessageFacts | None:
        """A message, deleted ones included."""
        ...

    def reactions(self, message: str) -> dict[str, tuple[str, ...]]:
        """Emoji to people."""
        ...

    def expired(self, room: str, before: int) -> Expired:
        """What of a room is older than `before` (microseconds since 1970): a bounded piece."""
        ...

    def head(self, stream: str) -> tuple[int, int]:
        """`(head_seq, head_no)` of a stream."""
        ...

    def reply_head(self, thread: str) -> int:
        """The newest reply's number."""
        ...

    def pins(self, room: str) -> int:
        """How many messages are pinned."""
        ...

    def rooms_of(self, person: str) -> list[RoomFacts]:
        """Rooms the person is a member of, invited to or waiting for."""
        ...

    def direct_room(self, key: str) -> str | None:
        """The direct room of exactly these people."""
        ...

    def guides_somewhere(self, people: Collection[str]) -> bool:
        """Whether one of them runs the community or facilitates a room."""
        ...

    def unread_mentions(self, room: str, person: str, read_no: int) -> int:
        """Unread mentions of a person in a room, given a reading position."""
        ...

    def thread_mark(self, thread: str, person: str) -> tuple[bool, int] | None:
        """`(following, read_no)` or None."""
        ...

    def versions(self, message: str) -> tuple[int, ...]:
        """Seqs, in the facilitators' stream, of a message's earlier texts."""
        ...

    def quiet(self, person: str, what: str, target: str) -> bool | None:
        """None where it is not muted or blocked, else whether mentions stand out all the same."""
        ...

    def quiets(self, person: str) -> int:
        """How many people and rooms somebody has muted or blocked."""
        ...

    def blocked(self, one: str, other: str) -> bool:
        """Whether one of two people has blocked the other from direct conversations."""
        ...

    def notify_choices(self, person: str) -> dict[str, str]:
        """Rooms and threads for which somebody chose what notifies them, with the level."""
        ...

    def notify_rules(self, person: str) -> tuple[int | None, int | None, bool]:
        """Somebody's quiet hours (minutes of the day) and whether notifications show text."""
        ...

    def deaf_to(self, author: str, people: Collection[str]) -> frozenset[str]:
        """Those of `people` who have muted or blocked `author`."""
        ...

    def tool(self, room: str, tool: str, instance: str = "") -> str | None:
        """The state of a tool as JSON, or None while nobody has used it."""
        ...

    def tools(self, room: str) -> list[tuple[str, str, str]]:
        """`(tool, instance, state)` of every tool that was used in a room."""
        ...

    def tool_mark(self, room: str, tool: str, person: str) -> str | None:
        """Somebody's own mark in a tool as JSON."""
        ...

    def came_since(self, room: str, at: int, most: int) -> tuple[str, ...]:
        """Who came into a room at `at` (microseconds since 1970) or later, bots apart, in order."""
        ...

    def ballots(self, room: str, poll: int) -> dict[int, int]:
        """Of an anonymous poll: votes for each option; -1: how many voted."""
        ...

    def lately(self, room: str, newest: int) -> dict[str, int]:
        """Of the room's `newest` messages: how many are whose."""
        ...

    def owners(self) -> int:
        """How many active owners there are."""
        ...

    def whole_thread(self, root: str, most: int) -> tuple[WholeMessage, ...]:
        """A thread's first message and its replies, in order."""
        ...

    def versions_of(self, messages: Collection[str]) -> tuple[int, ...]:
        """Seqs, in the facilitators' stream, of these messages' earlier texts."""
        ...

    def report(self, report: str) -> ReportFacts | None:
        """A report."""
        ...

    def open_report(self, place: str, about: str, what: str, by: str | None = None) -> str | None:
        """The open report of the same message, person or conversation, at the same place; with
        `by`, one that this person made."""
        ...

    def reports_open_by(self, person: str) -> int:
        """How many open reports a person has made."""
        ...

    def newest_messages(self, room: str, first: int, most: int) -> tuple[MessageFacts, ...]:
        """Of the newest messages of a direct room, which people do not leave, those that are not
        deleted and were posted at `first` or later; oldest first."""
        ...

    def posted_at(self, message: str) -> int:
        """When a message was posted."""
        ...

    def runs_besides(self, *people: str) -> bool:
        """Whether somebody other than these runs the community."""
        ...

    def is_open(self, stream: str) -> bool:
        """Whether there is such a stream."""
        ...

    def moderation(self, place: str) -> Moderation:
        """The settings of a room or (`COMMUNITY`) of the community."""
        ...

    def moderator(self, room: str) -> Moderator | None:
        """What looks at texts in a room, ready to decide; None where nothing does."""
        ...

    def may_hold(self, room: str) -> bool:
        """A hint for locks, which may be old: whether posts of a room may have to wait."""
        ...

    def held(self, held: str) -> HeldFacts | None:
        """A post that waits or waited."""
        ...

    def held_edits(self, messages: Collection[str]) -> tuple[HeldFacts, ...]:
        """New texts that wait for these messages."""
        ...

    def held_in(self, room: str, before: int, most: int) -> tuple[HeldFacts, ...]:
        """Texts of a room that wait, or were declined and are kept, written before then."""
        ...

    def held_by(self, person: str, most: int) -> tuple[HeldFacts, ...]:
        """Posts of a person that wait, and declined ones whose text is kept."""
        ...

    def waiting_of(self, person: str, most: int) -> int:
        """How many posts of a person wait, counted up to `most`."""
        ...

    def answered(self, topic: str, person: str, besides: str = "") -> bool:
        """Whether somebody has an answer standing in a topic, but for one message."""
        ...

    def posts_by(self, person: str, room: str, most: int) -> int:
        """How many messages of a person stand in a room, counted up to `most`."""
        ...

    def texts_by(self, person: str, room: str, since: int, besides: str) -> tuple[str, ...]:
        """What a person said in a room since then, but for one message; newest first, bounded."""
        ...

    def sanction(self, sanction: str) -> SanctionFacts | None:
        """A sanction, of any time."""
        ...

    def binding(self, room: str | None, person: str) -> tuple[SanctionFacts, ...]:
        """What binds somebody now in a room, or with None in the whole community; oldest first."""
        ...

    def last_post(self, room: str, person: str) -> int:
        """When somebody last posted in a room, threads included; 0 for never."""
        ...

    def guest_pass(self, invitation: str) -> PassFacts | None:
        """A guest pass by its id, ended ones included."""
        ...

    def passes_open(self, room: str) -> int:
        """How many guest passes of a room work now."""
        ...

    def visit(self, person: str) -> VisitFacts | None:
        """The visit of somebody who is here by a guest pass; None once it was ended."""
        ...

    def visitors(self, invitation: str) -> tuple[str, ...]:
        """Who came by a guest pass and whose visit was not ended."""

    def planned(self, planned: str) -> PlannedFacts | None:
        """A reminder or a post for later."""
        ...

    def planned_in(self, stream: str) -> int:
        """How many of them a room or a person has."""
        ...

    def posts_before(self, planned: PlannedFacts, now: int) -> int:
        """How many posts of the same author for the same room are due by `now` and come first."""
        ...

    def planned_by(self, person: str, most: int) -> tuple[PlannedFacts, ...]:
        """Some of those that are a person's own, or hold words of theirs."""
        ...

    def reminded_by(self, message: str) -> str | None:
        """Whose words a reminder's message holds; None for every other message."""
        ...
