"""Who somebody is, for those who do not know them: from a message, and from the people list."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def test_a_name_says_who_it_is_and_leads_to_a_conversation(
    house: House, visit: Visit
) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    about = "Beekeeper. Reads on trains."
    await amina.ask("PATCH", "/me", bio=about, pronouns="she/her", time_zone="Asia/Tokyo")
    await amina.post(house.room, "Good morning")
    page = await visit(house.owner, viewport={"width": 390, "height": 844})
    name = page.locator(".message-name").get_by_role("button", name="Amina Haddad")
    await name.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Amina Haddad")
    for words in (about, re.compile("@amina · she/her · Member"), re.compile(r"It is \d+:\d\d")):
        await expect(dialog.get_by_text(words)).to_be_visible()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(name).to_be_focused()

    await page.goto(f"{house.url}/#/r/{house.room}/people")
    await page.locator(".person").get_by_role("button", name="Nora Vidal", exact=True).click()
    mine = page.get_by_role("dialog", name="Nora Vidal")
    await expect(mine.get_by_text("Nothing about themselves yet.")).to_be_visible()
    await expect(mine.get_by_role("button", name="Write to")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.locator(".person").get_by_role("button", name="Amina Haddad", exact=True).click()
    await dialog.get_by_role("button", name="Write to Amina Haddad").click()
    await expect(page.get_by_role("textbox", name="Write to Amina Haddad")).to_be_visible()
