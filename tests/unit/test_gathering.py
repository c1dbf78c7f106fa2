"""Commands gather while that pays, and no longer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from protocol.commands import PostMessage
from storage.database import Database
from storage.gathering import ENOUGH, LONGER, Gathering
from storage.tables import METADATA
from storage.writer import BATCH, Writer
from tests.world import World, job

WINDOW = 0.002


def paused(
    *, factor: float, arriving: int, crowded: bool = False, hurry: bool = False, there: int = 1
) -> list[float]:
    """The pauses of one round in which `arriving` commands come in each."""
    waiting = [object()] * there
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


def test_nobody_waits_for_more_than_enough() -> None:
    for factor in (1, 4):
        assert paused(factor=factor, arriving=0, crowded=True, there=ENOUGH) == []


@pytest.mark.parametrize(
    ("factor", "arriving", "times"),
    [(4, ENOUGH, 1), (4, ENOUGH // 4, 4), (4, 0, 4 * LONGER), (2, 0, 2 * LONGER)],
)
def test_a_busy_process_waits_until_enough_came(factor: int, arriving: int, times: int) -> None:
    assert paused(factor=factor, arriving=arriving) == [WINDOW] * times


def test_nobody_waits_when_the_server_stops_or_the_operator_says_so() -> None:
    assert paused(factor=4, arriving=0, hurry=True) == []
    assert paused(factor=0, arriving=0, crowded=True) == []


async def test_a_writer_that_never_rests_gathers_before_every_transaction(tmp_path: Path) -> None:
    """Posts that came during a commit are taken by the next transaction, not by one each."""
    database = Database(f"sqlite:///{tmp_path / 'tertulia.db'}")
    with database.writing.begin() as connection:
        METADATA.create_all(connection)
    world = World(database)
    ana = world.person("Ana")
    room = world.room(ana)
    factors: list[float] = []

    def slower(seconds: float) -> float:
        factors.append(seconds)
        return 0.0

    writer = Writer(database, lambda: world.now, WINDOW, slower)
    jobs = [job(ana, PostMessage(room=room, body="Hello")) for _ in range(2 * BATCH + 1)]
    with writer.resting:
        writer.start()
        posted = [writer.submit(one) for one in jobs]
    await asyncio.gather(*posted)
    assert writer.counters.commits == len(factors) >= 3
    await writer.stop()
    database.close()
