"""Whoever comes back goes on where they stopped, and what they did not see is not read."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import Guest, House

pytestmark = pytest.mark.browser
LINE = "a line of some length, that tells about the book and about the letter on the table. " * 3
# The page is put behind another one, and in front again.
BEHIND = """(away) => {
  const value = away ? 'hidden' : 'visible';
  Object.defineProperty(document, 'visibilityState', {value, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
# Another window has the keys, and this one is in sight beside it.
BESIDE = """(beside) => {
  document.hasFocus = () => !beside;
  dispatchEvent(new Event(beside ? 'blur' : 'focus'));
}"""
# The page's lines to the server break, and none can be had until it is back.
LINES = """(() => {
  const Real = WebSocket, lines = [];
  window.WebSocket = class extends Real {
    constructor(url, words) {
      super(window.away ? 'ws://127.0.0.1:9' : url, words);
      lines.push(this);
    }
  };
  window.cut = (away) => {
    window.away = away;
    lines.at(-1).dispatchEvent(new CloseEvent('close', {code: 1006}));
    // Not when the back-off has passed, but at once.
    if (!away) dispatchEvent(new Event('online'));
  };
})()"""


async def talk(person: Guest, room: str, what: str, count: int) -> None:
    for n in range(count):
        await person.post(room, f"{what} {n}: {LINE}")


async def stands_at_the_line(page: Page, first: str, last: str, before: str) -> None:
    """The first one missed below its line, what was read last above it, the newest further down."""
    await expect(page.get_by_text(last)).to_be_attached()
    await expect(page.locator("[data-new] + [data-no]")).to_contain_text(first)
    for seen in (page.locator("[data-new]"), page.get_by_text(first), page.get_by_text(before)):
        await expect(seen).to_be_in_viewport()
    await expect(page.get_by_text(last)).not_to_be_in_viewport()
    await expect(page.locator(".latest")).to_contain_text("new message")


def in_list(page: Page, room: str) -> Locator:
    return page.get_by_role("navigation").get_by_role("link", name=room)


async def test_one_comes_in_at_what_is_new(house: House, visit: Visit) -> None:
    assert house.owner
    nora, amina = house.owner, await house.guest("amina", "Amina Haddad")
    await nora.open("Elsewhere")
    await nora.post(house.room, "Before")
    page = await visit(nora)
    table = in_list(page, "The long table")
    await expect(page.get_by_text("Before")).to_be_visible()
    await in_list(page, "Elsewhere").click()
    await expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    await talk(amina, house.room, "New", 20)
    await expect(table.locator("[data-unread='20']")).to_be_visible()

    await table.click()
    await stands_at_the_line(page, "New 0:", "New 19:", "Before")
    # Whoever reads on is not drawn back, and what comes then does not move them.
    await page.get_by_text("New 10:").scroll_into_view_if_needed()
    await amina.post(house.room, "And more")
    await expect(page.get_by_text("And more")).to_be_attached()
    await expect(page.get_by_text("New 10:")).to_be_in_viewport()

    # Read to the end, away and back: nothing is new, and one stands at the foot.
    await page.locator(".latest").click()
    await expect(table.locator("[data-unread]")).to_have_count(0)
    await in_list(page, "Elsewhere").click()
    await expect(page.get_by_role("heading", name="Elsewhere")).to_be_visible()
    await talk(amina, house.room, "Later", 20)
    await expect(table.locator("[data-unread='20']")).to_be_visible()
    # A link leads where it says, whatever is new; and what one was led past is not read.
    await page.goto(f"{house.url}/#/r/{house.room}/36")
    await expect(page.get_by_text("Later 13:")).to_be_in_viewport()
    await expect(page.get_by_text("Later 19:")).to_be_attached()
    await expect(page.locator("[data-new]")).not_to_be_in_viewport()
    await expect(table.locator("[data-unread='20']")).to_be_visible()


async def test_one_goes_on_where_the_page_was_left(house: House, visit: Visit) -> None:
    assert house.owner
    nora, amina = house.owner, await house.guest("amina", "Amina Haddad")
    await nora.post(house.room, "Before")
    page = await visit(nora)
    await page.add_init_script(LINES)
    await page.reload()
    await expect(page.get_by_text("Before")).to_be_visible()

    # Another page is in front of this one: what comes is not read, and not run past.
    await page.evaluate(BEHIND, True)
    await talk(amina, house.room, "Hidden", 20)
    await stands_at_the_line(page, "Hidden 0:", "Hidden 19:", "Before")
    await page.evaluate(BEHIND, False)
    await stands_at_the_line(page, "Hidden 0:", "Hidden 19:", "Before")
    await page.locator(".latest").click()
    await expect(page.get_by_text("Hidden 19:")).to_be_in_viewport()
    await expect(in_list(page, "The long table").locator("[data-unread]")).to_have_count(0)

    # The line breaks, for more than a screen, and then for what fits.
    await page.evaluate("cut(true)")
    await expect(page.locator("[data-line=waiting]")).to_be_attached()
    await talk(amina, house.room, "Offline", 20)
    await page.evaluate("cut(false)")
    await stands_at_the_line(page, "Offline 0:", "Offline 19:", "Hidden 19:")
    await page.locator(".latest").click()
    await expect(in_list(page, "The long table").locator("[data-unread]")).to_have_count(0)
    await page.evaluate("cut(true)")
    await expect(page.locator("[data-line=waiting]")).to_be_attached()
    await amina.post(house.room, "Only this")
    await page.evaluate("cut(false)")
    await expect(page.locator("[data-new] + [data-no]")).to_contain_text("Only this")
    await expect(page.get_by_text("Only this")).to_be_in_viewport()
    await expect(page.locator("[data-new]")).to_be_in_viewport()
    await expect(in_list(page, "The long table").locator("[data-unread]")).to_have_count(0)

    # Read on another device meanwhile: nothing of it is new here.
    await page.evaluate(BEHIND, True)
    await talk(amina, house.room, "Elsewhere", 20)
    await expect(page.locator("[data-new] + [data-no]")).to_contain_text("Elsewhere 0:")
    await nora.ask("PUT", f"/rooms/{house.room}/read", no=62)
    await expect(page.locator("[data-new]")).to_have_count(0)
    await page.evaluate(BEHIND, False)
    await expect(page.get_by_text("Elsewhere 19:")).to_be_in_viewport()

    # In sight beside another window, as on a wall for a class: the talk goes on, and is not read.
    await page.evaluate(BESIDE, True)
    await talk(amina, house.room, "Beside", 20)
    await expect(page.get_by_text("Beside 19:")).to_be_in_viewport()
    await expect(page.locator("[data-new] + [data-no]")).to_contain_text("Beside 0:")
    unread = in_list(page, "The long table").locator("[data-unread]")
    await expect(unread).to_have_attribute("data-unread", "20")
    await page.evaluate(BESIDE, False)
    await expect(unread).to_have_count(0)
