"""P1 where it is made: no answer before the commit, no commit without a sync."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import event

from rooms.errors import Refusal
from storage import upkeep
from storage.database import Database
from storage.tables import METADATA
from tests.contract import sqlite_syncs
from tests.contract.writer_kit import bodies, done, failing, post, writing
from tests.servers import libpq_url
from tests.world import World, job

pytestmark = pytest.mark.promise_p1


class Syncs:
    """How often the database has synced its log."""

    def __init__(self, database: Database, counted: Counter[int]) -> None:
        self._database = database
        self._counted = counted

    def now(self) -> int:
        """On PostgreSQL what was told so far: backends tell when they end, at the latest."""
        if self._database.dialect == "sqlite":
            return self._counted[sqlite_syncs.WAL]
        self._database.writing.dispose()
        url = libpq_url(self._database.url.render_as_string(hide_password=False))
        with psycopg.connect(url) as connection:
            if connection.info.server_version >= 180_000:
                query = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
            else:
                query = "SELECT wal_sync FROM pg_stat_wal"
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def counted() -> Iterator[Counter[int]]:
    """SQLite's syncs in this process."""
    with sqlite_syncs.counted() as found:
        yield found


@pytest.fixture
def syncs(counted: Counter[int], database: Database) -> Syncs:
    """Those of the test's database."""
    return Syncs(database, counted)


@pytest.fixture
def world(counted: Counter[int], database: Database) -> World:
    """A community; its database was opened when syncs were counted already."""
    return World(database)


def test_every_writing_connection_keeps_what_it_commits(database: Database) -> None:
    engine = database.writing
    held = [engine.connect() for _ in range(engine.pool.size())]  # type: ignore[attr-defined]
    try:
        for connection in held:
            settings: dict[str, list[tuple[str, object]]] = {
                "sqlite": [("PRAGMA synchronous", 2), ("PRAGMA journal_mode", "wal"),
                           ("PRAGMA secure_delete", 1)],
                "postgresql": [("SHOW synchronous_commit", "on"), ("SHOW fsync", "on"),
                               ("SHOW full_page_writes", "on"),
                               ("SHOW transaction_isolation", "read committed"),
                               ("SHOW idle_in_transaction_session_timeout", "5s")],
            }  # fmt: skip
            for question, answer in settings[database.dialect]:
                assert connection.exec_driver_sql(question).scalar() == answer, question
    finally:
        for connection in held:
            connection.close()


def test_the_doctor_says_so(database: Database) -> None:
    assert [row for row in upkeep.durability(database) if not row[2]] == []


async def test_every_acknowledged_batch_was_synced(world: World, syncs: Syncs) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    async with writing(world) as w:
        before = syncs.now()
        for n in range(25):
            await done(w.do(ana, post(room, f"one by one {n}")))
        commits = w.writer.counters.commits
        assert commits == 25
        await w.until(lambda: syncs.now() - before >= commits)


async def test_a_batch_is_synced_once(world: World, syncs: Syncs) -> None:
    """The cost of P1 is a sync for each transaction, not for each command."""
    ana = world.person("Ana")
    room = world.room(ana)
    before = syncs.now()
    async with writing(world, [job(ana, post(room, str(n))) for n in range(200)]) as w:
        await done(*w.first)
        assert w.writer.counters.commits == 1
        await w.until(lambda: syncs.now() > before)
        assert syncs.now() - before < 40


async def test_no_answer_before_the_commit(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    reached, go_on = threading.Event(), threading.Event()

    @event.listens_for(world.database.writing, "commit")
    def hold(_: object) -> None:
        reached.set()
        assert go_on.wait(20)

    async with writing(world) as w:
        future = w.do(ana, post(room))
        try:
            assert await asyncio.to_thread(reached.wait, 20)
            await _the_loop_goes_round()
            assert not future.done()
        finally:
            go_on.set()
        assert (await done(future))[0].result["no"] == 1


async def _the_loop_goes_round() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class TestSqlite:
    """What only a file can do."""

    @pytest.fixture
    def faults(self) -> list[int]:
        """Codes with which the next syncs of the log fail."""
        return []

    @pytest.fixture
    def world(self, faults: list[int], tmp_path: object) -> Iterator[World]:
        """A community on an SQLite whose syncs fail when told to."""

        def fail(kind: int) -> int:
            return faults.pop() if faults and kind == sqlite_syncs.WAL else 0

        with sqlite_syncs.counted(fail):
            database = Database(f"sqlite:///{tmp_path}/t.db")
            with database.writing.begin() as connection:
                METADATA.create_all(connection)
            yield World(database)
            database.close()

    async def test_what_could_not_be_synced_is_not_acknowledged(
        self, world: World, faults: list[int]
    ) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        async with writing(world) as w:
            faults += [sqlite_syncs.IOERR_FSYNC] * 20
            [refused] = await done(w.do(ana, post(room, "lost")))
            assert isinstance(refused, Refusal)
            assert refused.code == "busy"
            faults.clear()
            [kept] = await done(w.do(ana, post(room, "kept")))
            assert kept.result["no"] == 1
        assert bodies(world, ana, room) == ["kept"]

    async def test_a_sync_that_fails_once_is_tried_again(
        self, world: World, faults: list[int]
    ) -> None:
        ana = world.person("Ana")
        room = world.room(ana)
        async with writing(world) as w:
            faults.append(sqlite_syncs.IOERR_FSYNC)
            [outcome] = await done(w.do(ana, post(room, "in the end")))
            assert outcome.result["no"] == 1
            assert faults == []
        assert bodies(world, ana, room) == ["in the end"]


async def test_a_command_that_fails_alone_leaves_no_gap_in_the_numbers(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    broken = failing(ana, post(room, "bad"), "INSERT INTO nowhere VALUES (1)", times=99)
    batch = [job(ana, post(room, "one")), broken, job(ana, post(room, "two"))]
    async with writing(world, batch) as w:
        outcomes = await done(*w.first)
    assert [isinstance(outcome, Exception) for outcome in outcomes] == [False, True, False]
    assert (outcomes[0].result["no"], outcomes[2].result["no"]) == (1, 2)
    assert outcomes[2].seq == outcomes[0].seq + 1


async def test_stopping_carries_out_what_is_queued(world: World) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    async with writing(world) as w:
        futures = [w.do(ana, post(room, str(n))) for n in range(300)]
    assert [outcome.result["no"] for outcome in await done(*futures)] == list(range(1, 301))
    late = w.do(ana, post(room, "late"))
    assert (await done(late))[0].code == "shutting_down"
