"""Recurrence rules: the days that a rule names. Pure dates; no clock, no time zone.

A part of RFC 5545, section 3.3.10: `FREQ` (DAILY to YEARLY), `INTERVAL`, `COUNT`, `UNTIL`, `BYDAY`,
`BYMONTHDAY`, `BYMONTH` and `BYSETPOS`. What comes more than once a day is not for a reading room.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import count, islice
from typing import NamedTuple

from rooms.errors import Refusal

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HORIZON = timedelta(days=12 * 366)
"""A rule that names no day for so long names none (29 February comes within eight years)."""
_FEW = 8
"""Days from a date on that are remembered of a rule."""
_MOST_TIMES = 1_000
_LONGEST = 200
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


class Rule(NamedTuple):
    """A rule, read. Months and days of the month are counted from 1, weekdays from Monday, 0."""

    freq: str
    interval: int = 1
    times: int | None = None
    until: date | None = None
    weekdays: frozenset[int] = frozenset()
    nth: frozenset[tuple[int, int]] = frozenset()
    """`(2, 0)`: the second Monday; `(-1, 4)`: the last Friday; of its month or, in a yearly rule
    without months, of its year."""
    month_days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    positions: tuple[int, ...] = ()


def _refuse(problem: str) -> Refusal:
    return Refusal("invalid", field="when.rule", problem=problem)


def _number(text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,4}", text) or not low <= int(text) <= high or int(text) == 0:
        raise _refuse(f"{text[:12]} is no number between {low} and {high}")
    return int(text)


def _numbers(text: str, low: int, high: int) -> frozenset[int]:
    return frozenset(_number(one, low, high) for one in text.split(","))


def _until(text: str) -> date:
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) == 8 else "")
    except ValueError as error:
        raise _refuse("UNTIL is a day, such as 20261220") from error


def _by_day(text: str) -> dict[str, object]:
    plain: set[int] = set()
    nth: set[tuple[int, int]] = set()
    for one in text.split(","):
        found = _DAY.fullmatch(one)
        if found is None:
            raise _refuse("BYDAY names days such as MO or 2TU")
        day = DAYS.index(found[2])
        if found[1]:
            nth.add((_number(found[1], -53, 53), day))
        else:
            plain.add(day)
    if plain and nth:
        raise _refuse("days are counted, all or none")
    return {"weekdays": frozenset(plain), "nth": frozenset(nth)}


_PARTS: dict[str, Callable[[str], dict[str, object]]] = {
    "INTERVAL": lambda text: {"interval": _number(text, 1, 1_000)},
    "COUNT": lambda text: {"times": _number(text, 1, _MOST_TIMES)},
    "UNTIL": lambda text: {"until": _until(text)},
    "BYDAY": _by_day,
    "BYMONTHDAY": lambda text: {"month_days": _numbers(text, -31, 31)},
    "BYMONTH": lambda text: {"months": _numbers(text, 1, 12)},
    "BYSETPOS": lambda text: {"positions": tuple(sorted(_numbers(text, -366, 366)))},
    "WKST": lambda text: {} if text == "MO" else _no_week(),
}
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


def _no_week() -> dict[str, object]:
    raise _refuse("weeks begin on Monday")


def read(text: str) -> Rule:
    """A rule such as `FREQ=WEEKLY;BYDAY=TH`; raises `Refusal`."""
    if len(text) > _LONGEST:
        raise Refusal("too_long", field="when.rule", max=_LONGEST, actual=len(text))
    parts = [part.partition("=")[::2] for part in text.upper().removeprefix("RRULE:").split(";")]
    named = dict(parts)
    freq = named.pop("FREQ", "")
    if freq not in _FREQUENCIES or len(named) != len(parts) - 1:
        raise _refuse("FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, and every part is said once")
    fields: dict[str, object] = {}
    for name, value in named.items():
        if name not in _PARTS:
            raise _refuse(f"{name[:16]} is not known here")
        fields |= _PARTS[name](value)
    return _checked(Rule(freq, **fields))  # type: ignore[arg-type]


def _checked(rule: Rule) -> Rule:
    if rule.times is not None and rule.until is not None:
        raise _refuse("either COUNT or UNTIL")
    if rule.nth and rule.freq not in ("MONTHLY", "YEARLY"):
        raise _refuse("days are counted in months and years")
    if rule.month_days and rule.freq == "WEEKLY":
        raise _refuse("a week has no days of the month")
    if rule.positions and not (rule.weekdays or rule.nth or rule.month_days or rule.months):
        raise _refuse("BYSETPOS chooses among days that another part names")
    return rule


def named(text: str, start: date, since: date) -> Iterator[date]:
    """As `dates`, of a rule as it is written. What was found once is remembered: that a rule names
    few days costs the most to find, and whoever has many such would be asked for them all day."""
    few = _beginning(text, start, since)
    yield from few
    if len(few) == _FEW:
        yield from islice(dates(read(text), start, since), _FEW, None)


@lru_cache(maxsize=4_096)
def _beginning(text: str, start: date, since: date) -> tuple[date, ...]:
    return tuple(islice(dates(read(text), start, since), _FEW))


def dates(rule: Rule, start: date, since: date) -> Iterator[date]:
    """The days of a rule that begins on `start`, from `since` on, in order; ends at `HORIZON`."""
    if rule.freq == "DAILY" and rule.positions:
        # Of one day there is a first and a last, and no second.
        if not {1, -1} & set(rule.positions):
            return
        rule = rule._replace(positions=())
    rule = _by_months(_with_defaults(rule, start))
    emitted = 0
    begin = 0 if rule.times else max(0, _periods(rule.freq, start, since) // rule.interval - 1)
    for n in count(begin):
        days = _period(rule.freq, start, n * rule.interval)
        if not days or days[0] > since + HORIZON:
            return
        if rule.months and rule.freq == "MONTHLY" and days[0].month not in rule.months:
            continue
        for day in _chosen(rule, [day for day in days if _fits(rule, day)]):
            if day < start:
                continue
            emitted += 1
            if (rule.until and day > rule.until) or (rule.times and emitted > rule.times):
                return
            if day >= since:
                yield day


def _with_defaults(rule: Rule, start: date) -> Rule:
    """What a rule does not say is as it is on its first day."""
    if rule.weekdays or rule.nth or rule.month_days:
        return rule
    if rule.freq == "WEEKLY":
        return rule._replace(weekdays=frozenset({start.weekday()}))
    if rule.freq == "MONTHLY":
        return rule._replace(month_days=frozenset({start.day}))
    if rule.freq == "YEARLY":
        months = rule.months or frozenset({start.month})
        return rule._replace(months=months, month_days=frozenset({start.day}))
    return rule


def _by_months(rule: Rule) -> Rule:
    """Every day, month by month: the same days, a tenth of the work."""
    every = rule.freq == "DAILY" and rule.interval == 1
    return rule._replace(freq="MONTHLY") if every else rule


def _chosen(rule: Rule, days: list[date]) -> list[date]:
    if not rule.positions:
        return days
    places = {p - 1 if p > 0 else len(days) + p for p in rule.positions}
    return [day for place, day in enumerate(days) if place in places]


def _periods(freq: str, start: date, since: date) -> int:
    """How many whole days, weeks, months or years lie between."""
    if freq == "DAILY":
        return (since - start).days
    if freq == "WEEKLY":
        return (since - start).days // 7
    months = (since.year - start.year) * 12 + since.month - start.month
    return months if freq == "MONTHLY" else since.year - start.year


def _period(freq: str, start: date, n: int) -> list[date]:
    """The days of the `n`th day, week, month or year from that of `start`; none after 9998."""
    if freq == "DAILY":
        first, length = start.toordinal() + n, 1
    elif freq == "WEEKLY":
        first, length = start.toordinal() - start.weekday() + 7 * n, 7
    else:
        months = start.month - 1 + n if freq == "MONTHLY" else 12 * n
        year = start.year + months // 12
        if year > 9998:
            return []
        begin = date(year, months % 12 + 1, 1)
        first, length = begin.toordinal(), _length(begin, whole_year=freq == "YEARLY")
    if first + length >= date.max.toordinal():
        return []
    return [date.fromordinal(max(1, one)) for one in range(first, first + length)]


def _length(begin: date, *, whole_year: bool) -> int:
    if whole_year:
        return date(begin.year + 1, 1, 1).toordinal() - begin.toordinal()
    following = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
    return following.toordinal() - begin.toordinal()


def _fits(rule: Rule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return False
    if rule.month_days:
        length = _length(day.replace(day=1), whole_year=False)
        if not {day.day, day.day - length - 1} & rule.month_days:
            return False
    return not rule.nth or _nth(rule, day)


def _nth(rule: Rule, day: date) -> bool:
    """Whether the day is one of those that are counted, from either end."""
    whole_year = rule.freq == "YEARLY" and not rule.months
    begin = day.replace(month=1, day=1) if whole_year else day.replace(day=1)
    place = (day - begin).days
    left = _length(begin, whole_year=whole_year) - 1 - place
    return bool({(place // 7 + 1, day.weekday()), (-(left // 7) - 1, day.weekday())} & rule.nth)
