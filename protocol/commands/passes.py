"""Commands about guest passes: a link by which people come into one room for a while, with nothing
but a name. A pass is an invitation and is named by its id (`invitation`)."""

from __future__ import annotations

from protocol.request import Command, Int


class MakePass(Command, frozen=True, tag="pass.make"):
    """Let up to `uses` guests into a room who come within `expires_in` seconds, each for `lasts`
    seconds from when they come."""

    room: str
    uses: Int = 30
    lasts: Int = 4 * 3600
    expires_in: Int = 12 * 3600


class RevokePass(Command, frozen=True, tag="pass.revoke"):
    """Nobody comes by it any more and, unless they may `stay`, those who came by it go."""

    invitation: str
    stay: bool = False


class EndVisit(Command, frozen=True, tag="pass.end"):
    """End one guest's visit before its time."""

    room: str
    person: str


COMMANDS: tuple[type[Command], ...] = (MakePass, RevokePass, EndVisit)
