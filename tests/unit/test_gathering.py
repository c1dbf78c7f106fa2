"""Commands gather while that pays, and no longer."""

from __future__ import annotations

import pytest

from storage.gathering import ENOUGH, LONGER, Gathering

WINDOW = 0.002


def paused(
    *, factor: float, arriving: int, crowded: bool = False, hurry: bool = False
) -> list[float]:
    """The pauses of one round in which `arriving` commands come in each."""
    waiting = [object()]
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        waiting.extend(object() for _ in range(arriving))

    gathering = Gathering(WINDOW, lambda seconds: seconds * factor, pause)
    gathering.let_arrive(waiting, crowded, lambda: hurry)
    return pauses


def test_at_rest_nothing_waits() -> None:
    assert paused(factor=1, arriving=0) == []


def test_the_next_of_a_crowd_are_waited_for_once() -> None:
    assert paused(factor=1, arriving=0, crowded=True) == [WINDOW]


@pytest.mark.parametrize(("arriving", "times"), [(ENOUGH, 1), (4, 2), (0, 1 + LONGER)])
def test_a_busy_process_waits_until_enough_came(arriving: int, times: int) -> None:
    assert paused(factor=4, arriving=arriving) == [4 * WINDOW] * times


def test_nobody_waits_when_the_server_stops_or_the_operator_says_so() -> None:
    assert paused(factor=4, arriving=0, hurry=True) == []
    assert paused(factor=0, arriving=0, crowded=True) == []
