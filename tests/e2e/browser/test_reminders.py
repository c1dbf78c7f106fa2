"""Reminders and posts for later as people meet them: said in words, understood, kept, come."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests import screens_reminders
from tests.e2e.browser import axe
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House
from tests.screens import PHONE

pytestmark = pytest.mark.browser


async def reminders(page: Page, house: House) -> None:
    await page.goto(f"{house.url}/#/r/{house.room}/reminders")


async def test_a_room_is_reminded(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    page, hers = await visit(house.owner), await visit(amina, viewport=PHONE)
    for one in (page, hers):
        await reminders(one, house)
        await expect(one.get_by_text("Nothing is coming up")).to_be_visible()
    await hers.get_by_role("button", name="New reminder").click()
    words = hers.get_by_label("What, and when?")
    await words.fill("sometime soon")
    await expect(hers.get_by_text("Say it like one of these")).to_be_visible()
    await words.fill("every Thursday 16:00 to read chapter 5")
    await expect(hers.get_by_text("Every Thursday at 16:00")).to_be_visible()
    await expect(hers.get_by_text("Next: Thursday")).to_be_visible()
    assert await axe.violations(hers) == []
    await hers.get_by_role("button", name="Remind", exact=True).click()

    # Everybody in the room sees it; its facilitator keeps it.
    line = page.locator("[data-planned]")
    await expect(line).to_contain_text("Read chapter 5")
    await expect(line).to_contain_text("by Amina Haddad")
    await line.get_by_role("button", name="What to do with").click()
    await page.get_by_role("menuitem", name="Pause").click()
    await expect(hers.locator("[data-planned]")).to_contain_text("paused")
    await line.get_by_role("button", name="What to do with").click()
    await page.get_by_role("menuitem", name="Change").click()
    await page.get_by_label("What shall it say?").fill("Read chapter 6")
    await page.get_by_label("How often").select_option("fortnightly")
    free = datetime.now(UTC) + timedelta(days=60)
    await page.get_by_label("Not on").fill(f"{free:%Y-%m-%d}")
    await page.get_by_role("button", name="Leave out", exact=True).click()
    await expect(page.get_by_role("button", name="Not leave out")).to_be_visible()
    await page.get_by_role("button", name="Save").click()
    await expect(hers.locator("[data-planned]")).to_contain_text("Every 2 weeks on Thursday")
    await expect(hers.locator("[data-planned]")).to_contain_text(f"but not on {free.day} ")
    assert await axe.violations(page) == []
    await line.get_by_role("button", name="What to do with").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(hers.get_by_text("Nothing is coming up")).to_be_visible()


async def test_it_comes_while_nobody_served_and_says_that_it_is_late(
    house: House, visit: Visit
) -> None:
    """A room's, in the talk, by the reminder; one's own, above everything, until it is done."""
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    own = await screens_reminders.prepare(house.owner, amina, house.room)
    listed = (await amina.ask("GET", f"/planned?room={house.room}"))["planned"]
    books = next(one["id"] for one in listed if "books" in one["body"])
    await screens_reminders.made_due(house, own, 3600)
    await screens_reminders.made_due(house, books, 3600)
    page = await visit(house.owner)
    talk = page.locator("main.room .lines")
    await expect(talk.get_by_text("Bring the books back")).to_be_visible()
    await expect(talk.get_by_text("Late: this was due on")).to_be_visible()
    await expect(talk.locator(".message-name", has_text="Reminder")).to_be_visible()

    card = page.locator(".notice-card[data-planned]")
    await expect(card).to_contain_text("Ask Kofi for the good edition")
    await expect(card).to_contain_text("late")
    assert await axe.violations(page) == []
    await card.get_by_role("button", name="In an hour").click()
    await expect(card).to_have_count(0)
    await page.goto(f"{house.url}/#/settings/reminders")
    await expect(page.locator("[data-planned]", has_text="Ask Kofi")).to_be_visible()
    await expect(page.locator("[data-planned]", has_text="Good morning!")).to_be_visible()
    assert await axe.violations(page) == []


async def test_remind_me_of_this(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await amina.post(house.room, "Who has the good edition?")
    page, hers = await visit(house.owner), await visit(amina)
    message = page.locator("main.room .message", has_text="Who has the good edition?")
    await message.hover()
    await message.get_by_role("button", name="Actions for the message by").click()
    await page.get_by_role("menuitem", name="Remind me of this").click()
    await page.get_by_role("button", name="Tomorrow at 9:00").click()
    await expect(page.locator(".planned-said")).to_contain_text("at 09:00")
    await page.get_by_role("dialog").get_by_role("button", name="Remind", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.goto(f"{house.url}/#/settings/reminders")
    await expect(page.locator("[data-planned]")).to_contain_text("About a message")
    await reminders(hers, house)
    await expect(hers.get_by_text("Nothing is coming up")).to_be_visible()


async def test_a_post_for_later(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    box = page.locator("main.room .composer textarea")
    await box.fill("Good morning, everybody")
    await page.get_by_role("button", name="Post later").click()
    await page.get_by_role("button", name="Monday 8:00").click()
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Post then").click()
    line = page.locator(".scheduled [data-planned]")
    await expect(line).to_contain_text("Good morning, everybody")
    await expect(box).to_have_value("")
    await line.get_by_role("button", name="What to do with").click()
    await page.get_by_role("menuitem", name="Edit").click()
    await expect(box).to_have_value("Good morning, everybody")
    await expect(line).to_have_count(0)
    await page.get_by_role("button", name="Post later").click()
    await page.get_by_role("button", name="Post then").click()
    await line.get_by_role("button", name="What to do with").click()
    await page.get_by_role("menuitem", name="Post now").click()
    await expect(page.locator("main.room .lines").get_by_text("Good morning")).to_be_visible()
    await expect(line).to_have_count(0)


async def test_a_conversation_with_the_reminder(house: House, visit: Visit) -> None:
    """Said in the talk, answered in the thread, stopped by a button."""
    assert house.owner
    page = await visit(house.owner)
    await page.get_by_role("button", name="More about this room").click()
    await page.get_by_role("menuitem", name="Settings").click()
    await page.get_by_label("Reminder", exact=False).check()
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    box = page.locator("main.room .composer textarea")
    await box.fill("Remind us every Thursday 16:00 to read chapter 5")
    await box.press("Enter")
    await page.get_by_role("link", name="1 reply").click()
    thread = page.locator("aside.margin")
    await expect(thread).to_contain_text("I will remind everybody here.")
    await expect(thread).to_contain_text(re.compile(r"Next:\s*Thursday"))
    assert await axe.violations(page) == []
    await thread.get_by_role("button", name="Pause").click()
    await expect(thread).to_contain_text("Paused.")
    await thread.get_by_role("button", name="Stop", exact=True).click()
    await expect(thread).to_contain_text("It will not come any more.")
    await reminders(page, house)
    await expect(page.get_by_text("Nothing is coming up")).to_be_visible()
