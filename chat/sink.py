"""The port between the live core and whatever carries its frames.

A transport implements `Sink`, the core implements `Receiver`, and a `Batch` goes between them.
Two transports exist: the taken-over socket (`chat.wsproto.takeover`) and the pump that runs on any
ASGI server (`chat.ws`). This file knows nothing of rooms, JSON, sockets or Starlette.

All calls are made on the event loop's thread. None of them waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from chat.wsproto.frames import text_frame


class Batch(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What one flush carries: made once, shared by every recipient."""

    wire: bytes
    """Complete, unmasked RFC 6455 TEXT frames, joined: the very object each transport writes."""

    texts: tuple[bytes, ...]
    """The payloads (UTF-8) of the same frames, for transports that cannot take raw frames."""

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> Batch:
        """Frame each payload and join them. Payloads must be valid UTF-8; this is not checked."""
        payloads = tuple(texts)
        return cls(b"".join([text_frame(payload) for payload in payloads]), payloads)

    @classmethod
    def joined(cls, batches: Sequence[Batch]) -> Batch:
        """Several as one, in their order."""
        texts = tuple(text for batch in batches for text in batch.texts)
        return cls(b"".join([batch.wire for batch in batches]), texts)


class Sink(Protocol):
    """One client's way out. Every method may be called at any time, also after the end."""

    def send(self, batch: Batch) -> None:
        """Queue a batch. Never blocks, never raises; does nothing once closing has begun.

        May call `Receiver.congested` before it returns. Whoever goes on sending into a congested
        sink is cut by `abort` at four times the high-water mark.
        """

    def buffered(self) -> int:
        """Bytes accepted by `send` that the peer's kernel has not taken yet."""

    def pause(self) -> None:
        """Stop reading from the peer: no `Receiver.text` after this returns, until `resume`."""

    def resume(self) -> None:
        """Read again. `Receiver.text` is not called from inside this method."""

    def close(self, code: int, reason: str) -> None:
        """Begin the closing handshake (RFC 6455, 7.1.2); a peer that does not answer is aborted.

        What was sent before still goes out. No `Receiver.text` after this returns.
        `reason` is cut to 123 bytes of UTF-8. `Receiver.closed` follows, never from inside.
        """

    def abort(self) -> None:
        """Cut the connection now; unsent bytes are dropped. `Receiver.closed(1006)` follows."""


class Receiver(Protocol):
    """One client's way in: what the core offers a transport. No method may wait or raise."""

    def opened(self, sink: Sink) -> None:
        """The first call: the handshake is done and `sink` works."""

    def text(self, payload: bytes) -> None:
        """One whole text message: valid UTF-8, no longer than the transport's limit."""

    def congested(self) -> None:
        """More than the high-water mark is buffered: send no more until `writable`."""

    def writable(self) -> None:
        """After `congested`: the buffer fell below the low-water mark."""

    def closed(self, code: int) -> None:
        """The last call, exactly once. `code` is the peer's, or ours if we began the closing;
        1005 if the peer gave none, 1006 if the connection was lost or aborted (RFC 6455, 7.4.1).
        """
