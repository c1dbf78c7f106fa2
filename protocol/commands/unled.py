"""Commands of those who run the community about rooms that nobody looks after any more."""

from __future__ import annotations

from protocol.request import Command


class AppointFacilitator(Command, frozen=True, tag="room.appoint"):
    """Make a member of a room that nobody looks after its facilitator."""

    room: str
    person: str


class CloseRoom(Command, frozen=True, tag="room.close"):
    """Archive a room that nobody looks after."""

    room: str


COMMANDS: tuple[type[Command], ...] = (AppointFacilitator, CloseRoom)
