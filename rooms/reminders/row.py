"""Words in a row, and what was read of them: what the parts of a phrase share.

Knows no English but numbers; no present moment but the one given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from protocol.planned import When
from rooms.errors import Refusal
from rooms.reminders.rule import dates, read
from rooms.reminders.when import moment, zone

MORNING, AFTERNOON, EVENING = time(9), time(15), time(19)
UNITS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_TOKEN = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?"
    r"|\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_][\w'\u2019]*|[^\s\w]",
    re.IGNORECASE,
)
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
}  # fmt: skip


class Token(NamedTuple):
    """A word, in small letters, and where it stands."""

    word: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words and signs of a text."""
    return [Token(one[0].lower(), one.start(), one.end()) for one in _TOKEN.finditer(text)]


@dataclass(slots=True)
class Phrase:
    """What was said of when. Nothing said is None or empty."""

    day: date | None = None
    at: time | None = None
    exact: datetime | None = None
    freq: str = ""
    interval: int = 1
    by: str = ""
    """Parts of the rule, such as `BYDAY=TH`."""
    ends: str = ""
    skip: list[str] = field(default_factory=list)

    def when(self, now: datetime, name: str) -> When:
        """The `When`; raises `in_the_past`."""
        if self.exact is not None:
            # Of an hour that comes twice, a local time names the first.
            exact = self.exact.astimezone(UTC) if self.exact.fold else self.exact
            return When(
                start=exact.strftime("%Y-%m-%dT%H:%M"), zone="UTC" if self.exact.fold else name
            )
        at = self.at or MORNING
        if self.freq:
            return self._recurring(now, name, at)
        day = self.day
        if day is None:
            day = now.date() if moment(now.date(), at, zone(name)) > _micro(now) else _tomorrow(now)
        if moment(day, at, zone(name)) <= _micro(now):
            raise Refusal("in_the_past")
        return When(start=_start(day, at), zone=name)

    def _recurring(self, now: datetime, name: str, at: time) -> When:
        pattern = f"FREQ={self.freq}"
        if self.interval > 1:
            pattern += f";INTERVAL={self.interval}"
        if self.by:
            pattern += f";{self.by}"
        since = self.day or now.date()
        # "Every 2 weeks on Monday" begins on the coming Monday, whatever week it is.
        plain = read(pattern)._replace(interval=1)
        for first in dates(plain, since, since):
            if moment(first, at, zone(name)) > _micro(now):
                rule = f"{pattern};{self.ends}" if self.ends else pattern
                return When(
                    start=_start(first, at), zone=name, rule=rule, skip=tuple(sorted(self.skip))
                )
        raise Refusal("in_the_past")


def _micro(now: datetime) -> int:
    return int(now.timestamp() * 1_000_000)


def _start(day: date, at: time) -> str:
    return f"{day.isoformat()}T{at:%H:%M}"


def _tomorrow(now: datetime) -> date:
    return now.date() + timedelta(days=1)


class Row:
    """Words that are read one after the other; a part that does not fit puts them back."""

    def __init__(self, words: Sequence[str], place: int, now: datetime) -> None:
        self.words = words
        self.place = place
        self.now = now
        self.found = Phrase()

    def peek(self, ahead: int = 0) -> str:
        at = self.place + ahead
        return self.words[at] if at < len(self.words) else ""

    def take(self, *wanted: str) -> bool:
        """Take these words, if they come next."""
        if all(self.peek(n) == word for n, word in enumerate(wanted)):
            self.place += len(wanted)
            return True
        return False

    def one_of(self, *wanted: str) -> str:
        """Take one of these, if it comes next."""
        word = self.peek()
        if word in wanted:
            self.place += 1
            return word
        return ""

    def number(self) -> int | None:
        """A number, in figures or as a word."""
        word = self.peek()
        value = int(word) if word.isdecimal() and len(word) < 5 else _NUMBERS.get(word)
        if value is not None:
            self.place += 1
        return value

    def attempt(self, part: Callable[[Row], bool]) -> bool:
        """Read a part; where it does not fit, nothing was read."""
        place = self.place
        if part(self):
            return True
        self.place = place
        return False
