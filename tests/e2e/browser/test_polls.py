"""Polls as people meet them: asked, answered by name and secretly, ended."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browser import axe
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House
from tests.screens import PHONE

pytestmark = pytest.mark.browser


async def test_a_poll_from_question_to_result(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await house.owner.ask("PATCH", f"/rooms/{house.room}", tools=["poll"])
    page, hers = await visit(house.owner), await visit(amina, viewport=PHONE)
    await page.goto(f"{house.url}/#/r/{house.room}/poll")
    await expect(page.get_by_text("No poll yet")).to_be_visible()
    await page.get_by_role("button", name="Ask the room").click()
    await page.get_by_label("Question").fill("Which evening?")
    await page.get_by_label("Answer 1").fill("Thursday")
    await page.get_by_label("Answer 2").fill("Friday")
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("[data-poll]")).to_contain_text("Which evening?")

    # She is told above her composer, votes, and changes her mind.
    await hers.get_by_role("link", name="Which evening?").click()
    poll = hers.locator("[data-poll]")
    await poll.get_by_label("Thursday").check()
    await poll.get_by_role("button", name="Vote").click()
    await expect(page.locator("[data-poll]")).to_contain_text("1 vote")
    await poll.get_by_label("Friday").check()
    await poll.get_by_role("button", name="Change my vote").click()
    await expect(poll.get_by_role("button", name="Change my vote")).to_be_disabled()
    assert await axe.violations(hers) == []
    await page.get_by_role("button", name="What to do with the poll").click()
    await page.get_by_role("menuitem", name="End the poll").click()
    result = hers.locator(".poll-result")
    await expect(result).to_contain_text("Amina Haddad")
    await expect(result.locator("li", has_text="Friday")).to_contain_text("1")


async def test_an_anonymous_poll(house: House, visit: Visit) -> None:
    """Nobody sees who voted, nor that somebody did; three are enough for a result."""
    assert house.owner
    guests = [await house.guest(name.lower(), name) for name in ("Amina", "Kofi")]
    await house.owner.ask("PATCH", f"/rooms/{house.room}", tools=["poll"])
    path = f"/rooms/{house.room}/tools/poll"
    ask = {"do": "open", "question": "How was it?", "options": ["good", "long"], "anonymous": True}
    await house.owner.ask("POST", path, action=ask)
    page = await visit(house.owner)
    await page.goto(f"{house.url}/#/r/{house.room}/poll")
    poll = page.locator("[data-poll]")
    await poll.get_by_label("long").check()
    await poll.get_by_role("button", name="Vote").click()
    await expect(poll).to_contain_text("Nobody can tell which vote is yours")
    for guest in guests:
        await guest.ask("POST", path, action={"do": "vote", "id": 1, "options": [0]})
    await expect(poll).not_to_contain_text("votes")
    await page.reload()
    await expect(poll).to_contain_text("You have voted")
    await poll.get_by_role("button", name="What to do with the poll").click()
    await page.get_by_role("menuitem", name="End the poll").click()
    await expect(poll).to_contain_text("3 votes")
    await expect(poll.locator("li", has_text="good")).to_contain_text("2")
    assert await axe.violations(page) == []


async def test_a_poll_asked_in_the_talk(house: House, visit: Visit) -> None:
    """A command opens it, a button votes, the panel knows; without an option it says how."""
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await house.owner.ask("PATCH", f"/rooms/{house.room}", tools=["poll"])
    page, hers = await visit(house.owner), await visit(amina, viewport=PHONE)
    box = page.locator("main.room .composer textarea")
    await box.fill("/po")
    await expect(page.get_by_role("option", name="/poll")).to_be_visible()
    await box.fill("/poll Which evening? Thursday at seven | Friday at eight")
    await box.press("Enter")
    button = hers.get_by_role("button", name="Friday at eight")
    await expect(hers.locator("main.room .lines")).to_contain_text("Which evening?")
    await button.click()
    await expect(hers.get_by_text("Your vote is in")).to_be_visible()
    assert await axe.violations(hers) == []
    await page.goto(f"{house.url}/#/r/{house.room}/poll")
    await expect(page.locator("aside.margin")).to_contain_text("Which evening?")
    await page.goto(f"{house.url}/#/r/{house.room}/bots")
    await expect(page.locator("[data-bot=p_poll]")).to_contain_text("Hears only what is said to it")
