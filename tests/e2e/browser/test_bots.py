"""Bots on the screen: made by a facilitator, drawn with buttons and forms, asked by a slash."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.browser import axe
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House
from tests.screens_bots import QUESTION, made_by, running

pytestmark = pytest.mark.browser


async def test_a_facilitator_makes_and_keeps_a_bot(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await page.goto(f"{house.url}/#/r/{house.room}/bots")
    await expect(page.get_by_text("No bots here")).to_be_visible()
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Make a bot").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("Clara")
    await dialog.get_by_role("button", name="Make bot").click()
    await expect(dialog.get_by_text("bot.run(")).to_be_visible()
    token = await dialog.get_by_label("Token").input_value()
    assert token.startswith("ttt_")
    assert token in await dialog.locator("pre").inner_text()
    assert await axe.violations(page) == []
    await dialog.get_by_role("button", name="I have copied it").click()
    await expect(page.get_by_text("Reads what is said here.")).to_be_visible()
    await page.goto(f"{house.url}/#/r/{house.room}/people")
    await page.get_by_role("link", name="Bots here: Clara. What do they read?").click()
    await page.get_by_role("button", name="Look after Clara").click()
    await expect(page.get_by_role("heading", name="Incoming addresses")).to_be_visible()
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Make an address").click()
    told = page.get_by_role("dialog", name="Incoming address")
    hook = await told.get_by_label("Incoming address").input_value()
    assert "/api/hooks/tth_" in hook
    await told.get_by_role("button", name="I have copied it").click()
    await house.owner.http.post(hook, json={"text": "The boat is in."})
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expect(page.get_by_text("The boat is in.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_form_is_filled_in_and_answered(house: House, visit: Visit, width: int) -> None:
    assert house.owner
    made = await made_by(house.owner, house.room)
    async with running(house, made) as bot:
        assert bot.client
        await bot.client.draw(house.room, *QUESTION)
        page = await visit(house.owner)
        await page.set_viewport_size({"width": width, "height": 844})
        await page.goto(f"{house.url}/#/r/{house.room}")
        await page.get_by_role("button", name="I will read").click()
        await expect(page.get_by_text("A few words, please.")).to_be_visible()
        for wrong in ("Page x", "Page y"):
            # What the bot fills in anew is shown, however often.
            await page.get_by_label("Which page").fill(wrong)
            await page.get_by_label("How does it sound").select_option("Calm")
            await page.get_by_role("button", name="I will read").click()
            await expect(page.get_by_text(f"There is no {wrong}.")).to_be_visible()
            await expect(page.get_by_text("Sent.")).to_be_visible()
            await expect(page.get_by_label("Which page")).to_have_value(wrong)
        await page.get_by_label("Which page").fill("Page 112")
        await page.get_by_label("How does it sound").select_option("Stormy")
        assert await axe.violations(page) == []
        await page.get_by_label("Which page").press("Enter")
        await expect(page.get_by_text("Page 112 is read, stormy.")).to_be_visible()
        await page.get_by_role("button", name="Keep it").click()
        await expect(page.get_by_text("Good. I will remember it.")).to_be_visible()
        await expect(page.get_by_text("only you see this")).to_be_visible()
        assert await axe.violations(page) == []
        await page.get_by_role("button", name="Put away").click()
        await expect(page.get_by_text("Good. I will remember it.")).to_have_count(0)


async def test_commands_are_completed_run_and_never_posted_unasked(
    house: House, visit: Visit
) -> None:
    assert house.owner
    made = await made_by(house.owner, house.room)
    async with running(house, made):
        page = await visit(house.owner)
        await page.goto(f"{house.url}/#/r/{house.room}")
        box = page.get_by_role("textbox").last
        await box.press_sequentially("/re")
        await expect(page.get_by_role("option", name="/reader")).to_be_visible()
        assert await axe.violations(page) == []
        await box.press("Tab")
        await expect(box).to_have_value("/reader ")
        await box.press_sequentially("Amina")
        await box.press("Enter")
        await expect(page.get_by_text("You asked for Amina.")).to_be_visible()
        await expect(box).to_have_value("")
        await box.press_sequentially("/nobody knows this")
        await box.press("Enter")
        await expect(page.get_by_text("Nobody here knows /nobody.")).to_be_visible()
        await page.get_by_role("button", name="Post it as it stands").click()
        await expect(page.locator(".message", has_text="/nobody knows this")).to_be_visible()
