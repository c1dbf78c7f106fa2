"""Records of the rooms' rules: what is written beside events, because it is one reader's own."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.blocks import Stored
from rooms.model import Record


class ReadMark(Record, frozen=True):
    """How far a member has read a room; `no` never moves back."""

    room: str
    person: str
    no: int
    unread_from: int | None


class ToolMark(Record, frozen=True):
    """Somebody's own mark in a tool, as JSON."""

    room: str
    tool: str
    person: str
    mark: str


class Ballot(Record, frozen=True):
    """One more vote for an option of an anonymous poll, nobody's; -1: one more has voted."""

    room: str
    poll: int
    option: int


class ThreadMark(Record, frozen=True):
    """Whether somebody follows a thread and how far they have read it."""

    thread: str
    room: str
    person: str
    following: bool
    no: int


class Rewritten(Record, frozen=True):
    """What a message says from here on, where the log does not hold it."""

    message: str
    body: str
    mentions: tuple[str, ...]
    title: str | None = None
    blocks: Stored | None = None


class Reminded(Record, frozen=True):
    """A message that a reminder posted, with words of somebody: they go with their account."""

    message: str
    by: str


class Trimmed(Record, frozen=True):
    """Events of a stream up to `upto` are gone."""

    stream: str
    upto: int


class NewReport(Record, frozen=True):
    """Something to be looked at, with what was seen (JSON of `protocol.reports.Evidence`)."""

    id: str
    place: str
    about: str
    room: str
    message: str
    person: str
    evidence: str


class ReportedBy(Record, frozen=True):
    """Somebody (or, with an empty `person`, a rule) reported it; again replaces what they said."""

    report: str
    person: str
    category: str
    note: str


class ReportAssigned(Record, frozen=True):
    """Who looks at it."""

    report: str
    person: str | None


class ReportResolved(Record, frozen=True):
    """What came of it."""

    report: str
    by: str
    outcome: str
    answer: str


class ReportSeen(Record, frozen=True):
    """Somebody knows what came of their report."""

    report: str
    person: str


class ForgetEvidence(Record, frozen=True):
    """What was seen is kept no longer, nor what reporters wrote."""

    report: str


class ForgetReporter(Record, frozen=True):
    """What somebody wrote in their reports goes with their account."""

    person: str


class NotifyChoice(Record, frozen=True):
    """What of a room, or of a thread of it, notifies somebody; None: as it is by default."""

    person: str
    room: str
    target: str
    """The room, or the thread."""
    level: str | None


class NotifyRules(Record, frozen=True):
    """When notifications wait (minutes of the day) and whether they show what was said."""

    person: str
    start: int | None
    end: int | None
    text: bool


class Offer(Record, frozen=True):
    """The commands `(name, hint, help, own address)` that a bot offers in a room or, with an empty
    one, in all, in place of those before. An address of None stays as it is."""

    bot: str
    room: str
    commands: tuple[tuple[str, str, str, str | None], ...]


class Schedule(Record, frozen=True):
    """Something to be done later, once in the cluster, written with the decision that wants it.

    `kind` is a row of `chat.later`; the same `key` again moves what was scheduled under it, unless
    `keep`: then what stands there stays, if it was not given up. `at` is microseconds since 1970,
    UTC. The payload names things by id and holds no text of people: a deletion does not look for it
    there (P8).
    """

    kind: str
    key: str
    at: int
    payload: dict[str, Any] = msgspec.field(default_factory=dict)
    keep: bool = False
    sooner: bool = False
    """What waits is not moved to a later time; what is just being done is due once more."""


class Unschedule(Record, frozen=True):
    """It is not to be done after all. Nothing happens if nothing was scheduled."""

    kind: str
    key: str
