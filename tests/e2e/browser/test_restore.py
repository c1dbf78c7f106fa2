"""A community put back to a backup, as people see it who were there in between."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest
from playwright.async_api import expect

from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def tertulia(house: House, *words: str) -> str:
    env = os.environ | {"TERTULIA_DATA": str(house.data)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chat.cli", *words, env=env, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


@pytest.mark.promise_p4
async def test_what_is_gone_leaves_the_screen_and_people_are_told(
    house: House, visit: Visit
) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await amina.post(house.room, "before")
    page = await visit(house.owner)
    file = (await tertulia(house, "backup")).split("  (")[0]
    for number in range(10):
        await amina.post(house.room, f"after {number}")
    write = page.get_by_role("textbox", name="Write to The long table")
    await write.fill("mine, after")
    await page.keyboard.press("Enter")
    bodies = page.locator("main.room .body")
    await expect(bodies).to_have_text(["before", *(f"after {n}" for n in range(10)), "mine, after"])
    await house.stop()
    await tertulia(house, "restore", file, "--yes")
    await house.start()
    told = page.get_by_text("This community was restored from a backup of")
    await expect(told).to_be_visible(timeout=40_000)
    await expect(bodies).to_have_text(["before"])
    for number in range(15):
        await amina.post(house.room, f"other {number}")
    await expect(bodies).to_have_text(["before", *(f"other {n}" for n in range(15))])
    assert await violations(page) == []
    await page.get_by_role("button", name="All right").click()
    await expect(told).to_have_count(0)
    await page.reload()
    await expect(bodies).to_have_count(16)
    await expect(told).to_have_count(0)
