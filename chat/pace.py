"""How long a busy stream gathers before it is flushed, by how busy the process is.

A write costs the same whatever it carries, so the busier the processor, the more a write should
carry: the window grows until the processor has time left for what comes next, and shrinks again
where it has more than that. Pure: the clocks are passed in. Figures:
docs/decisions/0011-flushing.md.
"""

from __future__ import annotations

from collections.abc import Callable

from storage.gathering import BUSY

LOOK_EVERY = 0.1
"""Seconds between looks at how busy the process is."""
SHARE = 0.75
"""Of one processor: busier, and the window grows; less busy, and it shrinks."""
SHORTEST, LONGEST = 0.020, 0.050
"""Seconds: streams are flushed at most this often."""
SLOWEST = 4.0
"""How many times longer than at rest what may be late is put off at most."""


class Pace:
    """The window, given a wall clock and the process's own processor time, both in seconds. Each
    thread has its own: a look moves the beginning of the next."""

    def __init__(self, wall: Callable[[], float], busy: Callable[[], float]) -> None:
        self.window = SHORTEST
        self._times = 1.0
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
            self._times = min(SLOWEST, max(1.0, self._times * share / SHARE))
            self.window = min(LONGEST, SHORTEST * self._times)
        return self.window

    def busy(self) -> bool:
        """Whether the processor has more to do than to serve what comes at once."""
        return self.slower(1.0) >= BUSY

    def slower(self, seconds: float) -> float:
        """How long what may be a little late is put off: so long at rest, more under load."""
        self.look()
        return seconds * self._times
