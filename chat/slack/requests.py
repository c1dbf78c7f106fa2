"""What a bot is told over HTTP: events as JSON, commands and what was pressed as forms.

The same as over sockets, in the bodies that Slack posts to an app's address; who sends them, signs
them and tries again is not known here. An answer's body is an acknowledgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from bots.slack.events import Happened
from chat.outgoing import Answer
from chat.slack import answers
from chat.slack.telling import Telling, Told
from rooms.cards import rfc3339
from rooms.model import Actor
from storage.streams import StoredEvent

if TYPE_CHECKING:
    from chat.app import App

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


CARDS_HOLD = 60.0
"""Seconds for which rooms' cards are remembered."""


class Request(NamedTuple):
    """One thing to be posted to the bot's address."""

    content_type: str
    body: bytes
    told: Told


class Requests:
    """For one bot."""

    def __init__(self, app: App, bot: str) -> None:
        self._app = app
        # No token speaks here: what the bot may do is asked of the bot itself, as always.
        self._actor = Actor(bot, "", frozenset({"read", "write"}))
        self._telling = Telling(app, self._actor)
        self._since = app.monotonic()

    async def of(self, event: StoredEvent) -> list[Request]:
        """What is posted of an event: nothing, one request or, for a mention, two."""
        if self._app.monotonic() - self._since > CARDS_HOLD:
            self._since = self._app.monotonic()
            self._telling.rooms.clear()
        happened = Happened(
            event.stream, event.seq, event.kind, event.actor, rfc3339(event.at),
            msgspec.json.decode(event.data),
        )  # fmt: skip
        return [_request(told) for told in await self._telling.told(happened)]

    async def answered(self, request: Request, body: bytes) -> None:
        """The address took it; what it answered may answer whoever asked."""
        if request.told.interaction:
            payload = _payload(body)
            await answers.acknowledged(self._app, self._actor, request.told, payload)


def _request(told: Told) -> Request:
    if told.type == "events_api":
        return Request(JSON, msgspec.json.encode(told.payload), told)
    if told.type == "slash_commands":
        return Request(FORM, urlencode(told.payload).encode(), told)
    payload = msgspec.json.encode(told.payload).decode()
    return Request(FORM, urlencode({"payload": payload}).encode(), told)


def unheard(answer: Answer) -> bool:
    """Whether a program of slack_bolt says that none of its listeners wants it: it arrived."""
    return answer.status == 404 and b"unhandled request" in answer.body


def _payload(body: bytes) -> dict[str, Any]:
    """An answer's body: JSON, or bare text, which is said to whoever asked."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = body.decode("utf-8", "replace").strip()
        return {"text": text} if text else {}
    return found if isinstance(found, dict) else {}
