"""Incoming addresses: whoever knows one posts into its room, as its bot, in Slack's payload.

Answers are plain words, as Slack's are (`ok`, `no_service`, `invalid_payload`, …), because programs
that were written for it compare them. The address is the secret: it stands in no log, since what is
logged of a request is the pattern of its path.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bots.slack import blocks as kit
from bots.slack import mrkdwn
from chat import codec, refusals
from chat.routes.base import read_body
from protocol import limits
from protocol.commands import PostMessage
from rooms.model import Actor
from storage.accounts import bot_jobs, secret
from storage.queries import bots

if TYPE_CHECKING:
    from chat.app import App

PATH = "/api/hooks/{hook}"
PREFIX = "tth_"
_TEN_MINUTES = 600 * 1_000_000
_WORDS = {
    "room_archived": (410, "channel_is_archived"),
    "too_long": (400, "msg_too_long"),
    "too_short": (400, "no_text"),
    "rate_limited": (429, "rate_limited"),
    "frame_too_large": (413, "too_large"),
}
"""Codes in Slack's words; all others are what the bot may not do."""


class _Unusable(Exception):  # noqa: N818 - the word that is answered
    """A payload that is none; the word says why."""


async def receive(app: App, request: Request) -> Response:
    """One post."""
    try:
        return await _received(app, request)
    except ClientDisconnect:
        return Response(status_code=499)
    except _Unusable as error:
        return PlainTextResponse(str(error), 400)
    except Exception as error:  # noqa: BLE001 - the last place where it can be told
        refusal = refusals.of(error)
        status, word = _WORDS.get(refusal.code, (refusal.status, "action_prohibited"))
        if status >= 500:
            word = refusal.code
        again = refusal.retry_after
        headers = None if again is None else {"retry-after": str(math.ceil(again))}
        return PlainTextResponse(word, status, headers)


async def _received(app: App, request: Request) -> Response:
    made = str(request.path_params["hook"])
    hook = await app.database.ask(bots.webhook, secret.hashed(made))
    if hook is None:
        return PlainTextResponse("no_service", 404)
    body, thread = said(_payload(await read_body(request), request))
    actor = Actor(hook.bot, hook.id, frozenset({"write"}), rate=hook.rate)
    if app.now() - hook.seen_at > _TEN_MINUTES:
        app.run(bot_jobs.webhook_used(actor)).add_done_callback(lambda f: f.exception())
    post = codec.refuse_nul(PostMessage(room=hook.room, body=body, thread=thread))
    await app.dispatch.submit(actor, post)
    return PlainTextResponse("ok")


def _payload(raw: bytes, request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    text: bytes | str = raw
    if kind == "application/x-www-form-urlencoded":
        text = parse_qs(raw.decode("utf-8", "replace")).get("payload", [""])[0]
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise _Unusable("invalid_payload") from None
    if not isinstance(found, dict):
        raise _Unusable("invalid_payload")
    return found


def said(payload: dict[str, Any]) -> tuple[str, str | None]:
    """The words of a payload, and the thread they go to (an id of ours). A `username` stands before
    them: the message is the bot's all the same."""
    text = payload.get("text")
    blocks, extra = payload.get("blocks"), payload.get("attachments")
    words = kit.body(blocks) if isinstance(blocks, list) else ""
    if not words and isinstance(text, str):
        words = mrkdwn.to_commonmark(text)
    if isinstance(extra, list):
        words = "\n\n".join(filter(None, (words, kit.attachments(extra))))
    if not words.strip():
        raise _Unusable("no_text")
    name = payload.get("username")
    if isinstance(name, str) and name.strip():
        words = f"**{name.strip()[: limits.DISPLAY_NAME]}**: {words}"
    thread = payload.get("thread")
    return words.replace("\x00", ""), thread if isinstance(thread, str) else None
