"""Several workers on one port: one that dies is replaced, all are restarted in turn, and nothing
that was acknowledged is lost or doubled by it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.e2e.town import Server, Town
from tests.e2e.wire import PATIENCE, client, enter, eventually
from tests.servers import Running


class Cluster(Server):
    """`tertulia serve` with two workers: three processes that start one after the other."""

    starts_in = 3 * PATIENCE

    def workers(self) -> set[int]:
        """Pids of processes that serve now."""
        tasks = Path(f"/proc/{self.pid}/task")
        found: set[int] = set()
        for children in tasks.glob("*/children"):
            found |= {int(pid) for pid in children.read_text().split()}
        return found

    async def until_ready(self, known: set[int], count: int = 2) -> set[int]:
        """Wait for so many workers of which none is `known`."""
        return set(await eventually(lambda: self._fresh(known, count)))

    def _fresh(self, known: set[int], count: int) -> set[int]:
        now = self.workers()
        return now if len(now) == count and not now & known else set()


@pytest.fixture
def database(fresh_postgres: str) -> Iterator[Database]:
    """A PostgreSQL database."""
    found = Database(fresh_postgres)
    yield found
    found.close()


@pytest.fixture
def cluster(
    database: Database, fresh_postgres: str, redis_url: str, tmp_path: Path
) -> Iterator[tuple[Town, Cluster]]:
    """A town with two workers over it."""
    town = Town(database)
    (tmp_path / "data").mkdir()
    settings = {"redis_url": redis_url, "workers": 2, "drain_seconds": 0.3}
    with Cluster(tmp_path / "data", fresh_postgres, **settings).running() as server:
        yield town, server


def alive(pids: set[int]) -> set[int]:
    """Those of these processes that there are."""
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


class Talk:
    """People who post without a pause, and what was acknowledged to them."""

    def __init__(self, town: Town, url: str, count: int) -> None:
        self.people = [town.person(f"P{n}") for n in range(count)]
        self.room = town.room(*self.people)
        self.acknowledged: list[str] = []
        self._keys = [town.key(person) for person in self.people]
        self._url = url
        self._over = False

    async def one(self, number: int) -> None:
        """One of them."""
        async with client(self._url, self._keys[number]) as sdk:
            await sdk.watch(self.room)
            for turn in range(10_000):
                if self._over:
                    return
                name = f"{number}.{turn}"
                await sdk.post(self.room, name, client_id=name)
                self.acknowledged.append(name)

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """While inside, everybody talks."""
        tasks = [asyncio.create_task(self.one(n)) for n in range(len(self.people))]
        try:
            yield
        finally:
            self._over = True
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*tasks)

    async def until_more(self, count: int = 20) -> None:
        """Wait until so many more were acknowledged."""
        goal = len(self.acknowledged) + count
        await eventually(lambda: len(self.acknowledged) >= goal)

    def check(self, database: Database) -> None:
        """Every acknowledged post is in the log once, and the log has no hole."""
        query = text("SELECT seq, kind, data FROM event WHERE stream_id = :room ORDER BY seq")
        with database.read() as connection:
            rows = connection.execute(query, {"room": self.room}).all()
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        found = Counter(
            json.loads(row.data)["body"] for row in rows if row.kind == "message.posted"
        )
        assert max(found.values()) == 1
        assert set(self.acknowledged) <= found.keys()


@pytest.mark.promise_p1
@pytest.mark.promise_p3
async def test_a_crash_and_a_rolling_restart_under_load(
    cluster: tuple[Town, Cluster], database: Database
) -> None:
    town, server = cluster
    first = await server.until_ready(set())
    talk = Talk(town, server.url, 6)
    async with talk.going_on():
        await talk.until_more()
        victim, survivor = sorted(first)
        os.kill(victim, signal.SIGKILL)
        await talk.until_more()
        second = await eventually(
            lambda: now if len(now := server.workers()) == 2 and victim not in now else None
        )
        assert survivor in second
        await talk.until_more()
        os.kill(server.pid, signal.SIGHUP)
        third = await server.until_ready(second)
        await talk.until_more()
        assert server.workers() == third
    talk.check(database)
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(server.process.wait, PATIENCE) == 0
    assert not alive(third)


async def test_who_leaves_is_told_to_come_back_and_the_port_stays_open(
    cluster: tuple[Town, Cluster],
) -> None:
    town, server = cluster
    first = await server.until_ready(set())
    key = town.key(town.person("Ana"))
    wires = [await enter(server.url, key) for _ in range(4)]
    os.kill(server.pid, signal.SIGHUP)
    assert {await wire.until_closed() for wire in wires} == {1012}
    # Somebody takes whoever comes, at every moment of it.
    while server.workers() & first:
        async with await enter(server.url, key) as wire:
            assert wire.frames[0]["type"] == "welcome"
    # Nor does anybody outlive the supervisor.
    workers = await server.until_ready(first)
    os.kill(server.pid, signal.SIGKILL)
    await eventually(lambda: not alive(workers))


@pytest.mark.parametrize("given", ["sqlite", "no redis", "cannot start"])
def test_what_workers_need_is_said_in_one_line(
    given: str, fresh_postgres: str, own_redis: Running, tmp_path: Path
) -> None:
    choice: dict[str, dict[str, Any]] = {
        "sqlite": {"redis_url": own_redis.url},
        "no redis": {"database_url": fresh_postgres},
        # Both are there, but the workers find the metrics' port taken.
        "cannot start": {
            "database_url": fresh_postgres, "redis_url": own_redis.url,
            "metrics_port": int(own_redis.url.rsplit(":", 1)[1].split("/")[0]),
        },
    }  # fmt: skip
    server = Server(tmp_path / "data", workers=2, **choice[given])
    done = subprocess.run(
        [str(Path(sys.executable).with_name("tertulia")), "serve"], env=server.environment,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    if given == "cannot start":
        assert last == "tertulia: The workers did not start: the lines above say why."
    else:
        assert len(done.stderr.strip().splitlines()) == 1
        assert last.startswith("tertulia: Several workers need PostgreSQL and Redis")


@pytest.mark.promise_p1
@pytest.mark.promise_p3
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_planned_restart_of_one_node_under_load(town: Town, server: Server) -> None:
    talk = Talk(town, server.url, 4)
    async with talk.going_on():
        await talk.until_more()
        process = server.process
        await asyncio.to_thread(server.stop)
        assert process is not None
        assert process.returncode == 0
        await asyncio.to_thread(server.start)
        await talk.until_more()
    talk.check(town.database)
