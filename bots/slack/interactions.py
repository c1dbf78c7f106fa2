"""What is asked of a bot (a button, a form, a command) as Slack's payloads, and its answers.

`asked` is the data of an `interaction.made` of the bot's stream. Its id is the `trigger_id`: it
opens a view for as long as it may be answered, and for nobody but the bot that it was asked of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from bots.slack import blocks as words
from bots.slack import ids, kit, objects
from bots.slack.errors import SlackError
from protocol.blocks import AnyBlock, Button, Context
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
    asked: Asked, message: Struct | None, stored: Iterable[Mapping[str, Any]]
) -> Struct:
    """A button that was pressed, or a form of a message that was sent by one. `message` is None for
    what was said to one person alone."""
    stored = list(stored)
    data = asked.data
    place, action = kit.named(data["name"])
    pressed: Struct = {
        "type": "button",
        "action_id": action,
        "block_id": place or _place(stored, data["name"]),
        "text": {"type": "plain_text", "text": _label(stored, data["name"]), "emoji": True},
        "action_ts": ids.ts(microseconds(asked.at)),
    }
    if data.get("value"):
        pressed["value"] = data["value"]
    ts = message["ts"] if message else ""
    container: Struct = {
        "type": "message", "message_ts": ts, "channel_id": asked.channel,
        "is_ephemeral": message is None,
    }  # fmt: skip
    found = _common(asked, "block_actions") | {
        "container": container,
        "channel": {"id": asked.channel, "name": asked.name},
        "state": kit.state(stored, data.get("values") or {}),
        "response_url": asked.response_url,
        "actions": [pressed],
    }
    return found if message is None else found | {"message": message}


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
    blocks = view.get("blocks")
    if view.get("type") != "modal" or not isinstance(blocks, list):
        raise SlackError("invalid_arguments")
    title = {"type": "header", "text": view.get("title")}
    submit = Button(id=kit.FORM, label=words.bare(view.get("submit"))[:75])
    return kit.drawn([title, *blocks], submit)


def with_errors(drawn: tuple[AnyBlock, ...], errors: Mapping[str, Any]) -> tuple[AnyBlock, ...]:
    """A view once more, with what was wrong under its title."""
    lines = [f"**{words.text(str(said))}**" for said in errors.values()]
    return (*drawn[:1], Context(text="\n".join(lines) or "…"), *drawn[1:])


def view(view: Struct, id_: str, asked: Struct) -> Struct:
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
    state = kit.state(stored, asked.data.get("values") or {})
    known = {"team": asked.team, "me": asked.me, "state": state}
    found = view(kept, str(asked.data["message"]), known)
    return _common(asked, "view_submission") | {"view": found, "response_urls": []}


def _stored(drawn: Iterable[AnyBlock]) -> list[Struct]:
    return [msgspec.to_builtins(block) for block in drawn]
