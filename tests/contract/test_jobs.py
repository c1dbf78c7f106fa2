"""Jobs on both databases: each once, whatever dies, and no row lost."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from jobs import Due, Kind, Runner, every
from jobs.runner import AT_ONCE, OUTSIDE
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Decision
from rooms.records import Schedule, Unschedule
from storage.database import Database
from storage.jobs import rows
from storage.jobs.store import LOST, once
from storage.transaction import Job, Locks
from tests.contract.jobs_kit import SECOND, Node, node, settled
from tests.world import START, World


@pytest.fixture
async def one(database: Database) -> AsyncIterator[Node]:
    """A node."""
    async with node(database) as made:
        yield made


@pytest.fixture
async def two(database: Database) -> AsyncIterator[tuple[Node, Node]]:
    """Two nodes, each with connections of its own."""
    other = Database(database.url.render_as_string(hide_password=False))
    async with node(database) as a, node(other) as b:
        yield a, b
    other.close()


def wanted(key: str, at: int = START, kind: str = "note", **payload: object) -> Schedule:
    return Schedule(kind=kind, key=key, at=at, payload=payload)


async def test_two_nodes_race_and_each_row_is_done_once(two: tuple[Node, Node]) -> None:
    first, second = two
    await first.write(*(wanted(f"{n:03}") for n in range(500)))
    done: list[tuple[int, str]] = []

    def runner(name: int, at: Node) -> Runner:
        async def do(due: Due) -> None:
            done.append((name, due.key))

        return Runner(at.store, at.now, {"note": Kind(do)})

    await asyncio.gather(settled(runner(1, first)), settled(runner(2, second)))
    assert Counter(key for _, key in done) == {f"{n:03}": 1 for n in range(500)}
    assert {name for name, _ in done} == {1, 2}
    assert (await first.store.backlog(["note"])).waiting == 0


async def test_what_a_killed_node_had_taken_is_taken_again_when_its_lease_ends(one: Node) -> None:
    await one.write(wanted("a", room="r_1"))
    (lost,) = await one.store.take(["note"], START, START + 60 * SECOND, 10)
    assert (lost.key, lost.attempt, lost.payload) == ("a", 1, {"room": "r_1"})
    assert await one.store.take(["note"], START + 59 * SECOND, START, 10) == []
    (again,) = await one.store.take(["note"], START + 60 * SECOND, START + 120 * SECOND, 10)
    assert again.attempt == 2
    # The node was only slow: what it still says about its row is not heard.
    await one.store.finish(lost)
    await one.store.give_up(lost, "x")
    assert not await one.store.renew(lost, START + 999 * SECOND)
    assert await one.store.renew(again, START + 130 * SECOND)
    assert (await one.store.backlog(["note"])).next_at == START + 130 * SECOND
    await one.store.finish(again)
    assert (await one.store.backlog(["note"])).next_at is None


async def test_done_and_finished_are_one(world: World, one: Node) -> None:
    """The slow node's transaction and the quick one's: one of them did it."""
    ana = world.person("Ana")
    room = world.room(ana)

    def posting(due: Due) -> Job:
        def act(_: Facts) -> Decision:
            return Decision(records=[wanted(f"effect of {due.attempt}")])

        return once(due, Job("system", lambda _: Locks((room,)), act))

    await one.write(wanted("a"))
    (slow,) = await one.store.take(["note"], START, START, 1)
    (quick,) = await one.store.take(["note"], START, START, 1)
    assert (await one.run(posting(slow))).result == LOST
    await one.run(posting(quick))
    assert (await one.run(posting(quick))).result == LOST
    left = await one.store.take(["note"], START, START, 10)
    assert [due.key for due in left] == ["effect of 2"]


async def test_refused_is_not_finished(one: Node) -> None:
    def refuse(_: Facts) -> Decision:
        raise Refusal("not_found", what="room")

    await one.write(wanted("a"))

    async def do(due: Due) -> None:
        await one.run(once(due, Job("system", lambda _: Locks(share=()), refuse)))

    assert await settled(Runner(one.store, one.now, {"note": Kind(do)})) == 1
    with one.database.read() as connection:
        (dead,) = rows.failing(connection)
    assert (dead.key, dead.error, dead.dead) == ("a", "refused: not_found", True)
    assert (await one.store.backlog(["note"])).dead == 1


async def test_scheduled_again_it_moves_and_whoever_was_at_it_has_lost_it(one: Node) -> None:
    await one.write(wanted("a"))
    (due,) = await one.store.take(["note"], START, START + SECOND, 1)
    await one.write(wanted("a", START + 5 * SECOND))
    assert not await one.store.renew(due, START + 60 * SECOND)
    await one.write(Schedule(kind="note", key="a", at=START + 9 * SECOND, keep=True))
    assert (await one.store.backlog(["note"])).next_at == START + 5 * SECOND
    await one.write(Unschedule(kind="note", key="a"), Unschedule(kind="note", key="never"))
    assert (await one.store.backlog(["note"])).waiting == 0


async def test_what_is_dead_keeps_nothing_from_being_done(one: Node) -> None:
    """What stands there is left alone while it lives; a dead row would else be there for ever."""
    keep = Schedule(kind="note", key="a", at=START, keep=True)
    await one.write(wanted("a"))
    (due,) = await one.store.take(["note"], START, START + SECOND, 1)
    await one.write(keep)
    assert await one.store.renew(due, START + SECOND), "whoever is at it goes on"
    await one.store.give_up(due, "refused: not_found")
    await one.write(keep)
    found = await one.store.backlog(["note"])
    assert (found.dead, found.next_at) == (0, START)


async def test_scheduled_sooner_it_is_never_put_off(one: Node) -> None:
    def sooner(at: int) -> Schedule:
        return Schedule(kind="note", key="a", at=at, sooner=True)

    await one.write(sooner(START + 10))
    await one.write(sooner(START + 20))
    assert (await one.store.backlog(["note"])).next_at == START + 10
    await one.write(sooner(START + 5))
    assert (await one.store.backlog(["note"])).next_at == START + 5
    (due,) = await one.store.take(["note"], START + 5, START + 60 * SECOND, 1)
    await one.write(sooner(START + 30))
    await one.store.finish(due)
    assert (await one.store.backlog(["note"])).next_at == START + 30, "due once more"


async def test_a_decision_and_its_schedule_are_one(world: World, one: Node) -> None:
    """Whoever posts and schedules in one decision has both or neither."""

    def act(facts: Facts) -> Decision:
        if facts.person("p_nobody") is None:
            raise Refusal("not_found", what="person")
        return Decision(records=[wanted("a")])

    with pytest.raises(Refusal):
        await one.run(Job("system", lambda _: Locks(share=()), act))
    assert (await one.store.backlog(["note"])).waiting == 0


async def test_failing_it_is_tried_later_and_later_and_then_it_is_dead(one: Node) -> None:
    tried: list[int] = []

    async def do(due: Due) -> None:
        tried.append(due.attempt)
        raise OSError("with words of people")

    runner = Runner(one.store, one.now, {"note": Kind(do, attempts=3)})
    await one.write(wanted("a"))
    waits = []
    while (await one.store.backlog(["note"])).waiting:
        assert await settled(runner) == 1
        assert await settled(runner) == 0
        next_at = (await one.store.backlog(["note"])).next_at
        if next_at is not None:
            waits.append((next_at - one.time) / SECOND)
            one.time = next_at
    assert (tried, waits) == ([1, 2, 3], [5, 15])
    with one.database.read() as connection:
        (dead,) = rows.failing(connection)
    assert dead.error == "OSError"
    with one.database.writing.begin() as connection:
        assert rows.revive(connection, one.time) == 1
    assert await settled(runner) == 1


async def test_what_kills_its_node_every_time_is_not_tried_for_ever(one: Node) -> None:
    done: list[Due] = []

    async def do(due: Due) -> None:
        done.append(due)

    await one.write(wanted("a"))
    for _ in range(2):
        await one.store.take(["note"], one.time, one.time, 1)
    await settled(Runner(one.store, one.now, {"note": Kind(do, attempts=2)}))
    assert done == []
    assert (await one.store.backlog(["note"])).dead == 1


async def test_what_comes_again_never_dies(one: Node) -> None:
    async def do(due: Due) -> None:
        if due.attempt < 3:
            raise OSError

    runner = Runner(one.store, one.now, {"note": Kind(do, attempts=2, again=every(3600))})
    await one.write(wanted(""))
    seen = []
    for _ in range(3):
        await settled(runner)
        backlog = await one.store.backlog(["note"])
        assert backlog.next_at is not None
        seen.append(((backlog.next_at - one.time) / SECOND, backlog.failing))
        one.time = backlog.next_at
    # Tried again soon, then at its usual time; then done, and well again.
    assert seen == [(5, 1), (3600, 1), (3600, 0)]


async def test_kinds_that_a_node_does_not_know_are_left_to_others(one: Node) -> None:
    await one.write(wanted("a", kind="newer"))
    assert await one.store.take(["note"], START, START + SECOND, 10) == []
    assert (await one.store.backlog(["note"])).waiting == 0


async def test_added_here_it_is_done_at_once(one: Node) -> None:
    """Nobody waits for the next look: the writer wakes the runner."""
    done = asyncio.Event()

    async def do(_: Due) -> None:
        done.set()

    runner = Runner(one.store, one.now, {"note": Kind(do)})
    one.writer.on_schedule = runner.wake
    runner.start()
    began = time.monotonic()
    await one.write(wanted("a"))
    async with asyncio.timeout(10):
        await done.wait()
    assert time.monotonic() - began < 10
    await runner.stop()


async def test_more_than_fits_goes_on_when_one_ends(one: Node) -> None:
    done: list[str] = []
    all_done = asyncio.Event()

    async def do(due: Due) -> None:
        done.append(due.key)
        if len(done) == 3 * AT_ONCE:
            all_done.set()

    runner = Runner(one.store, one.now, {"note": Kind(do)})
    await one.write(*(wanted(f"{n}") for n in range(3 * AT_ONCE)))
    runner.start()
    async with asyncio.timeout(10):
        await all_done.wait()
    await runner.stop()


@pytest.mark.promise_p6
async def test_what_waits_for_strangers_holds_up_nothing_else(one: Node) -> None:
    hanging, done, all_done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    strangers: list[str] = []

    async def wait(due: Due) -> None:
        strangers.append(due.key)
        await hanging.wait()
        if len(strangers) == 20:
            all_done.set()

    async def note(_: Due) -> None:
        done.set()

    await one.write(*(wanted(f"{n:02}", kind="call") for n in range(20)))
    await one.write(*(wanted(f"{n:02}") for n in range(3)))
    kinds = {"call": Kind(wait, outside=True), "note": Kind(note)}
    runner = Runner(one.store, one.now, kinds)
    runner.start()
    async with asyncio.timeout(20):
        await done.wait()
        assert len(strangers) <= OUTSIDE
        hanging.set()
        await all_done.wait()
    await runner.stop()


async def test_stopping_hands_over_what_was_under_way(two: tuple[Node, Node]) -> None:
    first, second = two
    begun = asyncio.Event()

    async def hang(_: Due) -> None:
        begun.set()
        await asyncio.Event().wait()

    runner = Runner(first.store, first.now, {"note": Kind(hang)})
    await first.write(wanted("a"))
    runner.start()
    async with asyncio.timeout(10):
        await begun.wait()
    await runner.stop()
    (due,) = await second.store.take(["note"], START, START + SECOND, 1)
    assert due.key == "a"


async def test_a_lease_is_renewed_and_a_lost_one_ends_the_work(one: Node) -> None:
    ended = asyncio.Event()
    begun = asyncio.Event()

    async def hang(_: Due) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    runner = Runner(one.store, one.now, {"note": Kind(hang)}, lease=0.03)
    await one.write(wanted("a"))
    runner.start()
    async with asyncio.timeout(10):
        await begun.wait()
        # Far beyond the lease that was taken: renewed, nobody else has it.
        one.time += SECOND
        while (await one.store.backlog(["note"])).next_at != one.time + 30_000:
            pass
        await one.write(Unschedule(kind="note", key="a"))
        await ended.wait()
    await runner.stop()
    assert runner.counters.lost == 1
