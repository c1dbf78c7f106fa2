"""Identifiers: opaque, prefixed, ordered by time.

An id is `<prefix>_<26 characters>`: 48 bits of Unix milliseconds and 80 random bits in base32hex
(RFC 4648, section 7), lower case; its alphabet sorts as its bits do. They are made before the
append, so that a retried command names the same object. Nothing may read meaning out of an id but
its prefix.
"""

from __future__ import annotations

import os
import time

COMMUNITY = "community"
"""The stream of the community: one deployment is one community."""

ADMINS = "admins"
"""The stream of those who run the community: what only they may read."""


_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]
"""Every ten bits in base32hex: the standard library's encoder takes twice as long."""
_SHIFTS = range(120, -1, -10)
_RANDOM = 10
"""Bytes of an id."""
_drawn: list[bytes] = []
# A child must not make the ids that its parent will make.
os.register_at_fork(after_in_child=_drawn.clear)


def _random() -> bytes:
    """Ten random bytes, drawn from the kernel for many ids at once: each time it is asked the
    other threads get the interpreter, and a transaction makes a hundred ids."""
    while True:
        try:
            return _drawn.pop()
        except IndexError:
            fresh = os.urandom(256 * _RANDOM)
            _drawn.extend(fresh[at : at + _RANDOM] for at in range(0, len(fresh), _RANDOM))


def new_id(prefix: str, milliseconds: int | None = None) -> str:
    """Make an id. `milliseconds` since 1970 (UTC) default to now; 0 to 2**48 - 1."""
    ms = time.time_ns() // 1_000_000 if milliseconds is None else milliseconds
    # Two bits more make ten a pair of letters.
    bits = int.from_bytes(ms.to_bytes(6, "big") + _random(), "big") << 2
    return f"{prefix}_{''.join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])}"


_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_code() -> str:
    """A code for whoever holds it: 100 random bits that can be read out, without letters that look
    like others."""
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(20))


def facilitators_stream(room: str) -> str:
    """The stream that only the facilitators of `room` watch."""
    return "f" + room


def answers_stream(topic: str) -> str:
    """The stream in which the answers to a topic stand that are kept back until one's own."""
    return "t" + topic


def topic_of_answers_stream(stream: str) -> str | None:
    """The topic whose answers stand in `stream`; None when it is another kind of stream."""
    return stream[1:] if stream.startswith("tm_") else None


def room_of_facilitators_stream(stream: str) -> str | None:
    """The room whose facilitators watch `stream`; None when it is another kind of stream."""
    return stream[1:] if stream.startswith("fr_") else None
