"""Ids and times as Slack writes them, and what becomes of refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack import errors, ids
from protocol.codes import CODES
from protocol.ids import new_id
from rooms.errors import Refusal

pytestmark = pytest.mark.slack


def test_ids_come_back() -> None:
    person, room = new_id("p"), new_id("r")
    assert ids.person(ids.user(person)) == ids.person(ids.bot(person)) == person
    for people, letter in ((0, "C"), (1, "D"), (2, "D"), (3, "G")):
        assert ids.channel(room, people)[0] == letter
        assert ids.room(ids.channel(room, people)) == room


@pytest.mark.parametrize("given", ["", "U", "u0ab", "U0-1", "USLACKBOT", "C0AB", "p_0ab", "U0AB\n"])
def test_what_is_no_person(given: str) -> None:
    assert ids.person(given) is None


def test_who_is_nobody_is_slackbot() -> None:
    assert ids.user("rule") == ids.user("system") == ids.NOBODY


@given(st.integers(0, 10**17))
def test_times_come_back(at: int) -> None:
    assert ids.at(ids.ts(at)) == at


def test_times_are_seconds_and_six_digits() -> None:
    assert ids.ts(1_700_000_000_000_042) == "1700000000.000042"
    assert ids.at("1700000000.5") == 1_700_000_000_500_000
    assert [ids.at(bad) for bad in ("", "x", "1.2.3", "-1", "1.1234567", " 1")] == [None] * 6


@given(st.lists(st.integers(0, 10**16), min_size=2, max_size=2, unique=True))
def test_times_sort_as_what_they_mean(two: list[int]) -> None:
    one, other = sorted(two)
    assert float(ids.ts(one)) <= float(ids.ts(other))


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_a_word(code: str) -> None:
    said = errors.said(Refusal(code)).error
    assert said == said.lower()
    assert " " not in said


def test_a_missing_thing_is_named() -> None:
    words = [
        errors.said(Refusal("not_found", what=what)).error for what in ("room", "message", "x")
    ]
    assert words == ["channel_not_found", "message_not_found", "not_found"]
