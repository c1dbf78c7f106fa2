"""What is asked of a bot (a button, a form, a command) as Slack's payloads, and its answers.

`asked` is the data of an `interaction.made` of the bot's stream. Its id is the `trigger_id`: it
opens a view for as long as it may be answered, and for nobody but the bot that it was asked of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from bots.slack import blocks as words
from bots.slack import filled, ids, kit, objects
from bots.slack.errors import SlackError
from protocol.blocks import AnyBlock, Button, Context, Form
from protocol.views import Person, Room
from rooms.cards import microseconds

Struct = dict[str, Any]


class Asked(NamedTuple):
    """What is known around a question."""

    team: str
    domain: str
    me: str
    """The bot's id."""
    person: Person
    room: Room
    at: str
    data: Mapping[str, Any]
    response_url: str

    @property
    def channel(self) -> str:
        """Where it was asked."""
        return objects.channel_id(self.room)

    @property
    def name(self) -> str:
        """What the channel is called."""
        return "directmessage" if self.room.direct else ids.channel_name(self.room.name)

    @property
    def user(self) -> Struct:
        """Who asks."""
        return {
            "id": ids.user(self.person.id),
            "username": self.person.username,
            "name": self.person.username,
            "team_id": self.team,
        }


def command(asked: Asked) -> Struct:
    """A slash command, as it is posted or put into a `slash_commands` envelope."""
    return {
        "token": "",
        "team_id": asked.team,
        "team_domain": asked.domain,
        "channel_id": asked.channel,
        "channel_name": asked.name,
        "user_id": ids.user(asked.person.id),
        "user_name": asked.person.username,
        "command": "/" + str(asked.data["name"]),
        "text": asked.data.get("body") or "",
        "api_app_id": ids.app(asked.me),
        "is_enterprise_install": "false",
        "response_url": asked.response_url,
        "trigger_id": asked.data["id"],
    }


def _common(asked: Asked, type_: str) -> Struct:
    return {
        "type": type_,
        "token": "",
        "user": asked.user,
        "api_app_id": ids.app(asked.me),
        "team": {"id": asked.team, "domain": asked.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": asked.data["id"],
    }


def block_actions(
    asked: Asked,
    message: Struct | None,
    stored: Iterable[Mapping[str, Any]],
    said_at: str = "",
    view: Struct | None = None,
) -> Struct:
    """A button that was pressed, a select that was chosen from, or a form of a message that was
    sent by one. `message` is None for what was said, `said_at`, to one person alone; if that is a
    view, `view` is how the bot opened it."""
    stored = list(stored)
    data = asked.data
    state = filled.state(stored, data.get("values") or {})
    found = _common(asked, "block_actions") | {"actions": [_acted(asked, stored)]}
    if view is not None:
        id_ = str(data["message"])
        known = {"team": asked.team, "me": asked.me, "state": state}
        container: Struct = {"type": "view", "view_id": view_id(id_)}
        return found | {"container": container, "view": view_shown(view, id_, known)}
    container = {
        "type": "message", "message_ts": message["ts"] if message else said_at,
        "channel_id": asked.channel, "is_ephemeral": message is None,
    }  # fmt: skip
    if message and "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    found |= {
        "container": container,
        "channel": {"id": asked.channel, "name": asked.name},
        "state": state,
        "response_url": asked.response_url,
    }
    return found if message is None else found | {"message": message}


def _acted(asked: Asked, stored: list[Mapping[str, Any]]) -> Struct:
    """What was pressed or chosen."""
    name = asked.data["name"]
    place, action = kit.named(name)
    common: Struct = {
        "action_id": action,
        "block_id": place or _place(stored, name),
        "action_ts": ids.ts(microseconds(asked.at)),
    }
    for block in stored:
        if block.get("type") == "form" and block.get("id") == name and kit.chosen(block):
            select = block["inputs"][0]
            value = (asked.data.get("values") or {}).get(name, "")
            chosen = filled.option(select, value)
            return {"type": "static_select", "selected_option": chosen} | common
    text = {"type": "plain_text", "text": _label(stored, name), "emoji": True}
    pressed = {"type": "button", "text": text} | common
    return pressed | ({"value": asked.data["value"]} if asked.data.get("value") else {})


def _place(stored: Iterable[Mapping[str, Any]], name: str) -> str:
    """The block of a button that was named without one."""
    for number, block in enumerate(stored):
        beside = [block["button"]] if block.get("button") else []
        if any(button["id"] == name for button in (*block.get("buttons", ()), *beside)):
            return f"b{number}"
    return ""


def _label(stored: Iterable[Mapping[str, Any]], name: str) -> str:
    for block in stored:
        if block.get("type") == "form" and block.get("id") == name:
            return str(block.get("submit", ""))
        beside = [block["button"]] if block.get("button") else []
        for button in (*block.get("buttons", ()), *beside):
            if button["id"] == name:
                return str(button.get("label", ""))
    return ""


# --- views ----------------------------------------------------------------------------------------


def view_id(whisper: str) -> str:
    """`V…` of the dialog that a view is here."""
    return "V" + whisper[2:].upper()


def dialog(view_id_: str) -> str:
    """The inverse of `view_id`."""
    return "w_" + view_id_[1:].lower()


def view_blocks(view: Struct) -> tuple[AnyBlock, ...]:
    """What a view is drawn of. Raises `SlackError`."""
    return kit.drawn(*_drawable(view))


def _drawable(view: Struct) -> tuple[list[Any], Button]:
    blocks = view.get("blocks")
    if view.get("type") != "modal" or not isinstance(blocks, list):
        raise SlackError("invalid_arguments")
    title = {"type": "header", "text": view.get("title")}
    submit = Button(id=kit.FORM, label=words.bare(view.get("submit"))[:75])
    return [title, *blocks], submit


def with_errors(
    drawn: tuple[AnyBlock, ...], errors: Mapping[str, Any], values: Mapping[str, str]
) -> tuple[AnyBlock, ...]:
    """A view once more, with what was wrong under its title and all as it was filled in."""
    labels = {
        kit.named(one.id)[0]: words.text({"type": "plain_text", "text": one.label})
        for block in drawn
        if isinstance(block, Form)
        for one in block.inputs
    }
    lines = []
    for place, said in errors.items():
        label = f"{labels[place]}: " if place in labels else ""
        lines.append(f"**{label}{words.text(str(said))}**")
    rest = (_refilled(block, values) for block in drawn[1:])
    return (*drawn[:1], Context(text="\n".join(lines) or "…"), *rest)


def _refilled(block: AnyBlock, values: Mapping[str, str]) -> AnyBlock:
    if not isinstance(block, Form):
        return block
    inputs = [
        msgspec.structs.replace(one, initial=values.get(one.id) or one.initial)
        for one in block.inputs
    ]
    return msgspec.structs.replace(block, inputs=tuple(inputs))


def view_shown(view: Struct, id_: str, asked: Struct) -> Struct:
    """A view as answers and payloads carry it; `asked` has `team`, `me` and perhaps `state`."""
    return {
        "id": view_id(id_),
        "team_id": asked["team"],
        "type": "modal",
        "blocks": view.get("blocks", []),
        "title": view.get("title"),
        "submit": view.get("submit"),
        "close": view.get("close"),
        "callback_id": view.get("callback_id", ""),
        "private_metadata": view.get("private_metadata", ""),
        "external_id": view.get("external_id", ""),
        "clear_on_close": False,
        "notify_on_close": False,
        "previous_view_id": None,
        "root_view_id": view_id(id_),
        "app_id": ids.app(asked["me"]),
        "bot_id": ids.bot(asked["me"]),
        "hash": "",
        "state": asked.get("state", {"values": {}}),
    }


def view_submission(asked: Asked, kept: Struct) -> Struct:
    """A view that was filled in and sent; `kept` is the view as the bot opened it."""
    stored = _stored(view_blocks(kept))
    values = asked.data.get("values") or {}
    state = filled.state(stored, values, kit.elements(*_drawable(kept)))
    known = {"team": asked.team, "me": asked.me, "state": state}
    found = view_shown(kept, str(asked.data["message"]), known)
    return _common(asked, "view_submission") | {"view": found, "response_urls": []}


def _stored(drawn: Iterable[AnyBlock]) -> list[Struct]:
    return [msgspec.to_builtins(block) for block in drawn]
