"""Runs axe-core in a page and says in words what it found."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

SOURCE = Path(__file__).resolve().parents[3] / "web/node_modules/axe-core/axe.min.js"


@cache
def source() -> str:
    return SOURCE.read_text()


COLOURS = ("color-contrast", "link-in-text-block")
"""What another scheme can break where the elements are the same."""


async def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Every rule that is broken, best practices included, and where; of `rules` only, if given."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(source())
    # Colours are judged when nothing moves any more.
    await page.evaluate(
        "Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))"
    )
    # Styles are ours and here: nothing is fetched to be judged.
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": [*rules]}
    found: Any = await page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: "
        + "; ".join(
            f"{node['target']} {node.get('failureSummary', '')}" for node in one["nodes"][:4]
        )
        for one in found["violations"]
    ]


async def shown(page: Page, name: str) -> None:
    """No rule of axe is broken; a picture where `SHOTS` names a folder."""
    folder = os.environ.get("SHOTS")
    if folder:
        await page.screenshot(path=str(Path(folder) / f"{name}.png"))
    assert await violations(page) == []
