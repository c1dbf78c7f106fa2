"""At night, when something was deleted: the database's files are written anew (promise P8).

On SQLite nothing can be written meanwhile, so commands wait in the writer's queue for as long as it
takes, which is bounded by the size of the file (`storage.compacting.MOST`); reading goes on. What
cannot be done is put off by a day, and the operator and those who run the community are told.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import structlog

from jobs import Due
from rooms.errors import Refusal
from rooms.records import Schedule
from storage import compacting
from storage.jobs.store import recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat.app import App

log = structlog.get_logger()

_AGAIN = 60.0
"""Seconds until it is tried again where somebody was in the way."""
_SOME = 600 * 1_000_000
"""Microseconds after the night's hour by which it has been tried."""


class Compactions:
    """What this node did since it started; read by `/metrics`."""

    def __init__(self) -> None:
        self.done = 0
        self.seconds = 0.0
        """How long the last one took, and with SQLite how long posts waited."""
        self.held_up_until = 0
        """Microseconds since 1970: when it is tried again, and somewhat later; 0: nothing is."""


async def compact(app: App, due: Due, most: int = compacting.MOST) -> None:
    """Write the files anew, or put it off; raises `Refusal` to be called again."""
    night, counts = app.writer.night, app.compactions
    if night(due.due_at - 1) != due.due_at:
        # Wished for from the command line, or before the hour was changed.
        await _put_off(app, due)
        return
    why = await asyncio.to_thread(compacting.held_up, app.database, most)
    # By then it is said anew, or the operator has done it.
    counts.held_up_until = night(app.now()) + _SOME if why else 0
    if why:
        log.warning("compaction_held_up", why=why, to_do="tertulia compact")
        await _put_off(app, due, held_up=why)
        return
    stop = threading.Event()
    try:
        done = await asyncio.to_thread(_work, app, stop.is_set)
    except asyncio.CancelledError:
        stop.set()
        raise
    finally:
        # A reader may have kept the log from being folded.
        app.purge.needed()
    if not done:
        raise Refusal("busy", retry_after=_AGAIN)
    counts.done += 1
    log.info("compacted", seconds=round(counts.seconds, 2))


def _work(app: App, stopping: Callable[[], bool]) -> bool:
    with app.writer.resting if app.database.path else nullcontext():
        begun = time.monotonic()
        done = compacting.compact(app.database, stopping)
        app.compactions.seconds = time.monotonic() - begun
    return done


async def _put_off(app: App, due: Due, **more: str) -> None:
    """To the next night; the row is taken from ourselves, so it is not finished after this."""
    at = app.writer.night(app.now())
    row = Schedule(kind=due.kind, key=due.key, at=at, payload={**due.payload, **more})
    await app.run(recording(row))
