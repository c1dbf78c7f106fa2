"""Commands about what somebody would rather not hear. Nobody else is told."""

from __future__ import annotations

from protocol.request import Command


class MutePerson(Command, frozen=True, tag="person.mute"):
    """Fold what a person writes, and let it notify of nothing; for oneself alone."""

    person: str
    muted: bool = True


class BlockPerson(Command, frozen=True, tag="person.block"):
    """Close the direct conversation with a person, for both, and fold what they write in others."""

    person: str
    blocked: bool = True


class MuteRoom(Command, frozen=True, tag="room.mute"):
    """No emphasis for what is new in a room; with `mentions` only for what mentions oneself."""

    room: str
    muted: bool = True
    mentions: bool = False


COMMANDS: tuple[type[Command], ...] = (MutePerson, BlockPerson, MuteRoom)
