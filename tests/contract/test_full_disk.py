"""No room left: posts are refused whole, reading goes on, the log says why, and it heals by itself.

SQLite's own limit of pages stands for the disk: the error that comes back is the same.
"""

from __future__ import annotations

import asyncio
import errno
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from chat.cli.described import described
from chat.cli.logs import Unfailing
from rooms.errors import Refusal
from storage.database import Database
from storage.tables import METADATA
from storage.writer import Writer
from tests.contract.writer_kit import PATIENCE, Clock, bodies, done, post
from tests.world import World, job


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'tertulia.db'}")
    with made.writing.begin() as connection:
        METADATA.create_all(connection)
    yield made
    made.close()


def room_for(database: Database, pages: int) -> None:
    """Let the file grow by so many pages, of 4 KiB each."""
    with database.writing.connect() as connection:
        count = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {count + pages}")


async def test_a_full_disk_refuses_says_why_and_heals(database: Database) -> None:
    world = World(database)
    ana = world.person("ana")
    room = world.room(ana)
    writer = Writer(database, Clock(world), gather=0)
    kept: list[str] = []
    with structlog.testing.capture_logs() as logged:
        writer.start()
        room_for(database, 20)
        refused: Refusal | None = None
        while refused is None:
            body = f"{len(kept)} " + "x" * 3000
            [outcome] = await done(writer.submit(job(ana, post(room, body))))
            if isinstance(outcome, Refusal):
                refused = outcome
            else:
                kept.append(body)
        assert (refused.code, refused.retry_after) == ("busy", 1.0)
        assert bodies(world, ana, room) == kept, "nothing half done, and reading goes on"
        room_for(database, 1000)
        [outcome] = await done(writer.submit(job(ana, post(room, "again"))))
        assert not isinstance(outcome, Exception)
        async with asyncio.timeout(PATIENCE):
            await writer.stop()
    assert bodies(world, ana, room) == [*kept, "again"]
    said = [line for line in logged if line["event"] == "command_put_off"]
    assert [described(line["error"]) for line in said] == [
        "OperationalError SQLITE_FULL: database or disk is full"
    ]


async def test_a_log_that_cannot_be_written_ends_no_writing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    world = World(database)
    ana = world.person("ana")
    room = world.room(ana)
    writer = Writer(database, Clock(world), gather=0)
    writer.start()
    with monkeypatch.context() as patch:
        for name in ("warning", "exception", "error"):
            patch.setattr(f"storage.writer.log.{name}", full, raising=False)
        room_for(database, 1)
        [refused] = await done(writer.submit(job(ana, post(room, "x" * 8000))))
        assert isinstance(refused, Exception)
    room_for(database, 1000)
    [outcome] = await done(writer.submit(job(ana, post(room, "again"))))
    assert not isinstance(outcome, Exception)
    async with asyncio.timeout(PATIENCE):
        await writer.stop()


def test_a_line_that_cannot_be_written_is_lost_and_nothing_else() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    stream = Unfailing(Full())
    assert stream.write("a line") == 0
    stream.flush()
    kept = io.StringIO()
    assert Unfailing(kept).write("a line") == len("a line")
    assert kept.getvalue() == "a line"
