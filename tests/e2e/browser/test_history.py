"""A long room: endless both ways, nothing jumps, the page stays small, links lead to messages."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import Guest, House

pytestmark = pytest.mark.browser

MANY = 420
BOUND = 300

# What is read now: the first message in sight, and how far below the top it stands.
READING = """() => {
  const box = document.querySelector('.timeline');
  const top = box.getBoundingClientRect().top;
  const rows = [...document.querySelectorAll('.timeline [data-no]')];
  const row = rows.find((one) => one.getBoundingClientRect().bottom > top + 40);
  return {no: Number(row.dataset.no), top: row.getBoundingClientRect().top - top, rows: rows.length,
          first: Number(rows[0].dataset.no), last: Number(rows.at(-1).dataset.no)};
}"""
TOP_OF = """(no) => {
  const box = document.querySelector('.timeline').getBoundingClientRect().top;
  return document.querySelector(`.timeline [data-no="${no}"]`).getBoundingClientRect().top - box;
}"""


async def fill(person: Guest, room: str) -> None:
    for number in range(1, MANY + 1):
        words = "a longer line of talk that may wrap on a small screen. " * (number % 4)
        await person.post(room, f"Number {number}. {words}")


async def run_to(page: Page, end: str) -> list[int]:
    """Scroll on until `end` (`first` or `last`) stops moving; says which numbers were drawn."""
    seen: set[int] = set()
    goal = 1 if end == "first" else MANY
    await scroll_on(page, end, goal, seen)
    return sorted(seen)


async def scroll_on(page: Page, end: str, goal: int, seen: set[int]) -> None:
    for _ in range(60):
        at = await page.evaluate(READING)
        assert at["rows"] <= BOUND
        seen.update(range(at["first"], at["last"] + 1))
        if at[end] == goal:
            return
        edge = at[end]
        # Near the edge, and then still: what is read must stay where it is while more arrives.
        step = (
            "box.scrollTop = 320"
            if end == "first"
            else "box.scrollTop = box.scrollHeight - box.clientHeight - 320"
        )
        await page.evaluate(f"() => {{ const box = document.querySelector('.timeline'); {step}; }}")
        before = await page.evaluate(READING)
        await page.wait_for_function(f"() => ({READING})().{end} !== {edge}", timeout=10_000)
        now = await page.evaluate(TOP_OF, before["no"])
        assert abs(now - before["top"]) < 2, f"{before['no']} jumped from {before['top']} to {now}"
    pytest.fail("never came to the end")


async def test_endless_both_ways_without_jumps(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    await fill(house.owner, house.room)
    page = await visit(amina)
    await expect(page.get_by_text("New since you were here")).to_be_visible()
    assert (await page.evaluate(READING))["first"] == 1
    assert await run_to(page, "last") == list(range(1, MANY + 1))
    assert len(await run_to(page, "first")) >= MANY - BOUND
    await page.locator(".latest").click()
    await expect(page.get_by_text(f"Number {MANY}.")).to_be_in_viewport()
    await house.owner.post(house.room, "The newest")
    await expect(page.get_by_text("The newest")).to_be_in_viewport()


async def test_new_talk_does_not_move_what_one_reads(house: House, visit: Visit) -> None:
    assert house.owner
    for number in range(60):
        await house.owner.post(house.room, f"Number {number}")
    page = await visit(house.owner)
    await page.evaluate("() => { document.querySelector('.timeline').scrollTop = 900; }")
    before = await page.evaluate(READING)
    amina = await house.guest("amina", "Amina Haddad")
    await amina.post(house.room, "Hello?")
    button = page.get_by_role("button", name=re.compile("1 new message"))
    await expect(button).to_be_visible()
    assert abs(await page.evaluate(TOP_OF, before["no"]) - before["top"]) < 2
    await button.click()
    await expect(page.get_by_text("Hello?")).to_be_in_viewport()


async def test_a_link_leads_to_its_message(house: House, visit: Visit) -> None:
    assert house.owner
    for number in range(1, 181):
        await house.owner.post(house.room, f"Number {number}.")
    page = await visit(house.owner)
    await expect(page.get_by_text("Number 180.")).to_be_in_viewport()
    await page.goto(f"{house.url}/#/r/{house.room}/20")
    await expect(page.get_by_text("Number 20.", exact=True)).to_be_in_viewport()
    await page.goto(f"{house.url}/#/r/{house.room}/22")
    await expect(page.locator(".message-shown")).to_have_text(re.compile(r"Number 22\."))


async def test_what_happened_in_the_background_is_counted_after_a_break(
    house: House, visit: Visit
) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    other = await house.owner.open("Poems")
    await amina.ask("POST", f"/rooms/{other}/join")
    page = await visit(amina)
    line = page.get_by_role("navigation").get_by_role("link", name="Poems")
    await house.owner.post(other, "one")
    await expect(line.locator("[data-unread]")).to_have_attribute("data-unread", "1")
    await house.cut(page)
    await house.owner.post(other, f"two <@{amina.id}>")
    await house.owner.post(other, "three")
    await house.owner.post(house.room, "here too")
    await house.mend(page)
    await expect(page.get_by_text("here too")).to_be_visible(timeout=45_000)
    await expect(page.get_by_text("New since you were here")).to_be_visible()
    await expect(line.locator("[data-unread]")).to_have_attribute(
        "data-unread", "3", timeout=45_000
    )
    await expect(line.locator("[data-mentions]")).to_have_attribute("data-mentions", "1")
    await line.click()
    await expect(page.locator("main.room .body")).to_have_text(
        ["one", "two @Amina Haddad", "three"]
    )
    await expect(line.locator(".badge")).to_have_count(0)


@pytest.mark.slow
async def test_who_missed_too_much_begins_anew(house: House, visit: Visit) -> None:
    """More than protocol/limits.py: CATCH_UP_EVENTS; the server answers `reset`."""
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    other = await house.owner.open("Poems")
    await amina.ask("POST", f"/rooms/{other}/join")
    await house.owner.post(house.room, "first")
    page = await visit(amina)
    await expect(page.get_by_text("first")).to_be_visible()
    await house.cut(page)
    for room in (house.room, other):
        for start in range(0, 1_100, 20):
            posts = (house.owner.post(room, f"n {start + n}") for n in range(20))
            await asyncio.gather(*posts)
    await house.mend(page)
    line = page.get_by_role("navigation").get_by_role("link", name="Poems")
    await expect(line.locator("[data-unread]")).to_have_attribute(
        "data-unread", "1100", timeout=60_000
    )
    await expect(page.locator(".latest")).to_have_text(re.compile(r"^1,\d+ new messages"))
    await expect(page.get_by_text("New since you were here")).to_be_in_viewport()
    await house.owner.post(house.room, "after")
    await page.locator(".latest").click()
    await expect(page.get_by_text("after")).to_be_in_viewport()
