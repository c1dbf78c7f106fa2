"""Events of bots: what was asked of one, in its own stream, and what it says to one person, in
theirs."""

from __future__ import annotations

from typing import Literal

from protocol.blocks import Stored
from protocol.events.base import EventData


class InteractionMade(EventData, frozen=True):
    """In the bot's stream: somebody pressed a button, sent a form or ran a command.

    `body` is the text after a command, `values` what a form was filled with; both are gone once it
    has expired.
    """

    id: str
    what: Literal["button", "form", "command"]
    room: str
    person: str
    name: str
    """The id of the button or form, or the command's name."""
    value: str = ""
    """Of a button."""
    values: dict[str, str] | None = None
    body: str | None = None
    message: str | None = None
    """The message or whisper it was in."""
    thread: str | None = None
    expires_at: str = ""
    own: bool = False
    """Of a command: it is sent to the command's own address."""


class InteractionExpired(EventData, frozen=True):
    """In the bot's stream: it can be answered no longer, and what was filled in is gone."""

    id: str


class InteractionAnswered(EventData, frozen=True):
    """In the person's stream: the bot has answered, one way or another."""

    id: str


class WhisperShown(EventData, frozen=True):
    """In the person's stream: a bot says something to them alone; the same id again replaces it.
    `dialog`: a form that stands before everything else until it is sent or closed."""

    id: str
    bot: str
    room: str
    body: str | None
    blocks: Stored | None = None
    thread: str | None = None
    dialog: bool = False


class WhisperGone(EventData, frozen=True):
    """In the person's stream: dismissed, taken back or a day old."""

    id: str


class BotTroubled(EventData, frozen=True):
    """In its owner's stream: a bot cannot be told of events at its address, or can again: ask for
    the `bots` of the overview."""

    bot: str


KINDS: dict[str, type[EventData]] = {
    "interaction.made": InteractionMade,
    "interaction.expired": InteractionExpired,
    "interaction.answered": InteractionAnswered,
    "whisper.shown": WhisperShown,
    "whisper.gone": WhisperGone,
    "bot.troubled": BotTroubled,
}
