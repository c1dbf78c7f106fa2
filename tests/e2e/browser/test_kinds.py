"""Kinds and tools of rooms in browsers: a go-round by keyboard, a fold on a phone, tasks, pairs."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import Guest, House

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


async def room_of(house: House, *others: Guest, **settings: object) -> str:
    """A room opened by the owner and joined by others."""
    assert house.owner
    room = await house.owner.open("Reading aloud", **settings)
    for other in others:
        await other.ask("POST", f"/rooms/{room}/join")
    return room


async def press(page: Page, what: Locator, key: str = "Enter") -> None:
    """What somebody without a mouse does: go there, press a key."""
    await expect(what).to_be_visible()
    await what.focus()
    await expect(what).to_be_focused()
    await page.keyboard.press(key)


def bar(page: Page) -> Locator:
    return page.locator(".tool-bar")


async def say(page: Page, words: str) -> None:
    box = page.get_by_role("textbox", name="Write to Reading aloud")
    await box.focus()
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")


async def test_a_go_round_by_keyboard(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    room = await room_of(house, amina, kofi, kind="workshop", access="open")
    hers, a, k = await visit(house.owner, room), await visit(amina, room), await visit(kofi, room)

    await press(a, a.get_by_role("link", name="Hands"))
    await press(a, a.get_by_role("button", name="To answer"))
    await expect(bar(hers)).to_contain_text("1 hand up")
    await press(hers, hers.get_by_role("link", name="Hands: 1"))
    await press(hers, hers.get_by_role("button", name="Call Amina Haddad").first)
    await expect(bar(a)).to_contain_text("You have been called.")
    await press(a, bar(a).get_by_role("button", name="Thank you, that was it"))
    await expect(bar(hers)).to_have_count(0)

    await press(hers, hers.get_by_role("link", name="Go-round"))
    await press(hers, hers.get_by_role("button", name="Begin the go-round"))
    await expect(bar(a)).to_contain_text("You have the floor.")
    await expect(bar(k)).to_contain_text("Amina Haddad has the floor. You are next.")
    await expect(k.locator(".composer")).to_have_count(0)
    await expect(k.get_by_text("it is somebody else's turn")).to_be_visible()
    await say(a, "I begin")
    await expect(k.locator("main.room .body")).to_have_text(["I begin"])
    await press(a, bar(a).get_by_role("button", name="I have spoken"))
    await expect(a.locator(".composer")).to_have_count(0)
    await say(k, "And I go on")
    await expect(hers.locator("main.room .body")).to_have_text(["I begin", "And I go on"])
    await say(hers, "Facilitators may always")
    await press(hers, hers.locator(".margin").get_by_role("button", name="On to the next"))
    await expect(bar(k)).to_have_count(0)
    await say(a, "It is over")
    await expect(k.locator("main.room .body").last).to_have_text("It is over")


async def test_what_speaks_of_a_later_chapter_is_folded(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    room = await room_of(house, amina, kind="book_club")
    tool = f"/rooms/{room}/tools/book"
    units = ["Chapter one", "Chapter two", "Chapter three"]
    await house.owner.ask("POST", tool, action={"do": "start", "title": "Emma", "units": units})
    await house.owner.post(room, "He did it", unit={"book": 1, "no": 2})
    await house.owner.post(room, "She did it", unit={"book": 1, "no": 3})
    phone, desk = await visit(amina, room, **PHONE), await visit(amina, room)
    await expect(phone.locator("main.room .body")).to_have_count(0)
    folds = phone.locator(".ahead")
    await expect(folds.first).to_contain_text("Speaks of Chapter two, which you have not reached.")
    await folds.last.get_by_role("button", name="Show it").tap()
    await expect(phone.locator("main.room .body")).to_have_text(["She did it"])
    await expect(desk.locator(".ahead")).to_have_count(2)
    await folds.first.get_by_role("button", name="I have read this far").tap()
    await expect(phone.locator("main.room .body")).to_have_text(["He did it", "She did it"])
    await expect(desk.locator("main.room .body")).to_have_text(["He did it"])
    await phone.get_by_label("Speaks of").select_option("Chapter three")
    await phone.get_by_role("textbox", name="Write to Reading aloud").fill("I am ahead")
    # Later, and then now after all: it speaks of its chapter all the way.
    await phone.get_by_role("button", name="Post later").tap()
    dialog = phone.get_by_role("dialog")
    await expect(dialog).to_contain_text("It will speak of Chapter three")
    await dialog.get_by_role("button", name="Post then").tap()
    line = phone.locator(".scheduled [data-planned]")
    await expect(line).to_contain_text("Chapter three")
    await line.get_by_role("button", name="What to do with").tap()
    await phone.get_by_role("menuitem", name="Post now").tap()
    await expect(desk.locator(".ahead")).to_have_count(1)
    await expect(desk.locator("main.room .body").last).to_have_text("I am ahead")
    await phone.get_by_role("link", name="Book").tap()
    await expect(phone.get_by_label("How far have you read?")).to_have_value("2")
    assert await phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert await violations(phone) == []
    await desk.goto(f"{house.url}/#/find/did")
    shown = ["Speaks of Chapter three, which you have not reached.", "He did it"]
    await expect(desk.locator(".find-excerpt")).to_have_text(shown)


async def test_a_task_made_from_a_message(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    room = await room_of(house, amina, kind="project_team")
    await amina.post(room, "I could ask for the key")
    hers, his = await visit(house.owner, room), await visit(amina, room)
    await hers.locator(".message").hover()
    await hers.get_by_role("button", name="Actions for the message").click()
    await hers.get_by_role("menuitem", name="Make it a task").click()
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_label("Who does it?").select_option("Amina Haddad")
    await dialog.get_by_label("By when?").fill("2031-03-12")
    await dialog.get_by_role("button", name="Note it").click()
    await his.get_by_role("link", name="Decisions and tasks: 1").click()
    panel = his.locator(".margin")
    await expect(panel).to_contain_text("I could ask for the key")
    await expect(panel).to_contain_text("Amina Haddad · by 12 Mar 2031")
    assert await violations(his) == []
    # Not `check`: what is done leaves the list, and with it the box that would be looked at.
    await panel.get_by_role("checkbox").click()
    await expect(hers.get_by_role("link", name="Decisions and tasks", exact=True)).to_be_visible()
    await expect(panel).to_contain_text("Nothing left to do.")


async def test_a_mentorship_and_its_coordinator(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    page = await visit(house.owner)
    await page.get_by_role("button", name="New").click()
    await page.get_by_role("menuitem", name="Open a room").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("The two of us")
    await dialog.get_by_role("radio", name=re.compile("^Mentorship")).check()
    await expect(dialog.get_by_text("Who may come in?")).to_have_count(0)
    await dialog.get_by_role("button", name="Choose somebody").click()
    await dialog.get_by_label("Amina Haddad").click()
    await dialog.get_by_role("button", name="Open the room").click()
    await expect(page.get_by_role("heading", name="The two of us")).to_be_visible()
    await expect(page.locator(".room-title")).to_contain_text("Mentorship")
    box = page.get_by_role("textbox", name="Write to The two of us")
    await box.fill("Only for two")
    await page.keyboard.press("Enter")
    await expect(page.locator("main.room .body")).to_have_text(["Only for two"])

    hers = await visit(amina)
    await hers.get_by_role("link", name="Pairs you coordinate").click()
    await expect(hers.get_by_text("Nora Vidal, who waits for the other")).to_be_visible()
    await expect(hers.locator(".card-small")).to_contain_text("Last spoke")
    await expect(hers.get_by_text("Only for two")).to_have_count(0)
    assert await violations(hers) == []
