"""Plain English to a `When`: "remind us every Thursday 16:00 to read chapter 5".

What says when stands first or last, the rest is what to remind of. Nothing is guessed at: what is
not understood is refused, with examples. Stated choices: without a time it is 9:00; "at 1" to "at
6" are afternoons; "next Thursday" is that of next week; "the first Monday of the month" comes every
month. The phrases themselves are read in `phrases`.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from protocol.planned import When, Whom
from rooms.errors import Refusal
from rooms.reminders.phrases import phrase
from rooms.reminders.row import Token, tokens

EXAMPLES = (
    "every Thursday 16:00 to read chapter 5",
    "in 20 minutes to open the window",
    "tomorrow at 9 about the essay",
    "on the first Monday of the month at 9 to pay the fees",
    "every other Friday at 15:00 until 20 December to water the plants",
)
LONGEST = 1_000
LAST = 40
"""Words at the end among which a phrase begins that does not stand first: all places of a long text
would take a second, and the room's lock with it."""

_LEAD = re.compile(
    r"\s*(?:please\s+)?(?:(?:can|could|would|will)\s+you\s+)?(?:please\s+)?remind\s+"
    r"(me|us|everyone|everybody|all\s+of\s+us|all|the\s+(?:room|group|class|team)|this\s+room)\b[\s:,]*",
    re.IGNORECASE,
)
_JOINT = re.compile(r"^\s*(?:(?:to|that|about|of)\b|[:,;\u2013\u2014-])\s*", re.IGNORECASE)
_THIS = re.compile(r"(?:this|that|it)(?:\s+message)?[.!?]*", re.IGNORECASE)
_JOINTS = frozenset({"to", "that", "about", "of", ":", ",", "-", "\u2013", "\u2014"})


class Heard(NamedTuple):
    """What somebody asked for."""

    when: When
    body: str
    whom: Whom | None


def not_understood() -> Refusal:
    """The refusal that shows how it is said."""
    return Refusal("not_understood", examples="; ".join(f"“{one}”" for one in EXAMPLES))


def hear(words: str, now: datetime, zone: str) -> Heard:
    """`now` is the present moment with its zone. Raises `not_understood` or `in_the_past`."""
    if len(words) > LONGEST:
        raise Refusal("too_long", field="words", max=LONGEST, actual=len(words))
    text = " ".join(words.split())
    lead = _LEAD.match(text)
    whom: Whom | None = None
    if lead is not None:
        whom = "me" if lead[1].lower() == "me" else "room"
        text = text[lead.end() :]
    found = tokens(text.rstrip(".!?"))
    said = [token.word for token in found]
    try:
        for start in _places(said):
            read = phrase(said, start, now)
            if read is not None and (start == 0 or read[1] == len(found)):
                when = read[0].when(now, zone)
                return Heard(when, _rest(text, found, start, read[1]), whom)
    except (ValueError, OverflowError) as error:
        # A day that no calendar has, or one beyond the year 9999.
        raise not_understood() from error
    raise not_understood()


def _places(said: list[str]) -> list[int]:
    """Where what says when may begin: first or, where what is asked for comes first, later."""
    later = range(max(1, len(said) - LAST), len(said))
    return [*later] if said and said[0] in _JOINTS else [0, *later]


def _rest(text: str, found: list[Token], start: int, end: int) -> str:
    """What is left beside the phrase, without the word that joins them."""
    left = text[found[end - 1].end :] if start == 0 else text[: found[start].start]
    left = _JOINT.sub("", left.strip().rstrip(",;"))
    left = _JOINT.sub("", left).strip() if left[:1] in ":,-" else left.strip()
    if _THIS.fullmatch(left):
        return ""
    return left[:1].upper() + left[1:]
