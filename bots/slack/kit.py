"""Block Kit to our blocks and back: what is drawn, pressed and chosen.

Section, header, context, divider, actions with buttons and selects, and input with plain text or
select have blocks of ours; images and whatever else there is become text. The inputs of a message
make one form, which the first button after them sends; those of a view make one that the view's own
sends; a select among buttons or beside a section makes one of its own. Slack names what is pressed
by a block and an action: both stand in our one id, a bar between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bots.slack import blocks as words
from bots.slack.commonmark import to_mrkdwn
from bots.slack.errors import SlackError
from protocol import limits
from protocol.blocks import (
    AnyBlock,
    Button,
    Buttons,
    Context,
    Divider,
    Form,
    Header,
    Option,
    Section,
    SelectInput,
    TextInput,
)

Struct = dict[str, Any]
BAR = "¦"
FORM = "form"
"""The id of a form that no button of the bot sends."""
_STYLES = ("primary", "danger")
_CHOICES = ("static_select", "radio_buttons", "overflow")
"""Elements that are acted on as soon as something is chosen."""
_INITIAL = {"datepicker": "initial_date", "timepicker": "initial_time"}
_SHAPES = {"datepicker": "2026-12-31", "timepicker": "16:00"}
"""What is written where something would be picked."""


def drawn(blocks: Iterable[Any], submit: Button | None = None) -> tuple[AnyBlock, ...]:
    """Blocks of ours; `submit` is what sends the inputs of a view. Raises `SlackError` where there
    are more than we draw."""
    return _Drawing(submit).of([one for one in blocks if isinstance(one, dict)])


def elements(blocks: Iterable[Any], submit: Button | None = None) -> dict[str, Struct]:
    """The elements of Slack's behind our inputs, by the ids of these. Raises as `drawn` does."""
    drawing = _Drawing(submit)
    drawing.of([one for one in blocks if isinstance(one, dict)])
    return drawing.elements


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


class _Drawing:
    """One message or view on its way to our blocks."""

    def __init__(self, submit: Button | None) -> None:
        self._submit = submit
        self._made: list[AnyBlock] = []
        self._inputs: list[TextInput | SelectInput] = []
        self._seen: set[str] = set()
        self.elements: dict[str, Struct] = {}

    def of(self, blocks: list[Struct]) -> tuple[AnyBlock, ...]:
        for number, block in enumerate(blocks):
            kind = block.get("type")
            place = str(block.get("block_id") or "")
            if kind == "actions":
                self._actions(block, place, number)
            elif kind == "input":
                self._input(block, place or f"b{number}")
            elif kind == "section":
                self._section(block, place, number)
            else:
                self._text(block, kind)
        if self._inputs:
            self._send(self._submit or Button(id=FORM, label=""))
        elif self._submit and self._submit.label:
            # Nothing to fill in, but something to say yes to.
            yes = msgspec.structs.replace(self._submit, style="primary")
            self._made.append(Buttons(buttons=(yes,)))
        if len(self._made) > limits.BLOCKS:
            raise SlackError("invalid_blocks")
        return tuple(self._made)

    def _id(self, place: str, action: Any, number: int) -> str:
        """An id of ours for a block and an action; each only once."""
        action = str(action or f"a{len(self._seen)}")
        for name in (f"{place}{BAR}{action}" if place else action, f"b{number}{BAR}{action}"):
            if name not in self._seen and len(name) <= limits.BLOCK_ID:
                self._seen.add(name)
                return name
        raise SlackError("invalid_blocks")

    def _text(self, block: Struct, kind: Any) -> None:
        if kind == "divider":
            self._made.append(Divider())
            return
        said = words.bare(block.get("text")) if kind == "header" else words.block_text(block)
        if said.strip():
            made = {"header": Header, "context": Context, "image": Context}.get(str(kind), Section)
            self._made.append(made(text=_cut(said, limits.BLOCK_TEXT)))

    def _section(self, block: Struct, place: str, number: int) -> None:
        said = _cut(words.block_text(block), limits.BLOCK_TEXT)
        beside = block.get("accessory")
        button = None
        beside = beside if isinstance(beside, dict) else {}
        if beside.get("type") == "button":
            button = self._button(beside, place, number)
        elif beside.get("alt_text"):
            said = f"{said}\n{words.block_text({**beside, 'type': 'image'})}"
        if said.strip():
            self._made.append(Section(text=said, button=button))
        elif button:
            self._made.append(Buttons(buttons=(button,)))
        self._choice(beside, place, number)

    def _actions(self, block: Struct, place: str, number: int) -> None:
        found = [one for one in _listed(block.get("elements")) if isinstance(one, dict)]
        buttons = [
            self._button(element, place, number)
            for element in found
            if element.get("type") == "button"
        ]
        if self._inputs and self._submit is None and buttons and not buttons[0].url:
            self._send(buttons.pop(0))
        for element in found:
            self._choice(element, place, number)
        if len(buttons) > limits.BUTTONS:
            raise SlackError("invalid_blocks")
        if buttons:
            self._made.append(Buttons(buttons=tuple(buttons)))

    def _button(self, element: Struct, place: str, number: int) -> Button:
        style = element.get("style")
        return Button(
            id=self._id(place, element.get("action_id"), number),
            label=_cut(words.bare(element.get("text")), limits.BLOCK_LABEL) or "…",
            value=str(element.get("value") or "")[: limits.BUTTON_VALUE],
            style=style if style in _STYLES else "plain",
            url=str(element.get("url") or ""),
        )

    def _choice(self, element: Struct, place: str, number: int) -> None:
        """A select that is acted on by itself: a form that has its id, and nothing else in it."""
        if element.get("type") not in _CHOICES or not _options(element):
            return
        id_ = self._id(place or f"b{number}", element.get("action_id"), number)
        label = words.bare(element.get("placeholder"))
        common: Struct = {"id": id_, "label": _cut(label, limits.BLOCK_LABEL) or "…"}
        self.elements[id_] = element
        self._made.append(Form(id=id_, inputs=(_select(element, common),)))

    def _input(self, block: Struct, place: str) -> None:
        element = block.get("element")
        if not isinstance(element, dict):
            raise SlackError("invalid_blocks")
        id_ = self._id(place, element.get("action_id"), len(self._inputs))
        self.elements[id_] = element
        common: Struct = {
            "id": id_,
            "label": _cut(words.bare(block.get("label")), limits.BLOCK_LABEL) or "…",
            "hint": _cut(words.bare(block.get("hint")), limits.BLOCK_HINT),
            "required": block.get("optional") is not True,
        }
        if _options(element):
            self._inputs.append(_select(element, common))
            return
        asked, kind = element.get("max_length"), str(element.get("type"))
        most = asked if isinstance(asked, int) and 1 <= asked <= limits.INPUT else limits.INPUT
        shape = words.bare(element.get("placeholder")) if kind not in _SHAPES else _SHAPES[kind]
        text = TextInput(
            **common,
            placeholder=_cut(shape, limits.BLOCK_HINT),
            initial=str(element.get(_INITIAL.get(kind, "initial_value")) or "")[:most],
            long=element.get("multiline") is True,
            max=most,
        )
        self._inputs.append(text)

    def _send(self, button: Button) -> None:
        """The inputs so far, as one form."""
        if len(self._inputs) > limits.INPUTS:
            raise SlackError("invalid_blocks")
        form = Form(id=button.id, inputs=tuple(self._inputs), submit=button.label)
        self._made.append(form)
        self._inputs = []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _options(element: Struct) -> list[Struct]:
    """What there is to choose from, groups put together."""
    groups = [one.get("options") for one in _listed(element.get("option_groups"))
              if isinstance(one, dict)]  # fmt: skip
    found = [one for some in (element.get("options"), *groups) for one in _listed(some)]
    return [one for one in found if isinstance(one, dict)]


def _select(element: Struct, common: Struct) -> SelectInput:
    options = [
        Option(
            value=str(one.get("value") or "")[: limits.BUTTON_VALUE],
            label=_cut(words.bare(one.get("text")), limits.BLOCK_LABEL) or "…",
        )
        for one in _options(element)
    ]
    first = element.get("initial_option")
    if first is None:
        # Of what several may be chosen of, one can be here.
        first = next(iter(_listed(element.get("initial_options"))), None)
    initial = str(first.get("value") or "") if isinstance(first, dict) else ""
    return SelectInput(**common, options=tuple(options), initial=initial)


# --- back -----------------------------------------------------------------------------------------


def named(id_: str) -> tuple[str, str]:
    """The block and the action of an id of ours; the block is empty where none was given."""
    place, bar, action = id_.rpartition(BAR)
    return (place, action) if bar else ("", id_)


def shown(stored: Iterable[Mapping[str, Any]]) -> list[Struct]:
    """Stored blocks of ours in Slack's words: what a bot sees of its own message."""
    found: list[Struct] = []
    for number, block in enumerate(stored):
        found += _SHOWN.get(str(block.get("type")), _nothing)(block, f"b{number}")
    return found


def _nothing(_: Mapping[str, Any], __: str) -> list[Struct]:
    return []


def _marked(text: Any) -> Struct:
    return {"type": "mrkdwn", "text": to_mrkdwn(str(text))}


def _plain(text: Any) -> Struct:
    return {"type": "plain_text", "text": str(text), "emoji": True}


def _shown_button(button: Mapping[str, Any]) -> Struct:
    found: Struct = {
        "type": "button",
        "action_id": named(button["id"])[1],
        "text": _plain(button.get("label", "")),
    }
    if button.get("value"):
        found["value"] = button["value"]
    if button.get("style", "plain") != "plain":
        found["style"] = button["style"]
    if button.get("url"):
        found["url"] = button["url"]
    return found


def _shown_section(block: Mapping[str, Any], place: str) -> list[Struct]:
    found: Struct = {"type": "section", "block_id": place, "text": _marked(block.get("text", ""))}
    if button := block.get("button"):
        found["block_id"] = named(button["id"])[0] or place
        found["accessory"] = _shown_button(button)
    return [found]


def _shown_buttons(block: Mapping[str, Any], place: str) -> list[Struct]:
    buttons = block.get("buttons", ())
    given = named(buttons[0]["id"])[0] if buttons else ""
    elements = [_shown_button(button) for button in buttons]
    return [{"type": "actions", "block_id": given or place, "elements": elements}]


def chosen(block: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The select that a stored form is for, where it is for one that is acted on by itself."""
    first = next(iter(block.get("inputs", ())), None)
    return first if first is not None and first["id"] == block.get("id") else None


def _shown_form(block: Mapping[str, Any], place: str) -> list[Struct]:
    if (select := chosen(block)) is not None:
        element = _shown_input(select)["element"] | {"placeholder": _plain(select["label"])}
        given = named(select["id"])[0]
        return [{"type": "actions", "block_id": given, "elements": [element]}]
    found = [_shown_input(one) for one in block.get("inputs", ())]
    if block.get("id") != FORM:
        button = {"id": block.get("id", ""), "label": block.get("submit", "")}
        given = named(button["id"])[0] or place
        found.append({"type": "actions", "block_id": given, "elements": [_shown_button(button)]})
    return found


def _shown_input(asked: Mapping[str, Any]) -> Struct:
    place, action = named(asked["id"])
    element: Struct = {"type": "plain_text_input", "action_id": action}
    if asked.get("type") == "select":
        options = [
            {"text": _plain(one["label"]), "value": one["value"]} for one in asked["options"]
        ]
        element = {"type": "static_select", "action_id": action, "options": options}
    elif asked.get("long"):
        element["multiline"] = True
    optional = not asked.get("required", True)
    label = _plain(asked.get("label", ""))
    return {
        "type": "input", "block_id": place, "label": label, "element": element,
        "optional": optional,
    }  # fmt: skip


_SHOWN = {
    "header": lambda b, p: [{"type": "header", "block_id": p, "text": _plain(b.get("text", ""))}],
    "section": _shown_section,
    "context": lambda b, p: [
        {"type": "context", "block_id": p, "elements": [_marked(b.get("text", ""))]}
    ],
    "divider": lambda _, p: [{"type": "divider", "block_id": p}],
    "buttons": _shown_buttons,
    "form": _shown_form,
}
