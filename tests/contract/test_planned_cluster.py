"""Many reminders due in the same minute, three nodes, one killed midway: each comes once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from chat.reminding import ringing_job
from protocol.planned import When
from rooms.actions.planning import RING
from rooms.house import REMINDER
from storage import codec
from storage.database import Database
from storage.tables import JOB, MESSAGE, METADATA, PLANNED
from storage.writer import carry_out_now
from tests.contract.planned_kit import SECOND, at
from tests.world import World


@pytest.fixture
def postgres(fresh_postgres: str) -> Iterator[World]:
    """A community on PostgreSQL."""
    made = Database(fresh_postgres)
    with made.writing.begin() as connection:
        METADATA.create_all(connection)
    yield World(made)
    made.close()


def _planned(world: World, rooms: int, each: int) -> None:
    """Reminders of many rooms, due a minute ago."""
    from protocol.commands import SetReminder

    ana = world.person("Ana")
    when = When(start="2030-01-01T09:00", zone="UTC")
    for number in range(rooms):
        room = world.room(ana, name=f"Room {number}")
        for one in range(each):
            world.do(ana, SetReminder(when=when, body=f"{number}.{one}", room=room))
    due = at("2026-10-19 10:00")
    with world.database.writing.begin() as connection:
        then = codec.dump(When(start="2026-10-19T10:00", zone="UTC"))
        connection.execute(update(PLANNED).values(next_at=due, moments=then))
        connection.execute(update(JOB).where(JOB.c.kind == RING).values(due_at=due, ready_at=due))
    world.now = due + 60 * SECOND


async def _node(url: str) -> asyncio.subprocess.Process:
    """A node that only rings, as a process of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contract.ringing_node", url, env=os.environ.copy()
    )


def _left(world: World) -> int:
    with world.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(PLANNED)).scalar_one())


def _posted(world: World) -> Counter[str]:
    with world.database.read() as connection:
        rows = connection.execute(select(MESSAGE.c.body).where(MESSAGE.c.author_id == REMINDER.id))
        return Counter(str(body).split("\n")[0] for body in rows.scalars())


async def _each_once(world: World, url: str, rooms: int, each: int, within: float) -> None:
    await asyncio.to_thread(_planned, world, rooms, each)
    nodes = [await _node(url) for _ in range(3)]
    try:
        async with asyncio.timeout(within):
            while await asyncio.to_thread(_left, world) > rooms * each // 2:
                pass
            nodes[0].send_signal(signal.SIGKILL)
            await nodes[0].wait()
            # What it held is taken up when its lease ends; here at once.
            while await asyncio.to_thread(_left, world):
                pass
    finally:
        for one in nodes:
            if one.returncode is None:
                one.kill()
            await one.wait()
    wanted = {f"{number}.{one}": 1 for number in range(rooms) for one in range(each)}
    assert _posted(world) == wanted


@pytest.mark.attack
async def test_each_comes_once(postgres: World, fresh_postgres: str) -> None:
    await _each_once(postgres, fresh_postgres, 6, 20, 60)


@pytest.mark.slow
@pytest.mark.attack
async def test_ten_thousand_come_once(postgres: World, fresh_postgres: str) -> None:
    await _each_once(postgres, fresh_postgres, 200, 50, 900)


def test_the_same_job_twice_posts_once(postgres: World) -> None:
    """Two nodes that both believe the row is theirs: the reminder has moved on for the second."""
    _planned(postgres, 1, 1)
    with postgres.database.read() as connection:
        planned = connection.execute(select(PLANNED.c.id)).scalar_one()
    for _ in range(2):
        carry_out_now(postgres.database, [ringing_job(planned)], postgres.now)
    assert _posted(postgres) == {"0.0": 1}
