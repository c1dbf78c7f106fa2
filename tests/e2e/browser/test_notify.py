"""Notifications in a browser: the service worker draws what is pushed, a tap leads to its place,
and what notifies is chosen on screens that everybody can use.

A push service cannot be reached from here, so the browser is handed what one would have brought
(DevTools' `ServiceWorker.deliverPushMessage`), and subscribing stops at the browser's own words.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.browser import axe
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser

ON_AN_IPHONE = """
const agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)";
Object.defineProperty(navigator, "userAgent", {get: () => agent});
delete window.PushManager;
"""


DRAWING = """() => {
  self.drawn = new Promise((done) => {
    registration.showNotification = async (...said) => {
      delete registration.showNotification;
      done(await registration.showNotification(...said));
    };
  });
}"""


async def push(page: Page, data: str) -> None:
    """A push message arrives at the page's service worker, which has drawn it when this returns.

    Nobody may ask for notifications meanwhile: Chromium forgets those it has written down and not
    yet displayed when `getNotifications` compares the two lists.
    """
    there = page.context.service_workers
    worker = there[0] if there else await page.context.wait_for_event("serviceworker")
    await worker.evaluate(DRAWING)
    cdp = await page.context.new_cdp_session(page)
    heard: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    def registered(event: dict[str, Any]) -> None:
        if event["registrations"] and not heard.done():
            heard.set_result(event["registrations"][-1])

    cdp.on("ServiceWorker.workerRegistrationUpdated", registered)
    await cdp.send("ServiceWorker.enable")
    async with asyncio.timeout(20):
        its = await heard
    message = {
        "origin": its["scopeURL"].rstrip("/"),
        "registrationId": its["registrationId"],
        "data": data,
    }
    async with asyncio.timeout(20):
        await cdp.send("ServiceWorker.deliverPushMessage", message)
        await worker.evaluate("() => drawn")
    await cdp.detach()


SHOWN = """async (count) => {
  const registration = await navigator.serviceWorker.ready;
  for (;;) {
    const all = await registration.getNotifications();
    const shown = all.map(({title, body, tag, data}) => ({title, body, tag, url: data.url}));
    if (shown.length === count) return shown;
    await new Promise(requestAnimationFrame);
  }
}"""


async def shown(page: Page, count: int) -> list[dict[str, str]]:
    """The notifications there are, once there are so many."""
    async with asyncio.timeout(20):
        found: list[dict[str, str]] = await page.evaluate(SHOWN, count)
    return found


async def test_the_service_worker_draws_a_push_and_leads_to_its_place(
    house: House, visit: Visit
) -> None:
    assert house.owner
    page = await visit(house.owner)
    await page.context.grant_permissions(["notifications"])
    await page.evaluate(
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)"
    )
    other = await house.owner.open("Letters")
    message = await house.owner.post(other, "Here it is")
    said = {
        "title": "Letters",
        "body": "Amina: Here it is",
        "tag": other,
        "url": f"#/r/{other}/1",
        "at": 0,
    }
    await push(page, json.dumps(said))
    (one,) = await shown(page, 1)
    assert one == {name: said[name] for name in ("title", "body", "tag", "url")}
    await push(page, json.dumps({**said, "body": "Amina: And this"}))
    await push(page, "no JSON")
    first, second = sorted(await shown(page, 2), key=lambda one: one["title"])
    assert first["body"] == "Amina: And this", "a newer one takes the older one's place"
    assert second["title"] == "Tertulia"

    worker = page.context.service_workers[0]
    await worker.evaluate(
        """async (tag) => {
          const [notification] = await registration.getNotifications({tag});
          dispatchEvent(new NotificationEvent("notificationclick", {notification}));
        }""",
        other,
    )
    await expect(page.locator(f'[data-id="{message}"]')).to_be_visible()
    await shown(page, 1)


async def test_what_is_in_sight_needs_no_notification(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await page.context.grant_permissions(["notifications"])
    await page.evaluate(
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)"
    )
    await page.goto(f"{house.url}/#/rooms")
    said = {"title": "x", "body": "", "tag": house.room, "url": f"#/r/{house.room}/1", "at": 0}
    await push(page, json.dumps(said))
    await shown(page, 1)
    await page.goto(f"{house.url}/#/r/{house.room}")
    await shown(page, 0)


async def test_choosing_what_notifies(house: House, visit: Visit) -> None:
    assert house.owner
    root = await house.owner.post(house.room, "What shall we read?")
    page, other = await visit(house.owner), await visit(house.owner)
    await other.goto(f"{house.url}/#/settings/notify")
    await expect(other.get_by_text("Off. Switch it on")).to_be_visible()
    room = other.get_by_role("combobox", name="Notifications of The long table")
    await expect(room).to_have_value("mentions")
    await page.get_by_role("button", name="More about this room").click()
    await page.get_by_role("menuitem", name="Notifications").click()
    await page.get_by_role("radio", name="Every message").check()
    assert await axe.violations(page) == []
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(room).to_have_value("all")

    await page.goto(f"{house.url}/#/r/{house.room}/t/{root}")
    await page.get_by_role("button", name="Follow").click()
    await page.get_by_role("button", name="More about this thread").click()
    await page.get_by_role("menuitem", name="Notifications").click()
    await page.get_by_role("radio", name="Nothing").check()
    await page.get_by_role("button", name="Save").click()
    await expect(other.get_by_role("link", name="What shall we read?")).to_be_visible()
    await other.get_by_role("button", name="As the room: What shall we read?").click()
    await expect(other.get_by_role("link", name="What shall we read?")).to_have_count(0)

    await other.get_by_role("checkbox", name="Quiet hours").check()
    await other.get_by_label("Until").fill("06:30")
    await other.get_by_role("checkbox", name="Show what was said").uncheck()
    assert await axe.violations(other) == []
    await other.get_by_role("button", name="Save").click()
    await expect(other.get_by_text("Saved.")).to_be_visible()
    found = await house.owner.ask("GET", "/me/notify")
    assert found["quiet"] == {"start": 22 * 60, "end": 6 * 60 + 30}
    assert found["text"] is False
    await other.reload()
    await expect(other.get_by_label("Until")).to_have_value("06:30")
    await page.get_by_role("button", name="More about this room").click()
    await page.get_by_role("menuitem", name="Mute this room").click()
    await expect(other.get_by_text("You muted this room")).to_be_visible()


async def test_an_iphone_is_told_what_to_do(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner, viewport={"width": 390, "height": 844})
    await page.add_init_script(ON_AN_IPHONE)
    await page.goto(f"{house.url}/#/settings/notify")
    await page.reload()
    await expect(page.get_by_text("Choose “Add to Home Screen”")).to_be_visible()
    assert await axe.violations(page) == []


async def test_somebody_says_no(house: House, visit: Visit) -> None:
    """And changes their mind: nothing is subscribed until the browser was asked."""
    assert house.owner
    page = await visit(house.owner)
    await page.add_init_script("Notification.requestPermission = async () => 'denied'")
    await page.goto(f"{house.url}/#/settings/notify")
    await page.reload()
    await page.get_by_role("button", name="Notify me here").click()
    await expect(page.get_by_text("Your browser said no")).to_be_visible()
    assert (await house.owner.ask("GET", "/me/push"))["devices"] == []


async def test_the_page_can_be_installed(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    cdp = await page.context.new_cdp_session(page)
    found = await cdp.send("Page.getAppManifest")
    assert found["errors"] == []
    manifest = json.loads(found["data"])
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
    for icon in (*manifest["icons"], {"src": "/icon-180.png"}, {"src": "/badge-96.png"}):
        answer = await page.request.get(house.url + icon["src"])
        assert answer.headers["content-type"].startswith("image/"), icon["src"]
    worker = await page.request.get(f"{house.url}/sw.js")
    assert "javascript" in worker.headers["content-type"]
    assert worker.headers["cache-control"] == "no-cache"
