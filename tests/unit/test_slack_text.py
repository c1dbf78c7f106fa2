"""mrkdwn and CommonMark, both ways: by example, and by property with markdown-it as oracle."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bots.slack import blocks, emoji
from bots.slack.commonmark import to_mrkdwn
from bots.slack.mrkdwn import plain, to_commonmark

pytestmark = pytest.mark.slack

PERSON = "p_0ab12"
PAIRS = [
    # mrkdwn, a body of ours: the same thing said in both
    ("*bold* and _it_ and ~gone~", "**bold** and _it_ and ~~gone~~"),
    ("*_both_* of _*them*_", "**_both_** of _**them**_"),
    ("`code *not bold*`", "`code *not bold*`"),
    ("```\nx = a * b * c\n```", "```\nx = a * b * c\n```"),
    ("see <https://example.org/a_b|the page>", "see [the page](<https://example.org/a_b>)"),
    ("see <https://example.org/a_b>", "see <https://example.org/a_b>"),
    ("<@U0AB12> hello", "<@p_0ab12> hello"),
    ("<!channel> look", "<@room> look"),
    ("<!subteam^SFACILITATORS|@facilitators>", "<@facilitators>"),
    ("2 * 3 * 4 &lt; 25 &amp; more", "2 \\* 3 \\* 4 \\< 25 & more"),
    ("snake_case_name", "snake\\_case\\_name"),
    ("> quoted *so*", "> quoted **so**"),
    ("• one\n• two", "- one\n- two"),
    ("1. one\n2. two", "1. one\n2. two"),
    ("a\nb", "a\nb"),
    (":wave: hi", "👋 hi"),
]


@pytest.mark.parametrize(("mrkdwn", "body"), PAIRS)
def test_both_ways(mrkdwn: str, body: str) -> None:
    assert to_commonmark(mrkdwn) == body
    assert to_mrkdwn(body) == mrkdwn


@pytest.mark.parametrize(
    ("mrkdwn", "body"),
    [
        ("# no heading", "\\# no heading"),
        ("<!here> <!everyone>", "<@room> <@room>"),
        ("<!date^1392734382^{date}|February 18>", "February 18"),
        ("<#C0AB|reading>", "#reading"),
        ("<@UNKNOWN-1>", "\\<@UNKNOWN-1\\>"),
        ("<javascript:alert(1)|click>", "\\<javascript:alert(1)\\|click\\>"),
        ("look: https://example.org/x_y_z.", "look: <https://example.org/x_y_z>."),
        ("> a\nb", "> a\n\nb"),
        ("||secret||", "\\|\\|secret\\|\\|"),
        ("a\n---", "a\n\\---"),
        ("*a **b*", "**a \\*\\*b**"),
        ("\u0000*", "\u0000\\*"),
    ],
)
def test_what_bots_send(mrkdwn: str, body: str) -> None:
    assert to_commonmark(mrkdwn) == body


@pytest.mark.parametrize(
    ("body", "mrkdwn"),
    [
        ("# Chapter 5 #", "*Chapter 5*"),
        ("*emphasis* and __strong__", "_emphasis_ and *strong*"),
        ("- [x](https://e.org 'no') <b>", "• [x](<https://e.org> 'no') &lt;b&gt;"),
        ("[a\\*b](https://e.org/(x))", "<https://e.org/(x)|a*b>"),
        ("[click](javascript:x)", "[click](javascript:x)"),
        ("~~~py\n<x>\n~~~", "```\n&lt;x&gt;\n```"),
        ("```\nnever closed", "```\nnever closed\n```"),
        ("`` a ` b ``", "a ` b"),
        ("||spoiler||", "||spoiler||"),
        ("\\*stars\\*", "*stars*"),
    ],
)
def test_what_people_write(body: str, mrkdwn: str) -> None:
    assert to_mrkdwn(body) == mrkdwn


_pieces = st.sampled_from(
    [*"*_~`<>&#|@!-+=.:\\[]()1 \n", "ab", "é", "日本", "``", "```", "**", "~~", "<@U0AB1>",
     "<!here>", "<https://e.org/a_b|x*y>", "https://e.org/q?a=1&b=2", "&lt;", "• ", "> ", "1. ",
     ":wave:", "👋", "||"]
)  # fmt: skip
_texts = st.lists(_pieces, max_size=25).map("".join)


@given(_texts)
@example(" >")
@example("<#• |>")
@example("\n `````````")
@example("``````**``````é")
@example("`1\\\\\\`||(")
@example("https://e.org/q?a=1\\1")
@example("!!<https://e.org/a_b|x*y>")
@example("> <`https://e.org/q?a=1`1> ")
@example("~~ ```<#|`>``<@U0AB1>")
def test_what_came_back_once_comes_back_the_same(text: str) -> None:
    once = to_mrkdwn(to_commonmark(text))
    assert to_mrkdwn(to_commonmark(once)) == once


_reader = MarkdownIt("commonmark", {"html": False}).disable(
    ["html_inline", "html_block", "image", "reference", "entity"]
)
_reader.enable("strikethrough")


def _shown(body: str) -> tuple[str, set[str]]:
    """The words a reader sees of a body, and the kinds of markup in it."""
    words: list[str] = []
    kinds: set[str] = set()
    for token in _reader.parse(body):
        kinds.add(token.type)
        for child in token.children or []:
            kinds.add(child.type)
            words.append("\n" if child.type in ("softbreak", "hardbreak") else child.content)
        if token.type == "paragraph_close":
            words.append("\n")
    return "".join(words), kinds


@given(_texts)
def test_plain_text_is_shown_as_it_stands_and_is_no_markup(text: str) -> None:
    said, kinds = _shown(plain(text))
    wanted = re.sub(r"\s+", " ", emoji.pictures(text)).strip()
    assert re.sub(r"\s+", " ", said).strip() == wanted
    assert kinds <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "softbreak",
        "text_special",
    }


@given(st.text(max_size=60))
def test_nothing_fails(text: str) -> None:
    to_mrkdwn(to_commonmark(text))
    to_commonmark(to_mrkdwn(text))
    plain(text)
    assert emoji.char(emoji.name(text)) is not None


@pytest.mark.parametrize(
    "piece", ["*a ", "_", "**", "<", "`", "[", "[a](", "~a", "> ", "*_~", ":a", "<@", "``` "]
)
def test_hostile_texts_take_no_time(piece: str) -> None:
    text = f"# {piece * (8_000 // len(piece))}x"
    started = time.process_time()
    to_mrkdwn(to_commonmark(text))
    to_mrkdwn(text)
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize("char", ["👍", "❤️", "👋", "🦔", "🇵🇹", "👩‍🚀", "party_parrot", "é"])
def test_emoji_come_back(char: str) -> None:
    assert emoji.char(emoji.name(char)) == char


def test_emoji_have_the_names_that_bots_use() -> None:
    assert emoji.name("👍") == "+1"
    assert emoji.char("thumbsup") == "👍"
    assert emoji.char("wave::skin-tone-3") == "👋"
    assert emoji.name("❤") == "heart"


def test_blocks_say_their_words() -> None:
    given = [
        {"type": "header", "text": {"type": "plain_text", "text": "Chapter *5*"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "by *Thursday*"},
         "fields": [{"type": "plain_text", "text": "a_b"}]},
        {"type": "divider"},
        {"type": "context", "elements": [
            {"type": "image", "alt_text": "lamp"}, {"type": "mrkdwn", "text": "_x_"}]},
        {"type": "image", "image_url": "https://e.org/i.png", "alt_text": "a lamp"},
        {"type": "actions", "elements": [
            {"type": "button", "text": {"type": "plain_text", "text": "Yes"}}]},
        {"type": "input", "label": {"type": "plain_text", "text": "Why?"}},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": "hi", "style": {"bold": True}},
            {"type": "user", "user_id": "U0AB1"}]}]},
        {"type": "from_the_future", "text": {"type": "plain_text", "text": "later"}},
        "nonsense", None, 5, {"type": "section"},
    ]  # fmt: skip
    assert blocks.body(given).split("\n\n") == [
        "### Chapter \\*5\\*", "by **Thursday**\na\\_b", "---", "lamp · _x_",
        "[a lamp](<https://e.org/i.png>)", "Yes", "Why?", "**hi**<@p_0ab1>", "later",
    ]  # fmt: skip


def test_attachments_say_their_words() -> None:
    given = [
        {"pretext": "look", "title": "T", "title_link": "https://e.org", "text": "body",
         "fields": [{"title": "k", "value": "v"}]},
        {"fallback": "only this"},
    ]  # fmt: skip
    assert blocks.attachments(given) == (
        "look\n**[T](<https://e.org>)**\nbody\n**k** v\n\nonly this"
    )
