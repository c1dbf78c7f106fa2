"""Forums in browsers: a topic from its question to its answer, and answers that are kept back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browser.axe import violations
from tests.e2e.browser.house import Guest, House

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
Enter = Callable[..., Awaitable[Page]]


@pytest.fixture
def enter(house: House, new_page: Callable[..., Awaitable[Page]]) -> Enter:
    """`await enter(person, room)`: their page at a forum, its topics here."""

    async def go(person: Guest, room: str, **options: object) -> Page:
        page = await new_page(**options)
        await person.enter(page.context)
        await page.goto(f"{house.url}/#/r/{room}")
        await expect(page.locator(".forum")).to_be_visible()
        await expect(page.locator(".forum [data-state=loading]")).to_have_count(0)
        return page

    return go


async def forum_of(house: House, *others: Guest, **more: object) -> str:
    """A forum opened by the owner and joined by others."""
    assert house.owner
    room = await house.owner.open("Questions", kind="forum", **more)
    for other in others:
        await other.ask("POST", f"/rooms/{room}/join")
    return room


async def press(page: Page, what: Locator, key: str = "Enter") -> None:
    """What somebody without a mouse does: go there, press a key."""
    await expect(what).to_be_visible()
    await what.focus()
    await page.keyboard.press(key)


async def sound(page: Page) -> None:
    """axe-core finds nothing, by day and by night."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert not await violations(page)


def answers(page: Page) -> Locator:
    return page.locator('ol[aria-label="Replies"] .body')


async def test_a_topic_from_its_question_to_its_answer_by_keyboard(
    house: House, enter: Enter
) -> None:
    amina, kofi = await house.guest("amina", "Amina"), await house.guest("kofi", "Kofi")
    room = await forum_of(house, amina, kofi)
    a, k = await enter(amina, room), await enter(kofi, room)
    await expect(a.get_by_role("heading", name="No topics yet")).to_be_visible()

    await press(a, a.get_by_role("link", name="New topic"))
    text = a.get_by_label("What would you like to ask or say?")
    await text.focus()
    await a.keyboard.type("Where is it?")
    await press(a, a.get_by_role("button", name="Open the topic"))
    await expect(a.get_by_label("What is it about?")).to_be_focused()
    await a.keyboard.type("The black ink")
    await press(a, a.get_by_role("button", name="Open the topic"))
    await expect(a.locator(".topics .topic-row")).to_have_count(1)

    row = k.locator(".topics .topic-row")
    await expect(row).to_contain_text("no answers yet")
    await press(k, k.get_by_role("link", name="The black ink", exact=True))
    await k.get_by_label("Write an answer").focus()
    await k.keyboard.type("Behind the station")
    await k.keyboard.press("Enter")
    await expect(answers(k)).to_have_text(["Behind the station"])

    await expect(a.locator(".topics .topic-row")).to_contain_text("1 new")
    await press(a, a.get_by_role("link", name="The black ink", exact=True))
    await expect(answers(a)).to_have_text(["Behind the station"])
    await a.locator("article.message", has_text="Behind the station").focus()
    await press(a, a.get_by_role("button", name="Actions for the message by Kofi"))
    await press(a, a.get_by_role("menuitem", name="This answers the question"))
    await expect(k.locator(".message-answer")).to_contain_text("This answers it")
    await press(a, a.get_by_role("button", name="Mark as solved"))
    await press(k, k.get_by_role("link", name="All topics"))
    await expect(row).to_contain_text("Solved")
    await press(k, k.get_by_role("button", name="Open", exact=True))
    await expect(k.get_by_role("heading", name="Nothing is open")).to_be_visible()
    await press(a, a.get_by_role("button", name="Not solved after all"))
    await a.locator("article.message", has_text="Behind the station").focus()
    await press(a, a.get_by_role("button", name="Actions for the message by Kofi"))
    await press(a, a.get_by_role("menuitem", name="This is not the answer"))
    await expect(row).to_have_count(1)


async def test_answers_are_kept_back_until_ones_own(house: House, enter: Enter) -> None:
    assert house.owner
    amina, kofi = await house.guest("amina", "Amina"), await house.guest("kofi", "Kofi")
    room = await forum_of(house, amina, kofi, answer_first=True)
    topic = await house.owner.post(room, "What do you see?", title="The window")
    await amina.post(room, "A heron", thread=topic)
    k = await enter(kofi, room, **PHONE)
    await k.get_by_role("link", name="The window", exact=True).click()
    await expect(k.get_by_role("heading", name="Answer first, then see")).to_be_visible()
    await expect(k.get_by_text("One answer waits for yours.")).to_be_visible()
    await expect(answers(k)).to_have_count(0)
    await amina.post(room, "And a stork", thread=topic)
    await expect(k.get_by_text("2 answers wait for yours.")).to_be_visible()
    assert "heron" not in await k.content()
    await sound(k)
    assert await k.evaluate("document.documentElement.scrollWidth <= innerWidth")

    await k.get_by_label("Write your own answer").fill("A duck")
    await k.get_by_role("button", name="Send").click()
    await expect(answers(k)).to_have_text(["A heron", "And a stork", "A duck"])
    await sound(k)
    await amina.post(room, "Three birds", thread=topic)
    await expect(answers(k).last).to_have_text("Three birds")
    # Whoever takes their only answer back sees the others' no longer.
    await k.locator(".message", has_text="A duck").get_by_role("button", name="Actions").click()
    await k.get_by_role("menuitem", name="Delete").click()
    await k.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(k.get_by_role("heading", name="Answer first, then see")).to_be_visible()
    await expect(answers(k)).to_have_count(0)

    n = await enter(house.owner, room)
    await n.get_by_role("link", name="The window", exact=True).click()
    await n.locator(".topic-actions").get_by_role("button", name="Actions").click()
    await n.get_by_role("menuitem", name="Show the answers").click()
    await n.get_by_role("dialog").get_by_role("button", name="Show the answers").click()
    await expect(answers(k).first).to_have_text("A heron")


async def test_a_draft_a_link_and_a_forum_on_a_phone(house: House, enter: Enter) -> None:
    assert house.owner
    room = await forum_of(house)
    topic = await house.owner.post(room, "Quite a long question", title="Long " * 20)
    page = await enter(house.owner, room, **PHONE)
    await sound(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_role("link", name="New topic").click()
    await page.get_by_label("What is it about?").fill("Half a thought")
    await page.get_by_label("What would you like to ask or say?").fill("And half a text")
    await sound(page)
    await page.reload()
    await expect(page.get_by_label("What is it about?")).to_have_value("Half a thought")
    await expect(page.get_by_label("What would you like")).to_have_value("And half a text")
    # A link to a topic by its number leads to its page.
    await page.goto(f"{house.url}/#/r/{room}/1")
    await expect(page).to_have_url(f"{house.url}/#/r/{room}/t/{topic}")
    await expect(page.locator(".topic-title")).to_contain_text("Long")
    await page.get_by_role("button", name="Actions for the message by Nora Vidal").first.click()
    await page.get_by_role("menuitem", name="Change the title").click()
    await page.get_by_label("Title", exact=True).fill("Short")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".topic-title")).to_contain_text("Short")


async def test_a_room_that_answers_first_is_opened_in_the_form(house: House, enter: Enter) -> None:
    assert house.owner
    page = await enter(house.owner, await forum_of(house))
    await page.get_by_role("button", name="New", exact=True).click()
    await page.get_by_role("menuitem", name="Open a room").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name", exact=True).fill("Close reading")
    await dialog.get_by_label("Forum").check()
    await dialog.get_by_label("Answer first").check()
    await dialog.get_by_role("button", name="Open the room").click()
    await expect(page.get_by_role("heading", name="Close reading", level=1)).to_be_visible()
    await page.get_by_role("link", name="New topic").click()
    await expect(page.get_by_text("after they have answered themselves")).to_be_visible()
