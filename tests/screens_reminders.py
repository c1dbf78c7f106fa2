"""Reminders and posts for later: a room and people who have some, for pictures and for tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING

from playwright.async_api import Page

from tests.e2e.browser.house import Guest, House

if TYPE_CHECKING:
    from tests.screens import Scene

Shot = Callable[[Page, "Scene"], Awaitable[None]]
WORDS = (
    "every Thursday 16:00 to read chapter 5",
    "on the first Monday of the month at 9:00 to pay for the room",
    "tomorrow at 18:30 to bring the books back",
)


async def made_due(house: House, planned: str, ago: int = 60) -> None:
    """As if it had become due `ago` seconds ago, while nobody served: no test waits for a clock."""
    await house.stop()
    with closing(sqlite3.connect(house.data / "tertulia.db")) as base, base:
        base.execute(
            "UPDATE planned SET next_at = (unixepoch() - ?) * 1000000 WHERE id = ?", (ago, planned)
        )
        base.execute(
            "UPDATE job SET due_at = 0, ready_at = 0 WHERE kind = 'planned.ring' AND key = ?",
            (planned,),
        )
    await house.start()


async def prepare(nora: Guest, amina: Guest, room: str) -> str:
    """Reminders of a room, a post of Nora's for later, and one of her own; the last one's id."""
    for words in WORDS:
        await amina.ask("POST", "/reminders", words=words, room=room, whom="room")
    listed = await amina.ask("GET", f"/planned?room={room}")
    monthly = next(one for one in listed["planned"] if "Monday" in one["said"])
    await nora.ask("PATCH", f"/planned/{monthly['id']}", paused=True)
    await nora.ask(
        "POST", f"/rooms/{room}/later", words="tomorrow at 8:00",
        body="Good morning! The stove is lit, and there is bread.",
    )  # fmt: skip
    message = await amina.post(room, "Who has the good edition, with the letters?")
    own = {"message": message, "body": "Ask Kofi for the good edition"}
    made = await nora.ask("POST", "/reminders", words="tomorrow at 9:00", whom="me", **own)
    return str(made["planned"])


async def scene_of(scene: Scene) -> str:
    """A room for the pictures, with what is coming up and two polls; its id."""
    nora, amina, kofi = (scene.people[name] for name in ("nora", "amina", "kofi"))
    room = await amina.open("The winter room", purpose="Stove, soup, and one long book")
    for guest in (nora, kofi):
        await guest.ask("POST", f"/rooms/{room}/join")
    await amina.ask("PATCH", f"/rooms/{room}", tools=["poll"])
    await prepare(nora, amina, room)
    await polls(nora, amina, room)
    await kofi.ask(
        "POST", f"/rooms/{room}/tools/poll", action={"do": "vote", "id": 1, "options": [1]}
    )
    return room


async def polls(nora: Guest, amina: Guest, room: str) -> None:
    """One with names, in which Amina has voted, and an anonymous one."""
    evening = {
        "do": "open", "question": "Which evening for the last chapters?", "seconds": 90_000,
        "options": ["Thursday at seven", "Friday at eight", "Neither, I have a cold"],
    }  # fmt: skip
    half = {
        "do": "open", "question": "How was the second half for you?", "anonymous": True,
        "options": ["I was there", "I drifted off now and then", "I read on and did not listen"],
    }  # fmt: skip
    path = f"/rooms/{room}/tools/poll"
    await nora.ask("POST", path, action=evening)
    await amina.ask("POST", path, action={"do": "vote", "id": 1, "options": [0]})
    await amina.ask("POST", path, action=half)


async def _panel(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.kinds['reminders']}/reminders")
    await page.get_by_text("Pay for the room").wait_for()


async def _dialog(page: Page, scene: Scene) -> None:
    await _panel(page, scene)
    await page.get_by_role("button", name="New reminder").click()
    await page.get_by_label("What, and when?").fill("every Thursday 16:00 to read chapter 5")
    await page.get_by_text("Next: ").wait_for()


async def _later(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.kinds['reminders']}")
    await page.locator("main.room .composer textarea").fill("Do not forget the candles.")
    await page.get_by_role("button", name="Post later").click()
    await page.get_by_text("Until then only you see it").wait_for()


async def _poll(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.kinds['reminders']}/poll")
    await page.get_by_role("heading", name="How was the second half").wait_for()


SHOTS: dict[str, Shot] = {
    "reminders": _panel, "remind": _dialog, "later": _later, "poll": _poll,
}  # fmt: skip
