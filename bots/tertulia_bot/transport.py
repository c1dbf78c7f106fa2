"""The port to the network, and its one real implementation on `websockets`.

Owns dialling and what a lost connection looks like. Knows bytes and close codes; it must not know
what the frames say. Tests put a fake behind the same port.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from tertulia_bot.errors import STOPS, StoppedError

SUBPROTOCOL = "tertulia.v1"
PATH = "/api/v1/ws"
LARGEST_FRAME = 16 * 1024 * 1024
"""Bytes. A page of the longest messages is a few megabytes; this is a bound, not a wish."""


class LostError(Exception):
    """The connection is gone. `code` is the close code, or None when there was none."""

    def __init__(self, code: int | None = None, reason: str = "") -> None:
        super().__init__(f"connection lost ({code}, {reason or 'no reason given'})")
        self.code = code
        self.reason = reason


class Connection(Protocol):
    """One open connection. Every method raises LostError once it is gone."""

    async def send(self, frame: bytes) -> None:
        """Send one text frame of UTF-8."""

    async def receive(self) -> bytes:
        """The next text frame."""

    async def close(self) -> None:
        """Close politely; never raises."""


Dial = Callable[[str, str | None], Awaitable[Connection]]
"""(server's address, token or None) to an open connection.

LostError: try again, StoppedError: do not.
"""


class WebSocketConnection:
    """`Connection` over the `websockets` library."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, frame: bytes) -> None:
        """Send one text frame of UTF-8."""
        try:
            await self._socket.send(frame, text=True)
        except ConnectionClosed as error:
            raise _lost(error) from error

    async def receive(self) -> bytes:
        """The next text frame."""
        try:
            return await self._socket.recv(decode=False)
        except ConnectionClosed as error:
            raise _lost(error) from error

    async def close(self) -> None:
        """Close politely; never raises."""
        await self._socket.close()


def _lost(error: ConnectionClosed) -> LostError:
    return LostError(error.rcvd.code, error.rcvd.reason) if error.rcvd else LostError()


def is_loopback(url: str) -> bool:
    """Whether the address is this machine; proxies of the environment are then left aside."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def socket_url(url: str) -> str:
    """`http(s)://host/prefix` to the address of its WebSocket endpoint.

    ValueError for anything else: a misspelt address should fail at once, not be retried for ever.
    """
    scheme, netloc, path, _, _ = urlsplit(url)
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if scheme not in schemes or not netloc:
        raise ValueError(f"not the address of a server: {url!r} (http://host or https://host)")
    return urlunsplit((schemes[scheme], netloc, path.rstrip("/") + PATH, "", ""))


async def dial_websocket(url: str, token: str | None) -> Connection:
    """Open a connection to the server at `url`, signed in by `token`."""
    try:
        socket = await connect(
            socket_url(url),
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            additional_headers={"Authorization": f"Bearer {token}"} if token else None,
            compression=None,
            max_size=LARGEST_FRAME,
            proxy=None if is_loopback(url) else True,
        )
    except InvalidStatus as error:
        status = error.response.status_code
        # 429 and 5xx pass; other refusals of the handshake would only be repeated.
        if status == 429 or status >= 500:
            raise LostError(None, f"HTTP {status}") from error
        raise STOPS.get(status, StoppedError)(status, f"from {url}") from error
    except (OSError, TimeoutError, InvalidHandshake, EOFError) as error:
        raise LostError(None, str(error) or type(error).__name__) from error
    return WebSocketConnection(socket)
