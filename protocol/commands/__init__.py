"""Commands: what a client may change, over WebSocket or HTTP alike.

One type a command, one file a family of the product, each with its `COMMANDS`; a new family is a
file here and its line in the table below. What only reads stands in `protocol.queries`; all of it
can be imported from here.
"""

from __future__ import annotations

from protocol.commands import community, messages, reading, review, rooms
from protocol.commands.community import (
    ApprovePerson,
    ChangeCommunity,
    ChangeProfile,
    SetRole,
)
from protocol.commands.messages import (
    AddReaction,
    DeleteMessage,
    EditMessage,
    PinMessage,
    PostMessage,
    RemoveReaction,
    UnpinMessage,
)
from protocol.commands.reading import (
    FollowThread,
    MarkRead,
    MarkThreadRead,
    MarkUnread,
)
from protocol.commands.review import (
    ChangeCommunityRules,
    ChangeModeration,
    DeclineHeld,
    EditHeld,
    ReleaseHeld,
    WithdrawHeld,
)
from protocol.commands.rooms import (
    AdmitToRoom,
    ArchiveRoom,
    ChangeRoom,
    DeclineRequest,
    InviteToRoom,
    JoinRoom,
    LeaveRoom,
    OpenDirectRoom,
    OpenRoom,
    RemoveMember,
    RestoreRoom,
    SetRoomRole,
)
from protocol.queries import (
    QUERIES,
    SESSION,
    SIGNALS,
    Authenticate,
    CursorIn,
    FindMessages,
    GetEvents,
    GetFacilitatorView,
    GetHistory,
    GetMessage,
    GetOverview,
    GetRoom,
    GetThread,
    ListPeople,
    ListRooms,
    PresencePing,
    Subscribe,
    TryRule,
    Typing,
    Unsubscribe,
)
from protocol.request import Command, Query, Request, Signal

COMMANDS: tuple[type[Command], ...] = (
    *messages.COMMANDS,
    *reading.COMMANDS,
    *rooms.COMMANDS,
    *community.COMMANDS,
    *review.COMMANDS,
)

__all__ = [
    "COMMANDS",
    "QUERIES",
    "SESSION",
    "SIGNALS",
    "AddReaction",
    "AdmitToRoom",
    "ApprovePerson",
    "ArchiveRoom",
    "Authenticate",
    "ChangeCommunity",
    "ChangeCommunityRules",
    "ChangeModeration",
    "ChangeProfile",
    "ChangeRoom",
    "Command",
    "CursorIn",
    "DeclineHeld",
    "DeclineRequest",
    "DeleteMessage",
    "EditHeld",
    "EditMessage",
    "FindMessages",
    "FollowThread",
    "GetEvents",
    "GetFacilitatorView",
    "GetHistory",
    "GetMessage",
    "GetOverview",
    "GetRoom",
    "GetThread",
    "InviteToRoom",
    "JoinRoom",
    "LeaveRoom",
    "ListPeople",
    "ListRooms",
    "MarkRead",
    "MarkThreadRead",
    "MarkUnread",
    "OpenDirectRoom",
    "OpenRoom",
    "PinMessage",
    "PostMessage",
    "PresencePing",
    "Query",
    "ReleaseHeld",
    "RemoveMember",
    "RemoveReaction",
    "Request",
    "RestoreRoom",
    "SetRole",
    "SetRoomRole",
    "Signal",
    "Subscribe",
    "TryRule",
    "Typing",
    "UnpinMessage",
    "Unsubscribe",
    "WithdrawHeld",
]
