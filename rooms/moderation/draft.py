"""A text on its way into a room, as rules look at it; folded forms are made when first asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from rooms.moderation import folding


class Draft:
    """`body` by somebody; `before(seconds)` gives what they said here lately, newest first. `keys`
    may be shared by drafts that are looked at together."""

    def __init__(
        self,
        body: str,
        before: Callable[[int], Sequence[str]] = lambda _: (),
        keys: dict[str, str] | None = None,
    ) -> None:
        self.body = body
        self.before = before
        self._keys: dict[str, str] = {} if keys is None else keys

    @cached_property
    def plain(self) -> str:
        """See `folding.plain`."""
        return folding.plain(self.body)

    @cached_property
    def skeleton(self) -> str:
        """See `folding.skeleton`."""
        return folding.skeleton(self.body)

    def key(self, text: str) -> str:
        """What a text has in common with one that says the same; made once however many ask."""
        found = self._keys.get(text)
        if found is None:
            found = self._keys[text] = folding.key(text)
        return found


Check = Callable[[Draft], str | None]
"""What of a draft met the rule, in a few words for the facilitators; None when nothing did."""
