"""axe-core finds nothing, on every screen, in both schemes and at phone width."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.browser.axe import violations
from tests.e2e.browser.house import House
from tests.screens import SHOTS, Scene, context_for

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("look", ["wide", "dark", "phone"])
async def test_axe_finds_nothing(tmp_path: Path, browser: Browser, look: str) -> None:
    house = House(tmp_path / "data")
    await house.start()
    found: list[str] = []
    try:
        scene = Scene(house)
        await scene.prepare()
        for name, go in SHOTS.items():
            # A device each: some pictures are of another person's.
            context = await context_for(browser, look)
            await scene.people["nora"].enter(context)
            page = await context.new_page()
            await go(page, scene)
            found += [f"{name}: {one}" for one in await violations(page)]
            await context.close()
    finally:
        await house.stop()
        await house.leave()
    assert not found, "\n".join(found)
