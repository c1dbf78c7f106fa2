"""Commands of bots and of those who use them: buttons, forms, slash commands, whispers."""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.blocks import Blocks
from protocol.bots import Slash
from protocol.request import Command


class Interact(Command, frozen=True, tag="message.interact"):
    """Press a button or send a form of a bot's message or whisper: `action` is its id."""

    message: str
    action: str
    values: dict[str, str] = msgspec.field(default_factory=dict)
    """Of a form: what was filled in, by the ids of its inputs."""


class RunSlash(Command, frozen=True, tag="slash.run"):
    """Ask a bot of the room something by a command that it offers; nothing is posted."""

    room: str
    name: str
    text: str = ""
    bot: str | None = None
    """Where two offer the same; without it, whoever came into the room first."""
    thread: str | None = None


class SetSlash(Command, frozen=True, tag="slash.set"):
    """For bots: the commands that one offers, in place of those before; without `room`, in all
    rooms that it is in."""

    commands: tuple[Slash, ...]
    room: str | None = None


class AnswerInteraction(Command, frozen=True, tag="interaction.answer"):
    """For bots: answer a button, a form or a command, up to 5 times within 30 minutes.

    `show`: `person` whispers it to whoever asked, `dialog` the same as a form before their eyes,
    `room` posts it, `edit` puts it in place of the message or whisper that was asked from, `gone`
    takes that away, `done` says nothing: it only ends the waiting.
    """

    interaction: str
    show: Literal["person", "dialog", "room", "edit", "gone", "done"] = "person"
    body: str = ""
    blocks: Blocks = ()


class ShowWhisper(Command, frozen=True, tag="whisper.show"):
    """For bots: say something to one member of a room that nobody else reads; with `whisper`, in
    place of that one."""

    room: str
    person: str
    body: str = ""
    blocks: Blocks = ()
    thread: str | None = None
    whisper: str | None = None
    dialog: bool = False


class DismissWhisper(Command, frozen=True, tag="whisper.dismiss"):
    """Take a whisper away that was said to oneself or, for bots, by oneself."""

    whisper: str


COMMANDS: tuple[type[Command], ...] = (
    Interact,
    RunSlash,
    SetSlash,
    AnswerInteraction,
    ShowWhisper,
    DismissWhisper,
)
