"""Rules that act, without a room: what they find, what hides from them, and what they cost."""

# ruff: noqa: RUF001 - look-alikes are what some of these are about.

from __future__ import annotations

import time

import pytest

from protocol.moderation import Holds, Links, Moderation, Repeats, Rule, Words
from rooms.errors import Refusal
from rooms.moderation import RULES, Author, Draft, Moderator
from rooms.moderation.folding import COMPARED, key, skeleton
from rooms.moderation.links import hosts

NOBODY = Author(frozenset({"member"}), lambda _: 0)


def finds(when: Words | Links | Repeats, body: str, *before: str) -> str | None:
    return RULES[type(when)](when)(Draft(body, lambda _: before))


@pytest.mark.parametrize(
    "body",
    [
        "what a Cabbage", "CABBAGE!",
        "cаbbаge", "ｃａｂｂａｇｅ", "𝐜𝐚𝐛𝐛𝐚𝐠𝐞", "cab\u200bbage",
        "c\u00adabbage",
        "cábbäge", "c4bb4ge", "c@bb@ge", "c a b b a g e", "c.a.b.b.a.g.e", "you-cabbage",
        "cabbage\u202e",
        "ca\ufe0fbbage", "(cabbage)", "no\ncabbage",
    ],
)  # fmt: skip
@pytest.mark.attack
def test_a_word_is_found_however_it_is_dressed(body: str) -> None:
    assert finds(Words(words=("cabbage",)), body)


@pytest.mark.parametrize("body", ["cabbages", "precabbage", "cab bage patch", "1984", "455"])
def test_a_word_is_a_whole_word(body: str) -> None:
    assert finds(Words(words=("cabbage", "ass")), body) is None


def test_endings_scripts_and_patterns() -> None:
    assert finds(Words(words=("cabbage*",)), "cabbages")
    assert finds(Words(words=("дурак",)), "Ты ДУРАК!")
    assert finds(Words(words=("傻瓜",)), "你是傻瓜吗")
    assert finds(Words(words=("straße",)), "STRASSE")
    assert finds(Words(patterns=(r"\b\d{3}[- ]?\d{4}\b",)), "call 555-1234 now") == "555-1234"
    assert finds(Words(words=("...", "👍")), "fine") is None


def test_a_pattern_that_is_none_is_refused_by_name() -> None:
    for pattern in ("(", "a{2000}", r"(?=look)", "(a{500}){500}"):
        with pytest.raises(Refusal, match="invalid"):
            RULES[Words](Words(patterns=(pattern,)))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("see https://Good.org@evil.com:80/x", ["evil.com"]),
        ("www.spam.top now", ["www.spam.top"]),
        ("[a](http://evil。com/a)", ["evil.com"]),
        ("example.com.", ["example.com"]),
        ("write to a@b.com, open main.py, e.g. this", []),
    ],
)
def test_links_are_what_a_reader_takes_for_one(body: str, found: list[str]) -> None:
    assert hosts(Draft(body)) == found


def test_links_by_domain() -> None:
    only, none = Links(domains=("school.org",), others=True), Links(domains=("bad.net",))
    assert finds(only, "https://wiki.school.org/a") is None
    assert finds(only, "https://notschool.org") == "notschool.org"
    assert finds(none, "http://www.bad.net") == "www.bad.net"
    assert finds(none, "http://good.net") is None


def test_repeats_count_the_one_that_makes_it_too_many() -> None:
    rule = Repeats(times=3, seconds=60)
    assert finds(rule, "Buy now", "buy  NOW", "other") is None
    assert finds(rule, "Buy now", "buy  NOW", "other", "b\u200buy now") == "3 times"


def test_the_strongest_rule_decides_and_some_are_exempt() -> None:
    def rule(then: str, **more: object) -> Rule:
        return Rule(name=then, when=Words(words=("x",)), action=then, **more)  # type: ignore[arg-type]

    made = Moderator(Moderation(rules=(rule("alert"), rule("block"), rule("hold"))), Moderation())
    found = made.verdict(Draft("x"), NOBODY)
    assert found is not None
    assert found.then == "block"
    facilitator = Author(frozenset({"member", "facilitator"}), lambda _: 0)
    assert made.verdict(Draft("x"), facilitator) is None
    off = Moderator(Moderation(rules=(rule("block", on=False),)), Moderation())
    assert off.idle
    above = Moderator(Moderation(), Moderation(rules=(rule("hold"),)))
    assert above.verdict(Draft("x"), NOBODY)


@pytest.mark.parametrize(
    ("holds", "kinds", "posts", "body", "why"),
    [
        (Holds(everyone=True), {"member"}, 9, "hi", "everyone"),
        (Holds(everyone=True), {"member", "facilitator"}, 0, "hi", None),
        (Holds(everyone=True), {"bot"}, 0, "hi", None),
        (Holds(guests=True), {"guest"}, 9, "hi", "guest"),
        (Holds(guests=True), {"member"}, 9, "hi", None),
        (Holds(newcomers=3), {"member"}, 2, "hi", "newcomer"),
        (Holds(newcomers=3), {"member"}, 3, "hi", None),
        (Holds(links=True), {"member"}, 9, "see example.com", "link"),
        (Holds(links=True), {"member"}, 9, "see example", None),
    ],
)
def test_whose_posts_wait(
    holds: Holds, kinds: set[str], posts: int, body: str, why: str | None
) -> None:
    author = Author(frozenset(kinds), lambda most: min(posts, most))
    found = Moderator(Moderation(holds=holds), Moderation()).verdict(Draft(body), author)
    assert (found.why if found else None) == why


@pytest.mark.attack
def test_no_text_and_no_pattern_takes_long() -> None:
    """Linear in the text: ten times as long takes about ten times, not a hundred."""
    rule = Words(patterns=("(a*)*b", "(a|aa)+$"), words=("cabbage*",))
    check, spent = RULES[Words](rule), []
    for size in (800, 8_000):
        start = time.process_time()
        for unit in ("a", "a.", "a ", "http://", "www.", "@."):
            draft = Draft((unit * size)[:size])
            check(draft)
            hosts(draft)
        spent.append(time.process_time() - start)
    assert spent[1] < 40 * max(spent[0], 0.002)


@pytest.mark.attack
def test_repeated_long_texts_are_compared_cheaply() -> None:
    """Each text is folded once, however many rules ask, and of a long one the ends alone."""
    folded: list[int] = []

    class Counted(Draft):
        def key(self, text: str) -> str:
            known = len(self._keys)
            found = super().key(text)
            folded.append(len(self._keys) - known)
            return found

    said = tuple(f"{n} {'é' * 7_990}" for n in range(50))
    draft = Counted("x" * 8_000, lambda _: said)
    for _ in range(10):
        assert RULES[Repeats](Repeats(times=3, seconds=600))(draft) is None
    assert sum(folded) == 51
    assert len(key("é" * 8_000)) == 2 * COMPARED


def test_folding_is_stable() -> None:
    for text in ("Bаd wоrd", "ＡＢＣ", "naïve café", "x\u0301\u0302", "ﬁne"):
        once = skeleton(text).split("\n")[0]
        assert skeleton(once).split("\n")[0] == once
