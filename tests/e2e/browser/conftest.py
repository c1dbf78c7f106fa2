"""A house of one's own for every browser test, and pages of people in it.

One Chromium, and the event loop it is spoken to in, serve all browser tests of a process: what a
test opens in it is a context, which shares nothing with another one and ends with its test.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.conftest import headless
from tests.e2e.browser.house import Guest, House

Visit = Callable[..., Awaitable[Page]]

# Playwright gives up after 5 s, which a busy machine takes; what is so sooner is seen sooner.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is in this folder runs in the loop that Chromium is spoken to in."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    """The Chromium of this process's browser tests."""
    async with headless(chromium_path) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="session")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """The same; what the test opened in it is closed afterwards."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A real server, set up by its owner Nora, with Amina in the first room as well."""
    one = House(tmp_path / "data")
    try:
        # One that starts too slowly must not stay behind either.
        await one.start()
        await one.set_up()
        yield one
    finally:
        await one.stop()
        await one.leave()


@pytest.fixture
def visit(house: House, new_page: Callable[..., Awaitable[Page]]) -> Visit:
    """`await visit(person, room)`: their page at a room (default: the first), signed in, ready."""

    async def go(person: Guest, room: str | None = None, **options: object) -> Page:
        page = await new_page(**options)
        await person.enter(page.context)
        await page.goto(f"{house.url}/#/r/{room or house.room}")
        await expect(page.locator("[data-line=open]")).to_be_attached()
        await expect(page.locator("main.room .lines")).to_be_attached()
        return page

    return go
