"""Parts of views, commands and events that know no people: options, units, tools."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Base of all parts."""


class RoomOptions(Part, frozen=True):
    """What the room's kind, and its facilitators, have switched on."""

    tools: tuple[str, ...] = ()
    """Names of tools (`rooms/tools/`)."""
    coordinator: str | None = None
    """In a mentorship: who sees when the two last spoke, and nothing else."""
    answer_first: bool = False
    """In a forum: the answers to new topics are seen after one's own first answer."""
    hide_text: bool = False
    """Whether notifications leave out what was said."""


class Bounds(Part, frozen=True):
    """What a bot is kept to."""

    scopes: tuple[str, ...] = ("read", "write")
    rooms: tuple[str, ...] | None = None
    """None: wherever it is let in."""


class Unit(Part, frozen=True):
    """A unit (a chapter) of a book that the room reads; both are counted from 1."""

    book: int
    no: int


Answers = Literal["kept", "shown"]
"""Of a topic whose answers stand in a stream of their own: kept back until one's own first answer,
or shown to everybody since."""

UnitChange = Unit | Literal["keep"] | None
"""The unit from here on; `"keep"`: as before, null: none."""


class Tool(Part, frozen=True):
    """The state of a tool, as it is after the event `rev`; its form is the tool's own."""

    tool: str
    instance: str
    rev: int
    state: Any


class Pair(Part, frozen=True):
    """A mentorship, as its coordinator sees it: who, and when they last spoke, never what."""

    room: str
    people: tuple[str, ...]
    spoke_at: str | None
    archived: bool
