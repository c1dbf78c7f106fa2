"""Commands that bind a person or a room for a time, and that undo it."""

from __future__ import annotations

from typing import Literal

from protocol.request import Command, Int


class LockRoom(Command, frozen=True, tag="room.lock"):
    """Only facilitators write, for `seconds` or until somebody unlocks the room."""

    room: str
    reason: str = ""
    seconds: Int | None = None


class UnlockRoom(Command, frozen=True, tag="room.unlock"):
    """Everybody writes again."""

    room: str


class Warn(Command, frozen=True, tag="sanction.warn"):
    """Tell a member of a room, in earnest, that something must not happen again."""

    room: str
    person: str
    reason: str


class Mute(Command, frozen=True, tag="sanction.mute"):
    """For `seconds` somebody reads in a room and does not write; a new mute replaces the old."""

    room: str
    person: str
    seconds: Int
    reason: str = ""


class Ban(Command, frozen=True, tag="sanction.ban"):
    """Somebody neither sees nor joins a room, for `seconds` or for ever."""

    room: str
    person: str
    seconds: Int | None = None
    reason: str = ""


class SuspendPerson(Command, frozen=True, tag="person.suspend"):
    """Nothing of an account acts anywhere, for `seconds` or until it is lifted."""

    person: str
    seconds: Int | None = None
    reason: str = ""


class LiftSanction(Command, frozen=True, tag="sanction.lift"):
    """End a mute, a ban or a suspension early."""

    sanction: str
    note: str = ""


class AppealSanction(Command, frozen=True, tag="sanction.appeal"):
    """Ask that one's own sanction be looked at again; once."""

    sanction: str
    text: str


class AnswerAppeal(Command, frozen=True, tag="sanction.answer"):
    """Uphold a sanction, or lift it."""

    sanction: str
    verdict: Literal["upheld", "lifted"]
    note: str = ""


COMMANDS: tuple[type[Command], ...] = (
    LockRoom,
    UnlockRoom,
    Warn,
    Mute,
    Ban,
    SuspendPerson,
    LiftSanction,
    AppealSanction,
    AnswerAppeal,
)
