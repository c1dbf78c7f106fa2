"""A room that keeps its talk for a time, from the setting to what people see when it is cleared."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from playwright.async_api import expect

from tests.e2e.browser.axe import violations
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House
from tests.e2e.browser.test_rooms import room_menu

pytestmark = pytest.mark.browser

CLEARED = "Older talk has been cleared: this room keeps 7 days."
DAY = 24 * 3600 * 1_000_000


def age(house: House, room: str, days: int) -> None:
    """All that was said so far becomes older, and the room's job is due."""
    with closing(sqlite3.connect(house.data / "tertulia.db")) as file, file:
        for statement in (
            "UPDATE event SET at = at - ? WHERE stream_id = ?",
            "UPDATE message SET at = at - ? WHERE room_id = ?",
            "UPDATE job SET ready_at = ready_at - ? WHERE key = ?",
        ):
            file.execute(statement, (days * DAY, room))


@pytest.mark.promise_p8
async def test_older_talk_is_cleared_and_the_room_says_so(house: House, visit: Visit) -> None:
    assert house.owner
    amina = await house.guest("amina", "Amina Haddad")
    old = await house.owner.post(house.room, "Shall we meet on Thursday?")
    await amina.post(house.room, "Thursday is fine.", thread=old)
    hers = await visit(house.owner)
    his = await visit(amina, viewport={"width": 390, "height": 844}, color_scheme="dark")
    await room_menu(hers, "Room settings")
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_label("How long is talk kept?").select_option("7")
    await expect(dialog.get_by_text("gone for good")).to_be_visible()
    assert await violations(hers) == []
    await dialog.get_by_text("gone for good").scroll_into_view_if_needed()
    await dialog.get_by_role("button", name="Save").click()
    await expect(his.locator(".room-title")).to_contain_text("keeps 7 days")
    # Nothing has gone yet: a slip can be taken back for a day.
    await expect(his.get_by_text("Shall we meet on Thursday?")).to_be_visible()

    await house.stop()
    age(house, house.room, 8)
    await house.start()
    await expect(his.get_by_role("heading", name=CLEARED)).to_be_visible(timeout=40_000)
    await expect(his.get_by_text("Shall we meet on Thursday?")).to_have_count(0)
    await amina.post(house.room, "A new week.")
    begin = hers.locator(".timeline-begin").get_by_text(CLEARED)
    await expect(begin).to_be_visible(timeout=40_000)
    await expect(hers.locator("main.room .body")).to_have_text(["A new week."])
    assert await violations(hers) == []
