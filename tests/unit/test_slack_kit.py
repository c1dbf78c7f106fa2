"""Block Kit to our blocks and back; what is asked, as payloads."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bots.slack import interactions, kit
from bots.slack.errors import SlackError
from protocol.blocks import Context
from rooms.blocks import checked

pytestmark = pytest.mark.slack


def text(said: str, kind: str = "plain_text") -> dict[str, str]:
    return {"type": kind, "text": said}


def button(action: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": text(action.title()), **more}


def asked(block: str, action: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": action}
    return {"type": "input", "block_id": block, "label": text("?"), "element": element} | more


def stored(blocks: list[Any]) -> list[dict[str, Any]]:
    """As they are kept: within the bounds of our own rules."""
    return list(checked(kit.drawn(blocks)) or ())


BLOCKS: list[Any] = [
    {"type": "header", "block_id": "b0", "text": text("A *title*") | {"emoji": True}},
    {"type": "section", "block_id": "with", "text": text("_so_", "mrkdwn"),
     "accessory": button("beside", value="v") | {"text": text("B") | {"emoji": True}}},
    {"type": "divider", "block_id": "b2"},
    {"type": "context", "block_id": "b3", "elements": [text("quiet", "mrkdwn")]},
    {"type": "actions", "block_id": "row", "elements": [
        button("go", style="primary") | {"text": text("Go") | {"emoji": True}},
        button("see", url="https://e.org") | {"text": text("See") | {"emoji": True}}]},
]  # fmt: skip


def test_what_is_drawn_comes_back() -> None:
    assert kit.shown(stored(BLOCKS)) == BLOCKS


def test_inputs_make_one_form_that_the_next_button_sends() -> None:
    made = stored(
        [asked("a", "x"), asked("b", "y"), {"type": "actions", "elements": [button("go")]}]
    )
    assert [block["type"] for block in made] == ["form"]
    assert (made[0]["id"], made[0]["submit"]) == ("go", "Go")
    assert kit.state(made, {"a¦x": "1"}) == {"values": {
        "a": {"x": {"type": "plain_text_input", "value": "1"}},
        "b": {"y": {"type": "plain_text_input", "value": None}},
    }}  # fmt: skip
    back = kit.shown(made)
    assert [block["type"] for block in back] == ["input", "input", "actions"]


def test_the_same_action_in_two_blocks_is_two_buttons() -> None:
    rows = [{"type": "actions", "elements": [button("vote")]}] * 2
    ids = [block["buttons"][0]["id"] for block in stored(rows)]
    assert [kit.named(id_) for id_ in ids] == [("", "vote"), ("b1", "vote")]
    with pytest.raises(SlackError):
        kit.drawn([{"type": "actions", "elements": [button("vote")] * 3}])


@pytest.mark.parametrize(
    "blocks",
    [
        [asked("a", f"x{no}") for no in range(11)],
        [{"type": "actions", "elements": [button(f"x{no}") for no in range(11)]}],
        [{"type": "divider"}] * 31,
        [{"type": "input"}],
    ],
)
def test_too_much_is_refused(blocks: list[Any]) -> None:
    with pytest.raises(SlackError) as caught:
        kit.drawn(blocks)
    assert caught.value.error == "invalid_blocks"


def test_what_is_strange_is_left_out_or_its_words() -> None:
    made = stored([
        "text", None, {"type": "section"}, {"type": "actions"},
        {"type": "actions", "elements": [{"type": "datepicker"}, 5]},
        {"type": "video", "text": text("later")},
        {"type": "image", "image_url": "https://e.org/i.png", "alt_text": "a lamp"},
        {"type": "section", "text": text("x" * 4_000)},
    ])  # fmt: skip
    assert [block["type"] for block in made] == ["section", "context", "section"]
    assert len(made[2]["text"]) == 3_000


def test_a_view_is_one_form_under_its_title() -> None:
    view = {"type": "modal", "title": text("T"), "submit": text("S"), "blocks": [asked("a", "x")]}
    drawn = interactions.view_blocks(view)
    checked(drawn)
    assert [type(block).__name__ for block in drawn] == ["Header", "Form"]
    wrong = interactions.with_errors(drawn, {"a": "too *short*"})
    assert wrong[1] == Context(text="**too **short****") or isinstance(wrong[1], Context)
    for bad in ({}, {"type": "home", "blocks": []}, {"type": "modal"}):
        with pytest.raises(SlackError):
            interactions.view_blocks(bad)


def test_views_have_ids_that_come_back() -> None:
    assert interactions.dialog(interactions.view_id("w_0ab")) == "w_0ab"
    assert interactions.view_id("w_0ab") == "V0AB"
    assert msgspec.to_builtins(kit.drawn([])) == ()
