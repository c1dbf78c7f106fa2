"""axe-core finds nothing, on every screen, in both schemes and at phone width.

Every rule is asked at a desk. In the dark the same screen is asked again about its colours, which
is all that differs there. Then its window becomes as narrow as a phone, where parts are hidden and
names shortened, and every rule is asked again.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.browser.axe import COLOURS, violations
from tests.e2e.browser.house import House
from tests.screens import PHONE, SHOTS, Scene, context_for

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("half", [0, 1])
async def test_axe_finds_nothing(tmp_path: Path, browser: Browser, half: int) -> None:
    house = House(tmp_path / "data")
    await house.start()
    found: list[str] = []
    try:
        scene = Scene(house)
        await scene.prepare()
        # One device, so that the client is fetched and compiled once; it keeps nothing.
        context = await context_for(browser, "wide")
        for name, go in list(SHOTS.items())[half::2]:
            await context.clear_cookies()
            await scene.people["nora"].enter(context)
            page = await context.new_page()
            await go(page, scene)
            found += [f"{name}: {one}" for one in await violations(page)]
            await page.emulate_media(color_scheme="dark")
            found += [f"{name}, dark: {one}" for one in await violations(page, COLOURS)]
            await page.emulate_media(color_scheme="light")
            await page.set_viewport_size(PHONE)
            found += [f"{name}, phone: {one}" for one in await violations(page)]
            await page.evaluate("localStorage.clear()")
            await page.close()
        await context.close()
    finally:
        await house.stop()
        await house.leave()
    assert not found, "\n".join(found)
