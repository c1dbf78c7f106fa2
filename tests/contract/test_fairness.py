"""PostgreSQL: whoever changes the community's rules gets their turn, however many rest on them.

Every post shares the community's row. Row locks are granted past those who wait for more
(a share lock joins other share locks), so that on three busy nodes a removal would wait for ever.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from protocol.ids import COMMUNITY
from storage.database import Database
from storage.streams import lock
from storage.tables import METADATA
from tests.contract.writer_kit import PATIENCE
from tests.e2e.wire import eventually
from tests.world import World

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def database(fresh_postgres: str) -> Iterator[Database]:
    """A PostgreSQL database with its tables."""
    made = Database(fresh_postgres)
    with made.writing.begin() as connection:
        METADATA.create_all(connection)
    yield made
    made.close()


@pytest.mark.promise_p5
async def test_who_waits_to_change_the_rules_is_not_passed_by(
    world: World, database: Database
) -> None:
    got: list[str] = []

    def change() -> None:
        with database.writing.begin() as connection:
            lock(connection, [COMMUNITY], "write")
            got.append("changed")

    def is_waiting() -> bool:
        with database.reading.connect() as connection:
            return bool(connection.execute(_WAITING).scalar_one())

    def share() -> None:
        with database.writing.begin() as connection:
            lock(connection, [COMMUNITY], "share")
            got.append("shared")

    changing, sharing = threading.Thread(target=change), threading.Thread(target=share)
    with database.writing.begin() as first:
        assert lock(first, [COMMUNITY], "share_now").keys() == {COMMUNITY}
        changing.start()
        await eventually(is_waiting)
        with database.writing.begin() as second:
            # A post on another node: it is not free now, and has to queue behind the change.
            assert lock(second, [COMMUNITY], "share_now") == {}
        sharing.start()
        with database.reading.connect() as connection:
            await eventually(lambda: connection.execute(_WAITING).scalar_one() == 2)
    changing.join(PATIENCE)
    sharing.join(PATIENCE)
    assert got == ["changed", "shared"]


async def test_those_who_share_do_not_wait_for_each_other(world: World, database: Database) -> None:
    with database.writing.begin() as first, database.writing.begin() as second:
        assert lock(first, [COMMUNITY], "share_now").keys() == {COMMUNITY}
        assert lock(second, [COMMUNITY], "share_now").keys() == {COMMUNITY}
        with database.writing.begin() as third:
            assert lock(third, [COMMUNITY], "write_now") == {}
