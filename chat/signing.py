"""How a request to a bot looks: Slack's signature over a body, our envelope, and the challenge.

Pure; whoever sends it is `chat.deliveries`, and what Slack's own shapes look like is
`chat.slack.requests`' to say.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple

import msgspec

from chat import codec
from storage.streams import StoredEvent

_SECOND = 1_000_000


class Request(NamedTuple):
    """What is sent for one event."""

    body: bytes
    content_type: str = "application/json"


def native(bot: str, event: StoredEvent) -> Request:
    """An event in the envelope of Slack's Events API, itself as our protocol has it."""
    frame = msgspec.json.decode(codec.event_bytes(event))
    frame["type"] = frame["kind"]
    told = {
        "type": "event_callback",
        "api_app_id": bot,
        # The time tells what came after a restore from what had the same number before it.
        "event_id": f"{event.stream}.{event.seq}.{event.at}",
        "event_time": event.at // _SECOND,
        "event": frame,
    }
    return Request(msgspec.json.encode(told))


def signed(secret: str, request: Request, at: int) -> dict[str, str]:
    """The headers by which a receiver knows that it was us (Slack, "Verifying requests": v0)."""
    base = b"v0:" + str(at).encode() + b":" + request.body
    made = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "content-type": request.content_type,
        "x-slack-request-timestamp": str(at),
        "x-slack-signature": f"v0={made}",
    }


def challenging(challenge: str) -> Request:
    """The question whether an address means to be told."""
    asked = {"type": "url_verification", "token": "", "challenge": challenge}
    return Request(msgspec.json.encode(asked))


def echoes(body: bytes, challenge: str) -> bool:
    """Whether it does; Slack takes the challenge as plain text, as a form or in JSON."""
    text = body.decode("utf-8", "replace").strip()
    if text in (challenge, f"challenge={challenge}"):
        return True
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return False
    return isinstance(found, dict) and found.get("challenge") == challenge
