"""Fixtures every folder shares: real PostgreSQL, Redis and Chromium, started when first asked for.

Owns what happens when a server cannot be had: a skip with its reason, and under CI a failure.
Also leaves out `slow` tests unless a -m expression names them, and keeps what is compiled.
"""

import contextlib
import gc
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests import servers, turns
from tools.browser import FLAGS

# A busy machine is not a bug in the rules: no deadline per example.
hypothesis.settings.register_profile("tertulia", deadline=None, print_blob=True)
hypothesis.settings.load_profile("tertulia")

NewPage = Callable[..., Awaitable[Page]]


def _keep_bytecode() -> None:
    """Where the environment wants none beside the sources, it goes under .cache/.

    Hundreds of servers are started here, each an interpreter of its own: where nothing is kept,
    a start compiles a thousand modules and takes two seconds of the processor more.
    """
    if not sys.dont_write_bytecode:
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    folder = str(Path(__file__).resolve().parent.parent / ".cache" / "bytecode")
    sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", folder)
    sys.dont_write_bytecode = False


_keep_bytecode()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects `slow` unless the -m expression speaks of it; what waits for others goes last."""
    items.sort(key=lambda item: item.get_closest_marker("alone") is not None)
    if "slow" in config.option.markexpr:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


def pytest_collection_finish() -> None:
    """What is there now stays to the end: the collector need not walk it during every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def turn(
    request: pytest.FixtureRequest, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Keeps every other process of this run away from a test that is marked `alone`."""
    if worker_id == "master":
        yield
        return
    alone = request.node.get_closest_marker("alone") is not None
    with turns.taken(tmp_path_factory.getbasetemp().parent, alone=alone):
        yield


def unavailable(reason: object) -> None:
    """Skips for want of a server; under CI, where one must be there, fails."""
    if os.environ.get("CI", "").lower() in ("1", "true", "yes"):
        pytest.fail(f"{reason} (a skip outside CI)", pytrace=False)
    pytest.skip(str(reason))


def _running(start: Callable[[], servers.Running]) -> Iterator[servers.Running]:
    try:
        server = start()
    except servers.UnavailableError as e:
        unavailable(e)
        raise
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[servers.Running]:
    """A PostgreSQL that syncs, for the whole session."""
    yield from _running(servers.postgres)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: servers.Running) -> str:
    """Its `postgresql+psycopg://` URL; to write in, take `fresh_postgres`."""
    return postgres_server.url


@pytest.fixture
def fresh_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database of this test's own (about 50 ms)."""
    url = servers.create_database(postgres_url)
    yield url
    servers.drop_database(postgres_url, url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[servers.Running]:
    """A Redis for the whole session."""
    yield from _running(servers.redis)


@pytest.fixture(scope="session")
def redis_url(redis_server: servers.Running) -> str:
    """Its URL. Tests share it: use channel and key names of your own."""
    return redis_server.url


@pytest.fixture
def own_redis() -> Iterator[servers.Running]:
    """A Redis of this test's own, to freeze, kill (`.process`) or restart."""
    yield from _running(servers.own_redis)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium that starts."""
    try:
        return servers.chromium()
    except servers.UnavailableError as e:
        unavailable(e)
        raise


@contextlib.asynccontextmanager
async def headless(path: str) -> AsyncIterator[Browser]:
    """A Chromium without a window, and with nothing in its profile."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=path, args=[*FLAGS], headless=True
        )
        yield chromium
        await chromium.close()


@pytest.fixture
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """One of this test's own, on its event loop (about 1.5 s of the processor)."""
    async with headless(chromium_path) as chromium:
        yield chromium


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """`await new_page(**options)`: a page in a context of its own, as another person's device.

    Options are those of Playwright's `new_context`. An uncaught error in a page fails the test.
    """
    errors: list[str] = []

    async def new(**options: object) -> Page:
        context = await browser.new_context(**options)  # type: ignore[arg-type]
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield new
    assert not errors, f"uncaught in a page: {errors}"
