"""One timer for all connections: a timing wheel.

It owns when something is due, to the tick. It must not know what is done then: pings, deadlines
and cuts are the business of whoever is placed on it. A timer per connection would cost each of
them a heap entry and a closure; this costs a set entry and one integer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

_logger = logging.getLogger(__name__)

OFF = -1
"""The `slot` of what is not on the wheel."""

Schedule = Callable[[float, Callable[[], None]], object]


class Timed(Protocol):
    """What can be placed on a wheel. It is on one place at a time."""

    slot: int
    """Kept by the wheel; `OFF` at first."""

    def due(self) -> None:
        """The time has come. It may place itself again."""


class Wheel:
    """Calls `due` on what was placed, `seconds` later, at most one `tick` (seconds) late.

    Time is counted in ticks that happened, not read from a clock: when the process was frozen,
    the peers are not blamed for what they could not say. The timer runs only while something is
    placed. `schedule` is `loop.call_later` or, in tests, what records.
    """

    __slots__ = ("_armed", "_now", "_placed", "_schedule", "_slots", "_tick")

    def __init__(
        self, longest: float, *, tick: float = 1.0, schedule: Schedule | None = None
    ) -> None:
        # One slot is the present, one is for rounding up.
        self._slots: list[set[Timed]] = [set() for _ in range(int(longest / tick) + 3)]
        self._tick = tick
        self._schedule = schedule
        self._now = 0
        self._placed = 0
        self._armed = False

    def __len__(self) -> int:
        return self._placed

    def place(self, item: Timed, seconds: float) -> None:
        """Make `item` due in `seconds`, in place of what was planned for it before.

        Raises `ValueError` beyond the wheel's longest time.
        """
        ticks = int(seconds / self._tick) + 1
        if ticks >= len(self._slots):
            raise ValueError("beyond the wheel's longest time")
        self.remove(item)
        slot = (self._now + ticks) % len(self._slots)
        self._slots[slot].add(item)
        item.slot = slot
        self._placed += 1
        self._arm()

    def remove(self, item: Timed) -> None:
        """Forget what was planned for `item`, if anything."""
        if item.slot != OFF:
            self._slots[item.slot].discard(item)
            item.slot = OFF
            self._placed -= 1

    def turn(self) -> None:
        """One tick has passed: everything due now is told so."""
        now = self._now = (self._now + 1) % len(self._slots)
        due, self._slots[now] = self._slots[now], set()
        for item in due:
            # An earlier one of this turn may have removed or moved it.
            if item.slot != now:
                continue
            item.slot = OFF
            self._placed -= 1
            try:
                item.due()
            except Exception:
                _logger.exception("deadline_failed")

    def _arm(self) -> None:
        if not self._armed:
            self._armed = True
            schedule = self._schedule or asyncio.get_running_loop().call_later
            schedule(self._tick, self._on_timer)

    def _on_timer(self) -> None:
        self._armed = False
        self.turn()
        if self._placed:
            self._arm()
