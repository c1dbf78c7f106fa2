"""One WebSocket of Socket Mode: `hello`, envelopes, acknowledgements, `disconnect`.

It is a receiver of `chat.sink` as our own connections are, so slow and dead clients are dealt with
by the same transport. Its token's end ends it, by way of a connection of our protocol that watches
nothing (promise P7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from bots.slack import ids
from chat.sink import Batch, Sink
from chat.slack.ear import Ear
from rooms.model import Actor

if TYPE_CHECKING:
    from chat.slack.service import Slack

log = structlog.get_logger()
Struct = dict[str, Any]

MALFORMED = 100
"""Frames that could not be read, after which a socket is closed."""


class _Acknowledgement(msgspec.Struct):
    envelope_id: str = ""
    payload: Any = None


_acknowledgements = msgspec.json.Decoder(_Acknowledgement)


class Spent:
    """A `Receiver` for whoever comes with a ticket that was used or is too old: it is told to ask
    for another, and nothing else. slack_sdk's asynchronous client, refused at the handshake, would
    try the same one for ever."""

    def opened(self, sink: Sink) -> None:
        """The handshake is done."""
        sink.send(Batch.of([msgspec.json.encode(_goodbye("refresh_requested"))]))
        sink.close(1000, "refresh_requested")

    def text(self, payload: bytes) -> None: ...
    def congested(self) -> None: ...
    def writable(self) -> None: ...
    def closed(self, code: int) -> None: ...


class SocketMode:
    """A `Receiver`, and a line of its bot."""

    def __init__(self, slack: Slack, actor: Actor) -> None:
        self.actor = actor
        self._slack = slack
        self._sink: Sink | None = None
        self._ear: Ear | None = None
        self._malformed = 0
        self._greeted = False
        self._crowded = False

    # --- from the transport ---

    def opened(self, sink: Sink) -> None:
        """The handshake is done."""
        self._sink = sink
        self._ear = Ear(self._slack.live, self.actor, lambda _: None, self._right_ended)
        self._slack.joined(self)

    def text(self, payload: bytes) -> None:
        """One frame of the client: an acknowledgement."""
        try:
            said = _acknowledgements.decode(payload)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            said = _Acknowledgement()
        if said.envelope_id:
            answer = said.payload if isinstance(said.payload, dict) else {}
            self._slack.acknowledged(self, said.envelope_id, answer)
            return
        self._malformed += 1
        if self._malformed >= MALFORMED and self._sink:
            self._sink.close(1008, "malformed")

    def congested(self) -> None:
        """Too much is unsent: what is on its way goes over another socket, or again later."""
        self._crowded = True
        self._slack.left(self)

    def writable(self) -> None:
        """After `congested`."""
        if self._crowded:
            self._crowded = False
            self._slack.joined(self)

    def closed(self, code: int) -> None:
        """Gone."""
        log.debug("slack_disconnected", person=self.actor.person, code=code)
        self._sink = None
        self._slack.left(self)
        if self._ear:
            self._ear.leave()
            self._ear = None

    # --- from the bot ---

    def hello(self, number: int) -> None:
        """Say, once, that it is heard."""
        if not self._greeted:
            self._greeted = True
            hello = {
                "type": "hello",
                "num_connections": number,
                "connection_info": {"app_id": ids.app(self.actor.person)},
                "debug_info": {"host": "tertulia", "approximate_connection_time": 0},
            }
            self._send(hello)

    def envelope(self, text: bytes) -> None:
        """Send an envelope."""
        if self._sink:
            self._sink.send(Batch.of([text]))

    def goodbye(self, reason: str) -> None:
        """Have the client come back over a new address; it closes this one itself."""
        self._send(_goodbye(reason))
        if reason == "link_disabled" and self._sink:
            self._sink.close(1000, reason)

    def _right_ended(self, _: int) -> None:
        self.goodbye("link_disabled")

    def _send(self, frame: Struct) -> None:
        self.envelope(msgspec.json.encode(frame))


def _goodbye(reason: str) -> Struct:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "tertulia"}}
