"""The port of finding: what an index is given, what it is asked, how far back it looks at once.

Words stand in the index by block of `BLOCK` messages, and the newest blocks are asked first: a page
costs what its own messages cost, however long the log (docs/decisions/0065). Knows no rights: the
rooms to look in are given, and what comes back is judged by whoever asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection

from rooms.words import Wanted

BLOCK_BITS = 14
BLOCK = 1 << BLOCK_BITS
"""Messages of one block: enough that a million messages are few blocks, few enough to sort."""
NAMED_ROOMS = 16
"""So many rooms, or fewer, are looked up in the index; of more each match is asked where it is."""


class Text(NamedTuple):
    """A message to be found by its words."""

    message: str
    room: str
    author: str
    at: int
    seq: int
    words: list[str]


class Hit(NamedTuple):
    """A message that has what was wanted; `no` is the place to go on from."""

    no: int
    message: str


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Where to look: rooms, each from a `seq` on, and narrower if something is named."""

    rooms: dict[str, int]
    named: bool = False
    """The rooms were chosen: look them up however many they are."""
    authors: tuple[str, ...] = ()
    """Any, if empty."""
    after: int | None = None
    before: int | None = None


class Span(NamedTuple):
    """A part of the index: numbers from `low` to `high`, both included."""

    low: int
    high: int

    @property
    def blocks(self) -> range:
        """The blocks it touches, the newest first."""
        return range(self.high >> BLOCK_BITS, (self.low >> BLOCK_BITS) - 1, -1)


class Index(Protocol):
    """An index in a database; everything happens in the caller's transaction."""

    def add(self, connection: Connection, texts: Sequence[Text]) -> None:
        """Make messages findable, in the order of time."""
        ...

    def replace(self, connection: Connection, message: str, words: list[str]) -> None:
        """A message's text is another one; nothing happens to what was never added."""
        ...

    def drop(self, connection: Connection, message: str) -> None:
        """A message is found no more."""
        ...

    def search(
        self, connection: Connection, wanted: Sequence[Wanted], scope: Scope, span: Span, most: int
    ) -> list[Hit]:
        """At most `most` messages of a span that have all that is wanted, the newest first."""
        ...


def alternatives(scope: Scope) -> list[list[str]]:
    """What a scope asks of the index: of each list, one word must stand beside the message."""
    found = []
    if scope.authors:
        found.append([author_word(person) for person in scope.authors])
    if scope.named or len(scope.rooms) <= NAMED_ROOMS:
        found.append([place_word(room) for room in scope.rooms])
    return found


def spans(low: int, high: int) -> Iterator[Span]:
    """From `high` down to `low`: the newest block, which may have just begun, the one before it,
    and then twice as many each time."""
    size, next_size = 1, 1
    while high >= low:
        first = max(low, ((high >> BLOCK_BITS) - size + 1) << BLOCK_BITS)
        yield Span(first, high)
        high, size, next_size = first - 1, next_size, next_size * 2


def block_word(block: int, word: str) -> str:
    """A word as it stands in the index."""
    return f"{block:x}_{word}"


def place_word(room: str) -> str:
    """What every message of a room has in the index."""
    return "#" + room


def author_word(person: str) -> str:
    """What every message of an author has."""
    return "@" + person
