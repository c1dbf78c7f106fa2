"""How long to wait before trying again. Pure: the dice are passed in.

"Full jitter" (AWS Architecture Blog, "Exponential Backoff And Jitter"): a uniformly random part
of an exponentially growing bound, so that a thousand clients of a restarted server do not return
at once.
"""

from __future__ import annotations

from collections.abc import Callable

BASE = 0.5
CAP = 30.0


def delay(attempt: int, dice: Callable[[], float]) -> float:
    """Seconds to wait before try number `attempt` (from 0); `dice` gives numbers in [0, 1).

    Between 0 and 0.5 s for the first, between 0 and 30 s from the seventh on.
    """
    # Past 2**16 the bound is long since the cap, and the power would only grow.
    return dice() * float(min(CAP, BASE * 2 ** min(attempt, 16)))
