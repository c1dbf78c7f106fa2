"""A forum for the pictures of `tests.screens`: what was asked there, and how far it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from playwright.async_api import Page

if TYPE_CHECKING:
    from tests.screens import Scene

Shot = Callable[[Page, "Scene"], Awaitable[None]]
FIRST = """Read the first page once more, aloud if you can. Then, before you read what the others \
say:

1. What does the narrator notice first, and what not at all?
2. Which sentence would you have written yourself?

Three sentences are enough. There is no wrong answer, only a copied one."""
INK = """Does anybody know where the good ink comes from? The bottle in the press room is nearly \
empty, and the label has been gone for years."""


async def prepare(scene: Scene) -> dict[str, str]:
    """Two forums: one open, one in which one answers first."""
    p = scene.people
    opened = await p["nora"].open(
        "Questions to the press", kind="forum", purpose="Ask once, find it again next year"
    )
    for name in ("amina", "tomas", "kofi", "lin"):
        await p[name].ask("POST", f"/rooms/{opened}/join")
    paper = await p["lin"].post(opened, "The good one has a watermark. Is it worth the price?",
                                title="Which paper for the bookmarks?")  # fmt: skip
    ink = await p["amina"].post(opened, INK, title="Where do we get the black ink?")
    await p["kofi"].post(opened, "Saturdays from ten, or only when somebody has the key?",
                         title="When is the press room open?")  # fmt: skip
    await p["kofi"].post(opened, "A shop behind the station, I think. It smelled of almonds.",
                         thread=ink)  # fmt: skip
    shop = "**Moreau & daughter**, Canal street. They mix it for us: ask for *the Ateneo black*."
    found = await p["tomas"].post(opened, shop, thread=ink)
    await p["kofi"].post(opened, "I was there today. A litre is on its way.", thread=ink)
    await p["amina"].ask("PATCH", f"/topics/{ink}", answer=found)
    await p["tomas"].post(opened, "For bookmarks, yes: held up to the light.", thread=paper)
    await p["lin"].ask("PATCH", f"/topics/{paper}", solved=True)
    first = await p["tomas"].open(
        "Close reading", kind="forum", purpose="A page a week", answer_first=True
    )
    for name in ("nora", "amina", "kofi", "lin"):
        await p[name].ask("POST", f"/rooms/{first}/join")
    page = await p["tomas"].post(first, FIRST, title="The first page: what does she notice?")
    await p["amina"].post(first, "The light, then the cups. Never the people.", thread=page)
    await p["kofi"].post(first, "She counts things. I would have written the one about the stairs.",
                         thread=page)  # fmt: skip
    done = await p["tomas"].post(first, "And who is looking?", title="The window in chapter two")
    await p["amina"].post(first, "She is, from outside.", thread=done)
    await p["nora"].post(first, "The reader. She only opens the curtain.", thread=done)
    empty = await p["nora"].open("Ask the archive", kind="forum")
    return {"forum": opened, "first": first, "ink": ink, "page": page, "done": done, "none": empty}


def _shot(room: str, place: str, words: str, who: str = "nora") -> Shot:
    async def shot(page: Page, scene: Scene) -> None:
        await as_(page, scene, who)
        at = place.format(**scene.forum)
        await page.goto(f"{scene.house.url}/#/r/{scene.forum[room]}{at}")
        await page.get_by_text(words).first.wait_for()

    return shot


async def as_(page: Page, scene: Scene, who: str) -> None:
    """The device is somebody's."""
    await page.context.clear_cookies()
    await scene.people[who].enter(page.context)


async def begin(page: Page, scene: Scene) -> None:
    """A new topic, half written."""
    await page.goto(f"{scene.house.url}/#/r/{scene.forum['first']}/new")
    await page.get_by_label("What is it about?").fill("The letter on page 40")
    box = page.get_by_label("What would you like to ask or say?")
    await box.fill("Somebody burns it, and we are told what it said all the same. By whom?")


async def reveal(page: Page, scene: Scene) -> None:
    """A facilitator is about to show what is kept back."""
    await _shot("first", "/t/{page}", "The light, then the cups", "tomas")(page, scene)
    await page.locator(".topic-actions").get_by_role("button", name="Actions").click()
    await page.get_by_role("menuitem", name="Show the answers").click()
    await page.get_by_role("dialog").wait_for()


SHOTS: dict[str, Shot] = {
    "forum": _shot("forum", "", "Where do we get the black ink?"),
    "topic": _shot("forum", "/t/{ink}", "A litre is on its way"),
    "topic-new": begin,
    "topic-withheld": _shot("first", "/t/{page}", "Answer first, then see", "lin"),
    "topic-answered": _shot("first", "/t/{done}", "from outside"),
    "forum-first": _shot("first", "", "The window in chapter two", "lin"),
    "forum-empty": _shot("none", "", "No topics yet"),
    "topic-show": reveal,
}
