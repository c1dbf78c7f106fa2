"""Pictures of what notifies: the settings, and the choice of a room."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

HOURS = {"start": 22 * 60, "end": 7 * 60}


async def settings(page: Page, scene: Any) -> None:
    nora = scene.people["nora"]
    await nora.ask("PUT", "/me/notify", quiet=HOURS)
    await nora.ask("PUT", f"/rooms/{scene.club}/notify", level="all")
    await nora.ask("PUT", f"/threads/{scene.messages[2]}/notify", level="none")
    await page.goto(f"{scene.house.url}/#/settings/notify")
    await page.get_by_role("button", name="Notify me here").wait_for()
    await page.get_by_role("heading", name="Threads that differ").wait_for()


async def room(page: Page, scene: Any) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.club}")
    await page.get_by_role("button", name="More about this room").click()
    await page.get_by_role("menuitem", name="Notifications").click()
    await page.get_by_role("radio", name="Every message").wait_for()


SHOTS = {"notify": settings, "notify-room": room}
