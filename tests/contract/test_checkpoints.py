"""The log is folded beside the writer, and what was committed is in the file."""

from __future__ import annotations

import threading
from pathlib import Path

from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.tables import METADATA
from tests.world import World


def test_the_log_is_folded_while_commits_go_on(tmp_path: Path) -> None:
    path = tmp_path / "tertulia.db"
    database = Database(f"sqlite:///{path}")
    with database.writing.begin() as connection:
        METADATA.create_all(connection)
    world = World(database)
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
    database.close()
