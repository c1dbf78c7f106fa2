"""The log is folded beside the writer, what was committed is in the file, and a file that is
written anew holds nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import structlog

from protocol.commands import PostMessage
from storage import compacting, upkeep
from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.tables import METADATA
from tests.copies import leave_behind
from tests.unit.costs_kit import node
from tests.world import World, job


def world_at(path: Path) -> World:
    """A community in a file of its own."""
    database = Database(f"sqlite:///{path}")
    with database.writing.begin() as connection:
        METADATA.create_all(connection)
    return World(database)


class Commits:
    """What a writer counts, and when it is looked at."""

    def __init__(self) -> None:
        self.made = 0
        self._asked = threading.Semaphore(0)

    def __call__(self) -> int:
        self._asked.release()
        return self.made

    def looked_at(self) -> None:
        """Wait for two looks: at the second, what the first found is done."""
        while self._asked.acquire(blocking=False):
            pass
        for _ in range(2):
            assert self._asked.acquire(timeout=10)


def test_the_log_is_folded_while_commits_go_on(tmp_path: Path) -> None:
    path = tmp_path / "tertulia.db"
    world = world_at(path)
    ana = world.person("Ana")
    room = world.room(ana)
    commits = Commits()
    folding = Checkpoints(path, commits, every=0.01)
    folding.start()
    for n in range(20):
        world.post(ana, room, f"message {n} " + "x" * 500)
        commits.made += 1
    commits.looked_at()
    folding.stop()
    assert folding.done >= 1
    assert b"message 19" in path.read_bytes()
    world.database.close()


def test_what_could_not_be_folded_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tertulia.db"
    world = world_at(path)
    ana = world.person("Ana")
    room = world.room(ana)
    refuses = sqlite3.connect(":memory:", check_same_thread=False)
    refuses.close()
    monkeypatch.setattr(Checkpoints, "_open", lambda _: refuses)
    commits = Commits()
    folding = Checkpoints(path, commits, every=0.01, long=1)
    with structlog.testing.capture_logs() as logged:
        folding.start()
        world.post(ana, room, "still in the log")
        commits.made = 20
        commits.looked_at()
        commits.looked_at()
        folding.stop()
    assert [line["event"] for line in logged][:2] == ["checkpoint_failed"] * 2
    assert folding.done == 0
    folding.finish()
    assert folding.begun_anew == 0
    world.database.close()


def test_a_long_log_is_begun_anew_between_two_transactions(tmp_path: Path) -> None:
    path = tmp_path / "tertulia.db"
    world = world_at(path)
    ana = world.person("Ana")
    room = world.room(ana)

    def pages() -> int:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            found: int = other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
        return found

    commits = Commits()
    folding = Checkpoints(path, commits, every=0.01, long=50)
    folding.finish()
    assert folding.begun_anew == 0, "nothing was left to do"
    folding.start()
    for n in range(20):
        world.post(ana, room, f"message {n}")
    commits.made = 20
    commits.looked_at()
    world.post(ana, room, "one that came meanwhile")
    folding.finish()
    assert folding.begun_anew == 1
    folding.finish()
    assert folding.begun_anew == 1, "once"
    world.post(ana, room, "the first of the new log")
    assert 0 < pages() < 50
    folding.stop()
    folding.finish()
    world.database.close()
    assert b"one that came meanwhile" in path.read_bytes()


async def test_a_servers_writer_begins_its_log_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.app.Checkpoints", partial(Checkpoints, every=0.01, long=1))
    async with node(tmp_path) as app, asyncio.timeout(20):
        world = World(app.database)
        ana = world.person("Ana")
        room = world.room(ana)
        assert app._checkpoints is not None
        while not app._checkpoints.begun_anew:
            await app.run(job(ana, PostMessage(room=room, body="Hello")))


@pytest.mark.promise_p8
def test_a_file_that_is_written_anew_keeps_nothing_in_unused_parts(tmp_path: Path) -> None:
    path = tmp_path / "tertulia.db"
    world = world_at(path)
    ana = world.person("Ana")
    world.post(ana, world.room(ana), "kept")
    world.database.close()
    leave_behind(path, b"xanthic")
    assert upkeep.checkpoint(world.database)
    assert b"xanthic" in path.read_bytes()
    assert not compacting.compact(world.database, lambda: True), "the server stops"
    assert b"xanthic" in path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not compacting.compact(world.database), "somebody writes"
    assert compacting.compact(world.database)
    assert b"xanthic" not in path.read_bytes()
    assert b"kept" in path.read_bytes()
    world.database.close()
