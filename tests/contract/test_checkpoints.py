"""The log is folded beside the writer, what was committed is in the file, and a file that is
written anew holds nothing else."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from storage import compacting, upkeep
from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.tables import METADATA
from tests.copies import leave_behind
from tests.world import World


def world_at(path: Path) -> World:
    """A community in a file of its own."""
    database = Database(f"sqlite:///{path}")
    with database.writing.begin() as connection:
        METADATA.create_all(connection)
    return World(database)


def test_the_log_is_folded_while_commits_go_on(tmp_path: Path) -> None:
    path = tmp_path / "tertulia.db"
    world = world_at(path)
    ana = world.person("Ana")
    room = world.room(ana)
    commits, asked = [0], threading.Semaphore(0)

    def count() -> int:
        asked.release()
        return commits[0]

    folding = Checkpoints(path, count, every=0.01)
    folding.start()
    for n in range(20):
        world.post(ana, room, f"message {n} " + "x" * 500)
        commits[0] += 1
    while asked.acquire(blocking=False):
        pass
    # Two looks after the last commit: at the second, what the first found is folded.
    assert asked.acquire(timeout=10)
    assert asked.acquire(timeout=10)
    folding.stop()
    assert folding.done >= 1
    assert b"message 19" in path.read_bytes()
    world.database.close()


def test_a_long_log_is_begun_anew_between_two_transactions(tmp_path: Path) -> None:
    path = tmp_path / "tertulia.db"
    world = world_at(path)
    ana = world.person("Ana")
    room = world.room(ana)
    commits, asked = [0], threading.Semaphore(0)

    def count() -> int:
        asked.release()
        return commits[0]

    def pages() -> int:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            found: int = other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
        return found

    folding = Checkpoints(path, count, every=0.01, long=50)
    folding.finish()
    assert folding.begun_anew == 0, "nothing was left to do"
    folding.start()
    for n in range(20):
        world.post(ana, room, f"message {n}")
    commits[0] = 20
    # At the second look after them, what the first found is folded.
    while asked.acquire(blocking=False):
        pass
    for _ in range(2):
        assert asked.acquire(timeout=10)
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
