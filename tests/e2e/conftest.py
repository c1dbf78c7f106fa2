"""A town over each database, with a server in a process of its own or in this one."""

from __future__ import annotations

import contextlib
import gc
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests import servers
from tests.e2e.town import Inside, Place, Server, Town, serving_inside


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A town and a server that many tests share: people and rooms of one's own, no settings."""
    folder = tmp_path_factory.mktemp("place") / "data"
    folder.mkdir()
    url = None
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres_url")
        url = servers.create_database(cluster)
    database = Database(url or f"sqlite:///{folder / 'tertulia.db'}")
    town = Town(database)
    with Server(folder, url).running() as server:
        yield Place(town, server)
    database.close()
    if url:
        servers.drop_database(cluster, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        return f"sqlite:///{tmp_path / 'data' / 'tertulia.db'}"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """A community, reached from this process too."""
    database = Database(database_url)
    yield Town(database)
    database.close()


@pytest.fixture
def new_server(town: Town, database_url: str, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`new_server(**settings)`: a started server over the town's database."""
    with contextlib.ExitStack() as stack:

        def new(**settings: object) -> Server:
            url = None if town.database.dialect == "sqlite" else database_url
            made = Server(tmp_path / "data", url, **settings)
            return stack.enter_context(made.running())

        (tmp_path / "data").mkdir(exist_ok=True)
        yield new


@pytest.fixture
def server(new_server: Callable[..., Server]) -> Server:
    """A started server."""
    return new_server()


@pytest.fixture
async def inside(town: Town, tmp_path: Path) -> AsyncIterator[Inside]:
    """A server in this process."""
    async with serving_inside(town, tmp_path / "data") as found:
        yield found


@pytest.fixture
def tidied() -> Iterator[None]:
    """Afterwards, the sockets that slack_sdk leaves open where a handshake was refused are gone."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
