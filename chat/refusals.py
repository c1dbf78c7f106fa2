"""What a client is told when something ends in an exception that is no refusal.

The exception is logged with a reference; the client is told the reference and nothing else.
"""

from __future__ import annotations

import secrets

import structlog

from rooms.errors import Refusal

log = structlog.get_logger()


def of(error: BaseException | None, **whose: str) -> Refusal:
    """The refusal itself, or `internal` with a reference into the log; `whose` is logged too."""
    if isinstance(error, Refusal):
        return error
    if error is None:
        return Refusal("shutting_down", retry_after=2.0)
    reference = secrets.token_hex(4)
    log.error("internal_error", reference=reference, **whose, exc_info=error)
    return Refusal("internal", reference=reference)
