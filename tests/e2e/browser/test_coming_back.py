"""Coming back to a room that was looked at before: one goes on where one stopped reading."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser
LINE = "a line of some length, that tells about the book and about the letter on the table. " * 3


async def test_one_goes_on_at_what_is_new(house: House, visit: Visit) -> None:
    assert house.owner
    nora = house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await nora.open("Elsewhere")
    await amina.post(house.room, "Before")
    page = await visit(nora)
    rooms = page.get_by_role("navigation")
    await expect(page.get_by_text("Before")).to_be_visible()
    await rooms.get_by_role("link", name="Elsewhere").click()
    await expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    for n in range(20):
        await amina.post(house.room, f"New {n}: {LINE}")
    line = rooms.get_by_role("link", name="The long table")
    await expect(line.locator("[data-unread='20']")).to_be_visible()

    await line.click()
    await expect(page.get_by_text("New 19:")).to_be_attached()
    await expect(page.locator("[data-new]")).to_be_in_viewport()
    await expect(page.get_by_text("New 0:")).to_be_in_viewport()
    await expect(page.get_by_text("New 19:")).not_to_be_in_viewport()
    await expect(page.locator(".latest")).to_contain_text("new message")

    # Read to the end, away and back: nothing is new, and one stands at the foot.
    await page.locator(".latest").click()
    await expect(line.locator("[data-unread]")).to_have_count(0)
    await rooms.get_by_role("link", name="Elsewhere").click()
    await expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    await line.click()
    await expect(page.get_by_text("New 19:")).to_be_in_viewport()
