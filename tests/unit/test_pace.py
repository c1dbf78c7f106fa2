"""The window of flushing follows how busy the process is."""

from __future__ import annotations

import pytest

from chat.pace import LOOK_EVERY, Pace


@pytest.mark.parametrize(
    ("share", "window"), [(0.0, 0.02), (0.79, 0.02), (0.9, 0.04), (0.95, 0.08), (1.9, 0.08)]
)
def test_the_busier_the_longer(share: float, window: float) -> None:
    now = [0.0]
    pace = Pace(lambda: now[0], lambda: now[0] * share)
    now[0] = LOOK_EVERY * 1.01
    assert pace.look() == window
    assert pace.slower(1.0) == pytest.approx(window / 0.02)


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
