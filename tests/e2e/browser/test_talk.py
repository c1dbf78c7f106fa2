"""People talk in real browsers on a real server; networks and servers come and go meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser


def composer(page: Page) -> Locator:
    return page.locator("main.room .composer textarea")


async def say(page: Page, text: str) -> None:
    await composer(page).fill(text)
    await composer(page).press("Enter")


def bodies(page: Page) -> Locator:
    """The texts of the main timeline, those on their way included."""
    return page.locator("main.room .lines .body")


def line_of(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation").get_by_role("link", name=name)


async def test_two_people_talk(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers, his = await visit(house.owner), await visit(amina)
    await composer(his).press_sequentially("Good evening", delay=5)
    await expect(hers.get_by_text("Amina Haddad is writing…")).to_be_visible()
    await composer(his).press("Enter")
    await expect(bodies(hers)).to_have_text(["Good evening"])
    await expect(hers.get_by_text("is writing…")).to_have_count(0)

    await composer(hers).press_sequentially("Welcome, @ami")
    await hers.get_by_role("option", name="Amina Haddad").wait_for()
    await composer(hers).press("Enter")
    await composer(hers).press("Enter")
    await expect(his.locator(".mention-mine")).to_have_text("@Amina Haddad")

    await composer(hers).press("ArrowUp")
    box = hers.get_by_role("textbox", name="Edit your message")
    await box.fill("Welcome to the table")
    await box.press("Enter")
    await expect(bodies(his)).to_have_text(["Good evening", "Welcome to the table"])
    await expect(his.get_by_text("edited", exact=True)).to_be_visible()


async def test_reactions_threads_and_deletion_reach_the_other(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    message = await house.owner.post(house.room, "What shall we read?")
    hers, his = await visit(house.owner), await visit(amina)
    row = his.locator(f'[data-id="{message}"]')
    await row.hover()
    await row.get_by_role("button", name=re.compile("Actions")).click()
    await his.get_by_role("button", name="React with 🎉").click()
    await expect(hers.locator(".reaction")).to_have_text("🎉 1")

    await row.hover()
    await row.get_by_role("button", name="Reply in a thread").click()
    reply = his.get_by_role("textbox", name="Write a reply")
    await reply.fill("Something short")
    await reply.press("Enter")
    await expect(hers.get_by_role("link", name="1 reply")).to_be_visible()
    await hers.get_by_role("link", name="1 reply").click()
    await expect(hers.locator(".margin .body").last).to_have_text("Something short")

    mine = hers.locator(f'main.room [data-id="{message}"]')
    await mine.hover()
    await mine.get_by_role("button", name=re.compile("Actions")).click()
    await hers.get_by_role("menuitem", name="Delete").click()
    await hers.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(
        his.locator("main.room").get_by_text("Nora Vidal deleted this message.")
    ).to_be_visible()
    await expect(his.get_by_text("What shall we read?")).to_have_count(0)


async def test_unread_and_mentions_are_told_and_cleared(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    other = await house.owner.open("Poems")
    await amina.ask("POST", f"/rooms/{other}/join")
    page = await visit(amina)
    await house.owner.post(other, "One")
    await house.owner.post(other, f"Two, <@{amina.id}>")
    line = line_of(page, "Poems")
    await expect(line.locator("[data-unread]")).to_have_attribute("data-unread", "2")
    await expect(line.locator("[data-mentions]")).to_have_attribute("data-mentions", "1")
    await line.click()
    await expect(bodies(page)).to_have_text(["One", "Two, @Amina Haddad"])
    await expect(page.get_by_text("New since you were here")).to_be_visible()
    await expect(line.locator(".badge")).to_have_count(0)


async def test_one_loses_the_network_and_comes_back(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers, his = await visit(house.owner), await visit(amina)
    await say(his, "before")
    await expect(bodies(hers)).to_have_text(["before"])
    await house.cut(his)
    await say(his, "from the tunnel")
    await expect(his.locator("[data-state=waiting]")).to_have_count(1)
    await expect(his.get_by_text("What you write is kept and sent")).to_be_visible(timeout=30_000)
    await say(hers, "are you there?")
    gone = await house.owner.post(house.room, "a slip")
    await house.owner.ask("DELETE", f"/messages/{gone}")
    await house.mend(his)
    await expect(bodies(his)).to_have_text(
        ["before", "are you there?", "from the tunnel"], timeout=45_000
    )
    await expect(bodies(hers)).to_have_text(["before", "are you there?", "from the tunnel"])
    await expect(his.get_by_text("Nora Vidal deleted this message.")).to_be_visible()
    await expect(his.locator("[data-state=waiting]")).to_have_count(0)


async def test_what_waits_survives_a_reload_and_is_sent_once(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await house.stop()
    await say(page, "written while the server was away")
    await composer(page).fill("and half a sen")
    await house.start()
    await page.reload()
    await expect(bodies(page)).to_have_text(["written while the server was away"])
    await expect(page.locator("[data-state=waiting]")).to_have_count(0, timeout=20_000)
    await expect(composer(page)).to_have_value("and half a sen")
    kept = await house.owner.ask("GET", f"/rooms/{house.room}/messages")
    assert [one["body"] for one in kept["messages"]] == ["written while the server was away"]


async def test_a_restart_in_mid_sentence(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    hers, his = await visit(house.owner), await visit(amina)
    await composer(his).press_sequentially("I was just about to")
    await house.restart()
    await composer(his).press_sequentially(" say it")
    await composer(his).press("Enter")
    await expect(bodies(hers)).to_have_text(["I was just about to say it"], timeout=40_000)
    await expect(bodies(his)).to_have_text(["I was just about to say it"])
    await say(hers, "go on")
    await expect(bodies(his)).to_have_text(["I was just about to say it", "go on"], timeout=40_000)


async def test_two_tabs_of_one_person(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    other = await house.owner.open("Poems")
    await amina.ask("POST", f"/rooms/{other}/join")
    first = await visit(amina)
    second = await first.context.new_page()
    await second.goto(f"{house.url}/#/r/{house.room}")
    await expect(second.locator("[data-line=open]")).to_be_attached()
    await house.owner.post(other, "to both of you")
    for tab in (first, second):
        await expect(line_of(tab, "Poems").locator(".badge")).to_have_count(1)
    await line_of(first, "Poems").click()
    await expect(bodies(first)).to_have_text(["to both of you"])
    await expect(line_of(second, "Poems").locator(".badge")).to_have_count(0)

    await line_of(second, "Poems").click()
    await expect(bodies(second)).to_have_text(["to both of you"])
    await house.stop()
    await say(first, "only once")
    await expect(bodies(second)).to_have_text(["to both of you", "only once"])
    await house.start()
    for tab in (first, second):
        await expect(tab.locator("[data-line=open]")).to_be_attached(timeout=40_000)
        await expect(tab.locator("[data-post]")).to_have_count(0, timeout=20_000)
        await expect(bodies(tab)).to_have_text(["to both of you", "only once"])


async def test_a_refused_post_says_why(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    page = await visit(amina)
    await house.cut(page)
    await say(page, "too late")
    await house.owner.ask("POST", f"/rooms/{house.room}/archive")
    await house.mend(page)
    post = page.locator("[data-post]")
    await expect(post).to_contain_text("This room is archived", timeout=45_000)
    await house.owner.ask("POST", f"/rooms/{house.room}/restore")
    await post.get_by_role("button", name="Try again").click()
    await expect(page.locator("[data-post]")).to_have_count(0)
    await expect(bodies(page)).to_have_text(["too late"])


async def test_a_session_ended_elsewhere_leads_to_the_entrance(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await house.owner.ask("POST", "/sign-out")
    await expect(page.get_by_role("navigation")).to_have_count(0)
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
