"""The facilitators' desk in the browser: by keyboard only, and closed to everybody else."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def tab_to(page: Page, role: str, name: str | re.Pattern[str]) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    target = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
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
