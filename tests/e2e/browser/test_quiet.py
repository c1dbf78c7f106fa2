"""Muting and blocking: for oneself, on every device, and undone from one list."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import axe
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def about(page: Page, house: House, room: str, name: str, action: str) -> None:
    """Something from the menu of a person in the list of people."""
    await page.goto(f"{house.url}/#/r/{room}/people")
    line = page.locator(".person", has_text=name)
    await line.get_by_role("button", name=f"Actions for {name}").click()
    await page.get_by_role("menuitem", name=action).click()


async def test_a_muted_person_folds_to_a_line(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await amina.post(house.room, "first words")
    page, other = await visit(house.owner), await visit(house.owner)
    await about(page, house, house.room, "Amina Haddad", "Mute Amina Haddad for me")
    for one in (page, other):
        await expect(one.get_by_text("You have muted Amina Haddad.")).to_be_visible()
        await expect(one.get_by_text("first words")).to_have_count(0)
    await other.get_by_role("button", name="Show what they wrote").click()
    await expect(other.get_by_text("first words")).to_be_visible()
    assert await axe.violations(page) == []

    # Wherever the room is in sight it is read.
    for one in (page, other):
        await one.goto(f"{house.url}/#/")
        await expect(one.locator("main.room")).to_have_count(0)
    await amina.post(house.room, f"<@{house.owner.id}> are you there?")
    line = page.get_by_role("navigation").get_by_role("link", name="The long table")
    await expect(line).to_contain_text("1 unread message")
    await expect(line.locator("[data-mentions]")).to_have_count(0)

    await page.goto(f"{house.url}/#/settings/quiet")
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Undo: Amina Haddad").click()
    await expect(page.get_by_role("heading", name="You hear everybody")).to_be_visible()
    await other.goto(f"{house.url}/#/r/{house.room}")
    await expect(other.get_by_text("first words")).to_be_visible()


async def test_a_muted_room_does_not_stand_out(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    page = await visit(house.owner)
    await page.get_by_role("button", name="More about this room").click()
    await page.get_by_role("menuitem", name="Mute all but mentions").click()
    await page.goto(f"{house.url}/#/")
    line = page.get_by_role("navigation").get_by_role("link", name="The long table")
    await expect(line).to_contain_text("muted")
    await amina.post(house.room, "chatter")
    await amina.post(house.room, f"<@{house.owner.id}>, please")
    await expect(line.locator("[data-mentions]")).to_have_count(1)
    await expect(line.locator("[data-unread]")).to_have_count(0)
    await expect(line).not_to_have_class("list-unread")


async def test_a_block_closes_the_conversation_at_once(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    made = await amina.ask("POST", "/direct", people=[house.owner.id])
    room = made["room"]
    await amina.post(room, "hello?")
    page, hers = await visit(house.owner, room), await visit(amina, room)
    await about(page, house, room, "Amina Haddad", "Block direct messages")
    await expect(page.get_by_text("You have blocked Amina Haddad.")).to_be_visible()
    box = hers.locator("main.room .composer textarea")
    await box.fill("still there?")
    await box.press("Enter")
    await expect(hers.get_by_text("Direct conversations are not open to you")).to_be_visible()
    await page.locator(".doorstep").get_by_role("button", name="Unblock").click()
    await expect(page.locator("main.room .composer textarea")).to_be_visible()
