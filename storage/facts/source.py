"""Where facts are read: the port that a writing transaction and a reading one fill alike."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection

from storage import streams


class Source(Protocol):
    """Where facts are read: a writing `Transaction`, or one that only reads."""

    now: int
    streams: dict[str, streams.StreamState]
    unsettled: set[str]
    """Streams whose rules have changes that are not committed: what is read of them now may not be
    remembered."""

    def clock(self) -> int:
        """Microseconds since 1970 by the clock that ends are measured by (`storage.clock`)."""
        ...

    @property
    def connection(self) -> Connection:
        """With everything staged before written."""
        ...

    @property
    def rules_connection(self) -> Connection:
        """With everything staged written that rooms, members or people depend on."""
        ...
