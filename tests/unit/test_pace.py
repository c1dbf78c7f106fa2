"""The window of flushing follows how busy the process is."""

from __future__ import annotations

import pytest

from chat.pace import LONGEST, LOOK_EVERY, SHARE, SHORTEST, SLOWEST, Pace


class Load:
    """A process that uses `share` of a processor, looked at ten times a second."""

    def __init__(self) -> None:
        self.now = self.spent = 0.0
        self.pace = Pace(lambda: self.now, lambda: self.spent)

    def goes_on(self, share: float, looks: int) -> float:
        """The window after so many looks."""
        for _ in range(looks):
            self.now += LOOK_EVERY * 1.01
            self.spent += LOOK_EVERY * 1.01 * share
            self.pace.look()
        return self.pace.window


@pytest.mark.parametrize("share", [0.0, 0.5, 0.74])
def test_with_time_to_spare_it_stays_short(share: float) -> None:
    load = Load()
    assert load.goes_on(share, 50) == SHORTEST
    assert not load.pace.busy()
    assert load.pace.slower(1.0) == 1.0


def test_one_busy_tenth_of_a_second_changes_little() -> None:
    load = Load()
    assert SHORTEST < load.goes_on(1.0, 1) < 1.4 * SHORTEST
    assert not load.pace.busy()
    assert load.goes_on(0.6, 2) == SHORTEST


@pytest.mark.parametrize("share", [0.85, 0.95, 1.9])
def test_a_busy_process_gathers_longer_and_longer(share: float) -> None:
    load = Load()
    windows = [load.goes_on(share, 1) for _ in range(20)]
    assert windows == sorted(windows)
    assert windows[-1] == LONGEST
    assert load.pace.busy()
    assert load.pace.slower(1.0) == SLOWEST
    assert load.goes_on(0.3, 5) == SHORTEST, "and comes back within half a second"


def test_it_rests_where_the_longer_window_saves_enough() -> None:
    load, share = Load(), 0.0
    for _ in range(100):
        share = min(1.0, 0.5 + 0.01 / load.pace.window)
        load.goes_on(share, 1)
    assert share == pytest.approx(SHARE, abs=0.02)
    assert SHORTEST < load.pace.window < LONGEST


def test_it_looks_only_now_and_then() -> None:
    now, looks = [0.0], [0]

    def busy() -> float:
        looks[0] += 1
        return 0.0

    pace = Pace(lambda: now[0], busy)
    for step in range(10):
        now[0] = step * LOOK_EVERY / 10
        pace.look()
    assert looks == [1]
