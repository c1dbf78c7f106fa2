"""`python -m tests.screens`: pictures of the client, by a real browser on a real server.

Owns the sample talk and the list of pictures. What they show is made up for the occasion.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote as quoted

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from tests import (
    screens_bots,
    screens_forum,
    screens_kinds,
    screens_notify,
    screens_power,
    screens_reminders,
)
from tests.e2e.browser.house import Guest, House
from tests.servers import chromium
from tools.browser import FLAGS

OUT = Path(__file__).resolve().parent.parent / "docs" / "screens"
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

TALK = """
amina: I read the last chapter on the train and missed my stop. Twice.
tomas: That is the best review it will ever get.
nora: Before Thursday: please bring **one sentence** you would have cut, and one you would have \
fought for.
nora: Mine is on page 112. I will not say more.
kofi: Do we count the epigraph? *"Nothing is quieter than snow on a page."*
amina: It turns out ||the narrator was the sister all along||, and I still do not see how we could \
have known.
tomas: Look at these again:|1. the two cups in chapter three|2. who is *not* asked about the \
letter|3. every sentence with `we` in it
lin: I made a list of all the places where she says we:|```| 17  we never opened it| 58  we knew \
the house by its sounds|112  we, or rather I|```
kofi: Page 112! So that is yours, Nora.
"""
"""Who says what; single bars are line breaks."""
KEY = "I have it. Shall I leave it under the blue pot, as always?"
CAKE = "Whoever planted that **weed** owes me a cake."


class Scene:
    """The people, rooms and messages the pictures show."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.people: dict[str, Guest] = {}
        self.messages: list[str] = []
        self.club = ""
        self.quiet = ""
        self.night = ""
        self.kinds: dict[str, str] = {}
        self.forum: dict[str, str] = {}
        self.garden = ""
        self.power: dict[str, str] = {}
        self.bot: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Everybody arrives and talks."""
        nora = await self.house.set_up()
        self.people["nora"] = nora
        names = {
            "amina": "Amina Haddad",
            "tomas": "Tomás Ruiz",
            "kofi": "Kofi Mensah",
            "lin": "Lin Wei",
        }
        for username, name in names.items():
            self.people[username] = await self.house.guest(username, name)
        self.club = await nora.open("The Thursday novel", purpose="One book a month, slowly")
        self.quiet = await nora.open(
            "Letters to the library", purpose="Wishes, thanks and lost things"
        )
        self.garden = await nora.open("Team garden", purpose="Who waters what", access="request")
        await nora.open("Staff corner", access="invite")
        lin = self.people["lin"]
        self.night = await lin.open(
            "The night shift", purpose="For those who lock up", access="invite"
        )
        await lin.ask("POST", f"/rooms/{self.night}/invite", people=[nora.id])
        for person in self.people.values():
            if person is not nora:
                await person.ask("POST", f"/rooms/{self.club}/join")
        for line in TALK.strip().splitlines():
            username, words = line.split(": ", 1)
            body = re.sub(r"(?<!\|)\|(?!\|)", "\n", words)
            self.messages.append(await self.people[username].post(self.club, body))
        await self.react_and_reply()
        await self.wait_at_the_desk()
        direct = await nora.ask("POST", "/direct", people=[self.people["lin"].id])
        await self.people["lin"].post(direct["room"], "Shall I bring the samovar?")
        await self.people["amina"].post(self.house.room, f"Tea is ready, <@{nora.id}>.")
        self.kinds = await screens_kinds.prepare(self)
        self.kinds["reminders"] = await screens_reminders.scene_of(self)
        self.forum = await screens_forum.prepare(self)
        self.power = await screens_power.prepare(self)
        self.bot = await screens_bots.prepare(self)

    async def wait_at_the_desk(self) -> None:
        """What the facilitator of the garden has to decide."""
        nora = self.people["nora"]
        for name in ("kofi", "lin"):
            await self.people[name].ask("POST", f"/rooms/{self.garden}/join")
        for name in ("amina", "tomas"):
            await self.people[name].ask("POST", f"/rooms/{self.garden}/join")
            path = f"/rooms/{self.garden}/requests/{self.people[name].id}/admit"
            await nora.ask("POST", path)
        await nora.post(self.garden, "Who has the key to the shed on Saturday?")
        rules = [
            {"name": "Kind words", "when": {"is": "words", "words": ["idiot*", "weed"]}},
            {"name": "Our own pages", "when": {"is": "links", "domains": ["casa.example"],
             "others": True}, "action": "alert"},
            {"name": "Once is enough", "when": {"is": "repeats", "times": 3, "seconds": 600},
             "action": "block", "message": "You said that already."},
        ]  # fmt: skip
        holds = {"newcomers": 3, "everyone": False, "guests": True, "links": False}
        await nora.ask("PATCH", f"/rooms/{self.garden}/moderation", holds=holds, rules=rules)
        amina, tomas = self.people["amina"], self.people["tomas"]
        await amina.ask("POST", f"/rooms/{self.garden}/messages", body=KEY)
        await tomas.ask("POST", f"/rooms/{self.garden}/messages", body=CAKE)
        rude = await tomas.post(self.club, "Only somebody who cannot read would like that ending.")
        lin = self.people["lin"]
        path, why = "/reports", "He said that to Kofi, who had just said he liked it."
        await lin.ask("POST", path, message=rude, category="unkind", note=why)
        await amina.ask("POST", path, message=rude, category="other")
        await lin.ask("POST", path, person=amina.id, room=self.club, category="spam")
        held = await amina.ask("POST", f"/rooms/{self.garden}/messages", body="First! First!")
        await nora.ask("POST", f"/held/{held['held']}/decline", reason="Once is plenty.")

    async def react_and_reply(self) -> None:
        """Reactions, a thread, a pin and a quotation."""
        people, messages = self.people, self.messages
        for username, emoji in [("tomas", "😂"), ("kofi", "😂"), ("nora", "😂"), ("lin", "❤️")]:
            await people[username].ask("PUT", f"/messages/{messages[0]}/reactions/{emoji}")
        await people["amina"].ask("PUT", f"/messages/{messages[2]}/reactions/❤️")
        await people["lin"].post(self.club, "Page 40. I would fight for it.", thread=messages[2])
        await people["kofi"].post(
            self.club, "The one about the stairs, please.", thread=messages[2]
        )
        await people["nora"].post(self.club, "Keep them for Thursday!", thread=messages[2])
        await people["nora"].ask("PUT", f"/messages/{messages[2]}/pin")
        quote = await people["amina"].post(
            self.club, f"Now I have to read it a third time. <@{people['nora'].id}>, your fault.",
            quote=messages[7],
        )  # fmt: skip
        self.messages.append(quote)


LOOKS = ("wide", "dark", "phone")
SHOWN = [
    ("room", "wide"),
    ("thread", "dark"),
    ("people", "wide"),
    ("desk", "wide"),
    ("rules", "phone"),
    ("reports", "dark"),
    ("waiting", "phone"),
    ("forum", "wide"),
    ("topic", "dark"),
    ("topic-withheld", "phone"),
    ("directory", "wide"),
    ("find", "wide"),
    ("found", "phone"),
    ("home", "phone"),
    ("room", "phone"),
    ("hands", "wide"),
    ("turn", "phone"),
    ("folded", "phone"),
    ("tasks", "dark"),
    ("notify", "phone"),
    ("reminders", "wide"),
    ("remind", "phone"),
    ("poll", "wide"),
    ("poll-over", "phone"),
    ("poll-ask", "phone"),
    ("remind-talk", "wide"),
    ("bots", "wide"),
    ("bots-care", "wide"),
    ("bot-form", "phone"),
    ("whisper", "dark"),
    ("forum", "dark"),
    ("forum-empty", "phone"),
    ("rule-mute", "phone"),
    ("appeals", "dark"),
]
"""What the documentation shows."""

Shot = Callable[[Page, Scene], Awaitable[None]]


async def home(page: Page, scene: Scene) -> None:
    await page.goto(scene.house.url)
    await page.get_by_role("navigation").get_by_text("The Thursday novel").wait_for()


async def room(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.club}")
    await page.get_by_text("Now I have to read it").wait_for()


async def thread(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.club}/t/{scene.messages[2]}")
    await page.get_by_text("Keep them for Thursday").wait_for()


async def people(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.club}/people")
    await page.get_by_role("heading", name="People").wait_for()


async def desk(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.garden}/desk")
    await page.get_by_text("would like to come in").wait_for()


async def reports(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.club}/desk/reports")
    await page.get_by_text("open reports").wait_for()


async def report(page: Page, scene: Scene) -> None:
    await menu(page, scene)
    await page.keyboard.press("Escape")
    row = page.locator(f'[data-id="{scene.messages[1]}"]')
    await row.hover()
    await row.get_by_role("button", name="Actions").click()
    await page.get_by_role("menuitem", name="Report").click()
    await page.get_by_role("dialog").wait_for()


async def rules(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.garden}/desk/rules")
    await page.get_by_text("Our own pages").wait_for()


async def rule(page: Page, scene: Scene) -> None:
    await rules(page, scene)
    await page.get_by_role("button", name="Actions for the rule Kind words").click()
    await page.get_by_role("menuitem", name="Change").click()
    await page.get_by_role("button", name="Try it first").click()
    await page.get_by_text("it would have met").wait_for()


async def waiting(page: Page, scene: Scene) -> None:
    await page.context.clear_cookies()
    await scene.people["amina"].enter(page.context)
    await page.goto(f"{scene.house.url}/#/r/{scene.garden}")
    await page.get_by_text("Waits for a facilitator").wait_for()


async def pins(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.club}/pins")
    await page.get_by_role("heading", name="Pinned").wait_for()


async def menu(page: Page, scene: Scene) -> None:
    await room(page, scene)
    row = page.locator(f'[data-id="{scene.messages[2]}"]')
    await row.hover()
    await row.get_by_role("button", name="Actions").click()
    await page.get_by_role("menu").wait_for()


async def emoji(page: Page, scene: Scene) -> None:
    await room(page, scene)
    await page.get_by_role("button", name="Emoji").click()
    await page.get_by_role("button", name="grinning face", exact=True).wait_for()


async def mention(page: Page, scene: Scene) -> None:
    await room(page, scene)
    await page.get_by_role("textbox").press_sequentially("What do you say, @")
    await page.get_by_role("listbox").wait_for()


async def directory(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/rooms")
    await page.get_by_text("Who waters what").wait_for()


async def find(page: Page, scene: Scene) -> None:
    await home(page, scene)
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").press_sequentially("t")
    await page.get_by_role("option", name="Messages with").wait_for()
    await page.get_by_role("option", name="Tomás").wait_for()


async def found(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/find/{quoted('page in:thursday')}")
    await page.locator(".find-result").first.wait_for()


async def found_nothing(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/find/{quoted('penguin from:amina')}")
    await page.get_by_text("Nothing like that").wait_for()


async def muted(page: Page, scene: Scene) -> None:
    nora = scene.people["nora"]
    lin = scene.people["lin"]
    await nora.ask("PUT", f"/people/{lin.id}/mute", muted=True)
    await nora.ask("PUT", f"/people/{lin.id}/block", blocked=True)
    await nora.ask("PUT", f"/rooms/{scene.quiet}/mute", muted=True)
    await page.goto(f"{scene.house.url}/#/settings/quiet")
    await page.get_by_role("button", name="Undo: Lin Wei").first.wait_for()


async def folded(page: Page, scene: Scene) -> None:
    await muted(page, scene)
    await room(page, scene)
    await page.get_by_text("You have muted").first.wait_for()


async def edit(page: Page, scene: Scene) -> None:
    await menu(page, scene)
    await page.get_by_role("menuitem", name="Edit").click()
    await page.get_by_role("textbox", name="Edit your message").wait_for()


async def quote(page: Page, scene: Scene) -> None:
    await menu(page, scene)
    await page.get_by_role("menuitem", name="Quote").click()
    await page.locator(".composer-quote").wait_for()


async def invited(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.night}")
    await page.get_by_role("button", name="Come in").wait_for()


async def invite(page: Page, scene: Scene) -> None:
    await empty(page, scene)
    await page.get_by_role("button", name="More about this room").click()
    await page.get_by_role("menuitem", name="Invite people").click()
    await page.get_by_role("dialog").get_by_label("Find people").fill("o")
    await page.get_by_role("dialog").get_by_role("checkbox").first.wait_for()


async def not_found(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/r_gone")
    await page.get_by_text("There is nothing here").wait_for()


async def empty(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/r/{scene.quiet}")
    await page.get_by_text("Nothing has been said").wait_for()


async def open_a_room(page: Page, scene: Scene) -> None:
    await home(page, scene)
    await page.get_by_role("button", name="New").click()
    await page.get_by_role("menuitem", name="Open a room").click()
    await page.get_by_role("dialog").wait_for()


async def delete(page: Page, scene: Scene) -> None:
    await menu(page, scene)
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("dialog").wait_for()


SHOTS: dict[str, Shot] = {
    "home": home,
    "room": room,
    "thread": thread,
    "people": people,
    "desk": desk,
    "reports": reports,
    "report": report,
    "rules": rules,
    "rule": rule,
    "waiting": waiting,
    "pins": pins,
    "menu": menu,
    "emoji": emoji,
    "mention": mention,
    "find": find,
    "found": found,
    "found-nothing": found_nothing,
    "edit": edit,
    "muted": muted,
    "muted-talk": folded,
    "quote": quote,
    "invite": invite,
    "invited": invited,
    "not-found": not_found,
    "directory": directory,
    "empty": empty,
    "open": open_a_room,
    "delete": delete,
    **screens_kinds.SHOTS,
    **screens_notify.SHOTS,
    **screens_reminders.SHOTS,
    **screens_forum.SHOTS,
    **screens_bots.SHOTS,
    **screens_power.SHOTS,
}


async def context_for(browser: Browser, look: str) -> BrowserContext:
    """A device of one look: `wide`, `dark` or `phone`."""
    phone = look == "phone"
    return await browser.new_context(
        viewport=PHONE if phone else WIDE,
        color_scheme="dark" if look == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
        device_scale_factor=2 if phone else 1,
        reduced_motion="reduce",
        # Where the sample community is, so that what it plans is at the hours it says.
        timezone_id="Europe/Madrid",
    )


async def take(browser: Browser, scene: Scene, name: str, look: str, to: Path) -> None:
    """One picture in one look."""
    context = await context_for(browser, look)
    await scene.people["nora"].enter(context)
    page = await context.new_page()
    await SHOTS[name](page, scene)
    await page.evaluate("document.fonts.ready")
    await page.screenshot(path=to / f"{name}-{look}.png")
    await context.close()
    print(f"{name}-{look}")


async def main(path: str, wanted: list[tuple[str, str]], to: Path) -> None:
    """Take these pictures with the browser at `path`."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        await house.start()
        try:
            scene = Scene(house)
            await scene.prepare()
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS])
                for name, look in wanted:
                    await take(browser, scene, name, look, to)
                await browser.close()
        finally:
            await house.stop()
            await house.leave()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which; default: those of docs/screens")
    parser.add_argument("--all", action="store_true", help="every screen in every look")
    parser.add_argument("--to", type=Path, default=OUT, help="the folder to write to")
    given = parser.parse_args()
    every = [(name, look) for name in given.names or SHOTS for look in LOOKS]
    given.to.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(chromium(), every if given.all or given.names else SHOWN, given.to))
