"""Where due rows are kept, as the runner sees it. `storage.jobs` implements it on both databases.

All times are microseconds since 1970, UTC, by the clock of whoever asks. A clock that is wrong
makes jobs early, late, or tried by two; what they do in the database still happens once, because
the lease is looked at again in the transaction that does it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

import msgspec


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was taken: nobody else has it until its lease ends."""

    kind: str
    key: str
    """Unique within the kind: whatever is done outside of the database is idempotent by it."""
    due_at: int
    payload: dict[str, Any]
    attempt: int
    """1 for the first."""
    lease: str


class FailedJob(msgspec.Struct, frozen=True):
    """A row whose last attempt failed; `dead` when it was tried too often or the rules refused."""

    kind: str
    key: str
    due_at: int
    attempts: int
    error: str
    dead: bool


class Backlog(msgspec.Struct, frozen=True):
    """What waits."""

    next_at: int | None = None
    """When the next row may be taken; in the past if one is due. None: nothing waits."""
    waiting: int = 0
    failing: int = 0
    """Of those that wait: whose last attempt failed."""
    dead: int = 0


class Store(Protocol):
    """Rows of jobs. Every method is one transaction."""

    async def backlog(self, kinds: Collection[str]) -> Backlog:
        """What waits, of these kinds."""
        ...

    async def take(self, kinds: Collection[str], now: int, until: int, most: int) -> list[Due]:
        """Rows that are due at `now`, oldest first; nobody else takes them before `until`."""
        ...

    async def renew(self, due: Due, until: int) -> bool:
        """Hold a row longer. False: it is no longer ours."""
        ...

    async def finish(self, due: Due) -> None:
        """It is done. Nothing happens if the row is no longer ours."""
        ...

    async def again(self, due: Due, at: int, error: str | None = None) -> None:
        """It is to be taken again at `at`.

        With `error` it failed and its attempts go on counting; else they begin anew.
        """
        ...

    async def give_up(self, due: Due, error: str) -> None:
        """It will not be taken again until somebody says so; it stays, to be seen."""
        ...
