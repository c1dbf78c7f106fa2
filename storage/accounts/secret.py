"""Secrets of sessions, tokens, links and invitations: made here, kept as hashes.

256 random bits need no slow hash: nobody guesses them, and every request has to look one up.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from protocol.ids import new_code

SESSION, TOKEN, LINK = "tts_", "ttt_", "ttl_"
"""What a secret is of: leaked ones can be told apart, and looked up in one table."""


class Made(NamedTuple):
    """A secret to hand over once, and what is kept of it."""

    secret: str
    hash: str


def make(prefix: str) -> Made:
    """A secret of 256 bits, safe in URLs and headers."""
    secret = prefix + secrets.token_urlsafe(32)
    return Made(secret, hashed(secret))


def hashed(secret: str) -> str:
    """What is kept: BLAKE2b of 32 bytes, in hexadecimal."""
    digest = hashlib.blake2b(secret.encode("utf-8", "replace"), digest_size=32, person=b"tertulia")
    return digest.hexdigest()


def signing() -> str:
    """What requests are signed with: 128 bits in hexadecimal, as Slack's are."""
    return secrets.token_hex(16)


def invitation_code() -> str:
    """An invitation is asked for by its code, which is kept as it is."""
    return new_code()
