"""docs/slack.md against the code: what it lists is there, and what is there it lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chat.slack.table import METHODS

pytestmark = pytest.mark.slack

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "slack.md").read_text()
ROWS = re.findall(
    r"^\| ((?:`[a-z]+\.[A-Za-z.]+`(?:, )?)+) \| (yes|partly|no) \| (.*?) ?\|$", PAGE, re.MULTILINE
)
STATED = {name: state for names, state, _ in ROWS for name in re.findall(r"`([^`]+)`", names)}


def test_the_methods_listed_are_those_there_are() -> None:
    answered = {name for name, state in STATED.items() if state != "no"}
    assert answered == METHODS.keys() | {"api.test"}


def test_what_is_partly_there_says_how() -> None:
    assert [names for names, state, why in ROWS if state != "yes" and not why.strip()] == []
