"""What notifies whom, when it waits, and how a text looks on a locked screen."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from protocol import limits
from rooms.notify import Wishes, level, quiet_until, wanted, words


@pytest.mark.parametrize(
    ("access", "wishes", "expected"),
    [
        ("open", Wishes(), "mentions"),
        ("direct", Wishes(), "all"),
        ("open", Wishes(room="all"), "all"),
        ("direct", Wishes(room="none"), "none"),
        # Threads: as the room, for those who follow; a choice of one's own goes first.
        ("open", Wishes(follows="yes"), "mentions"),
        ("open", Wishes(room="all", follows="yes"), "all"),
        ("open", Wishes(room="all", follows="no"), "mentions"),
        ("direct", Wishes(follows="no"), "all"),
        ("open", Wishes(room="none", follows="yes"), "none"),
        ("open", Wishes(room="none", thread="all", follows="yes"), "all"),
        ("open", Wishes(room="all", thread="none", follows="yes"), "none"),
        ("open", Wishes(thread="all", follows="ceased"), "none"),
        ("open", Wishes(thread="all"), "mentions"),
        # A mute is never outdone.
        ("open", Wishes(room="all", muted=False), "none"),
        ("open", Wishes(room="all", muted=True), "mentions"),
        ("open", Wishes(room="none", muted=True), "none"),
        ("direct", Wishes(muted=False), "none"),
        ("open", Wishes(thread="all", follows="yes", muted=False), "none"),
    ],
)
def test_what_of_a_place_notifies(access: str, wishes: Wishes, expected: str) -> None:
    assert level(access, wishes) == expected  # type: ignore[arg-type]


def test_which_messages_do() -> None:
    assert [wanted(how, mentioned=False) for how in ("all", "mentions", "none")] == [1, 0, 0]
    assert [wanted(how, mentioned=True) for how in ("all", "mentions", "none")] == [1, 1, 0]


def at(text: str, zone: str, fold: int = 0) -> int:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(local.timestamp()) * 1_000_000


NIGHT = (22 * 60, 7 * 60)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "until"),
    [
        (NIGHT, "Europe/Berlin", "2026-11-27T21:59", None),
        (NIGHT, "Europe/Berlin", "2026-11-27T22:00", "2026-11-28T07:00"),
        (NIGHT, "Europe/Berlin", "2026-11-28T06:59", "2026-11-28T07:00"),
        (NIGHT, "Europe/Berlin", "2026-11-28T07:00", None),
        (NIGHT, "Asia/Kolkata", "2026-11-28T00:30", "2026-11-28T07:00"),
        ((12 * 60, 14 * 60), "Europe/Berlin", "2026-11-28T13:00", "2026-11-28T14:00"),
        ((12 * 60, 14 * 60), "Europe/Berlin", "2026-11-28T23:00", None),
        # An hour longer, an hour shorter: they end at the same hour of the clock.
        (NIGHT, "Europe/Berlin", "2026-10-24T23:00", "2026-10-25T07:00"),
        (NIGHT, "Europe/Berlin", "2026-03-28T23:00", "2026-03-29T07:00"),
        (NIGHT, "Europe/Berlin", "2026-12-31T23:00", "2027-01-01T07:00"),
        (NIGHT, "Europe/Berlin", "2028-02-28T23:00", "2028-02-29T07:00"),
        # An end that the clock leaves out.
        ((22 * 60, 150), "Europe/Berlin", "2026-03-29T01:59", "2026-03-29T03:30"),
    ],
)
def test_quiet_hours(hours: tuple[int, int], zone: str, now: str, until: str | None) -> None:
    expected = 0 if until is None else at(until, zone)
    assert quiet_until(*hours, zone, at(now, zone)) == expected


def test_quiet_hours_that_end_in_an_hour_there_twice_end_ahead() -> None:
    hours, zone = (22 * 60, 150), "Europe/Berlin"
    first, second = at("2026-10-25T02:15", zone), at("2026-10-25T02:15", zone, fold=1)
    assert quiet_until(*hours, zone, first) == at("2026-10-25T02:30", zone)
    assert quiet_until(*hours, zone, second) == at("2026-10-25T02:30", zone, fold=1)
    assert quiet_until(None, None, zone, first) == 0


def named(person: str) -> str:
    return {"p_ana": "Ana Haddad"}.get(person, "")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Tea is ready, <@p_ana>.", "Tea is ready, @Ana Haddad."),
        ("<@room> come", "@room come"),
        ("**Bring** one `sentence` and ~~two~~ three", "Bring one sentence and two three"),
        ("# Title\n\n> said\n- one\n2. two", "Title said one two"),
        ("see [our list](https://example.org/a) now", "see our list now"),
        ("it was ||the sister|| all along", "it was ▒▒▒ all along"),
        ("it was ||the\nsister|| all", "it was ▒▒▒ all"),
        ("```py\nx = 1\n```", "x = 1"),
        ("2 * 3 * 4 and snake_case_names", "2 * 3 * 4 and snake_case_names"),
    ],
)
def test_how_a_message_reads_on_one_line(body: str, line: str) -> None:
    assert words(body, named) == line


@pytest.mark.attack
def test_what_is_folded_stays_folded_wherever_it_is_cut() -> None:
    body = "x" * 700 + "||" + "secret " * 40 + "||"
    assert "secret" not in words(body, named)
    assert "secret" not in words("a ||" + "secret " * 300 + "|| b", named)
    long = words("word " * 200, named)
    assert len(long) <= limits.PUSHED_TEXT
    assert long.endswith("word…")


@pytest.mark.attack
def test_the_worst_text_is_quick() -> None:
    """Linear in what is looked at, and little is: a line of 8,000 stars costs nothing."""
    for worst in ("*" * 8000, "||" * 4000, "[" * 8000, "`" * 8000, "> " * 4000, "~~a" * 2600):
        assert len(words(worst, named)) <= limits.PUSHED_TEXT
