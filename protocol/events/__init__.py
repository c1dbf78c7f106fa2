"""Events: what happened and lasts. The `data` of each kind, version 1; one file a kind of stream.

Stored events live for ever: a change that old readers cannot tolerate gets a new `v` and an
upcaster. A reader folds the kinds it knows and skips the rest. All can be imported from here.
"""

from __future__ import annotations

from protocol.events import (
    admins,
    bots,
    community,
    desk,
    passes,
    person,
    planned,
    reports,
    review,
    room,
    sanctions,
)
from protocol.events.admins import AdminLeft, RoomLed, SuspensionChanged
from protocol.events.base import EventData
from protocol.events.bots import (
    BotTroubled,
    InteractionAnswered,
    InteractionExpired,
    InteractionMade,
    WhisperGone,
    WhisperShown,
)
from protocol.events.community import (
    CommunityChanged,
    PersonChanged,
    PersonJoined,
    RoomListed,
    RoomUnlisted,
)
from protocol.events.desk import (
    ActDone,
    DeskTrimmed,
    FacilitatorLeft,
    JoinRequested,
    JoinRequestEnded,
    VersionKept,
)
from protocol.events.passes import PassChanged
from protocol.events.person import (
    NotifyChanged,
    PairsChanged,
    QuietChanged,
    RoomAdded,
    RoomDropped,
    RoomUnled,
    SessionEnded,
)
from protocol.events.planned import PlannedEnded, PlannedMoved, PlannedRefused, PlannedSet
from protocol.events.reports import ReportAnswered, ReportChanged
from protocol.events.review import (
    HeldChanged,
    HeldSettled,
    ModerationChanged,
    PostHeld,
)
from protocol.events.room import (
    AnswersTrimmed,
    MemberJoined,
    MemberLeft,
    MemberRoleChanged,
    MessageDeleted,
    MessageEdited,
    MessagePinned,
    MessagePosted,
    MessageUnpinned,
    ReactionAdded,
    ReactionRemoved,
    RoomChanged,
    RoomOpened,
    RoomTrimmed,
    ThreadCounted,
    ThreadMoved,
    ToolChanged,
    TopicMarked,
)
from protocol.events.sanctions import (
    SanctionAnswered,
    SanctionAppealed,
    SanctionGiven,
    SanctionLifted,
)

KINDS: dict[str, type[EventData]] = {
    **room.KINDS,
    **desk.KINDS,
    **person.KINDS,
    **community.KINDS,
    **review.KINDS,
    **reports.KINDS,
    **sanctions.KINDS,
    **passes.KINDS,
    **planned.KINDS,
    **bots.KINDS,
    **admins.KINDS,
}
KIND_OF: dict[type[EventData], str] = {cls: kind for kind, cls in KINDS.items()}
VERSION = 1

__all__ = [
    "KINDS",
    "KIND_OF",
    "VERSION",
    "ActDone",
    "AdminLeft",
    "AnswersTrimmed",
    "BotTroubled",
    "CommunityChanged",
    "DeskTrimmed",
    "EventData",
    "FacilitatorLeft",
    "HeldChanged",
    "HeldSettled",
    "InteractionAnswered",
    "InteractionExpired",
    "InteractionMade",
    "JoinRequestEnded",
    "JoinRequested",
    "MemberJoined",
    "MemberLeft",
    "MemberRoleChanged",
    "MessageDeleted",
    "MessageEdited",
    "MessagePinned",
    "MessagePosted",
    "MessageUnpinned",
    "ModerationChanged",
    "NotifyChanged",
    "PairsChanged",
    "PassChanged",
    "PersonChanged",
    "PersonJoined",
    "PlannedEnded",
    "PlannedMoved",
    "PlannedRefused",
    "PlannedSet",
    "PostHeld",
    "QuietChanged",
    "ReactionAdded",
    "ReactionRemoved",
    "ReportAnswered",
    "ReportChanged",
    "RoomAdded",
    "RoomChanged",
    "RoomDropped",
    "RoomLed",
    "RoomListed",
    "RoomOpened",
    "RoomTrimmed",
    "RoomUnled",
    "RoomUnlisted",
    "SanctionAnswered",
    "SanctionAppealed",
    "SanctionGiven",
    "SanctionLifted",
    "SessionEnded",
    "SuspensionChanged",
    "ThreadCounted",
    "ThreadMoved",
    "ToolChanged",
    "TopicMarked",
    "VersionKept",
    "WhisperGone",
    "WhisperShown",
]
