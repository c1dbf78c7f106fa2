"""What tests of costs share: a node without sockets, and counters of what it does.

Counts are exact and the same on every machine; `told` prints them for `pytest -rP`.
"""

from __future__ import annotations

import asyncio
import cProfile
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from chat.app import App, create_app
from chat.bus.memory import Exchange, MemoryBus
from chat.connection import Connection
from chat.settings import Settings
from chat.sink import Batch
from storage import driver
from storage.transaction import Job
from storage.writer import Writer
from tests.fakes import FakeSink
from tests.world import actor


class Wire(FakeSink):
    """A sink that keeps the very batches it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Batch] = []

    def send(self, batch: Batch) -> None:
        self.batches.append(batch)
        self._news.set()

    def texts(self, beginning: bytes) -> list[bytes]:
        """Frames that begin so."""
        return [t for b in self.batches for t in b.texts if t.startswith(beginning)]


async def _nothing() -> None:
    return


@asynccontextmanager
async def node(folder: Path) -> AsyncIterator[App]:
    """One node, in a folder of its own."""
    settings = Settings(data=folder, rate_per_second=10_000, rate_burst=10_000, gather_ms=0)
    _, app = create_app(settings, MemoryBus(Exchange()))
    # The people here have no sessions: on a slow machine they would be sent away in mid-test.
    app.live.recheck = _nothing  # type: ignore[method-assign]
    await app.start()
    # What a node does by itself, now and then, is not what is counted.
    await app.jobs.stop()
    await app.push.stop()
    app.fanout.gate.compare_heads = _nothing  # type: ignore[method-assign]
    yield app
    await app.stop()


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Everything that is executed; many rows of one statement count once."""
    found: list[str] = []

    def note(*args: Any) -> None:
        found.append(args[2])

    enter = driver.Cursor.__enter__

    def noted(cursor: driver.Cursor) -> Any:
        if cursor.connection.engine is engine:
            found.append(cursor.text)
        return enter(cursor)

    event.listen(engine, "before_cursor_execute", note)
    with patch.object(driver.Cursor, "__enter__", noted):
        yield found
    event.remove(engine, "before_cursor_execute", note)


def calls(work: Callable[[], object]) -> int:
    """Function calls that `work` makes, Python's and C's."""
    profile = cProfile.Profile()
    profile.enable()
    work()
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def queued(writer: Writer, jobs: list[Job]) -> list[Any]:
    """A batch as the writer's thread would take it; the thread is not started."""
    writer._loop = asyncio.get_running_loop()
    for one in jobs:
        writer.submit(one)
    return [writer._queue.popleft() for _ in jobs]


def carried_out(writer: Writer, jobs: list[Job]) -> int:
    """Statements of one batch."""
    batch = queued(writer, jobs)
    with statements(writer._database.writing) as found:
        writer._carry_out(batch)
    return len(found)


def told(what: str, found: float) -> float:
    """For `-rP`."""
    print(f"{what}: {found:.1f}")
    return found


def frame(kind: str, **fields: Any) -> bytes:
    """A client's frame."""
    return json.dumps({"type": kind, "ref": "r", **fields}).encode()


async def watching(
    app: App, person: str, cursors: list[dict[str, Any]], wire: Wire | None = None
) -> tuple[Connection, Wire]:
    """A connection of somebody who watches streams, and its sink."""
    connection, sink = app.live.connection(actor(person)), wire or Wire()
    connection.opened(sink)
    connection.text(frame("subscribe", cursors=cursors))
    await sink.until(lambda: sink.texts(b'{"type":"ok"'))
    return connection, sink
