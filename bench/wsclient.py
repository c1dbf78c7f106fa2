"""The client's half of RFC 6455, as little of it as a load generator needs.

Owns bytes: the upgrade request, masked frames out, frames in. No sockets, no clock. It is not a
model client: the mask is zero, and the server's accept key is not checked.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def upgrade(port: int, path: str, headers: dict[str, str]) -> bytes:
    """The opening handshake's request (RFC 6455 section 4.1)."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(),
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """One frame, masked with zero: that costs the load nothing, and the server unmasks as ever."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, 0x80 | length)) + b"\0\0\0\0" + payload
    head = bytes((0x80 | opcode, 0x80 | 126)) + length.to_bytes(2, "big")
    return head + b"\0\0\0\0" + payload


def frames(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(opcode, start, end) of the payload of each whole unmasked frame in `data`.

    Ends before the first incomplete one. ValueError for a fragment: no contestant sends any.
    """
    at, size = 0, len(data)
    while size - at >= 2:
        first, length = data[at], data[at + 1]
        start = at + 2
        if length == 126:
            if size - at < 4:
                return
            start = at + 4
            length = data[at + 2] << 8 | data[at + 3]
        elif length == 127:
            if size - at < 10:
                return
            start = at + 10
            length = int.from_bytes(data[at + 2 : start], "big")
        at = start + length
        if at > size:
            return
        if not first & 0x80 or not first & 0x0F:
            raise ValueError("a fragmented message")
        yield first & 0x0F, start, at
