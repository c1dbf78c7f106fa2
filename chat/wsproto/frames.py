"""RFC 6455 frames: building the server's, and a sans-I/O parser for the client's.

It owns every byte-level rule of the WebSocket protocol. It must not know sockets, clocks or what
the messages mean. Extensions are not negotiated, so every reserved bit is an error.
"""

from __future__ import annotations


def text_frame(payload: bytes) -> bytes:
    """A complete, unmasked TEXT frame (RFC 6455, 5.2). `payload` must be valid UTF-8."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
