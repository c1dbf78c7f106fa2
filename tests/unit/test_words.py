"""Words, and what is understood of what somebody types: pure rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.finding import EXCERPT, asked, excerpt
from rooms.words import LONGEST, Wanted, matches, placed, wanted, words
from storage.search.base import BLOCK, Span, spans

TEXT = st.text(
    st.one_of(
        st.sampled_from("aÄß\u0131İøe\u0301 ・日本語東京ーกหनि\u3099ｶﾞﾝ½ﬁ.,'\u2019\"<@>_-\n#"),
        st.characters(),
    ),
    max_size=60,
)


@given(TEXT)
def test_places_are_those_of_the_words(text: str) -> None:
    found = list(placed(text))
    assert [word.word for word in found] == words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)


@given(TEXT)
def test_what_was_written_is_found(text: str) -> None:
    """Every chunk of a text, typed as it stands, is found in it; and is the same folded twice."""
    for chunk in text.split():
        look = wanted(chunk, going_on=False)
        if look is not None and "<@" not in text:
            assert matches(list(placed(text)), look), (chunk, look)
    assert all(len(word) <= LONGEST for word in words(text))
    assert not {'"', "'", "\\", "_", "#", "@", " "} & set("".join(words(text)))


@given(TEXT, TEXT)
def test_an_excerpt_marks_what_is_in_it(body: str, typed: str) -> None:
    part = excerpt(body, asked(typed, 0, "UTC").wanted)
    assert len(part.text) <= EXCERPT + 2
    edges = [edge for mark in part.marks for edge in mark]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(part.text) for edge in edges)


def test_an_excerpt_begins_near_the_match() -> None:
    body = "before " * 100 + "the needle" + " after" * 100
    part = excerpt(body, asked("needle", 0, "UTC").wanted)
    assert part.text.startswith("…before")
    assert part.text.endswith("after…")
    [(start, end)] = part.marks
    assert part.text[start:end] == "needle"


@pytest.mark.parametrize(
    ("typed", "senders", "places", "looked"),
    [
        ("from:ana letter", ("ana",), (), ("letter",)),
        ('FROM:"Ana María" in:club', ("Ana María",), ("club",), ()),
        ("from: ana", (), (), ("from", "ana")),
        ("before:soon", (), (), ("before soon",)),
        ('"to be" or', (), (), ("to be", "or")),
        ("mail:ana", (), (), ("mail ana",)),
    ],
)
def test_filters_and_words(
    typed: str, senders: tuple[str, ...], places: tuple[str, ...], looked: tuple[str, ...]
) -> None:
    found = asked(typed, 0, "UTC")
    assert (found.senders, found.places) == (senders, places)
    assert tuple(" ".join(look.words) for look in found.wanted) == looked


def test_days_are_the_readers() -> None:
    noon = 1_790_000_000_000_000 - 1_790_000_000_000_000 % 86_400_000_000 + 43_200_000_000
    here = asked("after:today", noon, "Pacific/Auckland").after
    there = asked("after:today", noon, "America/Lima").after
    assert here is not None
    assert there is not None
    assert here != there
    assert asked("before:yesterday", noon, "nowhere").before == noon - 36 * 3_600_000_000
    assert asked("before:0999 before:2026-02-30", noon, "UTC").before is None


def test_mentions_are_no_words() -> None:
    assert words("<@p_abc> hello <@room>") == ["hello"]


def test_the_last_character_of_an_unspaced_run_is_found_alone() -> None:
    assert wanted("語", going_on=False) == Wanted(("語",), open=True)


@given(st.integers(1, 40 * BLOCK))
def test_spans_cover_everything_once_and_double(high: int) -> None:
    found = list(spans(1, high))
    assert found[0].high == high
    assert found[-1].low == 1
    assert all(a.low == b.high + 1 for a, b in pairwise(found))
    assert [len(span.blocks) for span in found[:-1]] == [1, *(2**n for n in range(len(found) - 1))][
        : len(found) - 1
    ]
    assert Span(1, 1).blocks == range(0, -1, -1)
