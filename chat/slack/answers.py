"""How a bot answers what was asked of it: by its acknowledgement, or later by a `response_url`.

Both say the same: text and blocks, to whoever asked, into the room, or in place of the message. A
`response_url` is sealed, names one question, and works while that may be answered and the bot's
token holds.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from bots.slack import blocks as words
from bots.slack import interactions, kit, mrkdwn
from bots.slack.errors import SlackError
from chat.slack import views
from chat.slack.telling import Told
from protocol.blocks import AnyBlock
from protocol.commands import AnswerInteraction
from rooms.errors import Refusal
from rooms.model import Actor
from storage.accounts import queries

if TYPE_CHECKING:
    from chat.app import App

PATH = "/api/slack/respond/"
LASTS = 30 * 60 * 1_000_000
"""Microseconds; the question expires no later."""
Struct = dict[str, Any]
Show = Literal["person", "dialog", "room", "edit", "gone", "done"]


class _Address(msgspec.Struct, frozen=True, array_like=True):
    interaction: str
    actor: Actor
    until: int


_addresses = msgspec.json.Decoder(_Address)


def address(app: App, actor: Actor, interaction: str) -> str:
    """The `response_url` of a question."""
    made = _Address(interaction, actor, app.now() + LASTS)
    sealed = app.slack.seal.put(PATH, msgspec.json.encode(made))
    return f"{app.public_url}{PATH}{base64.urlsafe_b64encode(sealed).decode()}"


async def redeem(app: App, said: str) -> tuple[Actor, str]:
    """Whose answer it is, and to what; raises `SlackError`."""
    try:
        opened = app.slack.seal.open(PATH, base64.urlsafe_b64decode(said.encode()))
        found = _addresses.decode(opened or b"")
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise SlackError("invalid_url") from error
    now = app.now()
    # A bot that is told at its own address has no token that could end.
    sessions = [found.actor.session] if found.actor.session else []
    ended = await app.database.ask(queries.ended, sessions, now)
    if found.until < now or ended:
        raise SlackError("expired_url")
    return found.actor, found.interaction


async def respond(app: App, actor: Actor, interaction: str, said: Mapping[str, Any]) -> None:
    """Carry an answer out; raises `Refusal` or `SlackError`."""
    show: Show = "person"
    if said.get("delete_original") is True:
        show = "gone"
    elif said.get("replace_original") is True:
        show = "edit"
    elif said.get("response_type") == "in_channel":
        show = "room"
    body, blocks = content(said)
    if show != "gone" and not body and not blocks:
        raise SlackError("no_text")
    try:
        await _answer(app, actor, interaction, show, (body, blocks))
    except Refusal as error:
        if show not in ("edit", "gone") or error.params.get("field") != "show":
            raise
        # A command stands in no message: there is nothing to take away, and what would replace it
        # is worth reading all the same.
        if show == "edit":
            await _answer(app, actor, interaction, "person", (body, blocks))


def content(said: Mapping[str, Any]) -> tuple[str, tuple[AnyBlock, ...]]:
    """Text and blocks of a payload: incoming webhooks and answers have the same. Raises
    `SlackError`."""
    given = said.get("blocks")
    blocks = given if isinstance(given, list) else []
    attached = said.get("attachments")
    more = words.attachments(attached if isinstance(attached, list) else [])
    text = said.get("text")
    draw = mrkdwn.plain if said.get("mrkdwn") is False else mrkdwn.to_commonmark
    body = draw(text) if isinstance(text, str) and text.strip() else words.body(blocks)
    return "\n\n".join(filter(None, (body, more))), kit.drawn(blocks)


async def _answer(
    app: App, actor: Actor, interaction: str, show: Show, said: tuple[str, tuple[AnyBlock, ...]]
) -> Any:
    command = AnswerInteraction(interaction=interaction, show=show, body=said[0], blocks=said[1])
    return (await app.dispatch.submit(actor, command)).result


async def acknowledged(app: App, actor: Actor, told: Told, payload: Struct) -> None:
    """What the acknowledgement of a question carries; nothing ends the asker's waiting."""
    try:
        if told.view is not None:
            await _view_answered(app, actor, told, payload)
        elif told.type == "slash_commands" and (payload.get("text") or payload.get("blocks")):
            await respond(app, actor, told.interaction, payload)
        else:
            await _answer(app, actor, told.interaction, "done", ("", ()))
    except Refusal as error:
        # It expired, or was answered five times: there is nobody to tell.
        app.tally.refused[error.code] += 1
    except SlackError:
        app.tally.refused["invalid"] += 1


async def _view_answered(app: App, actor: Actor, told: Told, payload: Struct) -> None:
    action, whisper, view = payload.get("response_action"), told.whisper, told.view
    assert view is not None
    if action == "errors" and isinstance(payload.get("errors"), dict):
        drawn, values = interactions.view_blocks(view), told.values or {}
        blocks = interactions.with_errors(drawn, payload["errors"], values)
        await _answer(app, actor, told.interaction, "edit", ("", blocks))
    elif action in ("update", "push") and isinstance(payload.get("view"), dict):
        blocks = interactions.view_blocks(payload["view"])
        await _answer(app, actor, told.interaction, "edit", ("", blocks))
        await views.change(app, whisper, payload["view"])
    else:
        await _answer(app, actor, told.interaction, "gone", ("", ()))
