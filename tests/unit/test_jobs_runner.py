"""The runner of due rows: it looks again whenever there may be more, whatever ends meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from jobs import Backlog, Due, Kind, Runner
from jobs.runner import AT_ONCE
from tests.unit.sdk_fake import until


class Rows:
    """Rows in memory, all of them due. Taking is slow: `taking` is called in the middle of it."""

    def __init__(self, count: int) -> None:
        self.left = [str(n) for n in range(count)]
        self.taking = asyncio.Event()
        self.go_on = asyncio.Event()
        self.takes = 0

    async def backlog(self, kinds: Collection[str]) -> Backlog:
        return Backlog(next_at=0 if self.left else None, waiting=len(self.left))

    async def take(self, kinds: Collection[str], now: int, until: int, most: int) -> list[Due]:
        self.takes += 1
        taken, self.left = self.left[:most], self.left[most:]
        if self.takes == 2:
            self.taking.set()
            await self.go_on.wait()
        return [Due(kind="a", key=key, due_at=0, payload={}, attempt=1, lease="l") for key in taken]

    async def renew(self, due: Due, until: int) -> bool:
        return True

    async def finish(self, due: Due) -> None: ...

    async def again(self, due: Due, at: int, error: str | None = None) -> None: ...

    async def give_up(self, due: Due, error: str) -> None: ...


async def test_what_ends_while_others_are_taken_leaves_no_place_empty() -> None:
    """Or it would sleep for its longest time, with rows due and places free."""
    rows = Rows(AT_ONCE + 3)
    may_end = {key: asyncio.Event() for key in rows.left}
    done: list[str] = []

    async def do(due: Due) -> None:
        await may_end[due.key].wait()
        done.append(due.key)

    runner = Runner(rows, lambda: 1, {"a": Kind(do)})
    runner.start()
    async with asyncio.timeout(10):
        # All places are taken; one ends, which wakes it: it takes one row more.
        may_end["0"].set()
        await rows.taking.wait()
        # While it takes that, two end. Nobody is told: the places were not full.
        for key in ("1", "2"):
            may_end[key].set()
        await until(lambda: len(done) == 3)
        rows.go_on.set()
        await until(lambda: not rows.left)
    await runner.stop()
