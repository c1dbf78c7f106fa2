"""A text on its way into a room, as rules look at it; folded forms are made when first asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from rooms.moderation import folding


class Draft:
    """`body` by somebody; `before(seconds)` gives what they said here lately, newest first."""

    def __init__(self, body: str, before: Callable[[int], Sequence[str]] = lambda _: ()) -> None:
        self.body = body
        self.before = before

    @cached_property
    def plain(self) -> str:
        """See `folding.plain`."""
        return folding.plain(self.body)

    @cached_property
    def skeleton(self) -> str:
        """See `folding.skeleton`."""
        return folding.skeleton(self.body)


Check = Callable[[Draft], str | None]
"""What of a draft met the rule, in a few words for the facilitators; None when nothing did."""
