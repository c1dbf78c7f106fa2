"""What waits for those who run the community: a room without a facilitator, and an appeal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.browser.axe import shown
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import PASSWORD, House

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


async def test_shut_out_heard_and_a_room_handed_over(
    house: House, visit: Visit, new_page: Callable[..., Awaitable[Page]]
) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    room = await amina.open("Poetry circle", access="invite")
    await amina.ask("POST", f"/rooms/{room}/invite", people=[kofi.id])
    await kofi.ask("POST", f"/rooms/{room}/join")
    nora = await visit(house.owner)
    await house.owner.ask("POST", f"/people/{amina.id}/suspend", reason="A day off")
    await expect(nora.get_by_text("A room has no facilitator.")).to_be_visible()
    await shown(nora, "unled-notice")

    hers = await new_page(viewport=PHONE, color_scheme="dark")
    await hers.goto(f"{house.url}/#/sign-in")
    await hers.get_by_label("Username").fill("amina")
    await hers.get_by_label("Password", exact=True).fill(PASSWORD)
    await hers.get_by_role("button", name="Sign in").click()
    await expect(hers.get_by_text("This account is suspended.")).to_contain_text("A day off")
    await hers.get_by_label("What should be considered?").fill("I only answered.")
    await shown(hers, "suspended-phone-dark")
    await hers.get_by_role("button", name="Ask for it to be looked at again").click()
    await expect(hers.get_by_text("No answer yet")).to_be_visible()
    await expect(nora.get_by_text("Somebody who is suspended asks to be heard")).to_be_visible()
    await nora.get_by_role("link", name="Read it").click()
    await expect(nora.get_by_text("I only answered.")).to_be_visible()
    await nora.get_by_role("button", name="Leave it as it is for Amina Haddad").click()
    await nora.get_by_label("Your answer").fill("Until tomorrow, then.")
    await nora.get_by_role("dialog").get_by_role("button", name="Leave it as it is").click()
    await expect(nora.get_by_text("Somebody who is suspended asks to be heard")).to_have_count(0)
    await hers.get_by_role("button", name="Sign in").click()
    await expect(hers.get_by_text("“Until tomorrow, then.”")).to_be_visible()
    await shown(hers, "answered-at-the-door-phone-dark")

    await nora.get_by_role("link", name="Look after it").click()
    await expect(nora.get_by_text("Poetry circle", exact=True)).to_be_visible()
    await nora.get_by_label("Who looks after Poetry circle?").select_option("Kofi Mensah")
    await shown(nora, "unled")
    await nora.set_viewport_size(PHONE)
    await shown(nora, "unled-phone")
    await nora.get_by_role("button", name="Name a facilitator of Poetry circle").click()
    await expect(nora.get_by_text("Every room is looked after")).to_be_visible()
    await expect(nora.get_by_text("A room has no facilitator.")).to_have_count(0)
    inside = await kofi.ask("GET", f"/rooms/{room}")
    assert inside["me"]["role"] == "facilitator"
