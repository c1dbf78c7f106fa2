"""Waiting for what tells nobody: processes that start, files that appear, clients that catch up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

_LOOK = 0.02
"""Seconds between two looks."""


async def until(condition: Callable[[], bool], patience: float) -> bool:
    """Whether a condition came to hold in so many seconds."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(_LOOK)
    return True
