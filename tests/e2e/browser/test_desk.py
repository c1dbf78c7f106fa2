"""The facilitators' desk in the browser: by keyboard only, and closed to everybody else."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def tab_to(page: Page, role: str, name: str | re.Pattern[str], within: str = "body") -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    target = page.locator(within).get_by_role(role, name=name).first  # type: ignore[arg-type]
    await expect(target).to_be_visible()
    for _ in range(80):
        if await target.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"no way to {name} by Tab")


async def test_requests_are_answered_at_the_desk_by_keyboard(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    room = await house.owner.open("Garden", access="request")
    hers = await visit(house.owner, room)
    for one in (amina, kofi):
        await one.ask("POST", f"/rooms/{room}/join")
    desk = hers.get_by_role("link", name="Facilitators' desk, 2 things wait")
    await expect(desk).to_be_visible()
    await tab_to(hers, "link", re.compile("Facilitators' desk"))
    await hers.keyboard.press("Enter")
    await expect(hers.get_by_role("heading", name="Facilitators' desk")).to_be_visible()
    assert await violations(hers) == []
    await tab_to(hers, "button", "Let in Amina Haddad")
    await hers.keyboard.press("Enter")
    await expect(hers.locator("[data-request]")).to_have_count(1)
    # What was answered took nobody's place: the next one is in hand.
    await expect(hers.get_by_role("button", name="Decline Kofi Mensah")).to_be_focused()
    await hers.keyboard.press("Enter")
    await expect(hers.get_by_text("Nothing waits")).to_be_visible()
    members = await house.owner.ask("GET", f"/rooms/{room}")
    assert {one["person"] for one in members["members"]} == {house.owner.id, amina.id}


async def test_the_desk_is_for_facilitators(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    page = await visit(amina)
    await expect(page.get_by_role("link", name=re.compile("Facilitators' desk"))).to_have_count(0)
    await page.goto(f"{house.url}/#/r/{house.room}/desk")
    await expect(page.get_by_text("This is not open to you")).to_be_visible()
    role = f"/rooms/{house.room}/members/{amina.id}/role"
    await house.owner.ask("PUT", role, role="facilitator")
    await expect(page.get_by_text("Nothing waits")).to_be_visible()


async def test_a_post_waits_and_is_let_in_by_keyboard(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    nora, hers, his = await visit(house.owner), await visit(amina), await visit(kofi)
    await nora.goto(f"{house.url}/#/r/{house.room}/desk/rules")
    await tab_to(nora, "checkbox", "Newcomers' posts wait")
    await nora.keyboard.press("Space")
    await tab_to(nora, "button", "Save")
    await nora.keyboard.press("Enter")
    await expect(nora.get_by_text("From the next post on.")).to_be_visible()
    assert await violations(nora) == []

    await hers.get_by_role("textbox", name="Write to The long table").fill("May I come in?")
    await hers.keyboard.press("Enter")
    waits = hers.locator("[data-held]")
    await expect(waits).to_contain_text("Waits for a facilitator")
    await hers.reload()
    await expect(waits).to_contain_text("May I come in?")
    await waits.get_by_role("button", name="Edit").click()
    await hers.get_by_role("textbox", name="Edit your message").fill("May I come in, please?")
    await hers.keyboard.press("Enter")
    await expect(waits).to_contain_text("please")
    assert await violations(hers) == []
    await expect(his.locator("main.room .body")).to_have_count(0)

    await tab_to(nora, "link", re.compile("Waiting"))
    await nora.keyboard.press("Enter")
    await expect(nora.locator("[data-held]")).to_contain_text("May I come in, please?")
    await tab_to(nora, "button", "Let in the post by Amina Haddad")
    await nora.keyboard.press("Enter")
    for page in (hers, his):
        await expect(page.locator("main.room .body")).to_have_text(["May I come in, please?"])
    await expect(waits).to_have_count(0)

    await his.get_by_role("textbox", name="Write to The long table").fill("Me too")
    await his.keyboard.press("Enter")
    await tab_to(nora, "button", "Decline the post by Kofi Mensah")
    await nora.keyboard.press("Enter")
    dialog = nora.get_by_role("dialog")
    await tab_to(nora, "textbox", re.compile("Why"))
    await nora.keyboard.type("Say hello first")
    assert await violations(nora) == []
    await tab_to(nora, "button", "Decline", "dialog")
    await nora.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    told = his.locator("[data-held]")
    await expect(told).to_contain_text(
        "A facilitator did not let your post in. Why: Say hello first"
    )
    await told.get_by_role("button", name="All right").click()
    await expect(told).to_have_count(0)
    await his.reload()
    await expect(his.locator("main.room .body")).to_have_count(1)
    await expect(told).to_have_count(0)


async def test_a_rule_is_tried_and_then_refuses(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await amina.post(house.room, "A cabbage in the old days")
    nora, hers = await visit(house.owner), await visit(amina)
    await nora.goto(f"{house.url}/#/r/{house.room}/desk/rules")
    await nora.get_by_role("button", name="New rule").click()
    dialog = nora.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("No cabbage")
    await dialog.get_by_label("Words, one a line").fill("cabbage*")
    await dialog.get_by_label("Refuse it").check()
    await dialog.get_by_label("What its author is told").fill("Lettuce only, please.")
    await dialog.get_by_role("button", name="Try it first").click()
    await expect(dialog).to_contain_text("Of the newest 1 message it would have met 1.")
    assert await violations(nora) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(nora.locator("[data-rule]")).to_contain_text("it is refused")
    await hers.get_by_role("textbox", name="Write to The long table").fill("C4bb4ges!")
    await hers.keyboard.press("Enter")
    await expect(hers.get_by_text("Not sent: Lettuce only, please.")).to_be_visible()


async def test_a_report_is_made_taken_and_settled_by_keyboard(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    await kofi.post(house.room, "Nobody asked you")
    nora, hers = await visit(house.owner), await visit(amina)
    await tab_to(hers, "article", re.compile("Kofi Mensah"))
    await tab_to(hers, "button", "Actions for the message by Kofi Mensah")
    await hers.keyboard.press("Enter")
    item = hers.get_by_role("menuitem", name="Report")
    while not await item.evaluate("one => one === document.activeElement"):
        await hers.keyboard.press("ArrowDown")
    await hers.keyboard.press("Enter")
    await tab_to(hers, "textbox", re.compile("In your words"), "dialog")
    await hers.keyboard.type("That hurt me")
    assert await violations(hers) == []
    await tab_to(hers, "button", "Report", "dialog footer")
    await hers.keyboard.press("Enter")
    await expect(hers.get_by_text("Thank you.")).to_be_visible()

    await expect(nora.get_by_role("link", name=re.compile("1 thing waits"))).to_be_visible()
    await tab_to(nora, "link", re.compile("Facilitators' desk"))
    await nora.keyboard.press("Enter")
    await tab_to(nora, "link", re.compile("Reports"), ".tabs")
    await nora.keyboard.press("Enter")
    report = nora.locator("[data-report]")
    await expect(report).to_contain_text("Nobody asked you")
    await expect(report).to_contain_text("That hurt me")
    assert await violations(nora) == []
    await tab_to(nora, "button", "I'll look at it")
    await nora.keyboard.press("Enter")
    await expect(report).to_contain_text("taken by you")
    await tab_to(nora, "button", "Settle it")
    await nora.keyboard.press("Enter")
    await tab_to(nora, "textbox", re.compile("A word"), "dialog")
    await nora.keyboard.type("We spoke about it")
    await tab_to(nora, "button", "Settle it", "dialog")
    await nora.keyboard.press("Enter")
    await expect(nora.get_by_text("No open reports")).to_be_visible()
    told = hers.locator("[data-answer]")
    await expect(told).to_contain_text("We spoke about it")
    await hers.reload()
    assert await violations(hers) == []
    await told.get_by_role("button", name="All right").click()
    await expect(told).to_have_count(0)


async def test_admins_have_a_desk_for_the_community(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    direct = (await amina.ask("POST", "/direct", people=[kofi.id]))["room"]
    await kofi.post(direct, "Send me your password")
    nora, hers = await visit(house.owner), await visit(amina, direct)
    await nora.goto(f"{house.url}/#/people/reports")
    await expect(nora.get_by_text("No open reports")).to_be_visible()
    await hers.get_by_role("button", name="More about this room").click()
    await hers.get_by_role("menuitem", name="Report this conversation").click()
    await hers.get_by_role("dialog").get_by_role("button", name="Report", exact=True).click()
    await expect(nora.locator("[data-report]")).to_contain_text("Send me your password")
    assert await violations(nora) == []
    await nora.get_by_role("link", name="Rules").click()
    await expect(nora.get_by_text("These hold in every room")).to_be_visible()


async def test_a_thread_moves_and_those_who_may_follow_it(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    other = await house.owner.open("Side table", access="invite")
    root = await amina.post(house.room, "Off the subject")
    await amina.post(house.room, "Very much so", thread=root)
    nora, hers = await visit(house.owner), await visit(amina)
    row = nora.locator(f'[data-id="{root}"]')
    await row.hover()
    await row.get_by_role("button", name="Actions").click()
    await nora.get_by_role("menuitem", name="Move to another room").click()
    dialog = nora.get_by_role("dialog")
    await expect(dialog.get_by_label("Side table")).to_be_checked()
    assert await violations(nora) == []
    await dialog.get_by_role("button", name="Move it").click()
    for page in (nora, hers):
        await expect(page.locator("main.room")).to_contain_text("moved to another room")
        await expect(page.locator("main.room .body")).to_have_count(0)
    await hers.get_by_role("button", name="Go there").click()
    await expect(hers.get_by_text("not yours to see")).to_be_visible()
    await nora.get_by_role("button", name="Go there").click()
    await expect(nora.get_by_role("heading", name="Side table")).to_be_visible()
    await expect(nora.locator("main.room .body")).to_have_text(["Off the subject"])
    await expect(nora.get_by_text("1 reply")).to_be_visible()
    assert other in nora.url
