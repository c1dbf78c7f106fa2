"""The lane: in order within each name, together where that may be, nobody twice."""

from __future__ import annotations

import threading
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.lane import TOGETHER, Lane

Item = tuple[int, tuple[str, ...]]


def test_those_behind_go_together() -> None:
    batches: list[list[int]] = []
    entered, go = threading.Event(), threading.Event()

    def work(items: list[int]) -> None:
        batches.append(items)
        entered.set()
        go.wait(10)

    lane: Lane[int] = Lane(work)
    lane.take(0, ["r"], ["r"], {"r"})
    lane.start([0])
    assert entered.wait(10)
    for n in range(1, 100):
        assert lane.take(n, ["r"], ["r"], ())
    lane.start(range(1, 100))
    go.set()
    lane.stop()
    assert batches == [[0], list(range(1, 1 + TOGETHER)), list(range(1 + TOGETHER, 100))]


def test_who_was_not_started_is_not_worked_on_and_may_be_withdrawn() -> None:
    batches: list[list[int]] = []
    lane: Lane[int] = Lane(batches.append)
    for n in range(3):
        assert lane.take(n, ["r"], ["r"], {"r"})
    lane.start([1, 2])
    lane.withdraw([0])
    lane.stop()
    assert batches == [[1, 2]]
    assert not lane.take(0, ["r"], ["r"], ())


@settings(max_examples=30)
@given(st.lists(st.sets(st.sampled_from("abc"), min_size=1, max_size=3), max_size=60))
def test_order_within_each_name_and_nobody_twice(wanted: list[set[str]]) -> None:
    done: list[Item] = []
    lock = threading.Lock()
    busy: dict[str, int] = defaultdict(int)

    def work(items: list[Item]) -> None:
        names = {name for _, names in items for name in names}
        with lock:
            for name in names:
                busy[name] += 1
                assert busy[name] == 1
        with lock:
            done.extend(items)
            for name in names:
                busy[name] -= 1

    lane: Lane[Item] = Lane(work)
    items = [(n, tuple(sorted(names))) for n, names in enumerate(wanted)]
    for item in items:
        assert lane.take(item, item[1], item[1], item[1])
        lane.start([item])
    lane.stop()
    assert sorted(done) == items
    for name in "abc":
        mine = [n for n, names in done if name in names]
        assert mine == sorted(mine)
