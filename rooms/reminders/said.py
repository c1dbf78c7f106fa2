"""A `When` in words, so that people see what was understood. English; no present moment."""

from __future__ import annotations

from datetime import date, datetime

from protocol.planned import When
from rooms.reminders import rule as rules
from rooms.reminders.rule import Rule
from rooms.reminders.when import begin, local

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_WORKDAYS = frozenset(range(5))


def said(when: When) -> str:
    """Such as "Every Thursday at 16:00, until 20 December 2026 (Europe/Berlin)"."""
    first = begin(when)
    if not when.rule:
        return f"{weekday_of(first)} at {first:%H:%M} ({when.zone})"
    rule = rules.read(when.rule)
    parts = [f"{_pattern(rule, first)} at {first:%H:%M}"]
    if rule.times:
        parts.append("once" if rule.times == 1 else f"{rule.times} times")
    if rule.until:
        parts.append(f"until {day_of(rule.until)}")
    if when.skip:
        days = [day_of(date.fromisoformat(one)) for one in when.skip[-3:]]
        parts.append("but not on " + _listed(days))
    return f"{', '.join(parts)} ({when.zone})"


def day_of(day: date) -> str:
    """Such as "3 December 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday_of(day: date) -> str:
    """Such as "Thursday 3 December 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day_of(day)}"


def moment_of(moment: datetime) -> str:
    """Such as "Thursday 3 December 2026, 16:00"."""
    return f"{weekday_of(moment)}, {moment:%H:%M}"


def coming_of(moments: list[int], zone: str) -> str:
    """Such as "Thursday 3 December 2026, 16:00; … (Europe/Berlin)"; empty for none."""
    told = "; ".join(moment_of(local(one, zone)) for one in moments)
    return f"{told} ({zone})" if told else ""


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _pattern(rule: Rule, first: datetime) -> str:
    unit = _UNITS[rule.freq]
    every = f"Every {unit}" if rule.interval == 1 else f"Every {rule.interval} {unit}s"
    days = [WEEKDAYS[day] for day in sorted(rule.weekdays)]
    which = "" if rule.positions == () else _counted(rule.positions) + " of: "
    months = [MONTHS[month - 1] for month in sorted(rule.months)]
    inside = " of " + _listed(months) if months else ""
    if rule.nth:
        named = [f"the {_place(n)} {WEEKDAYS[day]}" for n, day in sorted(rule.nth)]
        return f"{every} on {which}{_listed(named)}{inside or _whole(rule)}"
    if rule.month_days:
        named = [_month_day(day) for day in sorted(rule.month_days, key=lambda d: (d < 0, d))]
        on = f" if it is a {_listed(days)}" if days else ""
        return f"{every} on {which}{_listed(named)}{inside}{on}"
    if days:
        return _weekly(rule, every, days, which) + inside
    if rule.freq == "WEEKLY":
        return _weekly(rule, every, [WEEKDAYS[first.weekday()]], which) + inside
    if rule.freq == "MONTHLY":
        return f"{every} on {_month_day(first.day)}{inside}"
    if rule.freq == "YEARLY":
        return f"{every} on {first.day} {_listed(months or [MONTHS[first.month - 1]])}"
    return every + (f" in {_listed(months)}" if months else "")


def _weekly(rule: Rule, every: str, days: list[str], which: str) -> str:
    plain = rule.interval == 1 and not which and rule.freq in ("DAILY", "WEEKLY")
    if plain and rule.weekdays == _WORKDAYS:
        return "Every Monday to Friday"
    if plain:
        return f"Every {_listed(days)}"
    return f"{every} on {which}{_listed(days)}"


def _whole(rule: Rule) -> str:
    return " of the year" if rule.freq == "YEARLY" else ""


def _place(n: int) -> str:
    return _NTH.get(n) or (f"{n}th" if n > 0 else f"{-n}th last")


def _counted(positions: tuple[int, ...]) -> str:
    return "the " + _listed([_place(n) for n in positions])


def _month_day(day: int) -> str:
    if day < 0:
        return "the last day" if day == -1 else f"the {-day}th last day"
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"the {day}{ending}"
