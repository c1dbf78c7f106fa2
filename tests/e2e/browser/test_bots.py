"""Bots on the screen: made by a facilitator, drawn with buttons and forms, asked by a slash."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from tests.e2e.browser import axe
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House
from tests.screens_bots import MENU, QUESTION, made_by, running

pytestmark = pytest.mark.browser


@asynccontextmanager
async def program_running(text: str) -> AsyncIterator[None]:
    """A program as it stands on the page, from when it hears what is said until afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-", stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdin
    assert process.stderr
    process.stdin.write(text.encode())
    process.stdin.write_eof()
    try:
        async with asyncio.timeout(30):
            while b"is in 1 rooms" not in (line := await process.stderr.readline()):
                assert line, "it ended"
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


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
    program = await dialog.locator("pre").inner_text()
    assert token in program
    assert await axe.violations(page) == []
    await dialog.get_by_role("button", name="I have copied it").click()
    await expect(page.get_by_text("Reads what is said here.")).to_be_visible()
    async with program_running(program):
        await house.owner.post(house.room, "!hello")
        await page.goto(f"{house.url}/#/r/{house.room}")
        await expect(page.get_by_text("Hello, Nora Vidal!")).to_be_visible()
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


async def test_what_a_bot_is_kept_to_is_changed_and_taken_back(house: House, visit: Visit) -> None:
    assert house.owner
    guest = house.owner
    made = await guest.ask("POST", "/bots", username="clara", name="Clara")
    path = f"/bots/{made['person']['id']}"
    page = await visit(guest)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{house.url}/#/people/bots")
    await page.get_by_role("button", name="Look after Clara").click()
    await page.get_by_role("button", name="Change", exact=True).click()
    form = page.get_by_role("dialog", name="Change Clara")
    await form.get_by_label("Requests a minute").fill("5000")
    await form.get_by_label("Write").uncheck()
    await form.get_by_label("Only in these rooms").check()
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("A number from 1 to 1200, or nothing.")).to_be_visible()
    await expect(form.get_by_text("Choose at least one room.")).to_be_visible()
    await axe.shown(page, "bot-change-phone")
    await form.get_by_label("The long table").check()
    await form.get_by_label("Requests a minute").fill("30")
    await form.get_by_label("Requests a minute").press("Enter")
    await expect(page.get_by_text("Changed; it holds from now on.")).to_be_visible()
    after = await guest.ask("GET", path)
    assert (after["rate"], after["scopes"]) == (30, ["read"])
    assert [one["id"] for one in after["rooms"]] == [house.room]
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("wherever it is invited", exact=True)).to_be_visible()
    before = await guest.ask("GET", path)
    assert (before["rate"], before["scopes"], before["rooms"]) == (None, ["read", "write"], None)


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
        # A menu, as programs for Slack have them, stays as it was chosen.
        await bot.client.draw(house.room, MENU)
        await page.get_by_label("What to drink").select_option("Tea")
        await page.get_by_role("button", name="Pour").click()
        await expect(page.get_by_text("Here is your tea.")).to_be_visible()
        await expect(page.get_by_label("What to drink")).to_have_value("tea")


async def test_commands_are_added_changed_removed_and_put_back(house: House, visit: Visit) -> None:
    assert house.owner
    made = await made_by(house.owner, house.room)
    page = await visit(house.owner)
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(f"{house.url}/#/r/{house.room}")
    box = page.get_by_role("textbox").last
    await box.press_sequentially("/")
    await expect(page.get_by_text("No bot here offers a command.")).to_be_visible()
    assert await axe.violations(page) == []
    await box.fill("")
    await page.goto(f"{house.url}/#/r/{house.room}/bots")
    await page.get_by_role("button", name="Look after Clara").click()
    await expect(page.get_by_text("It offers none yet.")).to_be_visible()
    await page.get_by_role("button", name="Add a command").click()
    form = page.get_by_role("dialog", name="Add a command")
    await form.get_by_label("Name").fill("/Pizza now")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("Small letters, digits, - and _; the first")).to_be_visible()
    await axe.shown(page, "bot-command-phone")
    await form.get_by_label("Name").fill("/Pizza")
    await form.get_by_label("What may follow").fill("[when]")
    await form.get_by_label("What it does").fill("Asks who comes")
    await form.get_by_label("What it does").press("Enter")
    await expect(page.get_by_text("/pizza [when]")).to_be_visible()
    await page.get_by_role("button", name="Change /pizza").click()
    form = page.get_by_role("dialog", name="Change /pizza")
    await form.get_by_label("What it does").fill("Asks who brings what")
    address = form.get_by_label("An address of its own")
    for wrong, told in (
        ("pizza", "A whole address, as in https://"),
        ("http://127.0.0.1:9/", "its address lies inside this network."),
    ):
        await address.fill(wrong)
        await address.press("Enter")
        await expect(form.locator(".field-error")).to_contain_text(told)
        await expect(address).to_be_focused()
    await axe.shown(page, "bot-command-address-phone")
    await page.emulate_media(color_scheme="dark")
    await axe.shown(page, "bot-command-address-phone-dark")
    await address.fill("https://8.8.8.8/slack/commands/pizza")
    await address.press("Enter")
    await expect(page.get_by_text("goes to 8.8.8.8/slack/commands/pizza")).to_be_visible()
    await axe.shown(page, "bot-commands-phone-dark")
    await page.emulate_media(color_scheme="light")
    await page.get_by_role("button", name="Remove /pizza").click()
    await expect(page.get_by_text("/pizza is no longer offered.")).to_be_visible()
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("Asks who brings what")).to_be_visible()
    await expect(page.get_by_text("goes to 8.8.8.8/slack/commands/pizza")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await page.goto(f"{house.url}/#/r/{house.room}")
    await box.press_sequentially("/p")
    option = page.get_by_role("option", name="/pizza")
    await expect(option).to_contain_text("Asks who brings what")
    await axe.shown(page, "slash-phone")
    await option.click()
    await expect(box).to_have_value("/pizza ")
    await expect(page.get_by_text("by Clara")).to_be_visible()
    assert made["person"]["name"] == "Clara"


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
