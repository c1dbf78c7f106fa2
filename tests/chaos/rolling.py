"""Every node in turn, under load: stopped in order and started again, of this release or the next.

An upgrade goes as docs/operating.md says: the schema first, by the next release's `migrate`, while
all nodes of this release go on; then node after node.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.chaos.ground import Ground

BETWEEN = 1.0
"""Seconds that a node runs before the next one is stopped: whoever updates waits for its readiness,
and not until people have spread out again."""


async def roll(place: Ground, say: Callable[[str], None], *, upgrade: bool) -> None:
    """One round. Raises where a node does not come back."""
    if upgrade:
        for node in place.nodes:
            node.flags.append("--next")
        said = await place.nodes[0].run("migrate")
        say(f"migrated: {said.strip().splitlines()[-1]}")
        await asyncio.sleep(BETWEEN)
    for node in place.nodes:
        say(f"{node.name} stops")
        await node.stop()
        await node.start()
        say(f"{node.name} is back")
        await asyncio.sleep(BETWEEN)
