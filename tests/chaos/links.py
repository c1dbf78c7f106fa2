"""A TCP link that can be cut, slowed and half-opened: a proxy in this process's event loop.

Every way between two programs of a run goes through a link of its own. It carries bytes and knows
nothing of what they mean. Half-open means that both ends believe in the connection and nothing
arrives, as behind a router that lost its table.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from typing import Any

Dial = Callable[[Callable[[], asyncio.Protocol]], Coroutine[Any, Any, Any]]
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER 0: the other end sees a reset, not a goodbye."""


def tcp(port: int) -> Dial:
    """The way to a port of this machine."""
    return lambda factory: asyncio.get_running_loop().create_connection(factory, "127.0.0.1", port)


def unix(path: str) -> Dial:
    """The way to a Unix socket."""
    return lambda factory: asyncio.get_running_loop().create_unix_connection(factory, path)


class Link:
    """Listens on `port` and passes on to what `dial` reaches."""

    def __init__(self, dial: Dial) -> None:
        self.port = 0
        self.delay = 0.0
        """Seconds that every piece is held back."""
        self.halved = False
        self.refusing = False
        self.carried = 0
        """Bytes, both ways."""
        self._dial = dial
        self._server: asyncio.Server | None = None
        self._sides: set[_Side] = set()

    async def open(self) -> None:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Side(self, None), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server:
            self._server.close()
        self.drop()

    @property
    def connections(self) -> int:
        """Open connections."""
        return len(self._sides) // 2

    def drop(self) -> None:
        """Reset every connection."""
        for side in list(self._sides):
            side.reset()

    def cut(self) -> None:
        """Reset every connection and take no new one."""
        self.refusing = True
        self.drop()

    def halve(self) -> None:
        """Let nothing through and tell nobody."""
        self.halved = True

    def heal(self, *, late: bool = True) -> None:
        """As new. After a half-open time either what was held arrives late, or the line resets."""
        held = self.halved
        self.refusing = self.halved = False
        self.delay = 0.0
        for side in list(self._sides):
            if held and (not late or side.widowed):
                side.reset()
            elif held:
                side.flush()


class _Side(asyncio.Protocol):
    """One end of a carried connection; `other` is the far end."""

    def __init__(self, link: Link, other: _Side | None) -> None:
        self.link = link
        self.other = other
        self.transport: asyncio.Transport | None = None
        self._held: list[bytes] = []
        self._ended = False
        self._dialling: asyncio.Task[None] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.link._sides.add(self)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family == socket.AF_INET:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.other is None:
            if self.link.refusing:
                self.reset()
            else:
                self._dialling = asyncio.get_running_loop().create_task(self._reach())
        else:
            self.other.flush()

    async def _reach(self) -> None:
        try:
            _, far = await self.link._dial(lambda: _Side(self.link, self))
        except OSError:
            self.reset()
            return
        self.other = far
        if self._ended:
            far.reset()
        elif not self.link.halved:
            self.flush()

    def data_received(self, data: bytes) -> None:
        self.link.carried += len(data)
        self._held.append(data)
        if self.link.halved or self.other is None:
            return
        if self.link.delay:
            asyncio.get_running_loop().call_later(self.link.delay, self._later)
        else:
            self.flush()

    def _later(self) -> None:
        if not self.link.halved:
            self.flush()

    @property
    def widowed(self) -> bool:
        """Whether the far end has gone without a word."""
        return self.other is not None and self.other._ended

    def flush(self) -> None:
        """Pass on what was held."""
        other = self.other
        if other is None or other.transport is None or not self._held:
            return
        held, self._held = self._held, []
        if not other._ended and not other.transport.is_closing():
            other.transport.write(b"".join(held))

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        other = self.other
        if other is not None and other.transport is not None and not other.transport.is_closing():
            other.transport.resume_reading()

    def connection_lost(self, _: Exception | None) -> None:
        self._ended = True
        self.link._sides.discard(self)
        if self.other is None or self.other.transport is None:
            return
        if self.link.halved:
            # The far end does not hear of it: it will be reset when the link heals.
            return
        self.flush()
        self.other.transport.close()

    def reset(self) -> None:
        """End with a reset."""
        if self.transport is None or self._ended:
            return
        sock = self.transport.get_extra_info("socket")
        if sock is not None and sock.family == socket.AF_INET:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()
