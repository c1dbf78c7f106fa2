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
    await amina.ask("PATCH", f"/rooms/{room}", tools=["poll", "reminder"])
    await prepare(nora, amina, room)
    await amina.post(room, "Remind us every Thursday 16:00 to read chapter 5")
    await over(nora, amina, kofi, room)
    await polls(nora, amina, room)
    await use(kofi, room, {"do": "vote", "id": 3, "options": [1]})
    return room


async def use(guest: Guest, room: str, action: dict[str, object]) -> None:
    """Something done with the room's polls."""
    await guest.ask("POST", f"/rooms/{room}/tools/poll", action=action)


async def over(nora: Guest, amina: Guest, kofi: Guest, room: str) -> None:
    """Two polls that have ended: one with names, one without."""
    book = {"do": "open", "question": "What do we read next?", "many": True,
            "options": ["Pedro Páramo", "The Summer Book", "Something with a map"]}  # fmt: skip
    soup = {"do": "open", "question": "Honestly: was the soup too salty?", "anonymous": True,
            "options": ["Yes", "No", "I did not dare to try"]}  # fmt: skip
    for no, (action, votes) in enumerate(
        ((book, ([0, 1], [1], [1, 2])), (soup, ([0], [0], [2]))), 1
    ):
        await use(amina, room, action)
        for guest, options in zip((nora, amina, kofi), votes, strict=True):
            await use(guest, room, {"do": "vote", "id": no, "options": options})
        await use(amina, room, {"do": "close", "id": no})


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
    await use(nora, room, evening)
    await use(amina, room, {"do": "vote", "id": 3, "options": [0]})
    await use(amina, room, half)


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


async def _over(page: Page, scene: Scene) -> None:
    await _poll(page, scene)
    await page.get_by_role("heading", name="What do we read next").scroll_into_view_if_needed()


async def _asking(page: Page, scene: Scene) -> None:
    await _poll(page, scene)
    await page.get_by_role("button", name="Ask the room").click()
    await page.get_by_label("Question").fill("Who brings the bread?")
    await page.get_by_label("Answer 1").fill("I do")


async def _talk(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.kinds['reminders']}")
    await page.get_by_role("link", name="1 reply").click()
    await page.locator("aside.margin").get_by_text("Next:").wait_for()
    await page.mouse.move(0, 0)


SHOTS: dict[str, Shot] = {
    "reminders": _panel, "remind": _dialog, "remind-talk": _talk, "later": _later,
    "poll": _poll, "poll-over": _over, "poll-ask": _asking,
}  # fmt: skip
