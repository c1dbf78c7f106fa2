"""Seals what goes over the bus: only nodes of this community can have said it.

Whoever can publish into Redis could otherwise show messages that nobody wrote, or end sessions.
The key comes from the database that the nodes share. The channel is sealed in, so that nothing
said on one can be said again on another; what is said again on the same is dropped by its number.
Hides nothing: whoever reads Redis reads what passes by.
"""

from __future__ import annotations

import hmac
from hashlib import blake2b

SIZE = 16


class Seal:
    """Keyed BLAKE2 (RFC 7693). `secret` is what the nodes share."""

    def __init__(self, secret: bytes) -> None:
        # A key of its own: the same secret has other uses.
        self._key = blake2b(b"bus", key=secret, digest_size=32).digest()

    def put(self, channel: str, data: bytes) -> bytes:
        """The data with its seal before it."""
        return self._of(channel, data) + data

    def open(self, channel: str, sealed: bytes) -> bytes | None:
        """The data, or None where the seal is not ours."""
        data = sealed[SIZE:]
        return data if hmac.compare_digest(sealed[:SIZE], self._of(channel, data)) else None

    def _of(self, channel: str, data: bytes) -> bytes:
        made = blake2b(channel.encode() + b"\0", key=self._key, digest_size=SIZE)
        made.update(data)
        return made.digest()
