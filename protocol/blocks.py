"""Blocks: what a bot's message is drawn of, and what can be asked in it.

A message with blocks has a `body` all the same: it says the same in plain words, for search,
notices and whoever draws no blocks. Text in blocks is Markdown as in bodies, without mentions.
Stored blocks live for ever: a field that comes later has a default, and readers skip what they do
not know.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Stored = tuple[dict[str, Any], ...]
"""Blocks as events and messages carry them: the same objects, read leniently."""


class Piece(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Base of what stands in blocks; strict, as every command is."""


class Button(Piece, frozen=True):
    """Pressing it sends `id` and `value` to the bot. With `url` it is a link, and nothing is
    sent."""

    id: str
    label: str
    value: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"
    url: str = ""


class Option(Piece, frozen=True):
    """One of the choices of a select."""

    value: str
    label: str


class Input(Piece, frozen=True, tag_field="type"):
    """Base of what is filled in."""

    id: str
    label: str
    hint: str = ""
    required: bool = True


class TextInput(Input, frozen=True, kw_only=True, tag="text"):
    """A line, or with `long` several. At most `max` characters, up to 3,000."""

    placeholder: str = ""
    initial: str = ""
    long: bool = False
    max: int = 3_000


class SelectInput(Input, frozen=True, kw_only=True, tag="select"):
    """One of some options."""

    options: tuple[Option, ...]
    initial: str = ""


class Block(Piece, frozen=True, tag_field="type"):
    """Base of all blocks."""


class Header(Block, frozen=True, tag="header"):
    """A heading: plain text."""

    text: str


class Section(Block, frozen=True, tag="section"):
    """A paragraph, perhaps with a button beside it."""

    text: str
    button: Button | None = None


class Context(Block, frozen=True, tag="context"):
    """A quiet line under something."""

    text: str


class Divider(Block, frozen=True, tag="divider"):
    """A line across."""


class Buttons(Block, frozen=True, tag="buttons"):
    """Buttons in a row."""

    buttons: tuple[Button, ...]


class Form(Block, frozen=True, tag="form"):
    """A short form; sending it sends `id` and what was filled in, by the ids of the inputs."""

    id: str
    inputs: tuple[TextInput | SelectInput, ...]
    submit: str = ""
    """What its button says; empty for the client's own word."""


AnyBlock = Header | Section | Context | Divider | Buttons | Form
Blocks = tuple[AnyBlock, ...]


class Whisper(msgspec.Struct, frozen=True, kw_only=True):
    """What a bot says to the reader alone, in a room; as `whisper.shown` tells it."""

    id: str
    bot: str
    room: str
    body: str
    blocks: Stored | None
    thread: str | None
    dialog: bool
    at: str
