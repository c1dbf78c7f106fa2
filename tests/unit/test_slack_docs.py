"""docs/slack.md against the code: what it lists is there, and what is there it lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chat.slack.table import METHODS

pytestmark = pytest.mark.slack

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "slack.md").read_text()
ROWS = re.findall(
    r"^\| ((?:`[a-z]+\.[A-Za-z.]+`(?:, )?)+) \| (yes|partly|no) \| (.*?) ?\|$", PAGE, re.MULTILINE
)
TESTS = sorted((Path(__file__).parents[1] / "e2e").glob("test_slack_*.py"))
STATED = {name: state for names, state, _ in ROWS for name in re.findall(r"`([^`]+)`", names)}


def test_the_versions_named_are_those_of_the_lock() -> None:
    lock = (ROOT / "requirements-dev.lock").read_text()
    tried = {
        name.replace("-", "_"): version
        for name, version in re.findall(r"^(slack-\w+)==(\d+\.\d+)\.", lock, re.MULTILINE)
    }
    assert dict(re.findall(r"(slack_bolt|slack_sdk) (\d+\.\d+)\b", PAGE)) == tried


def test_the_methods_listed_are_those_there_are() -> None:
    answered = {name for name, state in STATED.items() if state != "no"}
    assert answered == METHODS.keys() | {"api.test"}


def test_what_is_partly_there_says_how() -> None:
    assert [names for names, state, why in ROWS if state != "yes" and not why.strip()] == []


@pytest.mark.parametrize("method", sorted(METHODS.keys() | {"api.test"}))
def test_the_sdks_clients_call_it_in_a_test(method: str) -> None:
    called = f".{method.replace('.', '_')}\\b"
    asynchronous = [path for path in TESTS if path.stem == "test_slack_async_client"]
    for paths in (asynchronous, set(TESTS) - set(asynchronous)):
        assert any(re.search(called, path.read_text()) for path in paths), called
