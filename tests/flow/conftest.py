"""Nodes without sockets: two of them on one bus and one database, with connections that record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from chat.app import App, create_app
from chat.bus.memory import Exchange, MemoryBus
from chat.settings import Settings
from tests.fakes import Client
from tests.world import World, actor

Node = Callable[[], Awaitable[App]]


@pytest.fixture
def exchange() -> Exchange:
    """What the nodes' buses share."""
    return Exchange()


@pytest.fixture
async def node(tmp_path: Path, exchange: Exchange) -> AsyncIterator[Node]:
    """Starts another node on the same SQLite file and the same bus."""
    started: list[App] = []

    async def start() -> App:
        settings = Settings(data=tmp_path, rate_per_second=10_000, rate_burst=10_000, gather_ms=0)
        _, app = create_app(settings, MemoryBus(exchange))
        await app.start()
        started.append(app)
        return app

    yield start
    for app in started:
        await app.stop()


@pytest.fixture
async def app(node: Node) -> App:
    """One node."""
    return await node()


@pytest.fixture
def world(app: App) -> World:
    """A community in the nodes' database."""
    return World(app.database)


def join(app: App, person: str) -> Client:
    """A client of a person, connected to a node."""
    return Client(app.live.connection(actor(person)))
