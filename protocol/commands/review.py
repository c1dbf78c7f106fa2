"""Commands about what waits for facilitators before others see it, and about rules that act."""

from __future__ import annotations

from protocol.moderation import Holds, Rule
from protocol.request import Command


class ChangeModeration(Command, frozen=True, tag="moderation.change"):
    """Change a room's holds, its rules, or both; each is replaced as a whole."""

    room: str
    holds: Holds | None = None
    rules: list[Rule] | None = None


class ChangeCommunityRules(Command, frozen=True, tag="community.rules"):
    """Replace the rules that hold in every room of the community but direct ones."""

    rules: list[Rule]


class ReleaseHeld(Command, frozen=True, tag="held.release"):
    """Let a waiting post into its room: it gets its number and time now."""

    held: str


class DeclineHeld(Command, frozen=True, tag="held.decline"):
    """Do not let a waiting post in; its author is told, and why."""

    held: str
    reason: str = ""


class WithdrawHeld(Command, frozen=True, tag="held.withdraw"):
    """Take one's own waiting post back."""

    held: str


class EditHeld(Command, frozen=True, tag="held.edit"):
    """Replace the text of one's own waiting post, and the title of a topic that waits."""

    held: str
    body: str
    title: str | None = None


COMMANDS: tuple[type[Command], ...] = (
    ChangeModeration,
    ChangeCommunityRules,
    ReleaseHeld,
    DeclineHeld,
    WithdrawHeld,
    EditHeld,
)
