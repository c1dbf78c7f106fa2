"""The timing wheel: due on the tick, moved, removed, and silent when empty."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.wsproto.limits import TransportLimits
from chat.wsproto.wheel import OFF, Wheel


class Item:
    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.slot = OFF
        self.times = 0
        self.then = then

    def due(self) -> None:
        self.times += 1
        self.then()


class Scheduled:
    """Stands for `loop.call_later`."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, delay: float, work: Callable[[], None]) -> None:
        self.calls.append((delay, work))

    def fire(self) -> None:
        self.calls.pop()[1]()


def hand_turned(longest: float = 10.0, tick: float = 1.0) -> tuple[Wheel, Scheduled]:
    scheduled = Scheduled()
    return Wheel(longest, tick=tick, schedule=scheduled), scheduled


@given(st.floats(0, 10), st.integers(0, 30), st.sampled_from([0.25, 0.5, 1.0]))
def test_due_at_its_time_and_at_most_a_tick_late(after: float, before: int, tick: float) -> None:
    wheel, _ = hand_turned(tick=tick)
    for _ in range(before):
        wheel.turn()
    item = Item()
    wheel.place(item, after)
    turns = 0
    while not item.times:
        wheel.turn()
        turns += 1
    assert after <= turns * tick <= after + tick
    for _ in range(100):
        wheel.turn()
    assert item.times == 1


def test_placing_again_moves() -> None:
    wheel, _ = hand_turned()
    item = Item()
    wheel.place(item, 1)
    wheel.place(item, 5)
    assert len(wheel) == 1
    for _ in range(5):
        wheel.turn()
    assert item.times == 0
    wheel.turn()
    assert item.times == 1


def test_removed() -> None:
    wheel, _ = hand_turned()
    item = Item()
    wheel.place(item, 1)
    wheel.remove(item)
    wheel.remove(item)
    assert len(wheel) == 0
    for _ in range(20):
        wheel.turn()
    assert item.times == 0


def test_one_may_remove_or_move_another_that_is_due_as_well() -> None:
    wheel, _ = hand_turned()
    items: list[Item] = []

    def remove_all() -> None:
        for item in items:
            wheel.remove(item)

    items += [Item(remove_all) for _ in range(5)]
    for item in items:
        wheel.place(item, 1)
    for _ in range(20):
        wheel.turn()
    assert sum(item.times for item in items) == 1


def test_what_is_due_may_come_back() -> None:
    wheel, _ = hand_turned()
    item = Item(lambda: wheel.place(item, 0))
    wheel.place(item, 0)
    for _ in range(5):
        wheel.turn()
    assert item.times == 5


def test_one_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    wheel, _ = hand_turned()

    def fail() -> None:
        raise RuntimeError

    items = [Item(fail), Item(), Item(fail), Item()]
    for item in items:
        wheel.place(item, 1)
    wheel.turn()
    wheel.turn()
    assert [item.times for item in items] == [1, 1, 1, 1]
    assert "deadline_failed" in caplog.text


def test_beyond_the_longest_time() -> None:
    wheel, _ = hand_turned(longest=10)
    wheel.place(Item(), 10)
    with pytest.raises(ValueError, match="longest"):
        wheel.place(Item(), 12)


def test_the_timer_runs_only_while_something_is_placed() -> None:
    wheel, scheduled = hand_turned(tick=0.5)
    assert scheduled.calls == []
    item = Item()
    wheel.place(item, 0.5)
    wheel.place(Item(), 0.5)
    assert [delay for delay, _ in scheduled.calls] == [0.5]
    scheduled.fire()
    assert len(scheduled.calls) == 1
    scheduled.fire()
    assert item.times == 1
    assert scheduled.calls == []
    wheel.place(item, 0.5)
    assert len(scheduled.calls) == 1


def test_limits_that_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="low_water"):
        TransportLimits(low_water=2, high_water=1)
    with pytest.raises(ValueError, match="ping_timeout"):
        TransportLimits(ping_timeout=0)
    assert TransportLimits().longest == 120.0
