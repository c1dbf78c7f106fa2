"""Events of a room's facilitators' stream: what only they may read."""

from __future__ import annotations

from typing import Literal

from protocol.events.base import EventData
from protocol.views import Person


class JoinRequested(EventData, frozen=True):
    """Somebody asks to be let in."""

    person: Person


class JoinRequestEnded(EventData, frozen=True):
    """A request was admitted, declined or taken back."""

    person: str
    how: Literal["admitted", "declined", "withdrawn"]


class VersionKept(EventData, frozen=True):
    """The text a message had before an edit; None once the message is deleted."""

    id: str
    body: str | None


class ActDone(EventData, frozen=True):
    """The actor used power. Ids and plain words only: an audit is never rewritten, so that nothing
    may stand in it that somebody could want deleted."""

    act: str
    """The command's type."""
    target: str = ""
    """The person, message or sanction it was about; empty for the room itself."""
    note: str = ""
    message: str = ""


class FacilitatorLeft(EventData, frozen=True):
    """Somebody no longer facilitates the room, and no longer watches this stream."""

    person: str


class DeskTrimmed(EventData, frozen=True):
    """Earlier events of this stream were cleared, because the room keeps its talk for a time."""


KINDS: dict[str, type[EventData]] = {
    "join.requested": JoinRequested,
    "join.ended": JoinRequestEnded,
    "version.kept": VersionKept,
    "act.done": ActDone,
    "facilitator.left": FacilitatorLeft,
    "desk.trimmed": DeskTrimmed,
}
