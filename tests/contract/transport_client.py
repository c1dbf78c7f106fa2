"""A WebSocket client in raw bytes: attacks cannot be sent with a well-behaved library.

It blocks with a deadline, and knows just enough of RFC 6455 to read what a server says.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from typing import Self

from websockets.utils import apply_mask

PATIENCE = 10.0  # seconds until a wait counts as failed
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
FIN = 0x80


def frame(
    first: int, payload: bytes = b"", *, mask: bool = True, length: int | None = None
) -> bytes:
    """A client's frame, with any lie one likes: `length` overrides the true one."""
    size = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    if size < 126:
        head = bytes((first, bit | size))
    elif size < 65536:
        head = struct.pack("!BBH", first, bit | 126, size)
    else:
        head = struct.pack("!BBQ", first, bit | 127, size)
    if not mask:
        return head + payload
    key = os.urandom(4)
    return head + key + (apply_mask(payload, key) if payload else b"")


def text(payload: bytes) -> bytes:
    return frame(FIN | TEXT, payload)


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(FIN | CLOSE, struct.pack("!H", code) + reason)


class Client:
    """A TCP connection that speaks just enough WebSocket."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.sock = socket.socket()
        if receive_buffer is not None:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(PATIENCE)
        try:
            self.sock.connect(("127.0.0.1", port))
        except OSError:
            self.sock.close()
            raise
        self.buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def try_send(self, data: bytes) -> None:
        """Send, though the server may have hung up already."""
        with contextlib.suppress(ConnectionError):
            self.sock.sendall(data)

    def shake_hands(self, name: str, *extra: str, early: bytes = b"") -> bytes:
        """Ask for a WebSocket; gives the head of the answer."""
        self.send(handshake(name, *extra) + early)
        return self.until(b"\r\n\r\n")

    def until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self._more()
        found, _, self.buffer = self.buffer.partition(mark)
        return found + mark

    def exactly(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self._more()
        found, self.buffer = self.buffer[:size], self.buffer[size:]
        return found

    def next(self) -> tuple[int, bytes]:
        """The opcode and payload of the next frame, which must be whole and unmasked."""
        first, size = self.exactly(2)
        assert first & 0xF0 == FIN
        if size == 126:
            (size,) = struct.unpack("!H", self.exactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self.exactly(8))
        return first & 0x0F, self.exactly(size)

    def next_text(self) -> bytes:
        opcode, payload = self.next()
        assert opcode == TEXT, (opcode, payload)
        return payload

    def next_close(self) -> tuple[int | None, bytes]:
        """The code and reason of the close frame that must come next, but for pings."""
        opcode, payload = self.next()
        while opcode == PING:
            opcode, payload = self.next()
        assert opcode == CLOSE, (opcode, payload)
        return (struct.unpack("!H", payload[:2])[0], payload[2:]) if payload else (None, b"")

    def at_end(self) -> bool:
        """Wait for the end of the stream: True for an orderly one, False for a reset."""
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionResetError:
            return False
        return True

    def _more(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise EOFError(self.buffer)
        self.buffer += data


def handshake(name: str, *extra: str) -> bytes:
    lines = [
        f"GET /ws?name={name} HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *extra,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
