"""What both directions of text share: which marks stand for emphasis on one line.

Slack and CommonMark agree on the idea (an opening mark leans on what follows, a closing one on what
stands before) and differ in details; only what both take for emphasis is emphasis here.
Finding partners is linear in the text, however many marks stand alone in it.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache
from re import Match, Pattern


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


Atom = tuple[Pattern[str], Callable[[Match[str]], str]]
"""What is written as a whole, and how: code, things in angle brackets, addresses."""


class Line(ABC):
    """One line: what in it is atomic, and emphasis around the rest, in the other side's marks."""

    marks: dict[str, str]
    """The other side's mark for each of ours."""

    def __init__(self, line: str, atoms: Iterable[Atom]) -> None:
        self.line = line
        self._atoms: dict[int, tuple[int, str]] = {}
        self._inside: dict[int, int] = {}
        for pattern, write in atoms:
            for found in pattern.finditer(line):
                if not any(place in self._inside for place in self.asked(*found.span())):
                    self._atoms[found.start()] = (found.end(), write(found))
                    for place in range(*found.span()):
                        self._inside[place] = found.end()
        self._marks = Marks(line, lambda place: self._inside.get(place, place))

    @abstractmethod
    def asked(self, start: int, end: int) -> Iterable[int]:
        """The places that must not be inside of an earlier atom for a new one to stand."""

    @abstractmethod
    def mark(self, place: int, end: int) -> str:
        """The run of marks at a place; empty for anything else."""

    @abstractmethod
    def text(self, text: str) -> str:
        """What has no markup, as the other side writes it."""

    def before(self, text: str, _atom: str) -> str:
        """The same right before an atom, given as it is written."""
        return self.text(text)

    def written(self, start: int, end: int, active: frozenset[str] = frozenset()) -> str:
        """What stands between two places, with the marks of `active` open around it."""
        line, out, text, place = self.line, [], start, start
        while place < end:
            if place in self._atoms and self._atoms[place][0] <= end:
                ends, atom = self._atoms[place]
                out += [self.before(line[text:place], atom), atom]
                place = text = ends
                continue
            mark = self.mark(place, end)
            inner = place + len(mark)
            theirs, close = self.marks.get(mark, ""), -1
            before, after = line[place - 1] if place else "", line[inner : inner + 1]
            if theirs and theirs not in active and opens(before, after):
                close = self._marks.partner(mark, inner, end)
            if close < 0:
                place = max(inner, place + 1)
                continue
            within = self.written(inner, close, active | {theirs})
            out += [self.text(line[text:place]), theirs, within, theirs]
            place = text = close + len(mark)
        out.append(self.text(line[text:end]))
        return "".join(out)
