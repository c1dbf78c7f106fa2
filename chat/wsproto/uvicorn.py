"""uvicorn's HTTP and WebSocket protocols as Tertulia runs them (uvicorn 0.54).

It owns what differs from uvicorn: a request's head and a handshake come within a time and a size,
and an accepted WebSocket can be taken over. It rests on uvicorn's insides, hence the pinned minor.
It must not know who is signed in or what is sent.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request

from chat.sink import Receiver
from chat.wsproto.limits import TransportLimits
from chat.wsproto.takeover import Peer
from chat.wsproto.wheel import OFF, Wheel

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

TAKEOVER = "tertulia.takeover"
"""The ASGI extension: `scope["extensions"][TAKEOVER](receiver)`, once, after `websocket.accept`."""

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class HttpProtocol(HttpToolsProtocol):
    """HTTP/1.1 with requests bounded in time; uvicorn waits for ever, for heads of any size."""

    limits: ClassVar[TransportLimits]
    wheel: ClassVar[Wheel]

    slot = OFF
    _in_head = False
    _head_size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.wheel.place(self, self.limits.handshake_timeout)

    def data_received(self, data: bytes) -> None:
        # As in uvicorn, but for what follows the upgrade in the same segment: it drops that.
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        except httptools.HttpParserUpgrade as upgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
                self._pass_on(data[upgrade.args[0] :])
            else:
                self._unsupported_upgrade_warning()
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

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        # The parser and this object hold each other, and only connection_lost would part them.
        self.parser = None  # type: ignore[assignment]

    def _pass_on(self, early: bytes) -> None:
        protocol = self.transport.get_protocol()
        if early and isinstance(protocol, WebSocketProtocol):
            protocol.early = early

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


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """The handshake, and an ordinary ASGI WebSocket until it is taken over."""

    limits: ClassVar[TransportLimits]
    wheel: ClassVar[Wheel]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # A taken-over socket speaks no extension, so none may be agreed on, whatever the Config.
        self.conn.available_extensions = []

        self.early = b""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.close_sent:
            return
        extensions = cast("dict[str, Any]", self.scope["extensions"])
        extensions[TAKEOVER] = self.take_over
        # What an impatient client sends before our answer waits in the kernel or in `early`.
        # Reading goes on when the application takes the connect event: Starlette in accept().
        self.read_paused = True
        self.transport.pause_reading()

    async def send(self, message: ASGISendEvent) -> None:
        """As uvicorn's, which blames the application in the log where nobody forgot to answer."""
        if self.transport.is_closing():
            # It would drop an `accept`, and miss it.
            self.handshake_complete = True
            raise ClientDisconnected
        await super().send(message)
        if self.close_sent:
            # A refusal is an answer.
            self.handshake_complete = True

    def take_over(self, receiver: Receiver) -> None:
        """Hand the socket to `receiver`; the application may return.

        Raises `ClientDisconnected` if the connection has ended or was never accepted.
        """
        transport = self.transport
        accepted = self.handshake_complete and not self.close_sent and not self.disconnected
        if not accepted or transport.is_closing():
            raise ClientDisconnected
        self.stop_keepalive()
        self._let_go()
        Peer(transport, receiver, self.limits, self.wheel, self.connections).begin(self.early)

    def _let_go(self) -> None:
        self.connections.discard(self)
        # run_asgi() closes `self.transport` when the application returns.
        self.transport = _Taken()
        self.disconnected = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": 1005})
        # Two cycles that only the garbage collector would find, at a kilobyte each.
        self.conn.parser.close()
        cast("dict[str, Any]", self.scope["extensions"]).clear()


class _Taken(asyncio.Transport):
    """Stands where the transport was: closing it does nothing."""

    def is_closing(self) -> bool:
        return True

    def close(self) -> None:
        pass


def protocol_classes(
    limits: TransportLimits, wheel: Wheel | None = None
) -> tuple[type[HttpProtocol], type[WebSocketProtocol]]:
    """What to give `uvicorn.Config` as `http` and `ws`. They share one wheel, bound to one loop."""
    if wheel is None:  # an empty one is false
        wheel = Wheel(limits.longest)
    shared = {"limits": limits, "wheel": wheel}
    return (
        type("HttpProtocol", (HttpProtocol,), shared),
        type("WebSocketProtocol", (WebSocketProtocol,), shared),
    )
