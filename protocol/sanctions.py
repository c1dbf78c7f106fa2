"""What binds a room or a person, and how it was looked at again: as readers see it.

Part of snapshots and of the events of sanctions alike.
"""

from __future__ import annotations

from typing import Literal

import msgspec

SanctionKind = Literal["warn", "mute", "remove", "ban", "suspend"]
Verdict = Literal["upheld", "lifted"]


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """A room in which only facilitators write for now."""

    reason: str
    until: str | None = None
    """Over once this is past, without another word; None until somebody unlocks it."""


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asks that a sanction be looked at again: once, in one text."""

    text: str | None
    """None once its writer's account is deleted."""
    at: str
    verdict: Verdict | None = None
    answer: str = ""
    answered_by: str | None = None


class OpenAppeal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asks that a sanction be looked at again; `room.sanctions` has what they wrote."""

    sanction: str
    person: str


class Sanction(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody was given, why and until when. It lifts by itself when `until` is past."""

    id: str
    kind: SanctionKind
    person: str
    room: str | None
    """None for the whole community."""
    room_name: str
    reason: str
    by: str
    at: str
    until: str | None = None
    """None: for ever, or, of a warning or a removal, over at once."""
    lifted_at: str | None = None
    """Lifted early, by hand."""
    appeal: Appeal | None = None
