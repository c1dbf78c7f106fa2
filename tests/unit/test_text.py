"""What people write, made safe to keep."""

from __future__ import annotations

import pytest

from rooms import text
from rooms.errors import Refusal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("One line.", "One line."),
        ("  indented, and blanks behind  ", "  indented, and blanks behind"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree"),
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        ("tab\tstays", "tab\tstays"),
        ("¿Qué leemos? 読書\u3000会", "¿Qué leemos? 読書\u3000会"),
        ("half a pair \ud83d", "half a pair \ufffd"),
    ],
)
def test_the_text_of_a_message(written: str, kept: str) -> None:
    assert text.body(written) == kept


@pytest.mark.parametrize("written", ["", "\n\n", "\x00", "   "])
def test_nothing_is_no_message(written: str) -> None:
    with pytest.raises(Refusal, match="too_short"):
        text.body(written)


def test_whom_a_text_mentions() -> None:
    assert text.mentions("nobody < @ all") == ()
    assert text.mentions("<@p_1> and <@room>, <@p_1> again") == ("p_1", "room")
