"""Sealing a notification for one device: RFC 8291 over the content coding of RFC 8188.

Only the browser that subscribed can open it; its push service sees bytes of one of two lengths.
Knows nothing of what is in them. `cryptography` takes 20 MiB, so it is imported where somebody is
notified and not before.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

RECORD = 4096
"""The one record's size, and the most that every push service takes (RFC 8030, 7.2)."""
_TAG, _SALT = 16, 16
_HEAD = _SALT + 4 + 1 + 65
LONGEST = RECORD - _HEAD - _TAG - 1
"""Bytes of a payload."""
_SIZES = (1024, LONGEST)
"""Payloads are padded to one of these, so that a length tells nothing."""


def seal(
    payload: bytes,
    p256dh: bytes,
    auth: bytes,
    ours: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    *,
    pad: bool = True,
) -> bytes:
    """The body of a request with `Content-Encoding: aes128gcm`.

    `ours` (new for each message) and `salt` are given by tests alone. Raises `ValueError` for keys
    that are none and payloads longer than `LONGEST` bytes.
    """
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(payload) > LONGEST:
        raise ValueError("the payload is too long")
    key, salt = ours or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(_SALT)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    public = encoded(key.public_key())
    shared = key.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, auth, b"WebPush: info\0" + p256dh + public, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    # 2 says that this is the last record; what follows it is padding.
    size = next(size for size in _SIZES if size >= len(payload)) if pad else len(payload)
    record = (payload + b"\x02").ljust(size + 1, b"\0")
    head = salt + struct.pack("!IB", RECORD, len(public)) + public
    return head + AESGCM(content_key).encrypt(nonce, record, None)


def encoded(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt, info).derive(secret)
