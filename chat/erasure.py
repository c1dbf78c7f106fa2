"""Erasing a deleted account, step by step, in tasks of its own (promise P8).

The account is closed already; here its rooms are left, its texts deleted and its name taken out of
what remains. It begins at once where the account was closed; the job that stands until all is done
(`accounts.deletion.ERASE`) takes up what was interrupted, on whichever node.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import structlog

from accounts.deletion import CARDS_AT_ONCE, MESSAGES_AT_ONCE, ROOMS_AT_ONCE
from jobs import Due
from storage.accounts import erasure, jobs
from storage.database import Database
from storage.transaction import Job, Outcome

log = structlog.get_logger()
T = TypeVar("T")
_STREAMS_AT_ONCE = 100


class Erasure:
    """Owns the tasks that erase accounts.

    `run` queues a job; `purge` has what was taken out of the database leave its files too;
    `forget` keeps a stream's older events from being replayed from memory.
    """

    def __init__(
        self,
        database: Database,
        run: Callable[[Job], asyncio.Future[Outcome]],
        purge: Callable[[], None],
        forget: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._run = run
        self._purge = purge
        self._forget = forget
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, person: str) -> asyncio.Task[None]:
        """Erase a closed account; asked twice it is one task."""
        task = self._tasks.get(person)
        if task is None:
            task = asyncio.create_task(self._erase(person), name=f"erase {person}")
            self._tasks[person] = task
            task.add_done_callback(lambda done: self._ended(person, done))
        return task

    async def by_job(self, due: Due) -> None:
        """Erase the account that is the job's key; raises what went wrong."""
        await self.begin(due.key)

    async def stop(self) -> None:
        """Let go; the job takes it up."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, person: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(person, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Perhaps nobody waits for it: the job tries again.
            log.error("erasure_failed", person=person, error=error)

    async def _erase(self, person: str) -> None:
        ask = self._database.ask
        while rooms := await ask(erasure.rooms, person, ROOMS_AT_ONCE):
            await self._run(jobs.leave_rooms(person, rooms))
        while (await self._run(jobs.erase_held(person))).result:
            pass
        while (await self._run(jobs.erase_planned(person))).result:
            pass
        while (await self._run(jobs.erase_asked(person))).result:
            pass
        while texts := await ask(erasure.texts, person, MESSAGES_AT_ONCE):
            ids = [message for message, _ in texts]
            await self._run(jobs.erase_texts(person, sorted({room for _, room in texts}), ids))
        for some_rooms in _batched(await ask(erasure.tools, person), ROOMS_AT_ONCE):
            await self._run(jobs.erase_tools(person, some_rooms))
        for some in _batched(await ask(erasure.streams, person), _STREAMS_AT_ONCE):
            found = await ask(erasure.places, person, some)
            for places in _batched(found, CARDS_AT_ONCE):
                await self._run(jobs.erase_cards(person, places))
                for stream in {stream for stream, _ in places}:
                    self._forget(stream)
        await self._run(jobs.account_erased(person))
        self._purge()
        log.info("account_erased", person=person)


def _batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
