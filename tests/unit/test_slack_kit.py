"""Block Kit to our blocks and back; what is asked, as payloads."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bots.slack import filled, interactions, kit
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
    assert filled.state(made, {"a¦x": "1"}) == {"values": {
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
    wrong = interactions.with_errors(drawn, {"a": "too short"}, {"a¦x": "No"})
    assert wrong[1] == Context(text="**?: too short**")
    assert msgspec.to_builtins(wrong[2])["inputs"][0]["initial"] == "No"
    for bad in ({}, {"type": "home", "blocks": []}, {"type": "modal"}):
        with pytest.raises(SlackError):
            interactions.view_blocks(bad)


def test_views_have_ids_that_come_back() -> None:
    assert interactions.dialog(interactions.view_id("w_0ab")) == "w_0ab"
    assert interactions.view_id("w_0ab") == "V0AB"
    assert msgspec.to_builtins(kit.drawn([])) == ()


# --- menus ----------------------------------------------------------------------------------------


def menu(action: str, kind: str = "static_select") -> dict[str, Any]:
    options = [
        {"text": text(one) | {"emoji": True}, "value": one.lower()} for one in ("Tea", "Milk")
    ]
    hint = text("Which?") | {"emoji": True}
    return {"type": kind, "action_id": action, "placeholder": hint, "options": options}


def test_a_menu_is_a_form_of_its_own_and_comes_back() -> None:
    row = {"type": "actions", "block_id": "row", "elements": [menu("drink")]}
    made = stored([row])
    assert [(block["type"], block["id"]) for block in made] == [("form", "row¦drink")]
    assert made[0]["inputs"][0]["label"] == "Which?"
    assert kit.shown(made) == [row]
    # Beside a section, in groups, and among buttons, which do not send it.
    grouped = menu("a") | {
        "option_groups": [{"options": menu("a").pop("options")}],
        "options": None,
    }
    made = stored([
        {"type": "section", "text": text("Well?"), "accessory": menu("b", "overflow")},
        {"type": "actions", "elements": [grouped, button("go"), menu("c", "radio_buttons")]},
        {"type": "actions", "elements": [menu("d", "users_select") | {"options": None}]},
    ])  # fmt: skip
    assert [block["type"] for block in made] == ["section", "form", "form", "form", "buttons"]


def view_of(*blocks: Any, submit: str = "S") -> dict[str, Any]:
    title = {"type": "modal", "title": text("T"), "blocks": list(blocks)}
    return title | ({"submit": text(submit)} if submit else {})


def test_a_button_in_a_view_sends_itself_alone() -> None:
    row = {"type": "actions", "elements": [button("more")]}
    drawn = interactions.view_blocks(view_of(asked("a", "x"), row, asked("b", "y")))
    assert [type(block).__name__ for block in drawn] == ["Header", "Buttons", "Form"]
    checked(drawn)


def test_a_view_that_asks_for_nothing_can_be_agreed_to() -> None:
    sure = {"type": "section", "text": text("Sure?")}
    _, _, yes = interactions.view_blocks(view_of(sure, submit="Yes"))
    [button_] = msgspec.to_builtins(yes)["buttons"]
    assert button_ == {"id": kit.FORM, "label": "Yes", "style": "primary"}
    assert len(interactions.view_blocks(view_of(sure, submit=""))) == 2


@pytest.mark.parametrize(
    ("element", "value", "state"),
    [
        ({"type": "datepicker"}, "2026-12-31", {"selected_date": "2026-12-31"}),
        ({"type": "timepicker"}, "", {"selected_time": None}),
        ({"type": "number_input"}, "5", {"value": "5"}),
        (menu("x", "radio_buttons"), "tea", {"selected_option": menu("x")["options"][0]}),
        (menu("x", "checkboxes"), "tea", {"selected_options": [menu("x")["options"][0]]}),
        (menu("x", "multi_static_select"), "", {"selected_options": []}),
    ],
)
def test_a_view_has_the_shape_of_what_it_asked_with(
    element: dict[str, Any], value: str, state: dict[str, Any]
) -> None:
    block = asked("a", "x", element=element | {"action_id": "x"})
    elements = kit.elements([block])
    found = filled.state(stored([block]), {"a¦x": value}, elements)
    assert found == {"values": {"a": {"x": {"type": element["type"], **state}}}}
