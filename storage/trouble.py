"""What may go wrong with a transaction, and whether another attempt may succeed.

Owns the kinds of failure and PostgreSQL's codes for them. Tries nothing itself.
"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

RETRIED = ("40001", "40P01", "55P03")
"""PostgreSQL: serialization failure, deadlock, lock not available."""


class CommitUnknownError(Exception):
    """The connection was lost while committing: it may be so, or not."""


def passing(error: Exception) -> bool:
    """Whether another attempt may succeed."""
    if isinstance(error, CommitUnknownError):
        return True
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return (
            state in RETRIED or error.connection_invalidated or isinstance(error, OperationalError)
        )
    return False
