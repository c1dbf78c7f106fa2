"""What a first page costs PostgreSQL does not grow with the log: pages of the database, counted.

At smaller sizes than those promised, with blocks that are smaller in proportion: ten against a
part of one. SQLite's side is counted in tests/unit/test_costs_history.py.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from rooms.finding import asked
from storage import search
from storage.database import Database
from storage.search import base, postgres
from storage.tables import METADATA

SMALL, LARGE = 1_250, 20_000
RATIO = 3.0
"""Of the pages at the larger size to those at the smaller, as promised at 10,000 and a million."""
EACH = 4
"""Pages for a message that only the larger one has: its own, and ways through the index."""
ROOMS = {f"r_{n}": 0 for n in range(30)}
COMMON = ["the", "letter", "stood", "there", "unopened", "on", "a", "table", "near", "her", "for"]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (base, postgres):
        monkeypatch.setattr(module, "BLOCK_BITS", 11)
    monkeypatch.setattr(postgres, "LOOKED_THROUGH", 512)


def filled(url: str, size: int) -> Database:
    """So many messages in thirty rooms."""
    database = Database(url)
    chance = random.Random(5)
    with database.writing.begin() as connection:
        METADATA.create_all(connection)
        texts = [
            search.Text(
                f"m_{n:08}", f"r_{n % 30}", f"p_{n % 50}", n, n,
                [*chance.choices(COMMON, k=10), f"word{chance.randrange(50)}", "needle"][
                    : 12 if n % (size // 8) == 0 else 11
                ],
            )
            for n in range(size)
        ]  # fmt: skip
        for start in range(0, size, 2_000):
            postgres.add(connection, texts[start : start + 2_000])
    with database.writing.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.autocommit = True
        driver.execute("VACUUM ANALYZE finding")
        driver.autocommit = False
    return database


def pages(connection: Connection, q: str, **scope: Any) -> tuple[int, int]:
    """How many messages the first page has, and how many pages of the database it took."""
    statements: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    wanted = asked(q, 0, "UTC").wanted
    found = search.find(connection, wanted, search.Scope(rooms=ROOMS, **scope), None, 21)
    event.remove(connection, "before_cursor_execute", note)
    total = 0
    for statement, parameters in statements:
        explained = connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters
        ).scalar_one()
        plan = (json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"]
        total += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return len(found), total


@pytest.fixture
def both(
    postgres_server: Any, fresh_postgres: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Database, Database]]:
    """A small and a large one."""
    from tests import servers

    other = servers.create_database(postgres_server.url)
    made = filled(fresh_postgres, SMALL), filled(other, LARGE)
    yield made
    for one in made:
        one.close()
    servers.drop_database(postgres_server.url, other)


def test_first_pages(both: tuple[Database, Database]) -> None:
    for q, scope in (
        ("letter ", {}),
        ("let", {}),
        ('"letter stood"', {}),
        ("letter word7 ", {}),
        ("needle ", {}),
        ("nowhere ", {}),
        ("letter ", {"authors": ("p_7",)}),
    ):
        counted = []
        for database in both:
            with database.read() as connection:
                counted.append(pages(connection, q, **scope))
        print(f"{q!r} {scope}: {counted}")
        assert bool(counted[1][0]) == bool(counted[0][0]), q
        more = max(0, counted[1][0] - counted[0][0])
        assert counted[1][1] <= RATIO * counted[0][1] + EACH * more, (q, counted)
