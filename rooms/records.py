"""Records of the rooms' rules: what is written beside events, because it is one reader's own."""

from __future__ import annotations

from rooms.model import Record


class ReadMark(Record, frozen=True):
    """How far a member has read a room; `no` never moves back."""

    room: str
    person: str
    no: int
    unread_from: int | None


class ThreadMark(Record, frozen=True):
    """Whether somebody follows a thread and how far they have read it."""

    thread: str
    room: str
    person: str
    following: bool
    no: int
