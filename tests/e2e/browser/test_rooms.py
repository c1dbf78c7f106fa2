"""Coming in and going out, roles, and what facilitators do, as people see it in their browsers."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


async def room_menu(page: Page, item: str) -> None:
    await page.get_by_role("button", name="More about this room").click()
    await page.get_by_role("menuitem", name=item).click()


async def menu_of(page: Page, person: str, item: str) -> None:
    await page.get_by_role("button", name=f"Actions for {person}").click()
    await page.get_by_role("menuitem", name=item).click()


async def test_open_a_room_and_somebody_joins_it(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers, his = await visit(house.owner), await visit(amina)
    await hers.get_by_role("button", name="New").click()
    await hers.get_by_role("menuitem", name="Open a room").click()
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_role("button", name="Open the room").click()
    await expect(dialog.get_by_text("Please fill this in.")).to_be_visible()
    await dialog.get_by_label("Name", exact=True).fill("Poems")
    await dialog.get_by_label("What is it for?").fill("Read aloud")
    await dialog.get_by_role("button", name="Open the room").click()
    await expect(hers.get_by_role("heading", name="Poems")).to_be_visible()
    await expect(hers.get_by_text("Nothing has been said here yet")).to_be_visible()

    await his.get_by_role("link", name="All rooms").click()
    await his.get_by_role("link", name="Poems").click()
    await expect(his.get_by_text("You are reading along.")).to_be_visible()
    await his.get_by_role("button", name="Join the room").click()
    await his.get_by_role("textbox", name="Write to Poems").fill("Here I am")
    await his.keyboard.press("Enter")
    await expect(hers.locator("main.room .body")).to_have_text(["Here I am"])
    await expect(hers.get_by_role("link", name=re.compile("2 people"))).to_be_visible()


async def test_asking_to_come_in(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    kofi = await house.guest("kofi", "Kofi Mensah")
    room = await house.owner.open("Garden", access="request")
    hers, his, other = await visit(house.owner, room), await visit(amina), await visit(kofi)
    for page in (his, other):
        await page.get_by_role("link", name="All rooms").click()
        await page.get_by_role("button", name=re.compile("Ask to join: Garden")).click()
        await expect(page.get_by_text("You have asked to join.")).to_be_visible()
    await hers.get_by_role("link", name=re.compile("1 person")).click()
    await expect(hers.locator(".person-asks")).to_have_count(2)
    await (
        hers.locator(".person-asks", has_text="Amina").get_by_role("button", name="Let in").click()
    )
    await (
        hers.locator(".person-asks", has_text="Kofi").get_by_role("button", name="Decline").click()
    )
    await expect(hers.locator(".person-asks")).to_have_count(0)
    line = his.get_by_role("navigation").get_by_role("link", name="Garden")
    await expect(line).not_to_contain_text("Asked")
    await line.click()
    await expect(his.get_by_role("textbox", name="Write to Garden")).to_be_visible()
    gone = other.get_by_role("navigation").get_by_role("link", name="Garden")
    await expect(gone).to_have_count(0)


async def test_inviting_and_accepting(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    room = await house.owner.open("Staff", access="invite")
    hers, his = await visit(house.owner, room), await visit(amina)
    await room_menu(hers, "Invite people")
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_label("Find people").fill("ami")
    await dialog.get_by_label("Amina Haddad").check()
    await dialog.get_by_role("button", name="Invite", exact=True).click()
    await expect(hers.get_by_text("1 person was invited.")).to_be_visible()
    line = his.get_by_role("navigation").get_by_role("link", name="Staff")
    await expect(line).to_contain_text("Invited")
    await line.click()
    await his.get_by_role("button", name="Come in").click()
    await expect(his.get_by_role("textbox", name="Write to Staff")).to_be_visible()
    await expect(line).not_to_contain_text("Invited")


async def test_roles_bind_at_once(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers = await visit(house.owner)
    await hers.get_by_role("link", name=re.compile("2 people")).click()
    await hers.get_by_role("button", name="Actions for Amina Haddad").click()
    # She comes meanwhile, which would move her line to those who are here, and its menu with it.
    his = await visit(amina)
    await hers.get_by_role("menuitem", name="Make observer").click()
    await expect(his.get_by_text("You are an observer here")).to_be_visible()
    await expect(his.locator(".composer")).to_have_count(0)
    await menu_of(hers, "Amina Haddad", "Make facilitator")
    await expect(his.locator(".composer")).to_have_count(1)
    await room_menu(his, "Room settings")
    dialog = his.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("The longest table")
    await dialog.get_by_role("button", name="Save").click()
    await expect(hers.get_by_role("heading", name="The longest table")).to_be_visible()

    await menu_of(hers, "Amina Haddad", "Warn, mute, remove…")
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_role("radio", name=re.compile("^Remove")).check()
    await dialog.get_by_role("button", name="Remove").click()
    await expect(his.locator(".composer")).to_have_count(0)
    await expect(his.get_by_text("You are reading along.")).to_be_visible()


async def test_archived_rooms_can_be_read(house: House, visit: Visit) -> None:
    assert house.owner
    await house.owner.post(house.room, "The end")
    page = await visit(house.owner)
    await room_menu(page, "Archive the room")
    await page.get_by_role("dialog").get_by_role("button", name="Archive the room").click()
    await expect(page.get_by_text("This room is archived")).to_be_visible()
    await expect(page.locator("main.room .body")).to_have_text(["The end"])
    await room_menu(page, "Bring the room back")
    await expect(page.locator(".composer")).to_have_count(1)


async def test_a_conversation_of_two(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers, his = await visit(house.owner), await visit(amina)
    await hers.get_by_role("button", name="New").click()
    await hers.get_by_role("menuitem", name="Start a conversation").click()
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_label("Amina Haddad").check()
    await dialog.get_by_role("button", name="Start").click()
    await hers.get_by_role("textbox", name="Write to Amina Haddad").fill("Just us")
    await hers.keyboard.press("Enter")
    line = his.get_by_role("navigation").get_by_role("link", name="Nora Vidal")
    await expect(line.locator("[data-unread]")).to_have_attribute("data-unread", "1")
    await line.click()
    await expect(his.locator("main.room .body")).to_have_text(["Just us"])


async def test_leaving_and_a_room_that_is_not_mine(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hidden = await house.owner.open("Staff", access="invite")
    page = await visit(amina)
    await room_menu(page, "Leave the room")
    await page.get_by_role("dialog").get_by_role("button", name="Leave the room").click()
    await expect(page.get_by_text("No rooms yet")).to_be_visible()
    await page.goto(f"{house.url}/#/r/{hidden}")
    await expect(page.get_by_text("There is nothing here")).to_be_visible()
    await page.goto(f"{house.url}/#/r/r_nonsense")
    await expect(page.get_by_text("There is nothing here")).to_be_visible()


async def test_two_people_of_one_name_are_told_apart(house: House, visit: Visit) -> None:
    assert house.owner
    first = await house.guest("sam.a", "Sam Okoro")
    await house.guest("sam.b", "Sam Okoro")
    page = await visit(house.owner)
    await first.post(house.room, "It was me")
    await expect(page.locator(".message-by")).to_contain_text("@sam.a")
    composer = page.locator(".composer textarea")
    await composer.press_sequentially("Thanks @sam")
    await page.get_by_role("option", name="@sam.b").click()
    await composer.press("Enter")
    await expect(page.locator(".mention")).to_have_text("@Sam Okoro (sam.b)")


async def test_on_a_phone_the_views_are_stacked(house: House, visit: Visit) -> None:
    assert house.owner
    message = await house.owner.post(house.room, "Under the table")
    page = await visit(
        house.owner, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    navigation = page.get_by_role("navigation")
    await expect(navigation).to_be_hidden()
    await page.locator(f'[data-id="{message}"]').get_by_role("button", name="Actions").tap()
    await page.get_by_role("menuitem", name="Reply in a thread").tap()
    await page.get_by_role("textbox", name="Write a reply").fill("Found it")
    await page.locator(".margin").get_by_role("button", name="Send").tap()
    await expect(page.locator(".margin .body").last).to_have_text("Found it")
    await page.locator(".margin").get_by_role("button", name="Back").tap()
    await expect(page.get_by_role("link", name="1 reply")).to_be_visible()
    await page.locator(".room-head").get_by_role("button", name="Back").tap()
    await expect(navigation).to_be_visible()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


async def test_everything_by_keyboard(house: House, visit: Visit) -> None:
    assert house.owner
    for words in ("One", "Two", "Three"):
        await house.owner.post(house.room, words)
    page = await visit(house.owner)
    await page.locator(".message").last.focus()
    await page.keyboard.press("ArrowUp")
    await expect(page.locator(".message:focus")).to_contain_text("Two")
    await page.keyboard.press("Home")
    await expect(page.locator(".message:focus")).to_contain_text("One")
    # Who wrote it, react, reply, and what else there is.
    for _ in range(4):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="React")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("main.room .body")).to_have_text(["One", "Two", "Three"])


async def test_where_one_is_stands_in_sight_among_many_rooms(house: House, visit: Visit) -> None:
    """Whoever comes by a link, or by Find, need not look for the room in the list."""
    assert house.owner
    first, *_, last = [await house.owner.open(f"Circle {n:02d}") for n in range(30)]
    page = await visit(house.owner, last)
    line = page.get_by_role("navigation").locator("[aria-current=page]")
    await expect(line).to_have_text("Circle 29")
    await expect(line).to_be_in_viewport(ratio=1)
    await page.goto(f"{house.url}/#/r/{first}")
    await expect(line).to_have_text("Circle 00")
    await expect(line).to_be_in_viewport(ratio=1)
