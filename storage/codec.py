"""How values stand in columns: JSON texts and the routing header of an event.

JSON is written by msgspec, so that what is read back is byte for byte what was decided.
"""

from __future__ import annotations

from typing import Any

import msgspec

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


def folded(text: str) -> str:
    """A name for comparing and sorting without regard to case."""
    return text.casefold()
