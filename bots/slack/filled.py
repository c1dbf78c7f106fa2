"""What was chosen and filled in, as Slack's `state`: by block and action, as each element has it.

Pure. Our forms know lines and selects; what a bot wanted to ask with (a date, check boxes) is known
where it is kept, and then the answer has that element's shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bots.slack.kit import named

Struct = dict[str, Any]
_FIELDS = {"datepicker": "selected_date", "timepicker": "selected_time"}
_SEVERAL = ("checkboxes", "multi_static_select")


def state(
    stored: Iterable[Mapping[str, Any]],
    values: Mapping[str, str],
    elements: Mapping[str, Struct] | None = None,
) -> Struct:
    """`state` of a view or message. `values` and `elements` go by the ids of our inputs."""
    found: dict[str, Struct] = {}
    for block in stored:
        for asked in block.get("inputs", ()):
            id_ = asked["id"]
            place, action = named(id_)
            element = (elements or {}).get(id_, {})
            found.setdefault(place, {})[action] = _value(asked, values.get(id_, ""), element)
    return {"values": found}


def option(asked: Mapping[str, Any], value: str) -> Struct | None:
    """What was chosen of a select; None for nothing."""
    if not value:
        return None
    labels = {one["value"]: one["label"] for one in asked.get("options", ())}
    text = {"type": "plain_text", "text": str(labels.get(value, value)), "emoji": True}
    return {"text": text, "value": value}


def _value(asked: Mapping[str, Any], value: str, element: Struct) -> Struct:
    kind = element.get("type")
    if asked.get("type") != "select":
        kind = kind or "plain_text_input"
        return {"type": kind, _FIELDS.get(kind, "value"): value or None}
    chosen = option(asked, value)
    if kind in _SEVERAL:
        return {"type": kind, "selected_options": [chosen] if chosen else []}
    return {"type": kind or "static_select", "selected_option": chosen}
