"""What can be done with a message: quoting, pinning, marking unread, drafts, long texts."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def do(page: Page, message: str, item: str) -> None:
    row = page.locator(f'main.room [data-id="{message}"]')
    await row.hover()
    await row.get_by_role("button", name=re.compile("Actions")).click()
    await page.get_by_role("menuitem", name=item, exact=True).click()


def composer(page: Page) -> Locator:
    return page.locator("main.room .composer textarea")


async def test_a_quotation_follows_what_it_quotes(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    message = await amina.post(house.room, "The first sentence matters most.")
    page = await visit(house.owner)
    await do(page, message, "Quote")
    await expect(page.locator(".composer-quote")).to_contain_text("The first sentence")
    await composer(page).fill("Does it?")
    await composer(page).press("Enter")
    quoted = page.locator(".quoted")
    await expect(quoted).to_have_text(re.compile("Amina Haddad: The first sentence matters most."))
    await amina.ask("PATCH", f"/messages/{message}", body="The last sentence matters most.")
    await expect(quoted).to_contain_text("The last sentence")
    await amina.ask("DELETE", f"/messages/{message}")
    await expect(quoted).to_have_text("The quoted message has been deleted.")


async def test_a_quotation_from_a_room_one_cannot_read(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hidden = await house.owner.open("Staff", access="invite")
    secret = await house.owner.post(hidden, "Between us")
    await house.owner.post(house.room, "See this", quote=secret)
    page = await visit(amina)
    await expect(page.locator(".quoted")).to_have_text("A message you cannot read.")
    await house.owner.post(house.room, "And this", quote=secret)
    await expect(page.locator(".quoted").last).to_have_text("A message you cannot read.")


async def test_pins_are_listed_and_lead_back(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    message = await house.owner.post(house.room, "Bring a sentence")
    hers, his = await visit(house.owner), await visit(amina)
    await do(hers, message, "Pin to the room")
    await his.get_by_role("link", name="Pinned: 1").click()
    panel = his.get_by_role("complementary", name="Pinned")
    await expect(panel.locator(".body")).to_have_text("Bring a sentence")
    await expect(panel.get_by_role("button", name="Take the pin away")).to_have_count(0)
    await do(hers, message, "Take the pin away")
    await expect(panel.get_by_text("Nothing is pinned yet.")).to_be_visible()


async def test_mark_unread_from_here(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    other = await house.owner.open("Poems")
    await amina.ask("POST", f"/rooms/{other}/join")
    await house.owner.post(house.room, "One")
    second = await house.owner.post(house.room, "Two")
    await house.owner.post(house.room, "Three")
    page = await visit(amina)
    line = page.get_by_role("navigation").get_by_role("link", name="The long table")
    await expect(line.locator(".badge")).to_have_count(0)
    await do(page, second, "Mark unread from here")
    await expect(line.locator("[data-unread]")).to_have_attribute("data-unread", "2")
    await page.get_by_role("navigation").get_by_role("link", name="Poems").click()
    await expect(page.get_by_role("heading", name="Poems")).to_be_visible()
    await expect(line.locator("[data-unread]")).to_have_attribute("data-unread", "2")
    await line.click()
    await expect(page.get_by_text("New since you were here")).to_be_visible()
    await expect(line.locator(".badge")).to_have_count(0)


async def test_formatting_is_drawn_and_nothing_is_run(house: House, visit: Visit) -> None:
    assert house.owner
    await house.owner.post(
        house.room,
        "**bold** ||the butler|| <img src=x onerror=alert(1)> [x](javascript:alert(1)) "
        "[y](https://example.org/)\n\n- one\n- two\n\n```\ncode\n```",
    )
    page = await visit(house.owner)
    body = page.locator("main.room .body")
    await expect(body.locator("strong")).to_have_text("bold")
    await expect(body.locator("img, script")).to_have_count(0)
    await expect(body.locator("a")).to_have_attribute("href", "https://example.org/")
    await expect(body.locator("a")).to_have_attribute("rel", re.compile("noopener"))
    await expect(body.locator("li")).to_have_text(["one", "two"])
    await expect(body).not_to_contain_text("butler")
    await body.get_by_role("button", name="Show spoiler").click()
    await expect(body).to_contain_text("the butler")


async def test_a_draft_stays_with_its_room(house: House, visit: Visit) -> None:
    assert house.owner
    await house.owner.open("Poems")
    page = await visit(house.owner)
    await composer(page).fill("half a thought")
    await page.get_by_role("navigation").get_by_role("link", name="Poems").click()
    await expect(page.get_by_role("textbox", name="Write to Poems")).to_have_value("")
    await page.reload()
    await page.get_by_role("navigation").get_by_role("link", name="The long table").click()
    await expect(page.get_by_role("textbox", name="Write to The long table")).to_have_value(
        "half a thought"
    )


async def test_what_is_too_long_is_counted_and_stays(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await composer(page).fill("é" * 7_990)
    await expect(page.get_by_text("10 characters left")).to_be_visible()
    await composer(page).fill("é" * 8_003)
    await expect(page.get_by_text("3 characters too many")).to_be_visible()
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    await composer(page).fill("é" * 8_000)
    await composer(page).press("Enter")
    await expect(page.locator("main.room .body")).to_have_count(1)
    await expect(page.locator("[data-post]")).to_have_count(0)


async def test_emoji_are_found_and_put_in(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await composer(page).fill("Tea?")
    await page.get_by_role("button", name="Emoji").click()
    await page.get_by_label("Find an emoji").fill("teacup")
    await page.get_by_role("button", name="teacup without handle").click()
    await expect(composer(page)).to_have_value("Tea?🍵")
    await composer(page).press("Enter")
    await expect(page.locator("main.room .body")).to_have_text(["Tea?🍵"])


async def test_a_followed_thread_tells_of_replies(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    root = await house.owner.post(house.room, "Which edition?")
    await amina.post(house.room, "The blue one", thread=root)
    page = await visit(amina)
    await house.owner.post(house.room, "Thank you", thread=root)
    line = page.get_by_role("navigation").get_by_role("link", name="Which edition?")
    await expect(line.locator("[data-unread]")).to_have_attribute("data-unread", "1")
    await line.click()
    await expect(page.locator(".margin .body").last).to_have_text("Thank you")
    await expect(line).to_have_count(0)
    await page.get_by_role("button", name="Stop following").click()
    await expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    await house.owner.post(house.room, "One more", thread=root)
    await expect(page.locator(".margin .body").last).to_have_text("One more")
    await expect(line).to_have_count(0)
