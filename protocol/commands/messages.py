"""Commands about messages: posting, editing, deleting, pinning, reacting."""

from __future__ import annotations

from protocol.blocks import Blocks
from protocol.parts import Unit, UnitChange
from protocol.request import Command, Int


class PostMessage(Command, frozen=True, tag="message.post"):
    """Post in a room or, with `thread` (the first message's id), reply in a thread."""

    room: str
    body: str
    thread: str | None = None
    quote: str | None = None
    unit: Unit | None = None
    """In a book club: the unit it speaks of."""
    title: str | None = None
    """In a forum: what the topic is about; replies have none."""
    blocks: Blocks = ()
    """For bots: what it is drawn of. Without a `body`, their words are its body."""


class EditMessage(Command, frozen=True, tag="message.edit"):
    """Replace the text of one's own message."""

    message: str
    body: str
    rev: Int | None = None
    """The `rev` the editor saw; if the text has changed since, the answer is `conflict`."""
    unit: UnitChange = "keep"
    """The unit it speaks of from here on; `"keep"`: as before; null: none."""
    title: str | None = None
    """Of a topic: its title from here on; null: as before."""
    blocks: Blocks | None = None
    """For bots: other blocks; null: those that stand there, none: a plain text from here on."""


class DeleteMessage(Command, frozen=True, tag="message.delete"):
    """Delete one's own message, or as facilitator anyone's."""

    message: str
    reason: str = ""


class PinMessage(Command, frozen=True, tag="message.pin"):
    """Pin a message to its room."""

    message: str


class UnpinMessage(Command, frozen=True, tag="message.unpin"):
    """Take a pin away."""

    message: str


class AddReaction(Command, frozen=True, tag="reaction.add"):
    """React with an emoji; a second time changes nothing."""

    message: str
    emoji: str


class RemoveReaction(Command, frozen=True, tag="reaction.remove"):
    """Take one's reaction back."""

    message: str
    emoji: str


class MoveThread(Command, frozen=True, tag="thread.move"):
    """Move a message of the main timeline, with its thread, to another room; it keeps its id."""

    thread: str
    room: str


COMMANDS: tuple[type[Command], ...] = (
    PostMessage,
    EditMessage,
    DeleteMessage,
    PinMessage,
    UnpinMessage,
    AddReaction,
    RemoveReaction,
    MoveThread,
)
