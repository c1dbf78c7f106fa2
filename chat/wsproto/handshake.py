"""A WebSocket's handshake (RFC 6455, 4.2): from a request that HTTP has read to a socket that is
taken over, or an answer that says why not.

It owns the socket meanwhile and is the ASGI server of one `websocket` scope. Whoever accepts must
take over: no message is carried here, so nothing is made that only messages would need. It must
not know who is signed in or what is sent.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.server import ServerState
from websockets.utils import accept_key

from chat.sink import Receiver
from chat.wsproto.limits import TransportLimits
from chat.wsproto.takeover import Peer
from chat.wsproto.wheel import Wheel

TAKEOVER = "tertulia.takeover"
"""The ASGI extension: `scope["extensions"][TAKEOVER](receiver)`, once, after `websocket.accept`."""

App = Callable[..., Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_logger = logging.getLogger("uvicorn.error")

_ASKED, _ACCEPTED, _OVER = range(3)


class HandshakeError(Exception):
    """The request is not one for a WebSocket; `headers` say what would be."""

    def __init__(self, status: int, problem: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(problem)
        self.status = status
        self.headers = headers


def proof(method: str, version: str, headers: Headers) -> bytes:
    """The `Sec-WebSocket-Accept` for a request whose `Upgrade` and `Connection` were looked at.

    Names of headers are in lower case. Raises `HandshakeError` (RFC 6455, 4.2.1 and 4.4).
    """
    if method != "GET" or version != "1.1":
        raise HandshakeError(400, "A WebSocket is asked for by GET in HTTP/1.1.")
    asked = [value for name, value in headers if name == b"sec-websocket-version"]
    if asked != [b"13"]:
        known = (b"sec-websocket-version", b"13")
        raise HandshakeError(426, "This server speaks version 13 of WebSocket.", known)
    keys = [value for name, value in headers if name == b"sec-websocket-key"]
    try:
        [key] = keys
        fits = len(base64.b64decode(key, validate=True)) == 16
    except (ValueError, binascii.Error):
        fits = False
    if not fits:
        raise HandshakeError(400, "Sec-WebSocket-Key must be one, of 16 bytes in base64.")
    return accept_key(key.decode("ascii")).encode()


class Handshake(asyncio.Protocol):
    """Between a request and its take-over. `scope` is that of HTTP; it is made into one of ours."""

    def __init__(
        self,
        transport: asyncio.Transport,
        scope: dict[str, Any],
        state: ServerState,
        limits: TransportLimits,
        wheel: Wheel,
    ) -> None:
        self.transport = transport
        self._scope = scope
        self._state = state
        self._connections: set[Any] = state.connections
        self._limits = limits
        self._wheel = wheel
        self._step = _ASKED
        self._proof = b""
        self._early = b""
        self._told = False
        self._denial: dict[str, Any] = {}
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def begin(self, app: App, url: bytes, early: bytes) -> None:
        """Answer a request that makes no sense; ask the application about any other.

        `early` is what the client sent behind its request; more waits in the kernel.
        """
        transport, scope = self.transport, self._scope
        transport.set_protocol(self)
        transport.pause_reading()
        try:
            self._proof = proof(scope["method"], scope["http_version"], scope["headers"])
        except HandshakeError as error:
            plain = (b"content-type", b"text/plain; charset=utf-8")
            self._refuse(error.status, f"{error}\n".encode(), (plain, *error.headers))
            return
        self._early = early
        self._connections.add(self)
        self._complete(url)
        task = asyncio.get_running_loop().create_task(self._run(app))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    def _complete(self, url: bytes) -> None:
        scope = self._scope
        path, _, query = url.partition(b"?")
        offered = [v for name, v in scope["headers"] if name == b"sec-websocket-protocol"]
        scope.update(
            type="websocket",
            scheme="wss" if scope["scheme"] == "https" else "ws",
            path=scope["root_path"] + unquote(path.decode("latin-1")),
            raw_path=scope["root_path"].encode() + path,
            query_string=query,
            subprotocols=[one.strip() for v in offered for one in v.decode("latin-1").split(",")],
            extensions={"websocket.http.response": {}, TAKEOVER: self.take_over},
        )

    # What the application calls

    async def _run(self, app: App) -> None:
        try:
            await app(self._scope, self._receive, self._send)
        except ClientDisconnected:
            pass
        except Exception:
            _logger.exception("Exception in ASGI application\n")
        else:
            if self._step != _OVER:
                _logger.error("The application neither took the WebSocket nor refused it.")
        finally:
            self._refuse(500, b"Internal Server Error")
            # Two objects that hold each other would wait for the garbage collector.
            self._scope.pop("extensions", None)

    async def _receive(self) -> dict[str, Any]:
        if not self._told:
            self._told = True
            return {"type": "websocket.connect"}
        await self._gone
        return {"type": "websocket.disconnect", "code": 1006}

    async def _send(self, message: dict[str, Any]) -> None:
        """Raises `ClientDisconnected`, an `OSError`, when nobody is there to hear it."""
        if self._gone.done() or self.transport.is_closing():
            self._step = _OVER
            raise ClientDisconnected
        kind = message["type"]
        if self._step != _ASKED:
            raise RuntimeError(f"{kind} to a WebSocket that was answered: take it over instead")
        if kind == "websocket.accept":
            self._accept(message.get("subprotocol"), message.get("headers", ()))
        elif kind == "websocket.close":
            self._refuse(403, b"")
        elif kind == "websocket.http.response.start":
            self._denial = {"status": message["status"], "headers": message["headers"], "body": b""}
        elif kind == "websocket.http.response.body":
            self._denial["body"] += message.get("body", b"")
            if not message.get("more_body", False):
                self._refuse(self._denial["status"], self._denial["body"], self._denial["headers"])
        else:
            raise RuntimeError(f"{kind} to a WebSocket that was not accepted")

    def _accept(self, subprotocol: str | None, headers: Iterable[tuple[bytes, bytes]]) -> None:
        chosen = [(b"sec-websocket-protocol", subprotocol.encode())] if subprotocol else []
        given = [
            (b"upgrade", b"websocket"),
            (b"connection", b"Upgrade"),
            (b"sec-websocket-accept", self._proof),
        ]
        self.transport.write(_head(101, [*given, *chosen, *headers]))
        self._step = _ACCEPTED

    def take_over(self, receiver: Receiver) -> None:
        """Hand the socket to `receiver`; the application may return.

        Raises `ClientDisconnected` if the connection has ended or was never accepted.
        """
        transport = self.transport
        accepted = self._step == _ACCEPTED and not self._gone.done()
        self._step = _OVER
        if not accepted or transport.is_closing():
            raise ClientDisconnected
        self._connections.discard(self)
        peer = Peer(transport, receiver, self._limits, self._wheel, self._connections)
        peer.begin(self._early)

    def _refuse(
        self, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> None:
        """An HTTP answer, where none was given yet, and the end of what was not taken over."""
        if self._step == _ASKED and not self.transport.is_closing():
            ours = [(b"content-length", b"%d" % len(body)), (b"connection", b"close")]
            names = {name for name, _ in ours}
            given = [(name, value) for name, value in headers if name.lower() not in names]
            said = [*self._state.default_headers, *given, *ours]
            self.transport.write(_head(status, said) + body)
        if self._step != _OVER:
            self.transport.close()
        self._step = _OVER

    # What the transport and uvicorn call

    def data_received(self, data: bytes) -> None:
        """Reading is paused, but what was under way comes all the same."""
        self._early += data

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._connections.discard(self)
        if not self._gone.done():
            self._gone.set_result(None)

    def shutdown(self) -> None:
        """The server stops before the application has answered."""
        self._refuse(503, b"Shutting down")


def _head(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [b"%s: %s\r\n" % header for header in headers]
    first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode()
    return b"".join((first, *lines, b"\r\n"))
