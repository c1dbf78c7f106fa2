"""Moments: the occurrences of a `When` in its time zone.

Local times are what people mean; moments are microseconds since 1970, UTC. A time that a clock
leaves out comes as much later as the clock jumps, one that comes twice is the first (RFC 5545,
section 3.3.5). Occurrences are at least a day apart by the calendar, and never run backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from protocol import limits
from protocol.planned import When
from rooms.errors import Refusal
from rooms.reminders import rule

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
AHEAD = 10 * 366 * DAY
"""How far ahead something may begin."""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo:
    """A zone of the IANA database; raises `Refusal`."""
    if name not in _zones():
        raise Refusal("invalid", field="zone", problem="no such time zone")
    return ZoneInfo(name)


def local(moment: int, name: str) -> datetime:
    """A moment as clocks show it there, with its zone."""
    return datetime.fromtimestamp(moment / SECOND, UTC).astimezone(zone(name))


def moment(day: date, at: time, where: ZoneInfo) -> int:
    """The moment at which it is that time on that day."""
    stamp = datetime.combine(day, at.replace(fold=0), where).timestamp()
    return int(stamp) * SECOND


def begin(when: When) -> datetime:
    """The local time at which it begins; raises `Refusal`."""
    try:
        found = datetime.fromisoformat(when.start)
    except ValueError as error:
        raise _not_local(error) from error
    if found.tzinfo is not None or found.second or found.microsecond:
        raise _not_local(None)
    if not 1970 < found.year < 9000:
        raise Refusal("invalid", field="when.start", problem="that is too far away")
    return found


def _not_local(_: object) -> Refusal:
    problem = "a local time to the minute, such as 2026-12-03T16:00"
    return Refusal("invalid", field="when.start", problem=problem)


def occurrences(when: When, since: int) -> Iterator[int]:
    """Moments from `since` on, in order; without the days that are skipped."""
    where, first = zone(when.zone), begin(when)
    if not when.rule:
        days: Iterator[date] = iter((first.date(),))
    else:
        # A day earlier: zones are up to 26 hours apart from the UTC day.
        about = local(since, when.zone).date() - timedelta(days=1)
        days = rule.named(when.rule, first.date(), max(first.date(), about))
    skipped = frozenset(when.skip)
    before = since - 1
    for day in days:
        found = moment(day, first.time(), where)
        if found > before and day.isoformat() not in skipped:
            yield found
            before = found


def following(when: When, after: int, most: int = 1) -> list[int]:
    """The next occurrences after a moment, `most` of them at most."""
    return list(islice(occurrences(when, after + 1), most))


def latest(when: When, first: int, now: int) -> int:
    """Of the occurrences since `first`, itself one, the last that is not after `now`."""
    last = first
    for one in occurrences(when, first):
        if one > now:
            break
        last = one
    return last


def checked(when: When, now: int) -> When:
    """The same, written plainly, if it comes at all after `now`; raises `Refusal`."""
    zone(when.zone)
    start = begin(when).isoformat(timespec="minutes")
    if when.rule:
        rule.read(when.rule)
    if len(when.skip) > limits.SKIPPED_DAYS:
        most = limits.SKIPPED_DAYS
        raise Refusal("too_many", what="skipped days", max=most, actual=len(when.skip))
    skip = tuple(sorted({_day(one) for one in when.skip}))
    written = when.rule.upper().removeprefix("RRULE:")
    plain = msgspec.structs.replace(when, start=start, rule=written, skip=skip)
    found = following(plain, now)
    if not found and when.rule:
        raise Refusal("invalid", field="when.rule", problem="it names no day that is to come")
    if not found:
        raise Refusal("in_the_past")
    if found[0] > now + AHEAD:
        raise Refusal("invalid", field="when.start", problem="that is too far away")
    return plain


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        problem = "days such as 2026-12-24"
        raise Refusal("invalid", field="when.skip", problem=problem) from error
