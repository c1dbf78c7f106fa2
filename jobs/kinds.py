"""A kind of job: who does it, how often it is tried, and when it comes again. Pure.

`error` texts that are kept must hold nothing that people wrote: the type of an error and its code,
never its message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from jobs.ports import Due
from rooms.errors import Refusal

SECOND = 1_000_000
LEASE = 60.0
"""Seconds that a taken row is ours without a word: a killed node's jobs wait that long."""
_FIRST_RETRY, _LAST_RETRY = 5.0, 3600.0

Handler = Callable[[Due], Awaitable[None]]
"""Does it. Raises to be tried again; but a `Refusal` without `retry_after` means that the rules say
no, and is final."""


class Kind(NamedTuple):
    """What the runner knows of one kind of job."""

    do: Handler
    attempts: int = 8
    """Together about an hour and a half; after that the row is dead."""
    again: Callable[[int], int] | None = None
    """For what comes again: from now to the next time. Such a row never dies."""
    at_once: bool = True
    """For what comes again: whether the first time is when the first server starts."""
    outside: bool = False
    """Whether it waits for answers of strangers' servers: such jobs have places of their own on a
    node, so that what is slow there holds up nothing else."""


Table = Mapping[str, Kind]


def backoff(attempt: int) -> float:
    """Seconds until the next attempt after the `attempt`th failed: 5 s, 15 s, 45 s … an hour."""
    exponent = min(attempt - 1, 10)
    return float(min(_LAST_RETRY, _FIRST_RETRY * 3**exponent))


def every(seconds: float) -> Callable[[int], int]:
    """Comes again that long after it was done."""
    return lambda now: now + int(seconds * SECOND)


def daily(hour: int) -> Callable[[int], int]:
    """Comes again at that hour, UTC."""

    def following(now: int) -> int:
        at = datetime.fromtimestamp(now / SECOND, UTC)
        then = at.replace(hour=hour, minute=0, second=0, microsecond=0)
        if then <= at:
            then += timedelta(days=1)
        return int(then.timestamp()) * SECOND

    return following


def final(error: BaseException) -> bool:
    """Whether trying again is of no use."""
    return isinstance(error, Refusal) and error.retry_after is None


def described(error: BaseException) -> str:
    """An error as it may be kept: no text that people wrote."""
    if isinstance(error, Refusal):
        return f"refused: {error.code}"
    return type(error).__name__
