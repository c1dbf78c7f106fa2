"""What a kind of room decides: its settings, who can come in, what is switched on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

NOTHING: Mapping[str, str] = {}


class Kind(NamedTuple):
    """A kind of room. What it does not say is as in a conversation."""

    name: str
    about: str
    """A sentence, in English, for whoever chooses on a command line; browsers have their own."""
    suggests: Mapping[str, str] = NOTHING
    """Settings of a new room that facilitators may change later."""
    fixed: Mapping[str, str] = NOTHING
    """Settings that are so in every room of this kind."""
    tools: tuple[str, ...] = ()
    """Tools that are switched on in a new room."""
    guests: bool = True
    """Whether guests can be in it."""
    sealed: bool = False
    """What is said here is quoted nowhere else."""
    most: int | None = None
    """At most so many people, invited ones included."""
    coordinator: bool = False
    """Whether it may have a coordinator."""
    topics: bool = False
    """Whether every post has a title and opens a stream of replies, and answers can be kept back
    until one's own first."""

    def setting(self, field: str) -> str:
        """The value of `access`, `posting` or `history` in a new room."""
        return self.fixed.get(field) or self.suggests.get(field) or _PLAIN[field]


_PLAIN = {"access": "open", "posting": "everyone", "history": "all"}
