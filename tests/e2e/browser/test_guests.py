"""Guests by a pass: made at the desk, taken on a phone by a name, ended by a facilitator."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.browser.axe import shown
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


async def test_a_guest_comes_in_by_link_and_goes(
    house: House, visit: Visit, new_page: Callable[..., Awaitable[Page]]
) -> None:
    assert house.owner
    room = await house.owner.open("Bookbinding for beginners", kind="workshop",
                                  purpose="Needles, thread, and patience")  # fmt: skip
    await house.owner.post(room, "Welcome. Today we sew **one** quire.")
    hers = await visit(house.owner, room)
    await hers.get_by_role("button", name="More about this room").click()
    await hers.get_by_role("menuitem", name="Let guests in").click()
    await shown(hers, "guests-none")
    await hers.get_by_role("button", name="Let guests in").click()
    await shown(hers, "guests-new")
    await hers.get_by_label("For how many guests").fill("12")
    await hers.get_by_role("dialog").get_by_role("button", name="Make the pass").click()
    link = await hers.get_by_label("Link of the pass").input_value()
    await expect(hers.get_by_role("img", name="QR code of the pass")).to_be_visible()
    await shown(hers, "guests-share")
    await hers.get_by_role("dialog").get_by_role("button", name="Done").click()

    his = await new_page(viewport=PHONE)
    begun = time.monotonic()
    await his.goto(link)
    await expect(his.get_by_text("You need no account.")).to_be_visible()
    await shown(his, "guest-door-phone")
    await his.get_by_role("button", name="Come in").click()
    await expect(his.get_by_label("Your name")).to_be_focused()
    await his.get_by_label("Your name").fill("Tom Abe")
    await his.get_by_role("button", name="Come in").click()
    await expect(his.get_by_text("one quire")).to_be_visible()
    assert time.monotonic() - begun < 20
    await his.get_by_role("textbox").fill("Is any thread good?")
    await his.get_by_role("button", name="Send").click()
    await shown(his, "guest-room-phone")

    await expect(hers.get_by_text("A guest is in the room")).to_be_visible()
    await shown(hers, "guests-desk")
    await hers.goto(f"{house.url}/#/r/{room}")
    await expect(hers.get_by_text("Tom Abe (guest)").first).to_be_visible()
    await shown(hers, "guest-message")

    await his.goto(f"{house.url}/#/")
    await expect(his.get_by_text("Guest until")).to_be_visible()
    await shown(his, "guest-list-phone")
    await his.goto(link)
    await expect(his.get_by_text("You are here already.")).to_be_visible()
    await his.goto(f"{house.url}/#/r/{room}")
    await expect(his.get_by_text("one quire")).to_be_visible()

    await hers.goto(f"{house.url}/#/r/{room}/desk/guests")
    await hers.set_viewport_size(PHONE)
    await hers.emulate_media(color_scheme="dark")
    await expect(hers.get_by_role("button", name="End the visit of Tom Abe")).to_be_visible()
    await shown(hers, "guests-desk-phone-dark")
    await hers.get_by_role("button", name="End the visit of Tom Abe (guest)").click()
    await hers.get_by_role("dialog").get_by_role("button", name="End the visit").click()
    await expect(his.get_by_role("heading", name="Your visit has ended")).to_be_visible()
    await shown(his, "guest-over-phone")
    await his.reload()
    await expect(his.get_by_role("heading", name="Your visit has ended")).to_be_visible()

    await hers.get_by_role("button", name="Take back the pass").click()
    await hers.get_by_role("dialog").get_by_role("button", name="Take back").click()
    await expect(hers.get_by_text("No pass is out")).to_be_visible()
    await his.goto(link)
    await his.reload()
    await expect(his.get_by_text("This invitation does not work")).to_be_visible()


async def test_a_guest_ends_the_visit_in_the_dark(
    house: House, new_page: Callable[..., Awaitable[Page]]
) -> None:
    assert house.owner
    made = await house.owner.ask("POST", f"/rooms/{house.room}/passes", uses=1)
    his = await new_page(viewport=PHONE, color_scheme="dark")
    await his.goto(f"{house.url}/#/join/{made['code']}")
    await his.get_by_label("Your name").fill("Tom")
    await shown(his, "guest-door-phone-dark")
    await his.get_by_label("Your name").press("Enter")
    await his.get_by_role("textbox", name="Write to The long table").fill("Only for now.")
    await his.get_by_role("button", name="Send").click()
    await expect(his.locator(".message", has_text="Only for now.")).to_be_visible()
    await his.goto(f"{house.url}/#/")
    await his.get_by_role("button", name="You: Tom").click()
    await his.get_by_role("menuitem", name="End my visit").click()
    dialog = his.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="End my visit")).to_be_visible()
    await dialog.get_by_label("Goes with me").check()
    await shown(his, "guest-leave-phone-dark")
    await dialog.get_by_role("button", name="Leave and delete it").click()
    await expect(his.get_by_role("heading", name="Your visit has ended")).to_be_visible()
    await expect(his.get_by_text("What you wrote is deleted.")).to_be_visible()
    await shown(his, "guest-over-phone-dark")
    await house.erased()
    history = await house.owner.ask("GET", f"/rooms/{house.room}/messages")
    assert "Only for now." not in str(history)
    await his.get_by_role("button", name="Sign in").click()
    await expect(his.get_by_label("Username")).to_be_visible()
