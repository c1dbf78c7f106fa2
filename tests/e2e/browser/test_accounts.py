"""Coming in and leaving, in a real browser on a real server: set-up, invitations, signing in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.conftest import NewPage
from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import PASSWORD, Guest, House

pytestmark = pytest.mark.browser

PHONE: dict[str, object] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


class EmptyHouse(House):
    """A server that nobody has set up."""

    async def link(self) -> str:
        """The address that the first start offers."""
        return f"{self.url}/#/link/{await self._link_token()}"


@pytest_asyncio.fixture(loop_scope="session")
async def empty_house(tmp_path: Path) -> AsyncIterator[EmptyHouse]:
    """The same, started."""
    house = EmptyHouse(tmp_path / "data")
    await house.start()
    try:
        yield house
    finally:
        await house.stop()
        await house.leave()


async def at(page: Page, title: str) -> None:
    """The screen with this title is there, and axe finds nothing on it."""
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    assert not await violations(page), title


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def sign_in(page: Page, house: House, username: str, password: str = PASSWORD) -> None:
    await page.goto(f"{house.url}/")
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Password", exact=True).fill(password)
    await press(page, "Sign in")


async def test_set_up_to_the_first_room(empty_house: EmptyHouse, new_page: NewPage) -> None:
    page = await new_page(timezone_id="America/Bogota")
    await page.goto(f"{empty_house.url}/")
    await at(page, "Almost there")
    await page.goto(await empty_house.link())
    await at(page, "Begin a community")
    await expect(page.get_by_label("Time zone")).to_have_value("America/Bogota")
    await press(page, "Go on")
    await expect(page.get_by_text("Please fill this in.")).to_be_visible()
    await expect(page.get_by_label("Name of the community")).to_be_focused()
    # From here on with the keyboard alone.
    await page.keyboard.type("Riverside")
    await page.keyboard.press("Enter")

    await at(page, "Who will be there?")
    await page.keyboard.press("Enter")
    await page.get_by_role("radio", name="Yes, there are children").press("Space")
    await expect(
        page.get_by_text("Then every private conversation has a facilitator")
    ).to_be_visible()
    await press(page, "Go on")

    await at(page, "And you?")
    await page.get_by_label("Name", exact=True).fill("Nora Vidal")
    await expect(page.get_by_label("Username")).to_have_value("nora")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.go_back()
    await at(page, "Who will be there?")
    await page.go_forward()
    await expect(page.get_by_label("Password", exact=True)).to_have_value(PASSWORD)
    await press(page, "Go on")

    await at(page, "The first room")
    await page.get_by_label("What is it called?").fill("The long table")
    await press(page, "Begin")

    await at(page, "It stands. Invite people.")
    code = page.get_by_role("img", name="QR code of the invitation")
    assert await code.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
    link = await page.get_by_label("Link of the invitation").input_value()
    assert re.match(re.escape(empty_house.url) + r"/#/join/\w+", link)
    await press(page, "Go to your room")
    await expect(page.get_by_role("heading", name="The long table")).to_be_visible()

    other = await new_page()
    await other.goto(link)
    await at(other, "The long table")


async def test_from_invitation_to_first_post_on_a_phone(house: House, new_page: NewPage) -> None:
    code = await house.invite()
    await house.guest("amina", "Amina Haddad")
    page = await new_page(**PHONE)
    await page.goto(f"{house.url}/#/join/{code}")
    await at(page, "The long table")
    await expect(page.get_by_text("Nora Vidal invites you to this room.")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    await page.get_by_label("Name", exact=True).fill("Amina Rossi")
    await page.get_by_label("Password", exact=True).fill("tram four at dawn")
    await press(page, "Join")
    # The username made of the name is taken: others are offered, and one press takes one.
    await expect(page.get_by_text("Somebody here is called amina already.")).to_be_visible()
    await press(page, "amina.rossi")
    await press(page, "Join")
    composer = page.locator("main.room .composer textarea")
    await composer.fill("Good evening")
    await press(page, "Send")
    await expect(page.locator("main.room .lines .body")).to_have_text(["Good evening"])
    assert "join" not in page.url


async def test_an_invitation_is_one_button_for_somebody_inside(
    house: House, new_page: NewPage
) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    poems = await house.owner.open("Poems", access="invite")
    code = await house.invite(room=poems)
    page = await new_page()
    await amina.enter(page.context)
    await page.goto(f"{house.url}/#/join/{code}")
    await at(page, "Poems")
    await press(page, "Join the room")
    await expect(page).to_have_url(f"{house.url}/#/r/{poems}")

    stranger = await new_page()
    await stranger.goto(f"{house.url}/#/join/{code[:-1]}")
    await at(stranger, "This invitation does not work")


async def test_asking_to_join_waits_for_a_yes(
    house: House, visit: Visit, new_page: NewPage
) -> None:
    assert house.owner
    page = await new_page(**PHONE)
    await page.goto(f"{house.url}/#/sign-up")
    await at(page, "You need an invitation")
    await house.owner.ask("PATCH", "/community", sign_up="approval")
    await page.reload()
    await at(page, "Join Casa Ateneo")
    await page.get_by_label("Name", exact=True).fill("Kofi Mensah")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await press(page, "Ask to join")
    await at(page, "Thank you, Kofi Mensah")
    await sign_in(page, house, "kofi")
    await expect(page.get_by_text("kofi is still waiting")).to_be_visible()

    keeper = await visit(house.owner)
    await keeper.goto(f"{house.url}/#/people")
    await keeper.get_by_role("button", name="Let in: Kofi Mensah").click()
    await expect(
        keeper.get_by_role("list", name="People").get_by_text("Kofi Mensah")
    ).to_be_visible()
    await press(page, "Try again")
    await sign_in(page, house, "kofi")
    await expect(page.get_by_role("link", name="Casa Ateneo")).to_be_visible()


async def test_wrong_passwords_are_told_and_then_have_to_wait(
    house: House, new_page: NewPage
) -> None:
    page = await new_page()
    await sign_in(page, house, "nora", "not this one")
    wrong = page.get_by_text("The username or the password is not right.")
    await expect(wrong).to_be_visible()
    assert not await violations(page)
    while not await page.get_by_text("Too many tries in a row.").is_visible():
        await press(page, "Sign in")
        await expect(page.locator("form [aria-busy]")).to_have_count(0)
    await expect(page.locator(".countdown")).to_have_text(re.compile(r"0:\d\d"))


@pytest.mark.promise_p7
async def test_a_session_ended_elsewhere_stands_at_the_entrance(
    house: House, visit: Visit, new_page: NewPage
) -> None:
    amina = await house.guest("amina", "Amina Haddad")
    there = await visit(amina)
    here = await new_page()
    await sign_in(here, house, "amina")
    await expect(here.locator("[data-line=open]")).to_be_attached()
    await here.goto(f"{house.url}/#/settings/devices")
    await expect(here.get_by_text("This device")).to_be_visible()
    await here.get_by_role("button", name="Sign out: ").click()
    await expect(there.get_by_role("heading", name="Sign in")).to_be_visible(timeout=1000)
    await expect(there.get_by_text("You are signed out here.")).to_be_visible()
    await expect(here.get_by_text("You are signed in nowhere else.")).to_be_visible()
    # And back, to where they were.
    await there.get_by_label("Username").fill("amina")
    await there.get_by_label("Password", exact=True).fill(PASSWORD)
    await press(there, "Sign in")
    await expect(there.get_by_role("heading", name="The long table")).to_be_visible()


@pytest.mark.promise_p7
async def test_a_new_password_ends_other_sessions(house: House, visit: Visit) -> None:
    amina = await house.guest("amina", "Amina Haddad")
    here = await visit(amina)
    there = await visit(await again(house, amina))
    await here.goto(f"{house.url}/#/settings/password")
    mine, fresh = here.get_by_label("Your password now").first, here.get_by_label("New password")
    await mine.fill("not this one")
    await fresh.fill("snow on a page")
    await press(here, "Change password")
    await expect(here.get_by_text("That is not your password.")).to_be_visible()
    await mine.fill(PASSWORD)
    await press(here, "Change password")
    await expect(here.get_by_text("Your password is changed.")).to_be_visible()
    await expect(there.get_by_role("heading", name="Sign in")).to_be_visible(timeout=1000)


async def again(house: House, person: Guest) -> Guest:
    """The same person on another device."""
    async with httpx.AsyncClient(base_url=house.url, headers={"Origin": house.url}) as http:
        who = {"username": person.username, "password": PASSWORD}
        assert (await http.post("/api/v1/sign-in", json=who)).is_success
    return Guest(person.id, person.username, person.name, http)


async def test_deleting_an_account_says_goodbye(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await amina.post(house.room, "a canary")
    page, hers = await visit(amina), await visit(house.owner)
    await expect(hers.get_by_text("a canary")).to_be_visible()
    await page.goto(f"{house.url}/#/settings/leaving")
    await press(page, "Delete my account")
    await page.get_by_label("Your password now").fill(PASSWORD)
    await press(page, "Delete everything")
    await at(page, "Your account is deleted")
    await expect(hers.get_by_text("a canary")).to_have_count(0)

    await hers.goto(f"{house.url}/#/settings/leaving")
    await press(hers, "Delete my account")
    await hers.get_by_label("Your password now").fill(PASSWORD)
    await press(hers, "Delete everything")
    await expect(hers.get_by_text("You are the only owner.")).to_be_visible()
