"""What binds somebody, as both sides see it: a mute and its appeal, a lock, a ban, the log."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import ViewportSize, expect

from tests.e2e.browser.axe import shown
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


async def test_a_mute_an_appeal_and_its_answer(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await amina.post(house.room, "And another thing!")
    hers = await visit(house.owner)
    his = await visit(amina, viewport=PHONE, color_scheme="dark")
    await expect(his.get_by_role("textbox")).to_be_visible()

    await hers.goto(f"{house.url}/#/r/{house.room}/desk/people")
    await hers.get_by_role("button", name="Warn, mute, remove… Amina Haddad").click()
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_role("radio", name=re.compile("^Mute")).check()
    await dialog.get_by_label("For how long").select_option("604800")
    await dialog.get_by_label("Why? Amina Haddad will read this.").fill("Let others speak, please")
    await shown(hers, "give")
    await dialog.get_by_role("button", name="Mute").click()
    await expect(hers.get_by_text(re.compile("Muted until"))).to_be_visible()

    bound = his.locator("[data-bound=muted]")
    await expect(bound).to_contain_text("You can read but not write here until")
    await expect(bound).to_contain_text("Because: Let others speak, please")
    await expect(his.get_by_role("textbox")).to_have_count(0)
    await shown(his, "muted-phone-dark")
    await bound.get_by_role("button", name="Ask for it to be looked at again").click()
    await his.get_by_label("What should be considered?").fill("I only answered a question.")
    await shown(his, "appeal-phone-dark")
    await his.get_by_role("dialog").get_by_role("button", name="Send").click()
    await expect(bound).to_contain_text("No answer yet")

    await expect(hers.get_by_text("Somebody asks to be heard again")).to_be_visible()
    await expect(hers.get_by_text("I only answered a question.")).to_be_visible()
    await shown(hers, "desk-people")
    await hers.get_by_role("button", name="Lift it for Amina Haddad").click()
    await hers.get_by_label("Your answer").fill("Fair. Welcome back.")
    await hers.get_by_role("dialog").get_by_role("button", name="Lift", exact=True).click()
    await expect(his.get_by_role("textbox")).to_be_visible()
    await expect(his.get_by_text("“Fair. Welcome back.”")).to_be_visible()
    await shown(his, "answered-phone-dark")

    await hers.goto(f"{house.url}/#/r/{house.room}/desk/log")
    await expect(hers.locator("[data-act='sanction.mute']")).to_contain_text("muted Amina Haddad")
    await shown(hers, "log")
    await hers.get_by_text("Narrow it down").click()
    await hers.get_by_label("What", exact=True).select_option("sanction_answer")
    await expect(hers.locator(".log-line")).to_have_count(1)
    async with hers.expect_download() as download:
        await hers.get_by_role("link", name="Download as a table").click()
    text = (await (await download.value).path()).read_text()
    assert "sanction.answer" in text
    assert "sanction.mute" not in text


async def test_a_locked_room_slow_mode_and_a_ban(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers, his = await visit(house.owner), await visit(amina)
    await hers.get_by_role("button", name="More about this room").click()
    await hers.get_by_role("menuitem", name="Lock the room").click()
    await hers.get_by_label("Why? Everybody will read this.").fill("We start at nine")
    await shown(hers, "lock")
    await hers.get_by_role("dialog").get_by_role("button", name="Lock the room").click()
    await expect(his.locator("[data-bound=locked]")).to_contain_text("Because: We start at nine")
    await shown(his, "locked")
    await expect(hers.get_by_role("textbox")).to_be_visible()
    await hers.get_by_role("button", name="More about this room").click()
    await hers.get_by_role("menuitem", name="Unlock the room").click()
    await his.get_by_role("textbox").fill("One")
    await his.keyboard.press("Enter")
    await expect(his.locator("main.room .body")).to_have_text(["One"])

    await house.owner.ask("PATCH", f"/rooms/{house.room}", slow_mode=3600)
    await expect(his.get_by_text(re.compile("Your next post may come in"))).to_be_visible()
    await expect(hers.get_by_text(re.compile("Your next post may come in"))).to_have_count(0)
    await shown(his, "slow")

    await house.owner.ask(
        "PUT", f"/rooms/{house.room}/members/{amina.id}/ban", seconds=86_400, reason="Enough"
    )
    card = his.locator(".notice-card")
    await expect(card).to_contain_text("You cannot be in")
    await shown(his, "banned")
    await card.get_by_role("button", name="I have read it").click()
    await expect(card).to_have_count(0)


async def test_a_suspended_account_is_told_why(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers, his = await visit(house.owner), await visit(amina)
    await hers.goto(f"{house.url}/#/people")
    await hers.get_by_role("button", name="Actions for Amina Haddad").click()
    await hers.get_by_role("menuitem", name="Suspend").click()
    await hers.get_by_label("Why? Amina Haddad will read this.").fill("A day to think")
    await hers.get_by_role("dialog").get_by_role("button", name="Suspend").click()
    await expect(hers.get_by_text("1 suspended account")).to_be_visible()
    await shown(hers, "suspended")
    await expect(his.get_by_role("heading", name="Sign in")).to_be_visible()
