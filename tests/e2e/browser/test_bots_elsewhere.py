"""Bots elsewhere, on the screen: where one is told, what it missed, which inner hosts may be."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import ViewportSize, expect

from tests.e2e.browser.axe import shown
from tests.e2e.browser.conftest import Visit
from tests.e2e.browser.house import House

pytestmark = pytest.mark.browser
PHONE: ViewportSize = {"width": 390, "height": 844}


class Receiver:
    """Says that it means it; then takes what comes, or fails."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.fails = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            answer = body.get("challenge", "").encode()
            status, more = (500, b"X-Slack-No-Retry: 1\r\n") if self.fails else (200, b"")
            if not self.fails and "event" in body:
                self.told.append(body["event"])
            writer.write(
                b"HTTP/1.1 %d X\r\n%bcontent-length: %d\r\n\r\n%b"
                % (status, more, len(answer), answer)
            )
            await writer.drain()
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def receiver(house: House) -> AsyncIterator[tuple[Receiver, str]]:
    """One that the operator allows."""
    one = Receiver()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    at = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    house.environment["TERTULIA_OUTGOING_HOSTS"] = at
    await house.restart()
    yield one, f"http://{at}/events"
    server.close()


async def test_it_is_told_and_what_it_missed_is_sent_again(
    house: House, visit: Visit, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    nora = house.owner
    assert nora
    made = await nora.ask("POST", "/bots", username="clara", name="Clara", rooms=[house.room])
    path = f"/bots/{made['person']['id']}"
    page = await visit(nora)
    await page.set_viewport_size(PHONE)
    await page.goto(f"{house.url}/#/people/bots")
    await page.get_by_role("button", name="Look after Clara").click()
    await page.get_by_label("Where", exact=True).fill("http://127.0.0.1:9/")
    await page.get_by_role("button", name="Check and save").click()
    await expect(page.get_by_text("its address lies inside this network.")).to_be_visible()
    await page.get_by_label("Where", exact=True).fill(url)
    await page.get_by_label("As Slack has it").check()
    await page.get_by_label("Only of these").check()
    await page.get_by_label("Commands, buttons and forms").uncheck()
    await shown(page, "bot-out-phone")
    await page.get_by_role("button", name="Check and save").click()
    await expect(page.get_by_text("It is told, and answers.")).to_be_visible()
    out = (await nora.ask("GET", path))["outgoing"]
    assert (out["shape"], out["kinds"]) == ("slack", ["message.posted"])

    there.fails = True
    await nora.post(house.room, "Is anybody there?")
    line = page.locator("[data-troubled='1']")
    await expect(line).to_contain_text("Clara does not hear of everything")
    await expect(page.get_by_role("button", name="Send them again")).to_be_visible()
    await shown(page, "bot-letters-phone")
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{house.url}/#/")
    await shown(page, "bot-trouble-phone-dark")
    there.fails = False
    await page.get_by_role("button", name="Look after Clara").click()
    await page.get_by_role("button", name="Send them again").click()
    await expect(page.get_by_text("It is told, and answers.")).to_be_visible()
    await expect(page.locator("[data-troubled='0']")).to_be_attached()
    assert [event["text"] for event in there.told] == ["Is anybody there?"]


async def test_inner_hosts_are_shown_with_what_they_mean(house: House, visit: Visit) -> None:
    assert house.owner
    page = await visit(house.owner)
    await page.set_viewport_size(PHONE)
    await page.goto(f"{house.url}/#/people/community")
    await expect(page.get_by_text("No inner host is allowed")).to_be_visible()
    field = page.get_by_label("Name or address, perhaps with a port")
    for wrong, told in (
        ("http://x.lan/", "That is not valid"), ("127.0.0.1", "It leads to this server itself"),
        ("8.8.8.8", "It is on the internet"),
    ):  # fmt: skip
        await field.fill(wrong)
        await page.get_by_role("button", name="Allow it").click()
        await expect(page.get_by_text(told)).to_be_visible()
    await shown(page, "hosts-phone")
    await field.fill("10.0.0.7:8443")
    await field.press("Enter")
    host = page.locator("[data-host='10.0.0.7:8443']")
    await expect(host).to_contain_text("allowed by Nora Vidal")
    await expect(host).to_contain_text("leads to 10.0.0.7")
    await page.emulate_media(color_scheme="dark")
    await shown(page, "hosts-phone-dark")
    await page.get_by_role("button", name="End it: 10.0.0.7:8443").click()
    await page.get_by_role("dialog").get_by_role("button", name="End it").click()
    await expect(page.get_by_text("No inner host is allowed")).to_be_visible()
