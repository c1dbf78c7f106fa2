"""How long commands gather before they share a transaction.

Under load the cost is transactions, not rows. At rest nothing waits; where several came together
the next may be on their way; and a busy process waits longer, the longer the busier it is. Knows no
database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sized

ENOUGH = 8
"""Commands that share a transaction's cost: a busy process gathers no longer for more."""
LONGER = 4
"""How many times more a busy process waits where few commands come: it is busy with something else,
and whoever came alone would make everybody pay for a transaction."""


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
        busy = wait > self._window
        if not wait or not (busy or crowded) or hurry():
            return
        self._pause(wait)
        for _ in range(LONGER if busy else 0):
            if len(waiting) >= ENOUGH or hurry():
                return
            self._pause(wait)
