"""Events of a room's stream: what all its members may read."""

from __future__ import annotations

from typing import Any, Literal

from protocol.blocks import Stored
from protocol.events.base import EventData
from protocol.parts import Answers, Unit, UnitChange
from protocol.views import (
    Person,
    Quote,
    Room,
    RoomRole,
)


class MessagePosted(EventData, frozen=True):
    """`no` of the event is the message's number, in the room or, with `thread`, in the thread.

    `body` is None when the text was later edited or deleted: what came after says how.
    """

    id: str
    author: str
    body: str | None
    thread: str | None = None
    quote: Quote | None = None
    mentions: tuple[str, ...] = ()
    client_id: str | None = None
    late: bool = False
    """It came here after it was written (a facilitator let it in, or moved it): its author has not
    read up to it by posting."""
    first_at: str | None = None
    """Of a moved message: when it was posted first."""
    unit: Unit | None = None
    title: str | None = None
    """Of a topic in a forum; gone with the body."""
    kept: bool = False
    """Of a topic: its answers are kept back, and stand in a stream of their own."""
    blocks: Stored | None = None
    """Of a bot's message: what it is drawn of (`protocol.blocks`)."""


class MessageEdited(EventData, frozen=True):
    """`body` is None when this text was replaced or deleted later."""

    id: str
    body: str | None
    ask: bool = False
    """Somebody in the room came after the message was posted: what it says stands in no stream,
    and those who may see the message ask for it."""
    mentions: tuple[str, ...] = ()
    unit: UnitChange = "keep"
    title: str | None = None
    """Of a topic: its title as it is now."""
    blocks: Stored | None = None
    """What it is drawn of from here on; None for text alone."""


class MessageDeleted(EventData, frozen=True):
    """The text is gone; the numbered stub remains."""

    id: str
    by: Literal["author", "facilitator", "account"]
    thread: str | None = None
    reason: str = ""


class ThreadCounted(EventData, frozen=True):
    """An answer that is kept back came (`change` 1; `last_no` its number in the thread) or was
    deleted (-1). What it says stands in the topic's own stream."""

    id: str
    change: Literal[1, -1]
    last_no: int | None = None


class TopicMarked(EventData, frozen=True):
    """Where a topic stands from here on."""

    id: str
    solved: bool
    answer: str | None = None
    answers: Answers | None = None


class AnswersTrimmed(EventData, frozen=True):
    """In a topic's own stream: its answers have gone with the topic."""


class ThreadMoved(EventData, frozen=True):
    """A message and its thread went to another room, which is not named here. `stub` stands in its
    place under its number."""

    id: str
    stub: str


class MessagePinned(EventData, frozen=True):
    """Pinned by the actor."""

    id: str


class MessageUnpinned(EventData, frozen=True):
    """Unpinned by the actor."""

    id: str


class ReactionAdded(EventData, frozen=True):
    """The actor reacted."""

    id: str
    emoji: str
    person: str


class ReactionRemoved(EventData, frozen=True):
    """The actor took a reaction back."""

    id: str
    emoji: str
    person: str


class MemberJoined(EventData, frozen=True):
    """Somebody is in the room from here on."""

    person: Person
    role: RoomRole
    head_no: int
    """The newest message's number at this moment: a newcomer starts with everything read."""
    since_no: int | None = None
    """The first message they may see; None for all."""


class MemberLeft(EventData, frozen=True):
    """Somebody left, was removed by the actor, or deleted their account."""

    person: str
    how: Literal["left", "removed", "deleted"]


class MemberRoleChanged(EventData, frozen=True):
    """A member's role in the room changed."""

    person: str
    role: RoomRole


class RoomOpened(EventData, frozen=True):
    """The first event of a room's stream."""

    room: Room


class RoomChanged(EventData, frozen=True):
    """The room's card as it is from here on: settings, archiving."""

    room: Room


class RoomTrimmed(EventData, frozen=True):
    """What the room keeps only for a time was cleared: messages of the main timeline with a smaller
    number than `first_no`, and their threads. What hung on them is gone too."""

    first_no: int
    threads: tuple[str, ...] = ()
    """The first messages of threads that went."""


class ToolChanged(EventData, frozen=True):
    """Something happened in a tool. `change` is `{"what": …}` in the words of that tool; who does
    not know the tool passes it on."""

    tool: str
    change: dict[str, Any]
    instance: str = ""
    body: str | None = None
    """Text that somebody wrote into the tool: None where there is none, or it has gone since."""


KINDS: dict[str, type[EventData]] = {
    "message.posted": MessagePosted,
    "message.edited": MessageEdited,
    "thread.moved": ThreadMoved,
    "thread.counted": ThreadCounted,
    "topic.marked": TopicMarked,
    "topic.trimmed": AnswersTrimmed,
    "message.deleted": MessageDeleted,
    "message.pinned": MessagePinned,
    "message.unpinned": MessageUnpinned,
    "reaction.added": ReactionAdded,
    "reaction.removed": ReactionRemoved,
    "member.joined": MemberJoined,
    "member.left": MemberLeft,
    "member.role": MemberRoleChanged,
    "room.opened": RoomOpened,
    "room.changed": RoomChanged,
    "room.trimmed": RoomTrimmed,
    "tool.changed": ToolChanged,
}
