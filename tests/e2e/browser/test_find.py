"""The one box: rooms and people by name, messages on Enter, each leading to its place."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browser import axe
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def test_from_the_keyboard_to_a_message_in_its_place(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    club = await house.owner.open("Café of Thursdays")
    await amina.ask("POST", f"/rooms/{club}/join")
    needle = await amina.post(club, "The Lettër stayed <@room> unopened 🙂 letter")
    for n in range(60):
        await amina.post(club, f"Line {n}")
        await amina.post(club, f"Reply {n} about the letter", thread=needle)
    page = await visit(house.owner)

    await page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    await expect(box).to_be_focused()
    await box.fill("cafe thu")
    await expect(page.get_by_role("option", name="Café of Thursdays")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1, name="Café of Thursdays")).to_be_visible()

    await page.locator("main h1").click()
    await page.keyboard.press("/")
    await box.fill("amina")
    await expect(page.get_by_role("option", name="Amina Haddad @amina")).to_be_visible()
    await box.fill("letter unopened from:amina")
    await expect(page.get_by_role("option")).to_have_count(1)
    assert await axe.violations(page) == []
    await page.keyboard.press("Enter")
    result = page.locator(".find-result")
    await expect(result).to_have_count(1)
    await expect(result.locator("mark")).to_have_text(["Lettër", "unopened", "letter"])
    await expect(result).to_contain_text("@room")
    assert await axe.violations(page) == []
    await result.click()
    await expect(page.locator("main.room .message-shown")).to_contain_text("unopened")

    # A reply far back in its thread, by way of what was looked for lately.
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_role("option")).to_have_text(["letter unopened from:amina"])
    await box.fill('"reply 2 about"')
    await page.keyboard.press("Enter")
    await page.locator(".find-result").click()
    await expect(page.locator(".margin .message-shown")).to_contain_text("Reply 2 about")


async def test_pages_chips_and_what_cannot_be_found(house: House, visit: Visit) -> None:
    assert house.owner
    for n in range(30):
        await house.owner.post(house.room, f"letter number {n}")
    page = await visit(house.owner, viewport={"width": 390, "height": 844})
    await page.goto(f"{house.url}/#/find/letter")
    await expect(page.locator(".find-result")).to_have_count(20)
    await page.get_by_role("button", name="Look further back").click()
    await expect(page.locator(".find-result")).to_have_count(30)
    await page.get_by_role("searchbox").fill("letter before:2020")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Nothing like that")).to_be_visible()
    await expect(page.get_by_role("button", name="before:2020")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Look everywhere").click()
    await expect(page.locator(".find-result")).to_have_count(20)
    await page.get_by_role("button", name="from:me").click()
    await expect(page.get_by_role("searchbox")).to_have_value("letter from:me")
    await page.get_by_role("searchbox").fill("?!")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="What are you looking for?")).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390

    await house.cut(page)
    await page.goto(f"{house.url}/#/find/number")
    await expect(page.get_by_role("heading", name="You are offline")).to_be_visible(timeout=20_000)
    await house.mend(page)
    await expect(page.locator(".find-result")).to_have_count(20, timeout=40_000)
