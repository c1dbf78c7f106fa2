"""Looking at a text before others see it: a room's holds, and rules that act.

One trigger a file, and its row in `RULES`: pure, from a draft to what met it. Settings are checked
and compiled once a version; deciding costs what the rules that are on cost, and nothing where there
are none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from protocol.moderation import Action, Holds, Links, Moderation, Repeats, Rule, Words
from rooms.moderation import links, repeats, words
from rooms.moderation.draft import Check, Draft

RULES: dict[type, Callable[[Any], Check]] = {
    Words: words.made,
    Links: links.made,
    Repeats: repeats.made,
}
"""A trigger's type to the function that makes its check; raises `Refusal` for what is no rule."""

STRENGTH: dict[Action, int] = {"alert": 0, "hold": 1, "timeout": 2, "block": 3}
"""The strongest that is met decides."""


class Verdict(NamedTuple):
    """What is to be done, why (`everyone`, `newcomer`, `guest`, `link` or `rule`), by which rule,
    and what it found."""

    then: Action
    why: str
    rule: Rule | None = None
    matched: str = ""


class Author(NamedTuple):
    """Who writes, as far as rules ask: exempt by what they are, new by how much they have said."""

    kinds: frozenset[str]
    posts: Callable[[int], int]
    """`posts(most)`: how many messages of theirs stand in the room, counted up to `most`."""


class Moderator:
    """A room's holds and rules, those of the community included, ready to decide."""

    def __init__(self, room: Moderation, community: Moderation) -> None:
        self.holds = room.holds
        self.checks = [
            (rule, RULES[type(rule.when)](rule.when))
            for rule in (*community.rules, *room.rules)
            if rule.on
        ]

    @property
    def idle(self) -> bool:
        """Whether nothing is ever looked at."""
        return not self.checks and self.holds == Holds()

    def verdict(self, draft: Draft, author: Author) -> Verdict | None:
        """What is to be done about a draft; None: it may pass."""
        found: Verdict | None = None
        for rule, check in self.checks:
            if author.kinds & set(rule.exempt):
                continue
            weaker = found is None or STRENGTH[found.then] < STRENGTH[rule.action]
            if weaker and (matched := check(draft)) is not None:
                found = Verdict(rule.action, "rule", rule, matched)
        if found is not None and found.then != "alert":
            return found
        why = self._held(draft, author)
        return found if why is None else Verdict("hold", why)

    def _held(self, draft: Draft, author: Author) -> str | None:
        holds = self.holds
        if author.kinds & {"facilitator", "bot"}:
            return None
        if holds.everyone:
            return "everyone"
        if holds.guests and "guest" in author.kinds:
            return "guest"
        if holds.newcomers and author.posts(holds.newcomers) < holds.newcomers:
            return "newcomer"
        if holds.links and links.hosts(draft):
            return "link"
        return None


__all__ = ["RULES", "Author", "Check", "Draft", "Moderator", "Verdict"]
