"""A command on its way through the writer, and what the writer counts. Holds; does nothing."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import msgspec

from storage.transaction import Job, Locks, Outcome


@dataclass(slots=True)
class Counters:
    """What the writer did since it started; read by `/metrics` and by tests."""

    commits: int = 0
    commands: int = 0
    alone: int = 0
    waited: int = 0


class Entry(msgspec.Struct, eq=False):
    """A job, who waits for its outcome, and since when (seconds of the steady clock)."""

    job: Job
    future: asyncio.Future[Outcome]
    outcome: Outcome | None = None
    locks: Locks = Locks()
    since: float = msgspec.field(default_factory=time.monotonic)
