"""What words ask a room: a question, answers, flags. Forgiving, and pure.

`"Which day?" Monday | Tuesday --anonymous --ends 18:00`: the question is quoted, or ends with its
mark, or at the first bar or line; the answers stand between bars or lines, else commas and "or".
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Question(NamedTuple):
    """What somebody asks the room."""

    question: str
    options: tuple[str, ...]
    anonymous: bool = False
    many: bool = False
    ends: str = ""
    """When, in words; empty: whoever asked ends it."""


_FLAG = re.compile(r"(?:^|\s)(?:--|[\u2013\u2014])\s?(anonymous|many|ends?)\b:?", re.IGNORECASE)
_ASKED = re.compile(
    r"\s*(?:[\"\u201c\u201e\u00ab](.+?)[\"\u201d\u201c\u00bb]|([^|\n]*?\?)|([^|\n]*))", re.DOTALL
)


def read(words: str) -> Question | None:
    """What words ask, forgivingly; None where there is no question in it."""
    said, *flags = _FLAG.split(words)
    given = {flags[n].lower()[:3]: flags[n + 1].strip() for n in range(0, len(flags), 2)}
    # What follows a flag that takes nothing is still the question, or the answers.
    text = " ".join((said, *(more for name, more in given.items() if name != "end"))).strip()
    found = _ASKED.match(text)
    question = (
        " ".join(next((part for part in found.groups() if part), "").split()) if found else ""
    )
    if not found or not question:
        return None
    options = answers(text[found.end() :]) or ("Yes", "No")
    return Question(question, options, "ano" in given, "man" in given, given.get("end", ""))


def answers(text: str) -> tuple[str, ...]:
    """The answers to choose from: between bars or lines, else between commas and "or"."""
    parts = re.split(r"[|\n]", text.strip(" |\n:;,-"))
    if len(parts) == 1:
        parts = re.split(r",|;|\s+or\s+", parts[0])
    return tuple(" ".join(part.split()) for part in parts if part.strip())
