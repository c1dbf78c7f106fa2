"""One evening of a facilitator, by keyboard alone, with three people in the room: a report, a post
that waits, a mute and its appeal, and a go-round."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.browser.axe import shown
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House
from tests.e2e.browser.test_desk import tab_to

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


class Evening:
    """Nora's page, on which nothing but keys is used."""

    def __init__(self, nora: Page) -> None:
        self.page = nora

    async def press(self, role: str, name: str | re.Pattern[str], within: str = "body") -> None:
        """Go there by Tab, and press Enter."""
        await tab_to(self.page, role, name, within)
        await self.page.keyboard.press("Enter")

    async def desk(self, tab: str) -> None:
        """To a tab of the desk, from wherever she is."""
        if await self.page.locator(".tabs").count() == 0:
            await self.press("link", re.compile("Facilitators' desk"))
        await self.press("link", re.compile(tab), ".tabs")

    async def settle_a_report(self) -> None:
        await self.desk("Reports")
        report = self.page.locator("[data-report]")
        await expect(report).to_contain_text("Nobody asked you")
        await self.press("button", "I'll look at it")
        await expect(report).to_contain_text("taken by you")
        await shown(self.page, "evening-report")
        await self.press("button", "Settle it")
        await tab_to(self.page, "textbox", re.compile("A word"), "dialog")
        await self.page.keyboard.type("We spoke about it")
        await self.press("button", "Settle it", "dialog")
        await expect(self.page.get_by_text("No open reports")).to_be_visible()

    async def let_a_post_in(self, author: str) -> None:
        await self.desk("Waiting")
        await expect(self.page.locator("[data-held]")).to_contain_text("May I say something?")
        await shown(self.page, "evening-held")
        await self.press("button", f"Let in the post by {author}")
        await expect(self.page.get_by_text("Nothing waits")).to_be_visible()

    async def mute(self, name: str) -> None:
        await self.desk("People")
        await self.press("button", f"Warn, mute, remove… {name}")
        await tab_to(self.page, "radio", re.compile("^Warn"), "dialog")
        await self.page.keyboard.press("ArrowDown")
        await expect(self.page.get_by_role("radio", name=re.compile("^Mute"))).to_be_checked()
        await tab_to(self.page, "textbox", re.compile("Why"), "dialog")
        await self.page.keyboard.type("A quarter of an hour, please")
        await shown(self.page, "evening-mute")
        await self.press("button", "Mute", "dialog")
        await expect(self.page.get_by_text(re.compile("Muted until"))).to_be_visible()

    async def hear_an_appeal(self, name: str) -> None:
        await expect(self.page.get_by_text("Somebody asks to be heard again")).to_be_visible()
        await expect(self.page.locator(".tabs [aria-current]")).to_have_text("People1")
        await shown(self.page, "evening-appeal")
        await self.press("button", f"Lift it for {name}")
        await tab_to(self.page, "textbox", "Your answer", "dialog")
        await self.page.keyboard.type("Fair. Welcome back.")
        await self.press("button", "Lift", "dialog")
        await expect(self.page.get_by_text("Somebody asks to be heard again")).to_have_count(0)
        await expect(self.page.locator(".tabs [aria-current]")).to_have_text("People")

    async def begin_a_round(self) -> None:
        await self.press("link", "Back")
        await self.press("link", "Go-round")
        await self.press("button", "Begin the go-round")
        await expect(self.page.locator(".tool-bar")).to_contain_text("has the floor")
        await shown(self.page, "evening-round")


async def say(page: Page, words: str) -> None:
    await page.get_by_role("textbox", name="Write to Reading aloud").fill(words)
    await page.keyboard.press("Enter")


async def test_an_evening_by_keyboard(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    lin = await house.guest("lin", "Lin Wei")
    room = await house.owner.open("Reading aloud", kind="workshop", access="open")
    for one in (amina, kofi, lin):
        await one.ask("POST", f"/rooms/{room}/join")
    said = await kofi.post(room, "Nobody asked you")
    a, li = await visit(amina, room), await visit(lin, room)
    k = await visit(kofi, room, viewport=PHONE)
    evening = Evening(await visit(house.owner, room))

    report = {"category": "unkind", "message": said, "note": "That hurt me"}
    await amina.ask("POST", "/reports", **report)
    await evening.settle_a_report()
    await expect(a.locator("[data-answer]")).to_contain_text("We spoke about it")

    moderation = f"/rooms/{room}/moderation"
    await house.owner.ask("PATCH", moderation, holds={"everyone": True})
    await say(li, "May I say something?")
    await evening.let_a_post_in("Lin Wei")
    await expect(a.get_by_text("May I say something?")).to_be_visible()
    await house.owner.ask("PATCH", moderation, holds={"everyone": False})

    await evening.mute("Kofi Mensah")
    bound = k.locator("[data-bound=muted]")
    await expect(bound).to_contain_text("A quarter of an hour, please")
    await bound.get_by_role("button", name="Ask for it to be looked at again").click()
    await k.get_by_label("What should be considered?").fill("I said sorry to Amina.")
    await k.get_by_role("dialog").get_by_role("button", name="Send").click()
    await evening.hear_an_appeal("Kofi Mensah")
    await expect(k.get_by_text("“Fair. Welcome back.”")).to_be_visible()

    await evening.begin_a_round()
    pages = {"Amina Haddad": a, "Kofi Mensah": k, "Lin Wei": li}
    for number in range(3):
        bar = evening.page.locator(".tool-bar")
        [name] = [one for one in pages if one in await bar.inner_text()]
        await expect(pages[name].locator(".tool-bar")).to_contain_text("You have the floor.")
        await say(pages[name], f"From {name}")
        await expect(evening.page.get_by_text(f"From {name}", exact=True)).to_be_visible()
        await evening.press("button", "On to the next", ".margin")
        if number < 2:
            await expect(bar).not_to_contain_text(name)
    await expect(evening.page.locator(".tool-bar")).to_have_count(0)
