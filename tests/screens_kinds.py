"""Rooms of every kind for the pictures of `tests.screens`: what is said and done there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from playwright.async_api import Page

if TYPE_CHECKING:
    from tests.screens import Scene

Shot = Callable[[Page, "Scene"], Awaitable[None]]
UNITS = ["The letters", "Chapters 1 to 4", "Chapters 5 to 10", "Chapters 11 to 16", "To the end"]


async def use(scene: Scene, who: str, room: str, tool: str, /, **action: Any) -> None:
    """Something done with a tool."""
    path = f"/rooms/{room}/tools/{tool}"
    await scene.people[who].ask("POST", path, action=action)


async def _opened(scene: Scene, who: str, name: str, *others: str, **more: Any) -> str:
    room = await scene.people[who].open(name, **more)
    for other in others:
        await scene.people[other].ask("POST", f"/rooms/{room}/join")
    return room


async def prepare(scene: Scene) -> dict[str, str]:
    """The rooms by their kinds."""
    p = scene.people
    workshop = await _opened(
        scene, "nora", "Reading aloud", "amina", "tomas", "kofi", "lin",
        kind="workshop", access="open", purpose="Voices, breath, and not being afraid of a pause",
    )  # fmt: skip
    await p["amina"].post(workshop, "I never know where to breathe in a long sentence.")
    await p["kofi"].post(workshop, "At the commas. And where you would like a comma.")
    await use(scene, "tomas", workshop, "hands", do="raise")
    await use(scene, "lin", workshop, "hands", do="raise", why="clarify")
    await use(scene, "amina", workshop, "hands", do="raise", why="reply")
    turns = await _opened(
        scene, "amina", "Monday circle", "nora", "tomas", "kofi", "lin",
        kind="workshop", access="open", purpose="How was the week?",
    )  # fmt: skip
    await p["amina"].post(turns, "How was the week? In three sentences, or none.")
    people = [p[name].id for name in ("kofi", "nora", "lin", "tomas")]
    await use(scene, "amina", turns, "round", do="begin", people=people, seconds=900)
    await p["kofi"].post(turns, "Long. Then short. Then cake.")
    await use(scene, "kofi", turns, "round", do="next", person=p["kofi"].id)
    club = await _opened(
        scene, "tomas", "Frankenstein, slowly", "nora", "amina", "lin",
        kind="book_club", purpose="Mary Shelley, 1818. A few chapters a week",
    )  # fmt: skip
    await use(scene, "tomas", club, "book", do="start", title="Frankenstein", units=UNITS)
    await p["lin"].post(club, "It starts with *cheerfulness*. We should all worry.",
                        unit={"book": 1, "no": 1})  # fmt: skip
    await p["amina"].post(club, "He runs away from what he made, and I understood him.",
                          unit={"book": 1, "no": 3})  # fmt: skip
    await p["tomas"].post(club, "Thursday at seven, in the room with the stove.")
    await p["nora"].ask("PUT", f"/rooms/{club}/tools/book/mark", mark={"book": 1, "no": 2})
    team = await _opened(
        scene, "kofi", "Open house", "nora", "amina", "lin", kind="project_team",
        purpose="The second Saturday in spring",
    )  # fmt: skip
    decided = await p["amina"].post(team, "So we are agreed: the press runs from ten to four.")
    await p["lin"].post(team, "I can bring the paper. The good one.")
    await use(scene, "kofi", team, "tasks", do="note", kind="decision", message=decided)
    await use(scene, "kofi", team, "tasks", do="note", kind="action", body="Ask for the key",
              who=p["nora"].id, due="2026-11-20")  # fmt: skip
    await use(scene, "lin", team, "tasks", do="note", kind="action", body="Two reams of paper",
              who=p["lin"].id, due="2030-03-12")  # fmt: skip
    await use(scene, "amina", team, "tasks", do="note", kind="action", body="Print the bookmarks")
    await use(scene, "amina", team, "tasks", do="tick", id=4, done=True)
    pair = await p["lin"].open("Lin and Kofi", kind="mentorship", coordinator=p["nora"].id)
    await p["lin"].ask("POST", f"/rooms/{pair}/invite", people=[p["kofi"].id])
    await p["kofi"].ask("POST", f"/rooms/{pair}/join")
    await p["kofi"].post(pair, "Nobody else reads this.")
    return {"workshop": workshop, "turns": turns, "book": club, "team": team}


def _shot(room: str, place: str, words: str) -> Shot:
    async def shot(page: Page, scene: Scene) -> None:
        await page.goto(f"{scene.house.url}/#/r/{scene.kinds[room]}{place}")
        await page.get_by_text(words).first.wait_for()

    return shot


async def pairs(page: Page, scene: Scene) -> None:
    await page.goto(f"{scene.house.url}/#/pairs")
    # Not what leads the page, which may be there first.
    await page.locator(".card-small", has_text="Last spoke").first.wait_for()


SHOTS: dict[str, Shot] = {
    "hands": _shot("workshop", "/hands", "Something new"),
    "round": _shot("turns", "/round", "has spoken"),
    "turn": _shot("turns", "", "You have the floor"),
    "book": _shot("book", "/book", "How far have you read?"),
    "folded": _shot("book", "", "which you have not reached"),
    "tasks": _shot("team", "/tasks", "Two reams of paper"),
    "pairs": pairs,
}
