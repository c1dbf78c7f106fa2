"""Identifiers: opaque, prefixed, ordered by time.

An id is `<prefix>_<26 characters>`: 48 bits of Unix milliseconds and 80 random bits in Crockford's
base32, lower case (the layout of ULID). They are made before the append, so that a retried command
names the same object. Nothing may read meaning out of an id but its prefix.
"""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

COMMUNITY = "community"
"""The stream of the community: one deployment is one community."""


def new_id(prefix: str, milliseconds: int | None = None) -> str:
    """Make an id. `milliseconds` since 1970 (UTC) default to now; 0 to 2**48 - 1."""
    ms = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    number = (ms << 80) | int.from_bytes(os.urandom(10), "big")
    return f"{prefix}_" + "".join(
        _ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)
    )


def facilitators_stream(room: str) -> str:
    """The stream that only the facilitators of `room` watch."""
    return "f" + room


def room_of_facilitators_stream(stream: str) -> str | None:
    """The room whose facilitators watch `stream`; None when it is another kind of stream."""
    return stream[1:] if stream.startswith("fr_") else None
