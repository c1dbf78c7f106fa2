"""Records of the rooms' rules: what is written beside events, because it is one reader's own."""

from __future__ import annotations

from typing import Any

import msgspec

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


class Trimmed(Record, frozen=True):
    """Events of a stream up to `upto` are gone."""

    stream: str
    upto: int


class Schedule(Record, frozen=True):
    """Something to be done later, once in the cluster, written with the decision that wants it.

    `kind` is a row of `chat.later`; the same `key` again moves what was scheduled under it, unless
    `keep`: then what stands there stays. `at` is microseconds since 1970, UTC. The payload names
    things by id and holds no text of people: a deletion does not look for it there (P8).
    """

    kind: str
    key: str
    at: int
    payload: dict[str, Any] = msgspec.field(default_factory=dict)
    keep: bool = False


class Unschedule(Record, frozen=True):
    """It is not to be done after all. Nothing happens if nothing was scheduled."""

    kind: str
    key: str
