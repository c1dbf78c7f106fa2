"""The nouns of bots: what the rules know of a bot, of what it offers, and of what it was asked.

A bot is a person with the role `bot`; what it may do in a room is the policy's to say. Times are
microseconds since 1970, UTC.
"""

from __future__ import annotations

from typing import Any, Protocol

from rooms.model import Fact


class BotFacts(Fact, frozen=True):
    """A bot beside its person."""

    id: str
    owner: str
    """Who answers for it; empty for the command line."""
    room: str | None
    """The room it belongs to; None: the community."""
    rate: int | None


class InteractionFacts(Fact, frozen=True):
    """A button, a form or a command that its bot may answer."""

    id: str
    bot: str
    person: str
    room: str
    thread: str
    message: str
    """The message or whisper it was in; empty for a command."""
    bot_seq: int
    answers: int
    expires_at: int


class WhisperFacts(Fact, frozen=True):
    """What a bot says to one person."""

    id: str
    person: str
    bot: str
    room: str
    thread: str
    dialog: bool
    seq: int
    blocks: tuple[dict[str, Any], ...]


class BotQuestions(Protocol):
    """What rules may ask about bots; part of `rooms.facts.Facts`."""

    def bot(self, person: str) -> BotFacts | None:
        """A bot."""
        ...

    def bots_of(self, room: str | None) -> int:
        """How many bots belong to a room or, with None, to the community."""
        ...

    def slash(self, room: str, name: str) -> tuple[str, ...]:
        """The bots that offer a command in a room and are in it, whoever came first before."""
        ...

    def own_address(self, bot: str, room: str, name: str) -> bool:
        """Whether a command of a bot has an address of its own in a room."""
        ...

    def blocks(self, message: str) -> tuple[dict[str, Any], ...]:
        """What a message is drawn of; empty for plain text."""
        ...

    def webhooks(self, bot: str) -> tuple[str, ...]:
        """The incoming addresses of a bot that work."""
        ...

    def interaction(self, interaction: str) -> InteractionFacts | None:
        """One of the last half hour."""
        ...

    def interactions_of(self, person: str, since: int) -> int:
        """How many of a person's have not expired and were made since."""
        ...

    def interactions_with(self, person: str, most: int) -> tuple[InteractionFacts, ...]:
        """Some of what somebody asked of bots or, as a bot, was asked."""
        ...

    def whisper(self, whisper: str) -> WhisperFacts | None:
        """One that stands."""
        ...

    def whispers_with(self, person: str, most: int) -> tuple[WhisperFacts, ...]:
        """Some of those to somebody or, of a bot, by it."""
        ...

    def whispers_to(self, person: str) -> int:
        """How many stand for a person."""
        ...
