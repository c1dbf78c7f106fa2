"""What this node did, in numbers: answers by kind, refusals by code, how long commands took.

Plain counters that anybody on the event loop may add to; `chat.metrics` reads them. Knows no names
of people, rooms or paths: labels are codes of ours, so their number is bounded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets of `took`, in seconds."""


@dataclass(slots=True)
class Tally:
    """Counters since the start of this node."""

    answered: Counter[str] = field(default_factory=Counter)
    """HTTP answers of the API by class of status: `2xx`, `4xx`, `5xx`."""
    refused: Counter[str] = field(default_factory=Counter)
    """Requests refused, HTTP and WebSocket, by code (docs/codes.md)."""
    closed: Counter[int] = field(default_factory=Counter)
    """WebSocket connections that ended, by close code."""
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    """Sum of what `took` was given."""

    def took(self, seconds: float) -> None:
        """A command was carried out, from being handed over to after its commit."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def cumulative(self) -> list[tuple[str, float]]:
        """The buckets as Prometheus wants them: `(upper bound, that many or fewer)`."""
        found: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self.buckets, strict=True):
            total += count
            found.append((bound, total))
        return found
