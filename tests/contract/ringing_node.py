"""`python -m tests.contract.ringing_node URL NODES`: nodes that only ring what is planned.

Each is a process of its own, forked when all is imported, so that three cost one start; their ids
are printed. Their lease is short, so that what a killed one held is soon taken up; all else is the
server's.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from functools import partial

from chat.reminding import ring
from jobs import Kind, Runner
from rooms.actions.planning import RING
from storage.database import Database
from storage.jobs.store import SqlStore
from storage.transaction import Job, Outcome
from storage.writer import Writer

LEASE = 2.0
START = 1_792_404_060_000_000
"""Its clock begins here: microseconds since 1970."""


class Node:
    """A writer, a store and a runner."""

    def __init__(self, url: str) -> None:
        began = time.monotonic_ns() // 1000
        self.now = lambda: START + time.monotonic_ns() // 1000 - began
        self.database = Database(url)
        self.writer = Writer(self.database, self.now, gather=0)
        store = SqlStore(self.database, self.run)
        kinds = {RING: Kind(partial(ring, self))}  # type: ignore[arg-type]
        self.jobs = Runner(store, self.now, kinds, lease=LEASE)

    def run(self, job: Job) -> asyncio.Future[Outcome]:
        """Queue a job."""
        return self.writer.submit(job)


async def main(url: str) -> None:
    """Ring until killed."""
    node = Node(url)
    node.writer.start()
    node.jobs.start()
    await asyncio.Event().wait()


def forked(url: str) -> int:
    """A node in a process of its own; its id."""
    pid = os.fork()
    if pid == 0:
        # Only the ids go where they are read; what it logs is for whoever looks.
        os.dup2(2, 1)
        asyncio.run(main(url))
    return pid


if __name__ == "__main__":
    print(*(forked(sys.argv[1]) for _ in range(int(sys.argv[2]))), flush=True)
    while True:
        os.wait()
