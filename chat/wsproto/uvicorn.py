"""uvicorn's HTTP protocol as Tertulia runs it (uvicorn 0.54).

It owns what differs from uvicorn: a request comes within a time and a size, and one for a WebSocket
goes to a handshake of ours. It rests on uvicorn's insides, hence the pinned minor. It must not know
who is signed in or what is sent.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, cast

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import is_ssl

from chat.wsproto.handshake import Handshake
from chat.wsproto.limits import TransportLimits
from chat.wsproto.wheel import OFF, Wheel

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


def _peer(transport: asyncio.Transport) -> tuple[str, int] | None:
    """Host and port; None where there are none (Unix socket)."""
    name = transport.get_extra_info("peername")
    return (str(name[0]), int(name[1])) if isinstance(name, tuple) else None


class HttpProtocol(HttpToolsProtocol):
    """HTTP/1.1 with requests bounded in time; uvicorn waits for ever, for heads of any size."""

    limits: ClassVar[TransportLimits]
    wheel: ClassVar[Wheel]

    slot = OFF
    _in_head = False
    _head_size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # As in uvicorn, but for our own address, which nobody here asks for, and for asking the
        # transport who the peer is and not the socket: a question to the kernel lets go of the
        # interpreter, and those who come in a crowd wait for it again.
        self.connections.add(self)
        self.transport = transport
        self.flow = FlowControl(transport)
        self.client = _peer(transport)
        self.scheme = "https" if is_ssl(transport) else "http"
        self.wheel.place(self, self.limits.handshake_timeout)

    def data_received(self, data: bytes) -> None:
        # As in uvicorn, but for what follows the upgrade in the same segment: it drops that.
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        except httptools.HttpParserUpgrade as upgrade:
            if not self._should_upgrade():
                self._unsupported_upgrade_warning()
            elif self.ws_protocol_class is Handshake:
                self._shake_hands(data[upgrade.args[0] :])
            else:
                self.handle_websocket_upgrade()
        else:
            self._watch(len(data))

    def _watch(self, size: int) -> None:
        if self._in_head:
            self._head_size += size
            if self._head_size > self.limits.max_head:
                self._refuse(_TOO_LARGE)
        elif self.slot == OFF and self.timeout_keep_alive_task is None and self._is_idle():
            # Blank lines between two requests stop the keep-alive timer and start nothing.
            self.wheel.place(self, self.limits.handshake_timeout)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_size = 0
        if self.slot == OFF:
            self.wheel.place(self, self.limits.handshake_timeout)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self.wheel.place(self, self.limits.body_timeout)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self.wheel.remove(self)
        super().on_message_complete()

    def _shake_hands(self, early: bytes) -> None:
        self.connections.discard(self)
        # The parser and this object hold each other, and only connection_lost would part them.
        self.parser = None  # type: ignore[assignment]
        scope = cast("dict[str, Any]", self.scope)
        handshake = Handshake(self.transport, scope, self.server_state, self.limits, self.wheel)
        handshake.begin(self.app, self.url, early)

    def connection_lost(self, exc: Exception | None) -> None:
        self.wheel.remove(self)
        super().connection_lost(exc)

    def due(self) -> None:
        """Called by the wheel: the request did not come in time."""
        self._refuse(_TOO_SLOW)

    def _is_idle(self) -> bool:
        connected = self.parser is not None and not self.transport.is_closing()
        return connected and (self.cycle is None or self.cycle.response_complete)

    def _refuse(self, response: bytes) -> None:
        if not self.transport.is_closing():
            if (
                self.cycle is None
                or self.cycle.response_complete
                or not self.cycle.response_started
            ):
                self.transport.write(response)
            self.transport.close()


def http_protocol(limits: TransportLimits, wheel: Wheel | None = None) -> type[HttpProtocol]:
    """What to give `uvicorn.Config` as `http`, with `Handshake` as `ws`. A wheel has one loop."""
    if wheel is None:  # an empty one is false
        wheel = Wheel(limits.longest)
    return type("HttpProtocol", (HttpProtocol,), {"limits": limits, "wheel": wheel})
