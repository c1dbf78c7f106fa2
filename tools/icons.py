"""`python -m tools.icons`: draws the pictures that devices want as PNG from web/public/icon.svg.

The plain ones as they are; the maskable one with the ground to every edge, since devices cut it to
their own shape; the badge as the mark alone, of which devices take only what is not transparent.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.browser import FLAGS, find_browser

PUBLIC = Path(__file__).resolve().parent.parent / "web" / "public"
GROUND = '<rect width="64" height="64" rx="15" fill="#1d5a49"/>'


def drawings() -> dict[str, tuple[int, str]]:
    """File name to its size in pixels and its SVG."""
    plain = (PUBLIC / "icon.svg").read_text()
    mark = plain.split("\n", 1)[1].rsplit("\n", 2)[0].replace(GROUND, "")
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    smaller = f'<g transform="translate(9.6 9.6) scale(.7)">{mark}</g>'
    whole = GROUND.replace(' rx="15"', "")
    white = mark.replace("#f7f4ee", "#ffffff").replace("#e9b872", "#ffffff")
    return {
        "icon-180.png": (180, f"{head}{whole}{mark}</svg>"),
        "icon-192.png": (192, plain),
        "icon-512.png": (512, plain),
        "icon-maskable-512.png": (512, f"{head}{whole}{smaller}</svg>"),
        "badge-96.png": (96, f"{head}{white}</svg>"),
    }


def draw(path: str) -> None:
    """All of them, by the Chromium at `path`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        for name, (size, svg) in drawings().items():
            page = browser.new_page(viewport={"width": size, "height": size})
            sized = svg.replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{sized}")
            page.screenshot(path=PUBLIC / name, omit_background=True)
            page.close()
            print(name)
        browser.close()


if __name__ == "__main__":
    found = find_browser(fetch=True)
    if found is None:
        sys.exit("tertulia: no Chromium could be had; set TERTULIA_CHROMIUM to one")
    draw(found)
