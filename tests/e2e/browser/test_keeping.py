"""Keeping a community, in a real browser: invitations, class lists and slips, roles, resets."""

from __future__ import annotations

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.conftest import NewPage
from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import PASSWORD, House
from tests.e2e.browser.test_accounts import PHONE, at, press, sign_in

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, object]] = {"wide": {}, "dark": {"color_scheme": "dark"}, "phone": PHONE}


async def test_an_invitation_is_made_used_and_ended(
    house: House, visit: Visit, new_page: NewPage
) -> None:
    assert house.owner
    page = await visit(house.owner)
    await page.goto(f"{house.url}/#/people/invitations")
    await press(page, "New invitation")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Into").select_option("The long table")
    await dialog.get_by_role("radio", name="Guest").check()
    uses = dialog.get_by_label("For how many?")
    await uses.fill("0")
    await press(page, "Make invitation")
    await expect(dialog.get_by_text("From 1 to 1000, please.")).to_be_visible()
    await uses.fill("1")
    await press(page, "Make invitation")
    await expect(dialog.get_by_role("img", name="QR code of the invitation")).to_be_visible()
    link = await dialog.get_by_label("Link of the invitation").input_value()
    await press(page, "Done")
    line = page.locator("[data-invitation]").first
    await expect(line).to_contain_text("0 of 1 used")

    guest = await new_page()
    await guest.goto(link)
    await expect(guest.get_by_text("You come as a guest")).to_be_visible()
    await guest.get_by_label("Name", exact=True).fill("Kofi Mensah")
    await guest.get_by_label("Password", exact=True).fill(PASSWORD)
    await press(guest, "Join")
    await expect(guest.locator("main.room .composer")).to_be_visible()
    # What is for keepers is not for guests.
    await guest.goto(f"{house.url}/#/people/invitations")
    await expect(guest.get_by_role("heading", name="This is not open to you")).to_be_visible()
    assert not await violations(guest)
    await page.reload()
    await expect(page.get_by_text("used up")).to_be_visible()
    late = await new_page()
    await late.goto(link)
    await at(late, "This invitation does not work")

    second = page.locator("[data-invitation]").filter(has_text="of 50 used")
    await second.get_by_role("button", name="Actions").click()
    await page.get_by_role("menuitem", name="End it").click()
    await page.get_by_role("dialog").get_by_role("button", name="End it").click()
    await expect(page.get_by_text("ended by hand")).to_be_visible()


async def test_from_a_class_list_to_a_slip_to_the_room(
    house: House, visit: Visit, new_page: NewPage
) -> None:
    assert house.owner
    page = await visit(house.owner)
    await page.goto(f"{house.url}/#/people/class-list")
    await page.get_by_label("Names").fill(
        "Bea Torres\nJürgen Groß\nNora Prieto, nora\nIvo Petrov, i\n"
    )
    await page.get_by_label("They are put into").select_option("The long table")
    await press(page, "Look at it first")
    rows = page.get_by_role("row")
    await expect(rows.nth(1)).to_contain_text("bea")
    await expect(rows.nth(2)).to_contain_text("juergen")
    await expect(rows.nth(3)).to_contain_text("This username is taken.")
    await expect(rows.nth(4)).to_contain_text("Too short.")
    assert not await violations(page)
    await press(page, "Make 2 accounts")
    slips = page.get_by_role("list", name="Sign-in slips").get_by_role("listitem")
    await expect(slips).to_have_count(2)
    assert not await violations(page)

    # On paper there are the slips and nothing else.
    await page.emulate_media(media="print")
    await expect(page.locator("#app")).to_be_hidden()
    sheet = page.locator(".sheet .slip")
    await expect(sheet).to_have_count(2)
    await expect(sheet.first).to_be_visible()
    await page.emulate_media(media="screen")
    link = await slips.first.locator(".slip-url").inner_text()

    child = await new_page(**PHONE)
    await child.goto(link)
    await at(child, "Welcome, Bea Torres")
    await child.get_by_label("Choose a password").fill("short")
    await press(child, "Come in")
    await expect(child.get_by_text("At least 8 characters, please.")).to_be_visible()
    await child.get_by_label("Choose a password").fill("seven small swans")
    await press(child, "Come in")
    await child.get_by_role("link", name="The long table").click()
    await expect(child.locator("main.room .composer")).to_be_visible()

    again = await new_page()
    await again.goto(link)
    await at(again, "This link does not work any more")


async def test_a_forgotten_password_is_set_anew(
    house: House, visit: Visit, new_page: NewPage
) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    old, page = await visit(amina), await visit(house.owner)
    await page.goto(f"{house.url}/#/people")
    await page.get_by_label("Find somebody").fill("had")
    await expect(page.get_by_role("list", name="People").get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("button", name="Actions for Amina Haddad").click()
    await page.get_by_role("menuitem", name="Link for a new password").click()
    await press(page, "Make the link")
    link = await page.get_by_role("dialog").get_by_label("Link for a new password").input_value()

    fresh = await new_page()
    await fresh.goto(link)
    await at(fresh, "A new password for Amina Haddad")
    await fresh.get_by_label("New password").fill("snow on a page")
    await press(fresh, "Save and come in")
    await expect(fresh.get_by_role("link", name="The long table")).to_be_visible()
    await expect(old.get_by_role("heading", name="Sign in")).to_be_visible(timeout=1000)
    await sign_in(old, house, "amina", "snow on a page")
    await expect(old.get_by_role("link", name="The long table")).to_be_visible()


async def test_roles_decide_what_one_is_offered(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    page, hers = await visit(house.owner), await visit(amina)
    await hers.goto(f"{house.url}/#/people")
    await expect(hers.get_by_role("heading", name="This is not open to you")).to_be_visible()
    await page.goto(f"{house.url}/#/people")
    await page.get_by_role("button", name="Actions for Amina Haddad").click()
    await page.get_by_role("menuitem", name="Change role").click()
    await page.get_by_role("radio", name="Admin Keeps").check()
    await press(page, "Save")
    await expect(page.get_by_text("Amina Haddad is now: Admin.")).to_be_visible()
    await hers.reload()
    people = hers.get_by_role("list", name="People")
    await expect(people.get_by_role("listitem")).to_have_count(2)
    # Of owners only owners decide.
    await expect(hers.get_by_role("button", name="Actions for Nora Vidal")).to_have_count(0)


async def test_secrets_of_programs_are_told_once(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await page.goto(f"{house.url}/#/people/bots")
    await page.get_by_role("button", name="Make a bot").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("Reminder")
    await dialog.get_by_role("button", name="Make bot").click()
    bot = await dialog.get_by_label("Token").input_value()
    await dialog.get_by_role("button", name="I have copied it").click()
    await expect(dialog).to_have_count(0)
    await page.goto(f"{house.url}/#/settings/tokens")
    await press(page, "New token")
    await page.get_by_label("What is it for?").fill("A script")
    await press(page, "Make token")
    own = await page.get_by_role("textbox", name="A script").input_value()
    await press(page, "I have copied it")
    for secret, name in ((bot, "reminder"), (own, "nora")):
        bearer = {"Authorization": f"Bearer {secret}"}
        async with httpx.AsyncClient(base_url=house.url, headers=bearer) as http:
            answer = await http.get("/api/v1/session")
        assert answer.json()["person"]["username"] == name
    await page.get_by_role("button", name="Revoke A script").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(page.get_by_role("heading", name="No tokens")).to_be_visible()


SCREENS = [
    "settings", "settings/password", "settings/devices", "settings/tokens", "settings/leaving",
    "people", "people/invitations", "people/class-list", "people/bots", "people/community",
]  # fmt: skip


async def test_axe_finds_nothing_on_settings(house: House, visit: Visit) -> None:
    assert house.owner
    await house.guest("amina", "Amina Haddad")
    found: list[str] = []
    for look, options in LOOKS.items():
        page = await visit(house.owner, **options)
        for screen in SCREENS:
            await page.goto(f"{house.url}/#/{screen}")
            await expect(page.locator(".tab[aria-current]")).to_be_visible()
            await expect(page.locator("[data-state=loading]")).to_have_count(0)
            seen = await violations(page) + await too_wide(page)
            found += [f"{look} {screen}: {one}" for one in seen]
        await page.context.close()
    assert not found, "\n".join(found)


async def too_wide(page: Page) -> list[str]:
    """Nothing but tables scrolls sideways."""
    excess = await page.evaluate(
        "(() => { const box = document.querySelector('.shell-main');"
        " return box.scrollWidth - box.clientWidth })()"
    )
    return [f"{excess} px too wide"] if excess > 0 else []
