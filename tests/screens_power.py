"""What power looks like to either side, for the pictures of `tests.screens`: a mute by a rule and
its appeal, the log of it, a suspended account at the door, an edit that is asked for, a desk at
rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from playwright.async_api import Page

from tests.e2e.browser.house import PASSWORD
from tests.screens_forum import as_

if TYPE_CHECKING:
    from tests.screens import Scene

Shot = Callable[[Page, "Scene"], Awaitable[None]]
APPEAL = "It was the title of the book, not a word about Tomás. Page 40, third line."
PEACE = {
    "name": "No names for each other", "action": "timeout", "minutes": 60,
    "when": {"is": "words", "words": ["blockhead"]},
}  # fmt: skip


async def prepare(scene: Scene) -> dict[str, str]:
    """A room in which a rule acted, one whose history begins with joining, one at rest."""
    p = scene.people
    nora, kofi = p["nora"], p["kofi"]
    loud = await nora.open("The loud page", purpose="Villains, read aloud")
    for name in ("amina", "tomas", "kofi", "lin"):
        await p[name].ask("POST", f"/rooms/{loud}/join")
    await nora.ask("PATCH", f"/rooms/{loud}/moderation", rules=[PEACE])
    await p["tomas"].post(loud, "Tonight: the uncle, and who dares to be him.")
    await p["amina"].post(loud, "Kofi has the voice for it.")
    await kofi.ask("POST", f"/rooms/{loud}/messages", body="You blockhead, said the uncle.")
    tomas = p["tomas"]
    await nora.ask("POST", f"/rooms/{loud}/members/{tomas.id}/warn", reason="Softer, please.")
    short = await nora.open("Short letters", access="request", history="joining")
    early, clock = "", "Dear library, your clock is five minites slow."
    for name in ("amina", "tomas"):
        await p[name].ask("POST", f"/rooms/{short}/join")
        await nora.ask("POST", f"/rooms/{short}/requests/{p[name].id}/admit")
        early = early or await p["amina"].post(short, clock)
    await p["tomas"].post(short, "Ours too. We call it reading time.")
    rest = await nora.open("A quiet corner", purpose="Nothing happens here, and that is fine")
    return {"loud": loud, "short": short, "early": early, "rest": rest}


async def by_rule(page: Page, scene: Scene) -> None:
    """Whom the rule muted: what stands where the composer stood."""
    await as_(page, scene, "kofi")
    await page.goto(f"{scene.house.url}/#/r/{scene.power['loud']}")
    await page.locator("[data-bound=muted]").wait_for()


async def by_rule_asked(page: Page, scene: Scene) -> None:
    """The same, having asked that it be looked at again."""
    await by_rule(page, scene)
    bound = page.locator("[data-bound=muted]")
    again = bound.get_by_role("button", name="Ask for it to be looked at again")
    if await again.count():
        await again.click()
        await page.get_by_label("What should be considered?").fill(APPEAL)
        await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    await bound.get_by_text("No answer yet").wait_for()


def _desk(room: str, tab: str, words: str) -> Shot:
    async def shot(page: Page, scene: Scene) -> None:
        await page.goto(f"{scene.house.url}/#/r/{scene.power[room]}/desk{tab}")
        await page.get_by_text(words).first.wait_for()

    return shot


async def appeals(page: Page, scene: Scene) -> None:
    """A facilitator reads what was asked."""
    await by_rule_asked(page, scene)
    await as_(page, scene, "nora")
    await page.reload()
    await _desk("loud", "/people", "asks to be heard again")(page, scene)


async def suspended(page: Page, scene: Scene) -> None:
    """A suspended account at the door, about to ask."""
    lin, nora = scene.people["lin"], scene.people["nora"]
    if "suspended" not in scene.power:
        reason = "Three warnings in a week, and none of them was read."
        await nora.ask("POST", f"/people/{lin.id}/suspend", seconds=7 * 86_400, reason=reason)
        scene.power["suspended"] = lin.id
    await page.context.clear_cookies()
    await page.goto(scene.house.url)
    await page.get_by_label("Username").fill("lin")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_text("is suspended").first.wait_for()


async def edited_early(page: Page, scene: Scene) -> None:
    """A message from before somebody came is rewritten while one looks."""
    await page.goto(f"{scene.house.url}/#/r/{scene.power['short']}")
    await page.get_by_text("We call it reading time").wait_for()
    body = "Dear library, your clock is five minutes slow, and I hope it stays so."
    await scene.people["amina"].ask("PATCH", f"/messages/{scene.power['early']}", body=body)
    await page.get_by_text("I hope it stays so").wait_for()


SHOTS: dict[str, Shot] = {
    "rule-mute": by_rule,
    "rule-mute-asked": by_rule_asked,
    "rule-mute-log": _desk("loud", "/log", "A rule"),
    "appeals": appeals,
    "edited-early": edited_early,
    "desk-rest": _desk("rest", "", "Nothing waits"),
    "desk-rest-reports": _desk("rest", "/reports", "No open reports"),
    "desk-rest-rules": _desk("rest", "/rules", "No rules"),
    "desk-rest-people": _desk("rest", "/people", "Nothing is in force"),
    "desk-rest-guests": _desk("rest", "/guests", "guest"),
    "desk-rest-log": _desk("rest", "/log", "Download"),
    # Last: it ends a session.
    "suspended-door": suspended,
}
