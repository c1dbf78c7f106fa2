"""Saying to push services who sends: RFC 8292, with the community's one key.

The key is made with the database and lies in it (`storage.upkeep`): a browser's subscription is
bound to it, so a new one would end them all.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chat.push.crypto import encoded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

_LASTS = 12 * 3600
"""Seconds; services refuse more than 24 hours."""
_USED = 6 * 3600
"""Seconds for which a token is sent again, so that not every message costs a signature."""
_ORIGINS = 64
"""Services whose tokens are remembered. There are a handful; addresses are of users' choice."""


class Vapid:
    """The community's identity. `secret` are 32 bytes, a private key of P-256."""

    def __init__(self, secret: bytes, contact: str, clock: Callable[[], int]) -> None:
        self._secret = secret
        self._contact = contact
        self._clock = clock
        self._tokens: dict[str, tuple[int, str]] = {}

    @cached_property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        from cryptography.hazmat.primitives.asymmetric import ec

        return ec.derive_private_key(int.from_bytes(self._secret, "big"), ec.SECP256R1())

    @cached_property
    def public(self) -> str:
        """What browsers subscribe with: `applicationServerKey`."""
        return b64(encoded(self._key.public_key()))

    def authorization(self, endpoint: str) -> str:
        """The header `Authorization` for a push service."""
        parts = urlsplit(endpoint)
        return f"vapid t={self._token(f'{parts.scheme}://{parts.netloc}')}, k={self.public}"

    def _token(self, audience: str) -> str:
        now = self._clock() // 1_000_000
        made, token = self._tokens.get(audience, (0, ""))
        if 0 <= now - made < _USED:
            # One from the future was made by a clock that was wrong: services would refuse it.
            return token
        if len(self._tokens) >= _ORIGINS:
            self._tokens.clear()
        token = self._signed({"aud": audience, "exp": now + _LASTS, "sub": self._contact})
        self._tokens[audience] = (now, token)
        return token

    def _signed(self, claims: dict[str, object]) -> str:
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        head = {"typ": "JWT", "alg": "ES256"}
        text = ".".join(b64(json.dumps(part).encode()) for part in (head, claims))
        r, s = decode_dss_signature(self._key.sign(text.encode(), ec.ECDSA(SHA256())))
        return f"{text}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def contact(public_url: str) -> str:
    """Whom a push service may turn to (RFC 8292, 2.1): the community's own address."""
    parts = urlsplit(public_url)
    return public_url if parts.scheme == "https" else f"mailto:operator@{parts.hostname}"


def b64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The inverse of `b64`."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
