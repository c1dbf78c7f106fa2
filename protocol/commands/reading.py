"""Commands about how far somebody has read."""

from __future__ import annotations

from protocol.request import Command, Int


class MarkRead(Command, frozen=True, tag="read.mark"):
    """Everything up to `no` is read; smaller numbers than before change nothing."""

    room: str
    no: Int


class MarkUnread(Command, frozen=True, tag="read.unread"):
    """Show messages from `no` on as unread, until the room is next marked read."""

    room: str
    no: Int


class FollowThread(Command, frozen=True, tag="thread.follow"):
    """Follow or stop following a thread; replying follows."""

    thread: str
    following: bool = True


class MarkThreadRead(Command, frozen=True, tag="thread.read"):
    """Replies up to `no` are read."""

    thread: str
    no: Int


COMMANDS: tuple[type[Command], ...] = (
    MarkRead,
    MarkUnread,
    FollowThread,
    MarkThreadRead,
)
