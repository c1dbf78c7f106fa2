"""A migrated, empty database of each kind, and a small community in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.tables import METADATA
from tests.contract.push_kit import Post, posting
from tests.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tertulia.db'}"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database with its tables."""
    made = Database(database_url)
    with made.writing.begin() as connection:
        METADATA.create_all(connection)
    yield made
    made.close()


@pytest.fixture
def world(database: Database) -> World:
    """A community."""
    return World(database)


@pytest.fixture
async def post(world: World) -> AsyncIterator[Post]:
    """A community whose people have phones that are notified."""
    async with posting(world) as made:
        yield made
