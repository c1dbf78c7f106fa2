"""Occurrences against python-dateutil, over rules, zones and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dateutil import rrule, tz
from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocol.planned import When
from rooms.errors import Refusal
from rooms.reminders import rule as rules_of
from rooms.reminders.when import DAY, SECOND, checked, following, latest, occurrences

ZONES = (
    "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Tehran",
    "Africa/Casablanca", "Pacific/Apia", "Pacific/Chatham", "UTC",
)  # fmt: skip
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

days = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True)
nth = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5]), st.sampled_from(WEEKDAYS)),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
month_days = st.lists(
    st.sampled_from([1, 13, 28, 29, 30, 31, -1, -2, -31]), min_size=1, unique=True
)
months = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True)


def _joined(values: list[object]) -> str:
    return ",".join(str(value) for value in values)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule of the part that is understood here."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.sampled_from([1, 1, 1, 2, 3, 5]))}"]
    counted = freq in ("MONTHLY", "YEARLY") and draw(st.booleans())
    if counted:
        parts.append("BYDAY=" + _joined([f"{n}{day}" for n, day in draw(nth)]))
    elif draw(st.booleans()):
        parts.append("BYDAY=" + _joined(draw(days)))  # type: ignore[arg-type]
    if freq != "WEEKLY" and not counted and draw(st.booleans()):
        parts.append("BYMONTHDAY=" + _joined(draw(month_days)))  # type: ignore[arg-type]
    if draw(st.booleans()):
        parts.append("BYMONTH=" + _joined(draw(months)))  # type: ignore[arg-type]
    if len(parts) > 2 and draw(st.integers(0, 4)) == 0:
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1]))}")
    return ";".join(parts)


ends = st.one_of(
    st.just(""),
    st.integers(1, 40).map(lambda n: f";COUNT={n}"),
    st.dates(date(2024, 1, 1), date(2031, 1, 1)).map(lambda day: f";UNTIL={day:%Y%m%d}"),
)
starts = st.builds(
    datetime.combine,
    st.dates(date(2023, 1, 1), date(2027, 12, 31)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
# The hours in which clocks change are tried most.
nights = st.tuples(starts, st.integers(0, 3), st.sampled_from([0, 15, 30, 59])).map(
    lambda one: one[0].replace(hour=one[1], minute=one[2])
)


def by_dateutil(when: When, since: datetime, until: datetime) -> list[int]:
    """The same by dateutil: its rules on local times, its zones, its way across a gap."""
    zone = tz.gettz(when.zone)
    assert zone is not None
    start = datetime.fromisoformat(when.start)
    # UNTIL names a whole day here.
    rule = when.rule + ("T235959" if "UNTIL=" in when.rule else "")
    if "UNTIL=" not in rule and "COUNT=" not in rule:
        # Of a rule that names no day the judge would look at every one up to the year 9999.
        rule += f";UNTIL={until + timedelta(days=4):%Y%m%dT%H%M%S}"
    found: list[int] = []
    for local in rrule.rrulestr(rule, dtstart=start).between(
        start - timedelta(days=1), until.replace(tzinfo=None) + timedelta(days=3), inc=True
    ):
        if local.date().isoformat() in when.skip:
            continue
        moment = tz.resolve_imaginary(local.replace(tzinfo=zone)).astimezone(UTC)
        if since <= moment <= until:
            found.append(int(moment.timestamp()) * SECOND)
    return sorted(set(found))


def test_places_are_counted_in_the_whole_first_week() -> None:
    """RFC 5545, 3.3.10: BYSETPOS is about the set of an interval, which DTSTART does not cut."""
    when = When(start="2023-01-01T09:00", zone="UTC", rule="FREQ=WEEKLY;BYDAY=MO,SU;BYSETPOS=1")
    first = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp()) * SECOND
    found = datetime.fromtimestamp(next(iter(occurrences(when, first))) // SECOND, UTC)
    assert found == datetime(2023, 1, 2, 9, tzinfo=UTC)


@example("FREQ=DAILY", "", datetime.fromisoformat("2026-10-20T02:30"), "Europe/Berlin", 0)
@example("FREQ=DAILY", "", datetime.fromisoformat("2026-03-20T02:30"), "Europe/Berlin", 0)
@given(rules(), ends, st.one_of(starts, nights), st.sampled_from(ZONES), st.integers(0, 2_000))
@settings(max_examples=60)
def test_the_same_as_dateutil(rule: str, end: str, start: datetime, zone: str, days: int) -> None:
    if "WEEKLY" in rule and "BYSETPOS" in rule:
        # There the judge errs: it counts places in what is left of the first week.
        start -= timedelta(days=start.weekday())
    when = When(start=start.isoformat(timespec="minutes"), zone=zone, rule=rule + end)
    since = start.replace(tzinfo=UTC) + timedelta(days=days)
    until = since + timedelta(days=900)
    wanted = by_dateutil(when, since, until)
    if wanted:
        # A day that is left out, the second of those that come.
        skip = datetime.fromtimestamp(wanted[min(1, len(wanted) - 1)] // SECOND, tz.gettz(zone))
        when = When(start=when.start, zone=zone, rule=when.rule, skip=(skip.date().isoformat(),))
        wanted = by_dateutil(when, since, until)
    first = int(since.timestamp()) * SECOND
    found = []
    for one in occurrences(when, first):
        if one > int(until.timestamp()) * SECOND:
            break
        found.append(one)
    assert found == wanted


@given(rules(), nights, st.sampled_from(ZONES))
def test_times_only_go_forward(rule: str, start: datetime, zone: str) -> None:
    when = When(start=start.isoformat(timespec="minutes"), zone=zone, rule=rule)
    found = following(when, 1_700_000_000 * SECOND, 20)
    assert all(a < b for a, b in pairwise(found))
    for one, two in pairwise(found):
        assert latest(when, one, two - 1) == one
        assert following(when, one) == [two]


@pytest.mark.attack
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=TU",
        "FREQ=DAILY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=8",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=31",
        "FREQ=YEARLY;BYDAY=53MO;BYMONTH=12",
    ],
)
def test_a_rule_that_names_next_to_nothing_is_looked_through_once(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is set under the room's lock, and a person may have a hundred of them listed."""
    looked, fits = 0, rules_of._fits

    def counting(*given: Any) -> bool:
        nonlocal looked
        looked += 1
        return fits(*given)

    monkeypatch.setattr(rules_of, "_fits", counting)
    rules_of._beginning.cache_clear()
    when = When(start="2026-11-30T09:00", zone="UTC", rule=rule)
    for later in range(50):
        following(when, (1_795_000_000 + later) * SECOND, 3)
    assert looked < 5_000


def hours(when: When, after: datetime, most: int) -> list[str]:
    moments = following(when, int(after.timestamp()) * SECOND, most)
    return [datetime.fromtimestamp(m // SECOND, UTC).strftime("%m-%d %H:%M") for m in moments]


def test_sixteen_stays_sixteen_when_the_clock_changes() -> None:
    when = When(start="2026-03-19T16:00", zone="Europe/Berlin", rule="FREQ=WEEKLY;BYDAY=TH")
    found = hours(when, datetime(2026, 3, 18, tzinfo=UTC), 3)
    assert found == ["03-19 15:00", "03-26 15:00", "04-02 14:00"]


def test_a_time_that_the_clock_leaves_out_comes_an_hour_later_and_one_that_is_twice_once() -> None:
    spring = When(start="2026-03-28T02:30", zone="Europe/Berlin", rule="FREQ=DAILY")
    found = hours(spring, datetime(2026, 3, 27, 12, tzinfo=UTC), 3)
    assert found == ["03-28 01:30", "03-29 01:30", "03-30 00:30"]
    autumn = When(start="2026-10-24T02:30", zone="Europe/Berlin", rule="FREQ=DAILY")
    found = hours(autumn, datetime(2026, 10, 23, 12, tzinfo=UTC), 3)
    assert found == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]


def test_a_day_that_a_zone_left_out_is_left_out() -> None:
    """Samoa had no 30 December 2011: two local days are one moment."""
    when = When(start="2011-12-28T16:00", zone="Pacific/Apia", rule="FREQ=DAILY")
    found = following(when, int(datetime(2011, 12, 28, tzinfo=UTC).timestamp()) * SECOND, 4)
    assert [b - a for a, b in pairwise(found)] == [DAY] * 3


def test_leap_days() -> None:
    when = When(start="2096-02-29T10:00", zone="UTC", rule="FREQ=YEARLY")
    found = following(when, int(datetime(2095, 1, 1, tzinfo=UTC).timestamp()) * SECOND, 2)
    assert [datetime.fromtimestamp(one // SECOND, UTC).year for one in found] == [2096, 2104]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=MINUTELY", "invalid"),
        ("FREQ=HOURLY", "invalid"),
        ("FREQ=DAILY;BYHOUR=9,10", "invalid"),
        ("FREQ=DAILY;BYSECOND=1", "invalid"),
        ("FREQ=DAILY;FREQ=DAILY", "invalid"),
        ("FREQ=DAILY;INTERVAL=0", "invalid"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20300101", "invalid"),
        ("FREQ=WEEKLY;BYDAY=1MO", "invalid"),
        ("FREQ=MONTHLY;BYDAY=1MO,TU", "invalid"),
        ("FREQ=WEEKLY;WKST=SU", "invalid"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "invalid"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "invalid"),
        ("FREQ=DAILY;UNTIL=20200101", "invalid"),
        ("FREQ=DAILY" + ";" * 300, "too_long"),
    ],
)
def test_rules_that_are_refused(rule: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        checked(
            When(start="2026-12-03T16:00", zone="Europe/Berlin", rule=rule), 1_790_000_000 * SECOND
        )
    assert caught.value.code == code


@pytest.mark.parametrize(
    "when",
    [
        When(start="2026-12-03T16:00:30", zone="UTC"),
        When(start="2026-12-03T16:00Z", zone="UTC"),
        When(start="soon", zone="UTC"),
        When(start="9999-12-03T16:00", zone="UTC"),
        When(start="2026-12-03T16:00", zone="Europe/Nowhere"),
        When(start="2026-12-03T16:00", zone="UTC", rule="FREQ=DAILY", skip=("tomorrow",)),
        When(start="2100-12-03T16:00", zone="UTC"),
    ],
)
def test_moments_that_are_refused(when: When) -> None:
    with pytest.raises(Refusal) as caught:
        checked(when, 1_790_000_000 * SECOND)
    assert caught.value.code == "invalid"
