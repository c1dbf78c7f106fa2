"""A house of one's own for every browser test, and pages of people in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser.house import Guest, House

Visit = Callable[..., Awaitable[Page]]

# Playwright gives up after 5 s, which a busy machine takes; what is so sooner is seen sooner.
expect.set_options(timeout=20_000)


@pytest.fixture
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
