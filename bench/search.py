"""Finding at length: what the first page costs at a million messages, against ten thousand.

Owns the questions; the two servers, and how they are asked in turn, are history's.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from bench import history
from bench.measuring import Bench

SCENARIO = "search"
ASKED = {
    "frequent": "chapter ",
    "several": "letter table still ",
    "beginning": "chap",
    "phrase": '"twice and still wonder"',
    "nowhere": "zebra ",
    "in_room": "in:{room} wonder ",
    "before": "letter before:today ",
}
"""Words of the bench's own talk (bench/fill.py); `{room}` is the busiest one."""
PAGE = 20


class Finding(history.Side):
    """A server that is asked for messages."""

    def questions(self, room: str) -> dict[str, history.Ask]:
        """By name, as the table shows them."""

        def asking(q: str) -> history.Ask:
            def ask(_: random.Random) -> dict[str, Any]:
                return {"type": "find.messages", "q": q.format(room=room), "limit": PAGE}

            return ask

        return {name: asking(q) for name, q in ASKED.items()}


def measure(bench: Bench, scratch: Path) -> None:
    """Fill, start both, ask in turn."""
    history.compare(bench, scratch, SCENARIO, Finding)
