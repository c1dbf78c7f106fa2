"""Days and times of day in English words: "tomorrow at 9", "next Thursday", "3 December".

Stated choices: "at 1" to "at 6" are afternoons; "next Thursday" is that of next week; a date
without a year is the next one.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta

from rooms.reminders.row import AFTERNOON, EVENING, MORNING, UNITS, Row
from rooms.reminders.said import MONTHS, WEEKDAYS

DAY_NAMES = {
    **{name.lower(): n for n, name in enumerate(WEEKDAYS)},
    **{name.lower()[:3]: n for n, name in enumerate(WEEKDAYS)},
    "tues": 1, "weds": 2, "thur": 3, "thurs": 3,
}  # fmt: skip
_MONTH_NAMES = {
    **{name.lower(): n for n, name in enumerate(MONTHS, 1)},
    **{name.lower()[:3]: n for n, name in enumerate(MONTHS, 1)},
    "sept": 9,
}
PARTS_OF_DAY = {"morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING, "night": EVENING}


# --- in so much time ----------------------------------------------------------------------------


def relative(row: Row) -> bool:
    """In so much time: "in 20 minutes", "in two weeks"."""
    if not row.take("in") or row.found.day or row.found.freq:
        return False
    if row.take("half", "an", "hour"):
        row.found.exact = _after(row.now, timedelta(minutes=30))
        return True
    number = row.number()
    unit = row.peek().removesuffix("s")
    if number is None or number < 1 or unit not in ("minute", "min", "hour", *UNITS):
        return False
    row.place += 1
    if unit in ("minute", "min", "hour"):
        step = timedelta(hours=number) if unit == "hour" else timedelta(minutes=number)
        row.found.exact = _after(row.now, step)
        return True
    row.found.day = later(row.now.date(), unit, number)
    row.found.at = row.found.at or row.now.time().replace(second=0, microsecond=0, tzinfo=None)
    return True


def _after(now: datetime, step: timedelta) -> datetime:
    """So much later by the clock on the wall of the same zone, on a full minute, not sooner."""
    seconds = now.timestamp() + step.total_seconds()
    return datetime.fromtimestamp(math.ceil(seconds / 60) * 60, UTC).astimezone(now.tzinfo)


def later(day: date, unit: str, number: int) -> date:
    """So many days, weeks, months or years later; where a month is too short, its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=number * (7 if unit == "week" else 1))
    months = day.month - 1 + number * (12 if unit == "year" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


# --- at a time ----------------------------------------------------------------------------------


def clock(row: Row) -> bool:
    """A time of day."""
    if row.found.exact is not None:
        return False
    if row.take("in", "the") and (part := row.one_of(*PARTS_OF_DAY)):
        return _in_the(row, part)
    at = bool(row.one_of("at", "@"))
    found = _time(row, plain=at)
    if found is None:
        return False
    if row.take("in", "the") and (part := row.one_of(*PARTS_OF_DAY)):
        return _in_the(row, part, found)
    row.found.at = found
    return True


def _in_the(row: Row, part: str, at: time | None = None) -> bool:
    at = at or row.found.at
    if at is None:
        row.found.at = PARTS_OF_DAY[part]
    elif part == "morning":
        row.found.at = at.replace(hour=at.hour % 12)
    elif at.hour < 12:
        row.found.at = at.replace(hour=at.hour + 12)
    else:
        row.found.at = at
    return True


def _time(row: Row, *, plain: bool) -> time | None:
    """A time of day; a number alone only where `at` stands before it."""
    word = row.peek()
    if row.one_of("noon", "midday"):
        return time(12)
    if row.one_of("midnight"):
        return time(0)
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d\d))?\s?(?:([ap])\.?m\.?)?", word)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if "." in word and not half and not plain:
        return None
    bare = found[2] is None and half is None
    if bare and not plain and row.peek(1) != "o":
        return None
    if half and not 1 <= hour <= 12:
        return None
    row.place += 1
    if bare and row.peek() == "o":
        row.take("o", "'", "clock")
    row.one_of("o'clock", "o\u2019clock", "h", "hours")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif bare and 1 <= hour <= 6:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


# --- on a day -----------------------------------------------------------------------------------


def day(row: Row) -> bool:
    """A day, and with it perhaps a time."""
    if row.found.day or row.found.exact:
        return False
    if row.found.freq and not row.one_of("from", "starting", "beginning", "since"):
        return False
    found = _named_day(row)
    if found is None:
        return False
    row.found.day = found
    return True


def _named_day(row: Row) -> date | None:
    today = row.now.date()
    if row.take("the", "day", "after", "tomorrow") or row.take("day", "after", "tomorrow"):
        return today + timedelta(days=2)
    for name, days in (("today", 0), ("tomorrow", 1)):
        if row.take(name):
            if part := row.one_of(*PARTS_OF_DAY):
                row.found.at = PARTS_OF_DAY[part]
            return today + timedelta(days=days)
    if row.take("tonight"):
        row.found.at = row.found.at or EVENING
        return today
    if row.peek() == "this" and row.peek(1) in PARTS_OF_DAY:
        row.found.at = PARTS_OF_DAY[row.peek(1)]
        row.place += 2
        return today
    if row.take("next", "week"):
        return today + timedelta(days=7 - today.weekday())
    if row.take("next", "month"):
        return later(today.replace(day=1), "month", 1)
    return named_date(row) or named_weekday(row)


def named_weekday(row: Row) -> date | None:
    """A day of the week, from today on."""
    row.one_of("on", "by")
    which = row.one_of("this", "next")
    name = row.peek()
    if name not in DAY_NAMES:
        return None
    row.place += 1
    today = row.now.date()
    ahead = (DAY_NAMES[name] - today.weekday()) % 7
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + DAY_NAMES[name])
    if ahead == 0:
        # Said on a Thursday, "Thursday" is today while its time is to come, else in a week.
        place = row.place
        row.attempt(clock)
        row.place = place
        past = datetime.combine(today, row.found.at or MORNING, row.now.tzinfo) <= row.now
        ahead = 7 if past else 0
    return today + timedelta(days=ahead)


def named_date(row: Row) -> date | None:
    """A day of the calendar: 2026-12-03, 3 December (2026), December 3rd, the 3rd."""
    place = row.place
    row.one_of("on", "until", "by")
    the = row.take("the")
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", row.peek()):
            row.place += 1
            return date.fromisoformat(row.peek(-1))
        found = day_and_month(row)
        if found is None and the and (day := day_of_month(row.peek())):
            row.place += 1
            return _next_day_of_month(row.now.date(), day)
        if found is not None:
            return _with_year(row, *found)
    except ValueError:
        pass
    row.place = place
    return None


def day_of_month(word: str) -> int | None:
    """1 to 31, as "3" or "3rd"."""
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None


def day_and_month(row: Row) -> tuple[int, int] | None:
    """Such as "3 December", "3rd of December", "December the 3rd"."""
    place = row.place
    day, month = day_of_month(row.peek()), _MONTH_NAMES.get(row.peek())
    row.place += 1
    if day is not None:
        row.one_of("of")
        month = _MONTH_NAMES.get(row.peek())
    elif month is not None:
        row.take("the")
        day = day_of_month(row.peek())
    if day is None or month is None:
        row.place = place
        return None
    row.place += 1
    return day, month


def _with_year(row: Row, day: int, month: int) -> date:
    today = row.now.date()
    comma = row.peek() == ","
    year = row.peek(1 if comma else 0)
    if re.fullmatch(r"20\d\d", year):
        row.place += 2 if comma else 1
        return date(int(year), month, day)
    for this in range(today.year, today.year + 9):
        try:
            found = date(this, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(month)


def _next_day_of_month(today: date, day: int) -> date:
    first = today.replace(day=1)
    for n in range(13):
        month = later(first, "month", n)
        try:
            found = month.replace(day=day)
        except ValueError:
            continue
        if found > today:
            return found
    raise ValueError(day)
