"""Finds a Chromium that starts on this machine, fetching one where there is none.

Order: TERTULIA_CHROMIUM, one on PATH, one fetched before, Debian's package (when root on
Debian), the headless build in the npm package @sparticuz/chromium (tests/browser/). A candidate
counts only after it has drawn a page. `python -m tools.browser` fetches and prints the path.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from tools.node import npm_ci, run_node

ROOT = Path(__file__).resolve().parent.parent
FETCHED = ROOT / ".cache" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# For a browser that visits one loopback address and nobody else.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def draws(path: str) -> bool:
    """Does it start and draw a page? (A package's stub or a missing library does not.)"""
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=path, args=[*FLAGS], timeout=30_000
            )
            page = browser.new_page()
            page.set_content("<p>tertulia</p>")
            drawn = page.inner_text("p") == "tertulia"
            browser.close()
            return drawn
    except PlaywrightError:
        return False


def named() -> str | None:
    """The one the user names; a wrong name is an error, not a reason to look further."""
    path = os.environ.get("TERTULIA_CHROMIUM")
    if path and not os.access(path, os.X_OK):
        sys.exit(f"tertulia: TERTULIA_CHROMIUM is {path}, which cannot be run")
    return path or None


def on_path() -> str | None:
    """One on PATH that draws."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and draws(path)), None)


def fetched() -> str | None:
    """The npm package's, unpacked by an earlier run."""
    path = FETCHED / "chromium"
    return str(path) if path.exists() and draws(str(path)) else None


def from_debian() -> str | None:
    """Debian's package, installed; other systems' owners install their own."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return None
    if shutil.which("apt-get") is None:
        return None
    say("installing Debian's chromium")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Without a font for them, pictures of the screens show empty boxes for emoji.
    packages = ["chromium", "fonts-noto-color-emoji"]
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages],
    ):
        if subprocess.call(command, stdout=subprocess.DEVNULL, env=env) != 0:
            return None
    return on_path()


def from_npm() -> str | None:
    """The headless build of @sparticuz/chromium, unpacked into .cache/."""
    say("fetching the headless Chromium of @sparticuz/chromium")
    folder = ROOT / "tests" / "browser"
    FETCHED.mkdir(parents=True, exist_ok=True)
    script = "import('@sparticuz/chromium').then(m => m.default.executablePath())"
    if not npm_ci(folder) or not run_node(folder, "-e", script, TMPDIR=str(FETCHED)):
        return None
    return fetched()


def say(line: str) -> None:
    """To stderr: stdout is the answer."""
    print(f"tertulia: {line}", file=sys.stderr, flush=True)


FINDERS: tuple[Callable[[], str | None], ...] = (named, on_path, fetched)
FETCHERS: tuple[Callable[[], str | None], ...] = (from_debian, from_npm)


def find_browser(*, fetch: bool) -> str | None:
    """The path of the first Chromium in the order above, or None; `fetch` may download one."""
    finders = FINDERS + FETCHERS if fetch else FINDERS
    return next((path for finder in finders if (path := finder())), None)


if __name__ == "__main__":
    found = find_browser(fetch=True)
    if found is None:
        sys.exit("tertulia: no Chromium could be had; set TERTULIA_CHROMIUM to one")
    print(found)
