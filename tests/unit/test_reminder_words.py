"""Plain words that say when: what they mean, what they leave, and what is not understood."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.planned import When
from rooms.errors import Refusal
from rooms.reminders.row import Row
from rooms.reminders.said import said
from rooms.reminders.when import checked
from rooms.reminders.words import EXAMPLES, Heard, hear

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 27, 14, 5, 30, tzinfo=ZoneInfo(BERLIN))
"""A Friday afternoon."""


def heard(words: str, now: datetime = NOW) -> Heard:
    return hear(words, now, BERLIN)


ONCE = [
    ("in 20 minutes to open the window", "2026-11-27T14:26", "Open the window"),
    ("in an hour", "2026-11-27T15:06", ""),
    ("in half an hour: tea", "2026-11-27T14:36", "Tea"),
    ("in two weeks at 9 to call", "2026-12-11T09:00", "Call"),
    ("in 3 days", "2026-11-30T14:05", ""),
    ("in 3 months at 9:00", "2027-02-27T09:00", ""),
    ("tomorrow", "2026-11-28T09:00", ""),
    ("of this tomorrow", "2026-11-28T09:00", ""),
    ("tomorrow at 9 about the essay", "2026-11-28T09:00", "The essay"),
    ("tomorrow evening to ring Ana", "2026-11-28T19:00", "Ring Ana"),
    ("tonight", "2026-11-27T19:00", ""),
    ("today at 16:00 that we close", "2026-11-27T16:00", "We close"),
    ("at 16:00", "2026-11-27T16:00", ""),
    ("at 9", "2026-11-28T09:00", ""),
    ("at 4", "2026-11-27T16:00", ""),
    ("at 4 in the morning", "2026-11-28T04:00", ""),
    ("on Monday at 8:00", "2026-11-30T08:00", ""),
    ("Monday 8:00", "2026-11-30T08:00", ""),
    ("Friday at 16:00", "2026-11-27T16:00", ""),
    ("Friday at 9:00", "2026-12-04T09:00", ""),
    ("next Thursday 4pm", "2026-12-03T16:00", ""),
    ("the day after tomorrow at noon", "2026-11-29T12:00", ""),
    ("on 3 December at 4:30 pm", "2026-12-03T16:30", ""),
    ("December 3rd, 2027 at 16:00", "2027-12-03T16:00", ""),
    ("2026-12-24 10:00 to wrap", "2026-12-24T10:00", "Wrap"),
    ("on the 3rd at 10:00", "2026-12-03T10:00", ""),
    ("on 1 March", "2027-03-01T09:00", ""),
    ("to read chapter 5 on Monday at 16:00", "2026-11-30T16:00", "Read chapter 5"),
    ("Read chapter 5, Monday 16:00.", "2026-11-30T16:00", "Read chapter 5"),
]


@pytest.mark.parametrize(("words", "start", "body"), ONCE)
def test_what_comes_once(words: str, start: str, body: str) -> None:
    found = heard(words)
    assert (found.when.start, found.when.rule, found.body) == (start, "", body)
    assert found.when.zone == BERLIN


AGAIN = [
    ("every Thursday 16:00 to read chapter 5", "2026-12-03T16:00", "FREQ=WEEKLY;BYDAY=TH"),
    ("to read chapter 5 every Thursday at 16:00", "2026-12-03T16:00", "FREQ=WEEKLY;BYDAY=TH"),
    ("every Friday at 16:00", "2026-11-27T16:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("every Friday at 9:00", "2026-12-04T09:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("every day at 8", "2026-11-28T08:00", "FREQ=DAILY"),
    ("daily at 18:00", "2026-11-27T18:00", "FREQ=DAILY"),
    ("every morning", "2026-11-28T09:00", "FREQ=DAILY"),
    ("every weekday at 7:30", "2026-11-30T07:30", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("every Monday and Wednesday at 15:00", "2026-11-30T15:00", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("every Tuesday, Thursday and Friday", "2026-12-01T09:00", "FREQ=WEEKLY;BYDAY=TU,TH,FR"),
    ("every other Friday at 15:00", "2026-11-27T15:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
    ("every 2 weeks on Monday", "2026-11-30T09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    ("every second Monday", "2026-11-30T09:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    ("weekly on Sunday at 20:00", "2026-11-29T20:00", "FREQ=WEEKLY;BYDAY=SU"),
    ("on the first Monday of the month at 9 to pay", "2026-12-07T09:00", "FREQ=MONTHLY;BYDAY=1MO"),
    ("every first Monday at 9:00", "2026-12-07T09:00", "FREQ=MONTHLY;BYDAY=1MO"),
    ("on the second Monday of every month", "2026-12-14T09:00", "FREQ=MONTHLY;BYDAY=2MO"),
    ("on the last day of the month at 17:00", "2026-11-30T17:00", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("every month on the 3rd", "2026-12-03T09:00", "FREQ=MONTHLY;BYMONTHDAY=3"),
    ("every 15th", "2026-12-15T09:00", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ("every year on 3 December", "2026-12-03T09:00", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=3"),
    ("every 29 February", "2028-02-29T09:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
    (
        "every Friday at 15:00 until 20 December to water",
        "2026-11-27T15:00",
        "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261220",
    ),
    ("every day at 15:00 for 5 times", "2026-11-27T15:00", "FREQ=DAILY;COUNT=5"),
    ("every Monday from 11 January at 9:00", "2027-01-11T09:00", "FREQ=WEEKLY;BYDAY=MO"),
]


@pytest.mark.parametrize(("words", "start", "rule"), AGAIN)
def test_what_comes_again(words: str, start: str, rule: str) -> None:
    found = heard(words)
    assert (found.when.start, found.when.rule) == (start, rule)


@pytest.mark.attack
@pytest.mark.parametrize("word", ["x", "9am", "at 9", "noon,", "every Monday", "3 December and"])
def test_a_long_text_is_soon_read(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read under the room's lock: as long as may be, and nothing comes of it."""
    tried, attempt = 0, Row.attempt

    def counting(*given: Any) -> bool:
        nonlocal tried
        tried += 1
        return attempt(*given)

    monkeypatch.setattr(Row, "attempt", counting)
    text = "x " + f"{word} " * 400
    with pytest.raises(Refusal):
        heard(text[:996].rstrip() + " x")
    assert tried < 4_000


def test_what_is_asked_for_may_be_long() -> None:
    found = heard(f"to read {'a very long book ' * 50}every second Friday at 9:30 in the morning"
                  " from 4 December until 20 December 2027 except 18 December")  # fmt: skip
    assert found.when.start == "2026-12-04T09:30"
    assert found.when.skip == ("2026-12-18",)


def test_days_that_are_left_out() -> None:
    found = heard("every Thursday at 16:00 except 24 December and 31 December to meet")
    assert found.when.skip == ("2026-12-24", "2026-12-31")
    assert found.body == "Meet"


@pytest.mark.parametrize(
    ("words", "whom", "body"),
    [
        ("remind us every Thursday 16:00 to read chapter 5", "room", "Read chapter 5"),
        ("Remind me in 20 minutes to open the window", "me", "Open the window"),
        ("please remind the room tomorrow: bring books", "room", "Bring books"),
        ("could you remind everyone to bring books tomorrow", "room", "Bring books"),
        ("remind me of this tomorrow", "me", ""),
        ("tomorrow to bring books", None, "Bring books"),
    ],
)
def test_whom(words: str, whom: str | None, body: str) -> None:
    found = heard(words)
    assert (found.whom, found.body) == (whom, body)


def _wanted(words: str) -> When:
    return checked(heard(words).when, int(NOW.timestamp()) * 1_000_000)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "not_understood"),
        ("remind us to read", "not_understood"),
        ("every", "not_understood"),
        ("at 25:00", "not_understood"),
        ("on 31 February", "not_understood"),
        ("sometime next spring", "not_understood"),
        ("in 99999 years", "not_understood"),
        ("in 9999 years", "not_understood"),
        ("every minute to blink", "invalid"),
        ("every hour", "invalid"),
        ("today at 9:00", "in_the_past"),
        ("2020-01-01 10:00", "in_the_past"),
        ("every day until 2020-01-01", "invalid"),
        ("x" * 1_001, "too_long"),
    ],
)
def test_what_is_not_understood_is_refused(words: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        _wanted(words)
    assert caught.value.code == code
    if code == "not_understood":
        assert all(one in caught.value.message for one in EXAMPLES)


@pytest.mark.parametrize("words", EXAMPLES)
def test_the_examples_are_understood(words: str) -> None:
    assert heard(words).body


def test_an_hour_that_comes_twice_is_still_so_much_later() -> None:
    """At 2:50, half an hour before the second 2:20 of that night."""
    night = datetime(2026, 10, 25, 2, 50, tzinfo=ZoneInfo(BERLIN))
    when = heard("in half an hour", night).when
    assert when == When(start="2026-10-25T01:20", zone="UTC")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("", "Thursday 3 December 2026 at 16:00 (Europe/Berlin)"),
        ("FREQ=WEEKLY;BYDAY=TH", "Every Thursday at 16:00 (Europe/Berlin)"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every Monday to Friday at 16:00 (Europe/Berlin)"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "Every 2 weeks on Thursday at 16:00 (Europe/Berlin)"),
        (
            "FREQ=MONTHLY;BYDAY=1MO;COUNT=3",
            "Every month on the first Monday at 16:00, 3 times (Europe/Berlin)",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "Every month on the last day at 16:00 (Europe/Berlin)",
        ),
        ("FREQ=YEARLY", "Every year on 3 December at 16:00 (Europe/Berlin)"),
        (
            "FREQ=DAILY;UNTIL=20261220",
            "Every day at 16:00, until 20 December 2026 (Europe/Berlin)",
        ),
    ],
)
def test_said_again(rule: str, text: str) -> None:
    assert said(When(start="2026-12-03T16:00", zone=BERLIN, rule=rule)) == text


@given(st.text(max_size=120))
def test_anything_is_understood_or_refused(words: str) -> None:
    _understood_or_refused(words)


def _understood_or_refused(words: str) -> None:
    with contextlib.suppress(Refusal):
        assert said(_wanted(words))


VOCABULARY = (
    "remind us me to that every each other first second last on at in the of month week day days "
    "Monday Thursday Friday morning tomorrow next 3 3rd 16:00 4pm 9 20 minutes until for times "
    "December February 29 30 31 2027-02-30 except and , but not read it noon weekly"
)


@given(st.lists(st.sampled_from(VOCABULARY.split()), max_size=12))
def test_any_row_of_these_words_is_understood_or_refused(words: list[str]) -> None:
    _understood_or_refused(" ".join(words))
