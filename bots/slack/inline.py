"""What both directions of text share: which marks stand for emphasis on one line.

Slack and CommonMark agree on the idea (an opening mark leans on what follows, a closing one on what
stands before) and differ in details; only what both take for emphasis is emphasis here.
Finding partners is linear in the text, however many marks stand alone in it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from functools import cache


@cache
def _kind(character: str) -> str:
    if not character or character.isspace():
        return " "
    if unicodedata.category(character)[0] in "PS":
        return "."
    return "a"


def opens(before: str, after: str) -> bool:
    """May a mark between these characters (empty: an edge) begin emphasis?

    Not inside of a word; and what follows is no blank (CommonMark 0.31, 6.2: left-flanking).
    """
    return _kind(before) != "a" and _kind(after) != " "


def closes(before: str, after: str) -> bool:
    """May it end emphasis?"""
    return _kind(before) != " " and _kind(after) != "a"


class Marks:
    """Where on a line each mark may close, found once and asked for many times."""

    def __init__(self, line: str, skipped: Callable[[int], int]) -> None:
        self._line = line
        self._skipped = skipped
        self._closing: dict[str, list[int]] = {}

    def partner(self, mark: str, start: int, end: int) -> int:
        """The place of the mark that closes one opened before `start`, with something between and
        no later than `end`; -1 where none does."""
        places = self._closing.get(mark)
        if places is None:
            places = self._closing[mark] = self._all(mark)
        at = bisect_left(places, start + 1)
        if at == len(places) or places[at] + len(mark) > end:
            return -1
        return places[at]

    def _all(self, mark: str) -> list[int]:
        line, size, found, place = self._line, len(mark), [], 0
        while place < len(line):
            if (after := self._skipped(place)) > place:
                place = after
                continue
            if line.startswith(mark, place):
                run = place
                while run < len(line) and line[run] == mark[0]:
                    run += 1
                before = line[place - 1] if place else ""
                if run - place == size and closes(before, line[run : run + 1]):
                    found.append(place)
                place = run
                continue
            place += 1
        return found
