"""What comes again, in English words: "every other Friday until 20 December, except 4 December".

Reads which days, how long, and which are left out.
"""

from __future__ import annotations

import re

from rooms.errors import Refusal
from rooms.reminders.days import (
    DAY_NAMES,
    PARTS_OF_DAY,
    day_and_month,
    day_of_month,
    later,
    named_date,
    named_weekday,
)
from rooms.reminders.row import UNITS, Row
from rooms.reminders.rule import DAYS

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "1st": 1, "2nd": 2,
    "3rd": 3, "4th": 4, "5th": 5,
}  # fmt: skip
_ADVERBS = {
    "daily": ("DAILY", 1), "weekly": ("WEEKLY", 1), "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1), "yearly": ("YEARLY", 1), "annually": ("YEARLY", 1),
}  # fmt: skip
_GROUPS = {
    "weekday": range(5), "workday": range(5), "weekdays": range(5), "workdays": range(5),
    "weekend": (5, 6), "weekends": (5, 6),
}  # fmt: skip


# --- again and again ----------------------------------------------------------------------------


def again(row: Row) -> bool:
    """Which days it comes on."""
    if row.found.freq or row.found.day or row.found.exact:
        return False
    if adverb := row.one_of(*_ADVERBS):
        row.found.freq, row.found.interval = _ADVERBS[adverb]
        return row.attempt(_on) or True
    if row.attempt(_nth_of_month):
        return True
    if not row.one_of("every", "each"):
        return False
    if row.peek() in ("hour", "minute", "second") and row.peek(1) not in DAY_NAMES:
        raise Refusal("invalid", field="words", problem="a reminder comes at most once a day")
    return row.attempt(_nth_of_month) or _every(row)


def _every(row: Row) -> bool:
    if part := row.one_of(*PARTS_OF_DAY):
        row.found.freq, row.found.at = "DAILY", row.found.at or PARTS_OF_DAY[part]
        return True
    number = 2 if row.one_of("other", "second") else None
    if number is None and row.peek(1).removesuffix("s") in UNITS:
        number = row.number()
    row.found.interval = number or 1
    unit = row.peek().removesuffix("s")
    if unit in UNITS:
        row.place += 1
        row.found.freq = UNITS[unit]
        return row.attempt(_on) or True
    if row.attempt(_weekdays):
        return True
    if found := day_and_month(row):
        row.found.freq, row.found.by = "YEARLY", f"BYMONTH={found[1]};BYMONTHDAY={found[0]}"
        return True
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", row.peek()) and (day := day_of_month(row.peek())):
        row.place += 1
        row.found.freq, row.found.by = "MONTHLY", f"BYMONTHDAY={day}"
        return row.take("of", "the", "month") or True
    return False


def _on(row: Row) -> bool:
    """Which days of the week, month or year: "every month on the first Monday"."""
    if not row.take("on"):
        return False
    if row.found.freq == "WEEKLY":
        return _weekdays(row)
    if row.found.freq == "MONTHLY":
        row.take("the")
        if row.attempt(_nth):
            return True
        day = day_of_month(row.peek())
        row.place += 1
        row.found.by = f"BYMONTHDAY={day}"
        return day is not None
    row.take("the")
    found = day_and_month(row) if row.found.freq == "YEARLY" else None
    if found:
        row.found.by = f"BYMONTH={found[1]};BYMONTHDAY={found[0]}"
    return found is not None


def _weekdays(row: Row) -> bool:
    days: list[int] = []
    while True:
        name = row.peek()
        day = DAY_NAMES.get(name, DAY_NAMES.get(name.removesuffix("s"), -1))
        if name in _GROUPS:
            days += _GROUPS[name]
        elif day >= 0:
            days.append(day)
        else:
            return False
        row.place += 1
        joint = 1 if row.peek() in (",", "and", "&") else 0
        joint += 1 if row.peek(joint) == "and" and joint else 0
        following = row.peek(joint)
        if not joint or DAY_NAMES.get(following.removesuffix("s"), None) is None:
            break
        row.place += joint
    row.found.freq = "WEEKLY"
    row.found.by = "BYDAY=" + ",".join(DAYS[day] for day in sorted(set(days)))
    return True


def _nth(row: Row) -> bool:
    """A counted weekday, or the first or last day."""
    place = _ORDINALS.get(row.peek())
    if place is None:
        return False
    row.place += 1
    name = row.peek()
    if name in DAY_NAMES:
        row.found.by = f"BYDAY={place}{DAYS[DAY_NAMES[name]]}"
    elif name == "day":
        row.found.by = f"BYMONTHDAY={place}"
    elif name in ("weekday", "workday"):
        row.found.by = f"BYDAY=MO,TU,WE,TH,FR;BYSETPOS={place}"
    else:
        return False
    row.place += 1
    row.found.freq = "MONTHLY"
    return True


def _nth_of_month(row: Row) -> bool:
    """The first Monday of the month; after "every" also without "of the month", but "every second
    Monday" is every other one."""
    every = row.place > 0 and row.peek(-1) in ("every", "each")
    row.one_of("on")
    row.take("the")
    ordinal = row.peek()
    if not _nth(row):
        return False
    if row.take("of", "the", "month") or row.take("in", "the", "month"):
        return True
    if row.peek() == "of" and row.peek(1) in ("every", "each") and row.peek(2) == "month":
        row.place += 3
        return True
    if every and ordinal not in ("second", "2nd"):
        return True
    row.found.freq = row.found.by = ""
    return False


# --- until, and not on --------------------------------------------------------------------------


def ending(row: Row) -> bool:
    """Until when, how long, how often."""
    if not row.found.freq or row.found.ends:
        return False
    if row.one_of("until", "till", "through"):
        found = named_date(row) or named_weekday(row)
        row.found.ends = f"UNTIL={found:%Y%m%d}" if found else ""
        return found is not None
    row.take("for")
    number = row.number()
    if number and row.one_of("times", "time"):
        row.found.ends = f"COUNT={number}"
        return True
    unit = row.peek().removesuffix("s")
    if number and unit in UNITS:
        row.place += 1
        until = later(row.now.date(), unit, number)
        row.found.ends = f"UNTIL={until:%Y%m%d}"
        return True
    return False


def skipping(row: Row) -> bool:
    """Days on which it does not come."""
    if not row.found.freq:
        return False
    if not (row.one_of("except", "skipping", "skip") or row.take("but", "not")):
        return False
    while found := named_date(row):
        row.found.skip.append(found.isoformat())
        place = row.place
        row.one_of(",", "and", "&")
        if named_date(row) is None:
            row.place = place
            break
        row.place = place
        row.one_of(",", "and", "&")
    return bool(row.found.skip)
