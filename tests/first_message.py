"""`python -m tests.first_message`: what it costs to come to a room with nothing kept from before.

Medians of five visits by a Chromium whose processor is slowed down four times, on a real server:
bytes over the wire until the first message stands, and milliseconds from the link to then.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from tests.e2e.browser.house import Guest, House
from tests.servers import chromium
from tools.browser import FLAGS

SLOWER = 4
VISITS = 5
TALK = 60
"""Messages in the room: more than a screen, about one page of history."""
STANDS = """
new MutationObserver((_, observer) => {
  if (!document.querySelector("main.room .message")) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.stands = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""


async def visit(browser: Browser, guest: Guest, address: str) -> tuple[int, float]:
    """Bytes received and milliseconds, of one visit with an empty cache."""
    context = await browser.new_context()
    await guest.enter(context)
    page = await context.new_page()
    await page.add_init_script(STANDS)
    devtools = await context.new_cdp_session(page)
    received = 0

    def add(event: dict[str, Any]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    devtools.on("Network.loadingFinished", add)
    await devtools.send("Network.enable")
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(address, wait_until="commit")
    stands = await page.wait_for_function("() => window.stands", timeout=120_000)
    taken, bytes_then = float(await stands.json_value()), received
    await context.close()
    return bytes_then, taken


async def main(path: str, visits: int) -> None:
    """Visit with the browser at `path`, and print the medians with the least and the most."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            await house.start()
            nora = await house.set_up()
            for n in range(TALK):
                body = f"Sentence {n}, *said* slowly, with a [link](https://a.example)."
                await nora.post(house.room, body)
            address = f"{house.url}/#/r/{house.room}"
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS])
                found = [await visit(browser, nora, address) for _ in range(visits)]
                await browser.close()
        finally:
            await house.stop()
            await house.leave()
    for words, values in zip(
        ("kB received", "ms to the first message"), zip(*found, strict=True), strict=True
    ):
        scale = 1_000 if words.startswith("kB") else 1
        middle, low, high = (f(values) / scale for f in (statistics.median, min, max))
        print(f"{words}: {middle:,.0f} ({low:,.0f} to {high:,.0f})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=VISITS)
    asyncio.run(main(chromium(), parser.parse_args().visits))
