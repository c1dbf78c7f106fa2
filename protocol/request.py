"""What every request has in common: a mark that comes back, and strict decoding.

A command changes something that lasts and may carry a `client_id` (a retry under the same id is
the same command, promise P3). A query only reads. A signal is lossy and is answered by nothing but
an error. Decoding is strict: an unknown field is refused, because a misspelt one would be lost.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Int = Annotated[int, msgspec.Meta(ge=-(2**53) + 1, le=2**53 - 1)]
"""An integer that every reader of JSON keeps as it is (RFC 8259, section 6)."""


class Request(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"
):
    """Base: `ref` is the client's own mark and comes back in the answer."""

    ref: str = ""


class Command(Request, frozen=True, kw_only=True):
    """Changes something that lasts."""

    client_id: str | None = None


class Query(Request, frozen=True, kw_only=True):
    """Only reads."""


class Signal(Request, frozen=True, kw_only=True):
    """Lossy: typing, presence."""
