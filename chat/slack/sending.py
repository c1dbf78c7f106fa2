"""Sends a command to the command's own address, as Slack does: beside all that its bot is told.

A job for each, so that an address that is slow or down holds up nothing else: no event of the bot,
no other bot, and no other command for longer than one request. Who may be told of what, signatures
and what counts as taken are as at the bot's one address (`chat.deliveries`). Knows no SQL.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from chat.deliveries import WAITS
from chat.outgoing import Guard, OutgoingError
from chat.outgoing.guard import parts_of
from chat.signing import Request
from jobs import Due
from rooms.actions.bots import SEND
from rooms.errors import Refusal
from rooms.model import Decision
from rooms.records import Schedule
from storage import slashes
from storage.accounts import bot_jobs
from storage.jobs.store import SYSTEM, once
from storage.outgoing import ATTEMPTS, Failure, Waiting
from storage.transaction import Job, Locks

if TYPE_CHECKING:
    from chat.app import App

_SECOND = 1_000_000
_OF_ONE = 2
"""Commands of one bot that a node sends at the same time: the others' places are others'."""


async def check(guard: Guard, urls: Sequence[str]) -> None:
    """Refuse addresses that lead inside, or nowhere. They are not asked whether they mean it: Slack
    sends no `url_verification` to where a command goes."""
    await asyncio.gather(*(_outside(guard, url) for url in urls))


async def _outside(guard: Guard, url: str) -> None:
    try:
        parts_of(url)
    except OutgoingError:
        wanted = "a web address, as https://bots.example.org/pizza"
        raise Refusal("invalid", field="url", problem=wanted) from None
    try:
        await guard.target(url)
    except OutgoingError as error:
        raise Refusal("url_not_verified", why=error.why, field="url") from None


class Sending:
    """One node's part in it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._busy: Counter[str] = Counter()

    async def by_job(self, due: Due) -> None:
        """Send the command that is the job's key."""
        found = await self._app.database.ask(slashes.waiting, due.key)
        if found is None:
            await self._settled(due.payload.get("bot", ""), due.payload.get("seq", 0))
            return
        bot = found.events[0].stream
        if self._busy[bot] >= _OF_ONE:
            await self._later(due, 1, due.payload)
            return
        self._busy[bot] += 1
        try:
            await self._app.deliveries.in_turn(due, partial(self._send, found=found))
        finally:
            self._busy[bot] -= 1

    async def _send(self, due: Due, *, found: Waiting) -> None:
        [event] = found.events
        failures = int(due.payload.get("failures", 0))
        found = found._replace(failures=failures)
        requests = self._app.deliveries.requests(event.stream)
        for one in await requests.of(event):
            answer = await self._app.deliveries.sent(found, Request(one.body, one.content_type))
            if isinstance(answer, Failure):
                await self._failed(due, found, answer)
                return
            await requests.answered(one, answer.body)
        if "seq" in due.payload:
            await self._settled(event.stream, event.seq)

    async def _failed(self, due: Due, found: Waiting, how: Failure) -> None:
        """Once more later, as often as everything else; then it is a letter."""
        [event] = found.events
        failures = found.failures + 1
        if failures < ATTEMPTS and not how.final:
            wait = WAITS[min(failures, len(WAITS)) - 1]
            await self._later(due, wait, {**due.payload, "failures": failures})
            return
        lost = partial(slashes.lost, bot=event.stream, event=event, attempts=failures, how=how)
        await self._app.run(once(due, bot_jobs.telling(event.stream, lost)))

    async def _later(self, due: Due, seconds: int, payload: dict[str, object]) -> None:
        at = self._app.now() + seconds * _SECOND
        again = Schedule(kind=SEND, key=due.key, at=at, payload=payload)
        job = Job(SYSTEM, lambda _: Locks(share=()), lambda _: Decision(records=[again]))
        await self._app.run(once(due, job))

    async def _settled(self, bot: str, seq: int) -> None:
        if bot:
            settled = partial(slashes.settled, bot=bot, seq=seq)
            await self._app.run(bot_jobs.telling(bot, settled))
