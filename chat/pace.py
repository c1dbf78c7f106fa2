"""How long a busy stream gathers before it is flushed, by how busy the process is.

A write costs the same whatever it carries, so the busier the processor, the more a write should
carry. Pure: the clocks are passed in. Figures: docs/decisions/0011-flushing.md.
"""

from __future__ import annotations

from collections.abc import Callable

LOOK_EVERY = 0.1
"""Seconds between looks at how busy the process is."""
STEPS = ((0.80, 0.020), (0.92, 0.040), (float("inf"), 0.080))
"""Up to this share of one processor, streams are flushed at most this often (seconds)."""


class Pace:
    """The window, given a wall clock and the process's own processor time, both in seconds. Each
    thread has its own: a look moves the beginning of the next."""

    def __init__(self, wall: Callable[[], float], busy: Callable[[], float]) -> None:
        self.window = STEPS[0][1]
        self._wall = wall
        self._busy = busy
        self._since = wall()
        self._spent = busy()

    def look(self) -> float:
        """The window now; looks anew when the last look is old enough."""
        now = self._wall()
        passed = now - self._since
        if passed >= LOOK_EVERY:
            spent = self._busy()
            share = (spent - self._spent) / passed
            self._since, self._spent = now, spent
            self.window = next(window for most, window in STEPS if share <= most)
        return self.window

    def busy(self) -> bool:
        """Whether the processor has more to do than to serve what comes at once."""
        return self.look() > STEPS[0][1]

    def slower(self, seconds: float) -> float:
        """How long what may be a little late is put off: so long at rest, more under load."""
        return seconds * self.look() / STEPS[0][1]
