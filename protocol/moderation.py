"""What is looked at before others see it: a room's holds and rules, as sent, kept and shown.

A rule is a trigger and what it does. Each trigger is a type here and a file in
`rooms/moderation/`; the tag says on the wire which one it is. Knows no text of people but the words
that rules look for.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.request import Int


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sent and shown alike: strict, and whole."""


class Words(_Part, frozen=True, tag="words", tag_field="is"):
    """Words and patterns. A word is a whole word, `*` at its end stands for any ending, and
    look-alikes of its letters count; patterns are RE2 (its syntax is a part of Perl's)."""

    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class Links(_Part, frozen=True, tag="links", tag_field="is"):
    """Links to these domains and what is below them; with `others`, to all but these."""

    domains: tuple[str, ...] = ()
    others: bool = False


class Repeats(_Part, frozen=True, tag="repeats", tag_field="is"):
    """The same text by the same person `times` times within `seconds` (in this room)."""

    times: Int = 3
    seconds: Int = 600


Trigger = Words | Links | Repeats
Action = Literal["hold", "block", "alert", "timeout"]
Exempt = Literal["facilitator", "member", "bot", "guest"]


class Rule(_Part, frozen=True, kw_only=True):
    """When `when` is met: hold for review, refuse with `message`, let it pass and tell the
    facilitators, or hold it and mute its author for `minutes`."""

    id: str = ""
    name: str
    when: Trigger
    action: Action = "hold"
    message: str = ""
    minutes: Int = 10
    exempt: tuple[Exempt, ...] = ("facilitator",)
    on: bool = True
    by: str = ""
    """Who answers for it: whoever changed it last. The server says so; what is sent is not kept."""


class Holds(_Part, frozen=True):
    """Whose posts wait for a facilitator, whatever they say. Facilitators' and bots' never do."""

    everyone: bool = False
    newcomers: Int = 0
    """Until so many of somebody's messages stand in the room; 0 for nobody."""
    guests: bool = False
    links: bool = False
    """Messages with a link, whoever writes them."""


class Moderation(_Part, frozen=True):
    """All of it for one room, or (without holds) for every room of the community but direct
    ones."""

    holds: Holds = Holds()
    rules: tuple[Rule, ...] = ()
