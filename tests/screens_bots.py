"""Clara, a bot that asks who reads aloud: for pictures and for tests. What she says is made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from playwright.async_api import Page
from tertulia_bot import (
    Asked,
    Bot,
    Client,
    Context,
    Header,
    Section,
    Text,
    buttons,
    choice,
    form,
)

from tests.e2e.browser.house import Guest, House

if TYPE_CHECKING:
    from tests.screens import Scene

Shot = Callable[[Page, "Scene"], Awaitable[None]]

MOOD = choice("mood", "How does it sound", calm="Calm", stormy="Stormy")
MENU = form("drink", choice("drink", "What to drink", tea="Tea", milk="Milk"), submit="Pour")
QUESTION = (
    Header("Thursday's chapter"),
    Section("Who reads **aloud** this week? A page is enough."),
    form(
        "reader",
        Text(id="page", label="Which page", placeholder="112", max=40),
        MOOD,
        submit="I will read",
    ),
    Context("Only Clara sees what you write."),
)


def clara() -> Bot:
    """The bot: a form, two buttons, a command."""
    bot = Bot()

    @bot.form("reader")
    async def reader(asked: Asked) -> None:
        if not asked.values["page"].removeprefix("Page ").isdecimal():
            page = Text(id="page", label="Which page", initial=asked.values["page"])
            again = form("reader", page, MOOD, submit="I will read")
            said = Context(f"There is no {asked.values['page']}.")
            await asked.edit(blocks=[Header("Thursday's chapter"), said, again])
            return
        await asked.edit(
            blocks=[
                Header("Thursday's chapter"),
                Section(f"{asked.values['page']} is read, {asked.values['mood']}."),
                buttons(change="Change it", keep="Keep it"),
            ]
        )

    @bot.form("drink")
    async def drink(asked: Asked) -> None:
        await asked.answer(f"Here is your {asked.values['drink']}.")

    @bot.press("keep")
    async def keep(asked: Asked) -> None:
        await asked.answer("Good. I will remember it.")

    @bot.slash("reader", hint="who", help="Says who reads aloud")
    async def who(asked: Asked) -> None:
        await asked.answer(f"You asked for {asked.text}.")

    return bot


@asynccontextmanager
async def running(house: House, made: dict[str, Any]) -> AsyncIterator[Bot]:
    """The bot, connected."""
    bot, ready = clara(), asyncio.Event()

    @bot.ready
    async def started(_: Bot) -> None:
        ready.set()

    serving = asyncio.create_task(bot.serve(Client(house.url, made["token"])))
    try:
        async with asyncio.timeout(20):
            await ready.wait()
        yield bot
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def made_by(guest: Guest, room: str) -> dict[str, Any]:
    """Clara's account in a room, with her token."""
    answer: dict[str, Any] = await guest.ask(
        "POST", "/bots", username="clara", name="Clara", room=room
    )
    return answer


async def prepare(scene: Scene) -> dict[str, Any]:
    """A room in which she has asked; what is needed to let her run."""
    p = scene.people
    room = await p["nora"].open("Readers aloud", purpose="A page each, on Thursdays")
    for name in ("amina", "kofi"):
        await p[name].ask("POST", f"/rooms/{room}/join")
    await p["kofi"].post(room, "I lost my voice at the match. Somebody else, please.")
    made = await made_by(p["nora"], room)
    async with running(scene.house, made) as bot:
        assert bot.client
        said = await bot.client.draw(room, *QUESTION)
    return {"room": room, "asked": said.message, **made}


async def _asking(page: Page, scene: Scene) -> None:
    """Her question, half answered; what a picture before left is taken back."""
    nora = scene.people["nora"]
    for whisper in (await nora.ask("GET", "/overview"))["whispers"]:
        await nora.ask("DELETE", f"/whispers/{whisper['id']}")
        async with running(scene.house, scene.bot) as bot:
            assert bot.client
            blocks = msgspec.to_builtins(QUESTION)
            await bot.client.command(
                "message.edit", message=scene.bot["asked"], body="", blocks=blocks
            )
    await page.goto(f"{scene.house.url}/#/r/{scene.bot['room']}")
    await page.get_by_label("Which page").fill("Page 112")
    await page.get_by_label("How does it sound").select_option("Stormy")
    await page.mouse.move(0, 0)


async def _answered(page: Page, scene: Scene) -> None:
    """The form sent, a button pressed: she whispers."""
    await _asking(page, scene)
    async with running(scene.house, scene.bot):
        await page.get_by_role("button", name="I will read").click()
        await page.get_by_role("button", name="Keep it").click()
        await page.get_by_text("Good. I will remember it.").wait_for()
    await page.mouse.move(0, 0)


async def _panel(page: Page, scene: Scene) -> None:
    await _asking(page, scene)
    await page.goto(f"{scene.house.url}/#/r/{scene.bot['room']}/bots")
    await page.get_by_text("Reads what is said here").wait_for()


async def _care(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.bot['room']}/bots")
    await page.get_by_role("button", name="Look after Clara").click()
    await page.get_by_role("dialog").get_by_role("heading", name="Tokens").wait_for()


SHOTS: dict[str, Shot] = {
    "bots": _panel, "bot-form": _asking, "whisper": _answered, "bots-care": _care,
}  # fmt: skip
