"""Events of sanctions: in the person's own stream, which they belong to, and, for the eyes of those
who look after the room, in its facilitators' stream."""

from __future__ import annotations

from protocol.events.base import EventData
from protocol.sanctions import Sanction, Verdict


class SanctionGiven(EventData, frozen=True):
    """Somebody was warned, muted, removed, banned or suspended by the actor."""

    sanction: Sanction


class SanctionLifted(EventData, frozen=True):
    """The actor ended it early."""

    id: str
    person: str
    note: str = ""


class SanctionAppealed(EventData, frozen=True):
    """The person asks that it be looked at again. `text` is None once their account is deleted."""

    id: str
    person: str
    text: str | None


class SanctionAnswered(EventData, frozen=True):
    """The actor looked at it again."""

    id: str
    person: str
    verdict: Verdict
    note: str = ""


KINDS: dict[str, type[EventData]] = {
    "sanction.given": SanctionGiven,
    "sanction.lifted": SanctionLifted,
    "sanction.appealed": SanctionAppealed,
    "sanction.answered": SanctionAnswered,
}
