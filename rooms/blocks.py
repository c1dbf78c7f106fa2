"""Blocks as the rules see them: bounds, plain words, and what may be pressed or filled in.

Pure. Stored blocks are read leniently: what is not known asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from protocol import limits
from protocol.blocks import (
    AnyBlock,
    Block,
    Blocks,
    Button,
    Buttons,
    Context,
    Form,
    Header,
    Section,
    SelectInput,
    Stored,
    TextInput,
)
from rooms import text
from rooms.errors import Refusal


def checked(blocks: Blocks) -> Stored | None:
    """Blocks within bounds, as they are stored; None for none. Raises `Refusal`."""
    if not blocks:
        return None
    _count("blocks", blocks, limits.BLOCKS)
    seen: set[str] = set()
    for block in blocks:
        for name in _ids(block):
            _id(name)
            if name in seen:
                raise Refusal("invalid", field="blocks", problem=f"the id {name} stands twice")
            seen.add(name)
        _check(block)
    made: Stored = tuple(msgspec.to_builtins(block) for block in blocks)
    if sum(len(msgspec.json.encode(block)) for block in made) > limits.BLOCKS_BYTES:
        raise Refusal(
            "too_long", field="blocks", max=limits.BLOCKS_BYTES, actual=limits.BLOCKS_BYTES + 1
        )
    return made


def _ids(block: Block) -> Iterator[str]:
    if isinstance(block, Buttons):
        yield from (button.id for button in block.buttons)
    elif isinstance(block, Section) and block.button:
        yield block.button.id
    elif isinstance(block, Form):
        yield block.id


def _id(name: str) -> None:
    if not 1 <= len(name) <= limits.BLOCK_ID or not name.isprintable():
        raise Refusal("invalid", field="id", problem=f"1 to {limits.BLOCK_ID} characters")


def _count(what: str, things: Sequence[object], most: int) -> None:
    if len(things) > most:
        raise Refusal("too_many", what=what, max=most, actual=len(things))


def _check(block: AnyBlock) -> None:
    if isinstance(block, Header | Section | Context):
        text.paragraph("text", block.text, limits.BLOCK_TEXT)
        if not block.text.strip():
            raise Refusal("too_short", field="text", min=1, actual=0)
    if isinstance(block, Section) and block.button:
        _button(block.button)
    if isinstance(block, Buttons):
        _count("buttons", block.buttons, limits.BUTTONS)
        if not block.buttons:
            raise Refusal("too_few", what="buttons", min=1, actual=0)
        for button in block.buttons:
            _button(button)
    if isinstance(block, Form):
        _form(block)


def _button(button: Button) -> None:
    text.line("label", button.label, limits.BLOCK_LABEL, 1)
    text.sized("value", button.value, limits.BUTTON_VALUE)
    if button.url and not _leads_out(button.url):
        raise Refusal("invalid", field="url", problem="an address that begins with https://")


def _leads_out(url: str) -> bool:
    try:
        return len(url) <= limits.BUTTON_VALUE and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        # `http://[`: an address that cannot be taken apart.
        return False


def _form(form: Form) -> None:
    _count("inputs", form.inputs, limits.INPUTS)
    text.line("submit", form.submit, limits.BLOCK_LABEL)
    names = [one.id for one in form.inputs]
    if len(set(names)) != len(names) or not names:
        raise Refusal("invalid", field="inputs", problem="each needs an id of its own")
    for one in form.inputs:
        _id(one.id)
        text.line("label", one.label, limits.BLOCK_LABEL, 1)
        text.line("hint", one.hint, limits.BLOCK_HINT)
        if isinstance(one, TextInput):
            text.line("placeholder", one.placeholder, limits.BLOCK_HINT)
            text.sized("initial", one.initial, limits.INPUT)
            if not 1 <= one.max <= limits.INPUT:
                raise Refusal("invalid", field="max", problem=f"1 to {limits.INPUT}")
        else:
            _select(one)


def _select(select: SelectInput) -> None:
    _count("options", select.options, limits.OPTIONS)
    values = [option.value for option in select.options]
    if not values or len(set(values)) != len(values):
        raise Refusal("invalid", field="options", problem="each needs a value of its own")
    if select.initial and select.initial not in values:
        raise Refusal("invalid", field="initial", problem="one of the options")
    for option in select.options:
        text.line("label", option.label, limits.BLOCK_LABEL, 1)
        text.sized("value", option.value, limits.BUTTON_VALUE)


# --- plain words ----------------------------------------------------------------------------------


def plain(blocks: Blocks | Iterable[Mapping[str, Any]]) -> str:
    """What blocks say, in lines: the body of a message that has none of its own."""
    stored = [msgspec.to_builtins(one) if isinstance(one, Block) else one for one in blocks]
    lines = [line for one in stored for line in _lines(one)]
    return "\n".join(line for line in lines if line.strip())


def _lines(block: Mapping[str, Any]) -> Iterator[str]:
    yield str(block.get("text", ""))
    for button in _buttons(block):
        yield f"[{button.get('label', '')}]"
    if block.get("type") == "form":
        yield from (f"{one.get('label', '')}: …" for one in block.get("inputs", ()))


def _buttons(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    beside = block.get("button")
    return [*block.get("buttons", ()), *([beside] if beside else [])]


# --- what was pressed or filled in ----------------------------------------------------------------


def button(blocks: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """The button of that id, unless it is a link."""
    for block in blocks:
        for one in _buttons(block):
            if one.get("id") == name and not one.get("url"):
                return one
    return None


def form(blocks: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """The form of that id."""
    for block in blocks:
        if block.get("type") == "form" and block.get("id") == name:
            return block
    return None


def filled(asked: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    """What a form was filled with, if it fits; raises `Refusal` that names the input."""
    inputs = {one["id"]: one for one in asked.get("inputs", ())}
    unknown = next((name for name in values if name not in inputs), None)
    if unknown is not None:
        raise Refusal("invalid", field=f"values.{unknown[:32]}", problem="the form does not ask it")
    return {name: _value(one, values.get(name, "")) for name, one in inputs.items()}


def _value(asked: Mapping[str, Any], value: str) -> str:
    field = f"values.{asked['id']}"
    if asked.get("type") == "select":
        known = {option["value"] for option in asked.get("options", ())}
        if value not in known and (value or asked.get("required", True)):
            raise Refusal("invalid", field=field, problem="one of the options")
        return value
    most = asked.get("max", limits.INPUT)
    found = text.paragraph(field, value, most)
    if not found and asked.get("required", True):
        raise Refusal("too_short", field=field, min=1, actual=0)
    return found
