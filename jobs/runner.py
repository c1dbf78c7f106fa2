"""The runner of one node: sleeps until something is due, takes it, does it, finishes it.

Owns the tasks that do jobs and the renewal of their leases. It asks the store at most every `POLL`
seconds, sooner only when a row is due sooner or `wake` says that one was added here: nothing polls
while nothing is to be done. Knows no SQL and no kind of job.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from jobs.kinds import LEASE, SECOND, Kind, Table, backoff, described, final
from jobs.ports import Backlog, Due, Store

log = structlog.get_logger()

POLL = 15.0
"""Seconds after which rows that other nodes added are seen."""
AT_ONCE = 8
"""Jobs that one node does at the same time."""
OUTSIDE = 3
"""Besides these, jobs that wait for strangers' servers."""
_HELD_ELSEWHERE = 1.0
"""Seconds to wait when what is due is just being taken by another node."""


@dataclass(slots=True)
class Counters:
    """What this node did since it started; read by `/metrics`."""

    done: int = 0
    failed: int = 0
    lost: int = 0


class Runner:
    """Does jobs of the kinds in `kinds`; rows of other kinds are left to nodes that know them.

    `clock` gives microseconds since 1970.
    """

    def __init__(
        self, store: Store, clock: Callable[[], int], kinds: Table, lease: float = LEASE
    ) -> None:
        self.counters = Counters()
        self.backlog = Backlog()
        self._store = store
        self._clock = clock
        self.kinds = kinds
        outside = {name for name, kind in kinds.items() if kind.outside}
        self._lanes = ((frozenset(kinds) - outside, AT_ONCE), (frozenset(outside), OUTSIDE))
        self._lease = lease
        self._woken = asyncio.Event()
        self._sleeps_until = 0
        self._running: dict[asyncio.Task[None], Due] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin; on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(self._work(), name="jobs"),
            asyncio.create_task(self._renewing(), name="leases"),
        ]

    def wake(self, at: int) -> None:
        """Something will be due at `at`; may be called from any thread."""
        if self._loop is None or self._loop.is_closed() or at >= self._sleeps_until:
            return
        self._loop.call_soon_threadsafe(self._woken.set)

    async def stop(self) -> None:
        """Let go of what is under way, so that another node can take it up at once."""
        running = dict(self._running)
        for task in (*self._tasks, *running):
            task.cancel()
        await asyncio.gather(*self._tasks, *running, return_exceptions=True)
        self._tasks = []
        for task, due in running.items():
            if task.cancelled():
                with suppress(Exception):  # its lease ends by itself
                    await self._store.again(due, self._clock())

    # --- taking ---

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            try:
                wait = await self._round()
            except Exception as error:  # noqa: BLE001 - logged; the next round tries again
                log.warning("jobs_failed", error=error)
                wait = POLL
            self._sleeps_until = self._clock() + int(wait * SECOND)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            self._sleeps_until = 0

    async def _round(self) -> float:
        """Take what is due; returns for how long there is nothing to do."""
        # From now on what is added may be missed below, so it has to wake us.
        self._sleeps_until = 2**62
        found = [(lane, await self._store.backlog(lane[0])) for lane in self._lanes if lane[0]]
        self.backlog = _together([backlog for _, backlog in found])
        return min([await self._lane(*lane, backlog) for lane, backlog in found], default=POLL)

    async def _lane(self, kinds: Collection[str], places: int, backlog: Backlog) -> float:
        free = places - self._busy(kinds)
        now = self._clock()
        if not free or backlog.next_at is None:
            return POLL
        if backlog.next_at > now:
            return min(POLL, (backlog.next_at - now) / SECOND)
        taken = await self._store.take(kinds, now, self._until(now), free)
        for due in taken:
            task = asyncio.create_task(self._do(due), name=f"job {due.kind} {due.key}")
            self._running[task] = due
            task.add_done_callback(self._ended)
        if not taken:
            return _HELD_ELSEWHERE
        # From a full lane whichever ends first wakes us. Some may have ended while we took these:
        # then it is not full, nobody wakes us, and there may be more.
        return POLL if self._busy(kinds) == places else 0.0

    def _busy(self, kinds: Collection[str]) -> int:
        return sum(due.kind in kinds for due in self._running.values())

    def _until(self, now: int) -> int:
        return now + int(self._lease * SECOND)

    def _ended(self, task: asyncio.Task[None]) -> None:
        full = any(self._busy(kinds) == places for kinds, places in self._lanes)
        self._running.pop(task, None)
        if full:
            self._woken.set()

    # --- doing ---

    async def _do(self, due: Due) -> None:
        kind = self.kinds[due.kind]
        if due.attempt > kind.attempts and kind.again is None:
            # Nobody lived to say how the last attempt ended: perhaps it kills its node.
            await self._close(self._store.give_up(due, "never ended"))
            return
        try:
            await kind.do(due)
        except Exception as error:  # noqa: BLE001 - kept with the row, and tried again
            await self._close(self._failed(due, kind, error))
            return
        self.counters.done += 1
        if kind.again is None:
            await self._close(self._store.finish(due))
        else:
            await self._close(self._store.again(due, kind.again(self._clock())))

    async def _failed(self, due: Due, kind: Kind, error: Exception) -> None:
        self.counters.failed += 1
        says = described(error)
        now = self._clock()
        last = final(error) or due.attempt >= kind.attempts
        log.warning("job_failed", kind=due.kind, key=due.key, attempt=due.attempt, error=says,
                    last=last, exc_info=not final(error))  # fmt: skip
        if not last:
            await self._store.again(due, now + int(backoff(due.attempt) * SECOND), says)
        elif kind.again is not None:
            await self._store.again(due, kind.again(now), says)
        else:
            await self._store.give_up(due, says)

    async def _close(self, ending: Awaitable[None]) -> None:
        """Write how it ended; where that fails, the lease ends and it is tried again."""
        try:
            await ending
        except Exception as error:  # noqa: BLE001
            log.warning("job_not_closed", error=error)

    async def _renewing(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            for task, due in list(self._running.items()):
                try:
                    ours = await self._store.renew(due, self._until(self._clock()))
                except Exception as error:  # noqa: BLE001 - the lease has two thirds left
                    log.warning("lease_not_renewed", kind=due.kind, error=error)
                    continue
                if not ours and not task.done():
                    # Taken by another node, moved, or called off while we were at it.
                    self.counters.lost += 1
                    task.cancel()


def _together(parts: Sequence[Backlog]) -> Backlog:
    return Backlog(
        next_at=min((part.next_at for part in parts if part.next_at is not None), default=None),
        waiting=sum(part.waiting for part in parts),
        failing=sum(part.failing for part in parts),
        dead=sum(part.dead for part in parts),
    )
