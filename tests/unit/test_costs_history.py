"""What a page of history costs does not grow with the log, counted in SQLite's own instructions.

SQLite calls back every so many instructions of its virtual machine (its progress handler), which
depends on the data and the plan alone. Filled as the bench fills (bench/fill.py), so this also
tests that what it writes is what the server reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import fill
from protocol.commands import FindMessages, GetEvents, GetHistory, GetOverview, GetRoom, Query
from storage import upkeep
from storage.database import Database
from tests.unit.costs_kit import told
from tests.world import World

SMALL, LARGE = 400, 12_000
ROOMS = 5
RATIO = 1.2
"""Of the instructions at the larger size to those at the smaller; promised is 1.5 of the time."""


class Filled:
    """A community with so many messages, half of them in one room, and somebody who reads."""

    def __init__(self, folder: Path, messages: int) -> None:
        self.database = Database(f"sqlite:///{folder}/{messages}.db")
        upkeep.prepare(self.database)
        self.world = World(self.database)
        self.reader = self.world.person("Reader")
        self.rooms = [self.world.room(self.reader, name=f"Room {n}") for n in range(ROOMS)]
        self.database.close()
        path = folder / f"{messages}.db"
        with fill.opened(path) as connection:
            self.tokens = fill.people(connection, [self.rooms] * 10)
            fill.talk(connection, self.rooms, messages)
        self.database = self.world.database = Database(f"sqlite:///{path}")

    def head(self, room: str) -> Any:
        return self.world.ask(self.reader, GetRoom(room=room, limit=1))

    def instructions(self, query: Query) -> int:
        """Of SQLite's virtual machine, for one query."""
        counted = 0

        def one() -> int:
            nonlocal counted
            counted += 1
            return 0

        self.world.ask(self.reader, query)
        with self.database.read() as connection:
            driver: Any = connection.connection.dbapi_connection
        driver.set_progress_handler(one, 1)
        try:
            self.world.ask(self.reader, query)
        finally:
            driver.set_progress_handler(None, 1)
        return counted


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Filled, Filled]]:
    folder = tmp_path_factory.mktemp("history")
    small, large = Filled(folder, SMALL), Filled(folder, LARGE)
    yield small, large
    for one in (small, large):
        one.database.close()


def queries(filled: Filled) -> dict[str, Query]:
    room = filled.rooms[0]
    found = filled.head(room)
    return {
        "newest page": GetHistory(room=room),
        "page in the middle": GetHistory(room=room, before=found.head_no // 2),
        "page around": GetHistory(room=room, around=found.head_no // 3),
        "snapshot": GetRoom(room=room),
        "catch-up": GetEvents(
            stream=room, epoch=found.cursor.epoch, after_seq=found.cursor.seq - 50
        ),
        "unread list": GetOverview(),
        "a frequent word": FindMessages(q="chapter "),
        "a rare word": FindMessages(q="zebra "),
        "the beginning of a word": FindMessages(q="chap"),
        "a phrase": FindMessages(q='"twice and still"'),
        "somebody's words": FindMessages(q="still from:me"),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "newest page",
        "page in the middle",
        "page around",
        "snapshot",
        "catch-up",
        "unread list",
        "a frequent word",
        "a rare word",
        "the beginning of a word",
        "a phrase",
        "somebody's words",
    ],
)
def test_cost_does_not_grow_with_the_log(both: tuple[Filled, Filled], kind: str) -> None:
    counted = [one.instructions(queries(one)[kind]) for one in both]
    for size, count in zip((SMALL, LARGE), counted, strict=True):
        told(f"{kind} at {size}", count)
    assert counted[0] > 0
    assert counted[1] <= RATIO * counted[0]


def test_what_was_filled_is_what_the_server_reads(both: tuple[Filled, Filled]) -> None:
    _, large = both
    overview = large.world.ask(large.reader, GetOverview())
    assert sum(entry.head_no for entry in overview.rooms) == LARGE
    for entry in overview.rooms:
        assert entry.head_no - entry.me.read_no == fill.UNREAD
        assert entry.room.member_count == 11
    busiest = max(overview.rooms, key=lambda entry: entry.head_no)
    page = large.world.ask(large.reader, GetHistory(room=busiest.room.id))
    assert [m.no for m in page.messages] == list(range(busiest.head_no - 49, busiest.head_no + 1))
    with large.database.read() as connection:
        mentions = connection.exec_driver_sql("SELECT count(*) FROM mention").scalar_one()
    assert LARGE / fill.MENTIONED / 2 < mentions < LARGE / fill.MENTIONED * 2
    assert len(set(large.tokens)) == 10
