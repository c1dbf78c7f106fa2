"""RFC 6455 frames: building the server's, and a sans-I/O parser for the client's.

It owns every byte-level rule of the WebSocket protocol. It must not know sockets, clocks or what
the messages mean. Extensions are not negotiated, so every reserved bit is an error.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import NamedTuple

# Measured: in C this takes 0.1 us where a big-integer XOR in Python takes 0.6 (20 bytes) to 130
# (64 KiB), and the library is here for the handshake anyway.
try:
    from websockets.speedups import apply_mask
except ImportError:  # no wheel for this platform
    from websockets.utils import apply_mask

MAX_FRAGMENTS = 1024
"""Fragments of one message: endless empty ones would cost us time and the sender nearly nothing."""

_FIN = 0x80
_CONTROL = 0x08  # opcodes from here on are control frames (RFC 6455, 5.5)
_MASKED = 0x80
_WHOLE_TEXT = 0x81  # FIN and TEXT: nearly every frame there is
_LEGAL_FIRST_BYTES = frozenset((0x00, 0x80, 0x01, 0x81, 0x88, 0x89, 0x8A))
_LEGAL_CLOSE_CODES = frozenset((*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)))
_NO_CODE = 1005


class Text(NamedTuple):
    """A whole text message, valid UTF-8."""

    payload: bytes


class Ping(NamedTuple):
    """A ping; a pong with the same payload is due (RFC 6455, 5.5.2)."""

    payload: bytes


class Pong(NamedTuple):
    """A pong, asked for or not."""

    payload: bytes


class Close(NamedTuple):
    """The peer's close frame; `code` is 1005 if it carried none. Nothing comes after it."""

    code: int
    reason: str


class Violation(NamedTuple):
    """The peer broke the protocol: the connection must be failed with `code` (RFC 6455, 7.1.7).

    1002 for framing, 1003 for a binary message, 1007 for bad UTF-8, 1009 for too large a message.
    Nothing comes after it.
    """

    code: int
    reason: str


Event = Text | Ping | Pong | Close | Violation


def text_frame(payload: bytes) -> bytes:
    """A complete, unmasked TEXT frame (RFC 6455, 5.2). `payload` must be valid UTF-8."""
    size = len(payload)
    if size < 126:
        return bytes((_WHOLE_TEXT, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def ping_frame(payload: bytes = b"") -> bytes:
    """A PING frame; `payload` has at most 125 bytes."""
    return bytes((0x89, len(payload))) + payload


def pong_frame(payload: bytes) -> bytes:
    """A PONG frame; `payload` has at most 125 bytes."""
    return bytes((0x8A, len(payload))) + payload


def close_frame(code: int, reason: str = "") -> bytes:
    """A CLOSE frame. The reason is cut to 123 bytes at a character; 1005 gives an empty payload.

    Raises `ValueError` for a code that must not be sent (RFC 6455, 7.4).
    """
    if code == _NO_CODE:
        return b"\x88\x00"
    if code not in _LEGAL_CLOSE_CODES:
        msg = f"close code {code} must not be sent"
        raise ValueError(msg)
    text = cut_reason(reason).encode()
    return bytes((0x88, 2 + len(text))) + code.to_bytes(2, "big") + text


def cut_reason(reason: str) -> str:
    """As much of `reason` as a close frame holds: 123 bytes of UTF-8 (RFC 6455, 5.5)."""
    return reason.encode("utf-8", "replace")[:123].decode("utf-8", "ignore")


class _Fragments:
    """A message whose last fragment has not come."""

    __slots__ = ("count", "data", "utf8")

    def __init__(self) -> None:
        self.count = 0
        self.data = bytearray()
        # A character may be cut by a fragment's edge, so validity is known only along the way.
        self.utf8 = codecs.getincrementaldecoder("utf-8")()


class FrameParser:
    """Bytes from one client in, events out. At rest it holds no buffer.

    `max_message` bounds a message's payload in bytes, its fragments together.
    """

    __slots__ = ("_at", "_data", "_ended", "_fragments", "_max_message", "_needed")

    def __init__(self, max_message: int) -> None:
        self._max_message = max_message
        self._data: bytes | bytearray = b""
        self._at = 0
        self._needed = 0
        self._fragments: _Fragments | None = None
        self._ended = False

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events that `data` completes.

        The iterator may be left at any event: the next call, `feed(b"")` too, goes on after it.
        """
        if self._ended:
            return iter(())
        if self._data:
            data = self._join(data)
            if not data:
                return iter(())
        self._data = data
        self._at = 0
        return self._frames(data)

    def _frames(self, data: bytes) -> Iterator[Event]:
        position, available = 0, len(data)
        while available - position >= 2:
            first, second = data[position], data[position + 1]
            if first != _WHOLE_TEXT or second < _MASKED or self._fragments is not None:
                violation = self._check_head(first, second)
                if violation is not None:
                    yield self._end(violation)
                    return
            length = second & 0x7F
            start = position + 6
            if length > 125:
                start += 2 if length == 126 else 8
                if available < start - 4:
                    return self._hold(position, start - position)
                length = int.from_bytes(data[position + 2 : start - 4], "big")
                violation = self._check_length(length, start - position)
                if violation is not None:
                    yield self._end(violation)
                    return
            elif length > self._room() and not first & _CONTROL:
                yield self._end(_too_big(self._max_message))
                return
            end = start + length
            if available < end:
                return self._hold(position, end - position)
            self._at = position = end
            payload = apply_mask(data[start:end], data[start - 4 : start])
            event = self._accept(first, payload)
            if event is not None:
                yield event
                if self._ended:
                    return
        return self._hold(position, 2)

    def _join(self, data: bytes) -> bytes:
        held = self._data
        if isinstance(held, bytearray):
            # Grown in place, and looked at once: a large frame in small pieces stays linear.
            held += data
            return bytes(held) if len(held) >= self._needed else b""
        return held[self._at :] + data

    def _hold(self, position: int, needed: int) -> None:
        rest = self._data[position:]
        self._data = bytearray(rest) if rest else b""
        self._needed = needed

    def _end(self, event: Event) -> Event:
        self._ended = True
        self._data = b""
        self._fragments = None
        return event

    def _room(self) -> int:
        fragments = self._fragments
        return self._max_message - (len(fragments.data) if fragments is not None else 0)

    def _check_head(self, first: int, second: int) -> Violation | None:
        """What the first two bytes of a frame give away, before anything is buffered."""
        if first & 0x70:
            return Violation(1002, "reserved bits must be 0")
        if not second & _MASKED:
            return Violation(1002, "client frames must be masked")
        opcode = first & 0x0F
        if opcode >= _CONTROL:
            if not first & _FIN:
                return Violation(1002, "fragmented control frame")
            if second & 0x7F > 125:
                return Violation(1002, "control frame too long")
        elif opcode == 0x02:
            return Violation(1003, "text messages only")
        elif (opcode == 0x00) != (self._fragments is not None):
            return Violation(1002, "fragments out of order")
        if first not in _LEGAL_FIRST_BYTES:
            return Violation(1002, "unknown opcode")
        return None

    def _check_length(self, length: int, head: int) -> Violation | None:
        """An extended length: `head` is the bytes before the payload, mask included."""
        if length < (126 if head == 8 else 65536) or length >> 63:
            return Violation(1002, "length not in its shortest form")
        return _too_big(self._max_message) if length > self._room() else None

    def _accept(self, first: int, payload: bytes) -> Event | None:
        if first == _WHOLE_TEXT:
            return Text(payload) if _is_utf8(payload) else self._end(_BAD_UTF8)
        if first & _CONTROL:
            if first == 0x88:
                return self._end(_read_close(payload))
            return Ping(payload) if first == 0x89 else Pong(payload)
        return self._accept_fragment(payload, last=bool(first & _FIN))

    def _accept_fragment(self, payload: bytes, *, last: bool) -> Event | None:
        fragments = self._fragments
        if fragments is None:
            self._fragments = fragments = _Fragments()
        fragments.count += 1
        if fragments.count > MAX_FRAGMENTS:
            return self._end(Violation(1009, f"more than {MAX_FRAGMENTS} fragments"))
        try:
            fragments.utf8.decode(payload, last)
        except UnicodeDecodeError:
            return self._end(_BAD_UTF8)
        fragments.data += payload
        if not last:
            return None
        self._fragments = None
        return Text(bytes(fragments.data))


_BAD_UTF8 = Violation(1007, "text must be UTF-8")


def _too_big(limit: int) -> Violation:
    return Violation(1009, f"message larger than {limit} bytes")


def _is_utf8(payload: bytes) -> bool:
    if payload.isascii():
        return True
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read_close(payload: bytes) -> Close | Violation:
    if not payload:
        return Close(_NO_CODE, "")
    code = int.from_bytes(payload[:2], "big")
    if not _is_utf8(payload[2:]):
        return _BAD_UTF8
    if len(payload) == 1 or code not in _LEGAL_CLOSE_CODES:
        return Violation(1002, "invalid close code")
    return Close(code, payload[2:].decode())
