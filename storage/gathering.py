"""How long commands gather before they share a transaction.

Under load the cost is transactions, not rows. At rest nothing waits; where several came together
the next may be on their way; and a busy process waits longer, the longer the busier it is. Knows no
database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sized

ENOUGH = 16
"""Commands that share a transaction's cost: nobody waits for more."""
BUSY = 1.5
"""A process is busy that puts things off by so many times."""
LONGER = 5
"""How many times longer a busy process waits where few commands come: it is busy with something
else, and whoever came alone would make everybody pay for a transaction."""


class Gathering:
    """`window` is in seconds, and `slower` makes more of it while the processor is busy."""

    def __init__(
        self,
        window: float,
        slower: Callable[[float], float],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._window = window
        self._slower = slower
        self._pause = pause

    def let_arrive(self, waiting: Sized, crowded: bool, hurry: Callable[[], bool]) -> None:
        """Return when it is time to begin. `crowded`: whether several shared the last transaction;
        `hurry`: whether nothing more will come."""
        wait = self._slower(self._window)
        busy = wait >= BUSY * self._window
        if not wait or not (busy or crowded):
            return
        for _ in range(round(LONGER * wait / self._window) if busy else 1):
            if len(waiting) >= ENOUGH or hurry():
                return
            self._pause(self._window)
