"""Many reminders due in the same minute, three nodes, one killed midway: each comes once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from sqlalchemy import select, update

from chat.reminding import ringing_job
from protocol.commands import SetReminder
from protocol.planned import When
from rooms.actions.planning import RING
from rooms.house import REMINDER
from storage import codec
from storage.database import Database
from storage.tables import JOB, MESSAGE, METADATA, PLANNED
from storage.writer import carry_out_now
from tests.contract.planned_kit import SECOND, at
from tests.world import World, job

TELLS = """
    CREATE FUNCTION rung() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NOTIFY rung; RETURN NULL; END $$;
    CREATE TRIGGER rung AFTER DELETE ON planned FOR EACH STATEMENT EXECUTE FUNCTION rung()
"""
"""Whoever waits for reminders to come is told, instead of asking all the time."""


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
    ana = world.person("Ana")
    when = When(start="2030-01-01T09:00", zone="UTC")
    for number in range(rooms):
        room = world.room(ana, name=f"Room {number}")
        wanted = [SetReminder(when=when, body=f"{number}.{n}", room=room) for n in range(each)]
        carry_out_now(world.database, [job(ana, one) for one in wanted], world.now)
    due = at("2026-10-19 10:00")
    with world.database.writing.begin() as connection:
        then = codec.dump(When(start="2026-10-19T10:00", zone="UTC"))
        connection.execute(update(PLANNED).values(next_at=due, moments=then))
        connection.execute(update(JOB).where(JOB.c.kind == RING).values(due_at=due, ready_at=due))
        connection.exec_driver_sql(TELLS)
    world.now = due + 60 * SECOND


@asynccontextmanager
async def _nodes(url: str, count: int) -> AsyncIterator[list[int]]:
    """So many nodes, by their process ids."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contract.ringing_node", url, str(count),
        env=os.environ.copy(), stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert started.stdout is not None
        yield [int(pid) for pid in (await started.stdout.readline()).split()]
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        await started.wait()


def _until_left(url: str, most: int, within: float) -> None:
    """Wait until so many are still to come; looked at whenever some came."""
    end = time.monotonic() + within
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("LISTEN rung")
        while True:
            [(left,)] = connection.execute("SELECT count(*) FROM planned")
            if left <= most:
                return
            assert time.monotonic() < end, f"{left} are left"
            list(connection.notifies(timeout=within, stop_after=1))


def _posted(world: World) -> Counter[str]:
    with world.database.read() as connection:
        rows = connection.execute(select(MESSAGE.c.body).where(MESSAGE.c.author_id == REMINDER.id))
        return Counter(str(body).split("\n")[0] for body in rows.scalars())


async def _each_once(world: World, url: str, rooms: int, each: int, within: float) -> None:
    await asyncio.to_thread(_planned, world, rooms, each)
    began = time.monotonic()
    async with _nodes(url, 3) as nodes:
        await asyncio.to_thread(_until_left, url, rooms * each // 2, within)
        os.kill(nodes[0], signal.SIGKILL)
        # What it held is taken up when its lease ends.
        await asyncio.to_thread(_until_left, url, 0, within)
    print(f"{rooms * each} reminders in {time.monotonic() - began:.1f} s")
    wanted = {f"{number}.{one}": 1 for number in range(rooms) for one in range(each)}
    assert _posted(world) == wanted


@pytest.mark.attack
async def test_each_comes_once(postgres: World, fresh_postgres: str) -> None:
    await _each_once(postgres, fresh_postgres, 4, 15, 60)


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
