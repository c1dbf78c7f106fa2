"""A community of 2,000, a room of 1,000: people are listed a page at a time and found at once."""

from __future__ import annotations

import re
import time

import pytest
from playwright.async_api import Page, expect

from storage.database import Database
from tests.crowd import crowd
from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser

MOST = 110
"""Lines of people on one screen: two pages and those here now."""


@pytest.fixture
def full(house: House) -> House:
    """The house with 2,000 people, 1,000 of them in the first room."""
    database = Database(f"sqlite:///{house.data / 'tertulia.db'}")
    crowd(database, 1999, house.room, 999, time.time_ns() // 1000)
    database.close()
    return house


async def find_one(page: Page, label: str, lines: str, wanted: str) -> None:
    """Typing finds somebody far down the list, who alone is shown."""
    await page.get_by_label(label).fill(wanted)
    await expect(page.locator(lines)).to_have_count(1)
    await expect(page.locator(lines)).to_contain_text(wanted)


async def test_members_of_a_large_room(full: House, visit: Visit) -> None:
    assert full.owner
    page = await visit(full.owner)
    await page.get_by_role("link", name=re.compile("1,?000 people")).click()
    lines = page.locator(".people-all .person")
    await expect(lines).to_have_count(40)
    await page.get_by_role("button", name="Show more").click()
    await expect(lines).to_have_count(80)
    assert await page.locator(".person").count() <= MOST
    assert await violations(page) == []
    # By keyboard: the actions of somebody found by name.
    await find_one(page, "Find somebody here", ".people-all .person", "0987")
    # The name, which opens a card, then the actions.
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Make observer").click()
    await expect(page.locator(".people-all .person")).to_contain_text("Observer")
    await page.get_by_label("Find somebody here").fill("nobody of that name")
    await expect(page.get_by_text("Nobody of that name is in this room.")).to_be_visible()


async def test_inviting_from_2000_people(full: House, visit: Visit) -> None:
    assert full.owner
    page = await visit(full.owner, viewport={"width": 390, "height": 844})
    await page.goto(f"{full.url}/#/r/{full.room}/people")
    await page.get_by_role("button", name="Invite people").click()
    dialog = page.get_by_role("dialog")
    people = dialog.locator(".pick-person")
    await expect(people).to_have_count(30)
    # Only whom one can still invite: the first thousand are in.
    shown = await people.all_inner_texts()
    assert all(int(re.findall(r"reader(\d+)", one)[0]) >= 999 for one in shown)
    await dialog.get_by_role("button", name="Show more").click()
    await expect(people).to_have_count(60)
    await find_one(page, "Find people", ".pick-person", "1987")
    await people.get_by_role("checkbox").check()
    await dialog.get_by_role("button", name="Invite", exact=True).click()
    await expect(page.get_by_text("1 person was invited")).to_be_visible()


async def test_administering_2000_people(full: House, visit: Visit) -> None:
    assert full.owner
    page = await visit(full.owner)
    await page.goto(f"{full.url}/#/people")
    lines = page.locator(".person-line")
    await expect(lines).to_have_count(50)
    await page.get_by_role("button", name="Show more").click()
    await expect(lines).to_have_count(100)
    await find_one(page, "Find somebody", ".person-line", "1987")
