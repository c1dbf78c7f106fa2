"""How values stand in columns: JSON texts and the routing header of an event.

JSON is written by msgspec, so that what is read back is byte for byte what was decided.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.blocks import Stored
from protocol.parts import Bounds, RoomOptions, Unit, UnitChange

_encoder = msgspec.json.Encoder()
_strings = msgspec.json.Decoder(tuple[str, ...])


class Route(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What the hub may know of an event without reading it."""

    revokes: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    redacts: int = 0
    """Events up to this one may hold text that is gone: they are read anew, not replayed."""
    threaded: bool = False
    """The event's number is one of a thread, not of the stream."""


_route = msgspec.json.Decoder(Route)


def dump(value: Any) -> str:
    """JSON text of a struct or plain value."""
    return _encoder.encode(value).decode()


def strings(text: str) -> tuple[str, ...]:
    """A JSON list of strings."""
    return () if text == "[]" else _strings.decode(text)


def route(text: str | None) -> Route | None:
    """A routing header."""
    return None if text is None else _route.decode(text)


_options = msgspec.json.Decoder(RoomOptions)
_NO_OPTIONS = RoomOptions()


def options(value: RoomOptions) -> str | None:
    """What a room has switched on; None for nothing."""
    return None if value == _NO_OPTIONS else dump(value)


def read_options(text: str | None) -> RoomOptions:
    """What `options` wrote."""
    return _NO_OPTIONS if text is None else _options.decode(text)


_bounds = msgspec.json.Decoder(Bounds)


def read_bounds(text: str | None) -> Bounds | None:
    """What a bot is kept to."""
    return None if text is None else _bounds.decode(text)


_blocks = msgspec.json.Decoder(Stored)


def blocks(value: Stored | None) -> str | None:
    """What a message is drawn of; None for text alone."""
    return dump(value) if value else None


def read_blocks(text: str | None) -> Stored | None:
    """What `blocks` wrote."""
    return None if text is None else _blocks.decode(text)


def unit(value: UnitChange) -> str | None:
    """A unit of a book as a column holds it."""
    return f"{value.book}.{value.no}" if isinstance(value, Unit) else value


def read_unit(text: str | None) -> Any:
    """What `unit` wrote: a `Unit` or None, and for a text that waits perhaps `"keep"`."""
    if text is None or text == "keep":
        return text
    book, no = text.split(".")
    return Unit(book=int(book), no=int(no))


def folded(text: str) -> str:
    """A name for comparing and sorting without regard to case."""
    return text.casefold()
