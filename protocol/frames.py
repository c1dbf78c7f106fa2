"""Frames that the server sends. Each is one JSON text frame with a `type`.

A client must ignore types and fields it does not know.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """Base of all server frames."""


class Welcome(Frame, frozen=True, kw_only=True, tag="welcome"):
    """The first frame: who you are here, and the timings and limits to keep to."""

    protocol: int = 1
    connection: str
    person: str
    community: str
    timings: dict[str, int]
    limits: dict[str, int]
    restored_from: str | None = None
    """Lately restored from a backup of this time: what was written after it is gone."""


class Ok(Frame, frozen=True, kw_only=True, tag="ok"):
    """The answer to a request. For a command: `seq` in `stream` is where its first event stands."""

    ref: str
    stream: str | None = None
    seq: int | None = None
    duplicate: bool = False
    result: Any = None


class Error(Frame, frozen=True, kw_only=True, tag="error"):
    """The refusal of a request, or with an empty `ref` of a frame that could not be read."""

    ref: str = ""
    code: str
    message: str
    params: dict[str, Any] = {}
    retry_after: float | None = None


class Event(Frame, frozen=True, kw_only=True, tag="event"):
    """An event of a watched stream."""

    stream: str
    seq: int
    kind: str
    actor: str
    at: str
    v: int
    no: int | None = None
    data: msgspec.Raw


class StreamState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `subscribe` answers for each cursor.

    `current`: events after the cursor follow or were sent before this answer. `reset`: take a new
    snapshot, because of `why`. `refused`: `why` is the error code.
    """

    stream: str
    state: Literal["current", "reset", "refused"]
    epoch: str | None = None
    seq: int | None = None
    why: str | None = None


class Summary(Frame, frozen=True, kw_only=True, tag="summary"):
    """Streams watched in summary mode that moved."""

    streams: list[StreamSummary]


class StreamSummary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Heads now, and whether the reader was mentioned since the last summary."""

    stream: str
    seq: int
    no: int
    mentioned: int = 0


class Lagging(Frame, frozen=True, kw_only=True, tag="lagging"):
    """You read too slowly and all subscriptions were dropped: subscribe again with your cursors."""


class Unsubscribed(Frame, frozen=True, kw_only=True, tag="unsubscribed"):
    """The server ended a subscription: `removed`, `reset` (with the new epoch)."""

    stream: str
    why: str


class TypingFrame(Frame, frozen=True, kw_only=True, tag="typing"):
    """Somebody writes (or stopped)."""

    stream: str
    person: str
    name: str
    typing: bool
    thread: str | None = None


class PresenceFrame(Frame, frozen=True, kw_only=True, tag="presence"):
    """People of a room who changed, and how many are there."""

    stream: str
    online: int
    people: dict[str, Literal["online", "idle", "offline"]]


class NoticesFrame(Frame, frozen=True, kw_only=True, tag="notices"):
    """For owners and admins: what troubles the installation now; empty when it is over."""

    active: tuple[str, ...]


class ReadFrame(Frame, frozen=True, kw_only=True, tag="read"):
    """A reading position moved on another device of yours."""

    room: str
    read_no: int
    unread_from: int | None
    mentions: int


class ToolMarkFrame(Frame, frozen=True, kw_only=True, tag="tool_mark"):
    """Your own mark in a tool was set on another device of yours."""

    room: str
    tool: str
    mark: dict[str, Any]


class ThreadReadFrame(Frame, frozen=True, kw_only=True, tag="thread_read"):
    """A thread was read, followed or unfollowed on another device of yours."""

    thread: str
    following: bool
    read_no: int
