"""A migrated, empty database of each kind, and a small community in it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storage.database import Database
from storage.tables import METADATA
from tests import servers
from tests.contract.push_kit import Post, posting
from tests.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two."""
    return str(request.param)


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'tertulia.db'}"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied: making a hundred tables costs more than most tests."""
    path = tmp_path_factory.mktemp("model") / "tertulia.db"
    _with_tables(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_model(postgres_url: str) -> Iterator[str]:
    """The name of such a database, a template."""
    url = servers.create_database(postgres_url)
    _with_tables(url).close()
    yield urlsplit(url).path.lstrip("/")
    servers.drop_database(postgres_url, url)


def _with_tables(url: str) -> Database:
    made = Database(url)
    with made.writing.begin() as connection:
        METADATA.create_all(connection)
    return made


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The database with its tables."""
    if kind == "sqlite":
        path = tmp_path / "tertulia.db"
        shutil.copyfile(request.getfixturevalue("sqlite_model"), path)
        made = Database(f"sqlite:///{path}")
        yield made
        made.close()
        return
    cluster = request.getfixturevalue("postgres_url")
    url = servers.create_database(cluster, request.getfixturevalue("postgres_model"))
    made = Database(url)
    yield made
    made.close()
    servers.drop_database(cluster, url)


@pytest.fixture
def world(database: Database) -> World:
    """A community."""
    return World(database)


@pytest.fixture
async def post(world: World) -> AsyncIterator[Post]:
    """A community whose people have phones that are notified."""
    async with posting(world) as made:
        yield made
