"""Tells bots of events at an address of their own: in order, at least once, and at nobody's cost.

A job for each bot reads what it has not been told yet, sends it, and notes how far it came; a post
in a room only wakes the job, after its commit. A receiver that fails is asked again later, loses
single events to the dead letters, and is paused at last; one that is slow has a bounded time and
gives its place to others. Knows no SQL; how an event looks in Slack's shape is
`chat.slack.requests`' to say.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from chat.outgoing import Answer, Bounds, OutgoingError, post
from chat.signing import Request, challenging, echoes, native, signed
from chat.slack.requests import Requests, unheard
from jobs import Due
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Decision
from rooms.records import Schedule
from storage import letters, outgoing
from storage.accounts import bot_jobs
from storage.facts import SqlFacts
from storage.jobs.store import SYSTEM, once, recording, writing
from storage.outgoing import Failure, Waiting
from storage.streams import StoredEvent
from storage.transaction import Job, Locks

if TYPE_CHECKING:
    from chat.app import App

log = structlog.get_logger()

TELL, SWEEP = "bot.tell", "bot.sweep"
"""Kinds of jobs; the key of the first is the bot."""
BOUNDS = Bounds(seconds=5.0, answer=16 * 1024)
SWEPT = 60.0
"""Seconds after which what was forgotten is found."""
_AT_ONCE = 50
"""Events read by one query."""
_TURN = 10.0
"""Seconds after which a job gives its place to others."""
_FRESH = 1.0
"""Seconds after which what is left of what was read is read anew: a right may have ended, a text
may be gone."""
_TOGETHER = 4
"""Bots that one node tells at the same time."""
_GATHER = 0.05
"""Seconds for which wakings are gathered."""
_SECOND = 1_000_000
WAITS = (5, 60, 300)
"""Seconds before each further attempt."""


Took = Callable[[bytes], Awaitable[None]]
"""Takes the body of an answer."""


class Deliveries:
    """One node's part in it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._followed: dict[str, list[str]] = {}
        self._woken: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._slack: dict[str, Requests] = {}

    async def stop(self) -> None:
        """Let go."""
        if self._timer:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def refresh(self) -> None:
        """Read who follows what."""
        self._followed = await self._app.database.ask(outgoing.followed)

    async def changed(self) -> None:
        """Who follows what is another from here on, on every node; where that is lost the sweep
        finds it."""
        await self.refresh()
        self._app.fanout.followed()

    def changed_elsewhere(self) -> None:
        """Another node says so."""
        self._spawn(self.refresh())

    # --- waking ---

    def saw(self, events: Iterable[StoredEvent]) -> None:
        """What was committed here: whoever follows it is due. Called on the way of every post."""
        if not self._followed:
            return
        for event in events:
            bots = self._followed.get(event.stream)
            if bots:
                self._woken.update(bots)
        if self._woken and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_GATHER, self._schedule)

    def _schedule(self) -> None:
        self._timer = None
        woken, self._woken = self._woken, set()
        self._spawn(self.wake(woken))

    async def wake(self, bots: Iterable[str]) -> None:
        """These are due now, unless they are so already."""
        now = self._app.now()
        due = [Schedule(kind=TELL, key=bot, at=now, keep=True) for bot in sorted(bots)]
        if due:
            await self._app.run(recording(*due))

    async def at_once(self, bot: str) -> None:
        """Somebody says that it may go on: it waits for no further attempt."""
        await self._app.run(
            recording(Schedule(kind=TELL, key=bot, at=self._app.now(), sooner=True))
        )

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The sweep finds what was not woken.
            log.warning("waking_failed", error=error)

    async def sweep(self, _: Due) -> None:
        """Find whom nobody woke: a node died in between, or a bot came into a room."""
        await self.refresh()
        await self.wake(await self._app.database.ask(outgoing.behind, TELL))

    # --- telling ---

    async def by_job(self, due: Due) -> None:
        """Tell the bot that is the job's key."""
        await self.in_turn(due, self._tell)

    async def in_turn(self, due: Due, work: Callable[[Due], Awaitable[None]]) -> None:
        """Do it in one of the places that bots have here or, where they are taken, a second later:
        the other places of the runner are everybody's."""
        if self._busy >= _TOGETHER:
            await self._close(due, self._app.now() + _SECOND)
            return
        self._busy += 1
        try:
            await work(due)
        finally:
            self._busy -= 1

    async def _tell(self, due: Due) -> None:
        bot, run, ask = due.key, self._app.run, self._app.database.ask
        until = self._app.monotonic() + _TURN
        while True:
            if await ask(outgoing.unfollowed, bot):
                await run(writing(partial(outgoing.begin, bot=bot)))
                await self.changed()
            found = await ask(letters.waiting, bot)
            if found is not None and found.events:
                again = await self._letters(bot, found, until)
            else:
                found = await ask(outgoing.waiting, bot, _AT_ONCE)
                if found is None or not found.events:
                    if await self._done(due):
                        return
                    continue
                again = await self._some(bot, found, until)
            if again is not None:
                await self._close(due, again)
                return

    async def _some(self, bot: str, found: Waiting, until: float) -> int | None:
        """Send what was read; when to go on, or None for at once."""
        passed: dict[str, int] = {}
        stale = self._app.monotonic() + _FRESH
        for event in found.events:
            if found.tells(bot, event):
                now = self._app.monotonic()
                if now >= min(until, stale):
                    await self._advance(bot, passed)
                    return self._app.now() if now >= until else None
                failure = await self._send(bot, found, event)
                if failure is not None:
                    await self._advance(bot, passed)
                    return await self._failed(bot, found, event, failure)
                await self._app.run(writing(partial(self._well, bot, passed | _place(event))))
                passed = {}
                found = found._replace(failures=0)
            else:
                passed |= _place(event)
        await self._advance(bot, passed)
        return None

    async def _letters(self, bot: str, found: Waiting, until: float) -> int | None:
        """Send once more what was given up; when to go on, or None for at once."""
        stale = self._app.monotonic() + _FRESH
        for event in found.events:
            moment = self._app.monotonic()
            if moment >= min(until, stale):
                return self._app.now() if moment >= until else None
            tells = found.tells(bot, event)
            failure = await self._send(bot, found, event) if tells else None
            now = self._app.now()
            if failure is not None:
                how = partial(letters.refused, bot=bot, event=event, how=failure)
                await self._app.run(bot_jobs.telling(bot, how))
                return now + WAITS[0] * _SECOND
            job = bot_jobs.telling(bot, partial(letters.arrived, bot=bot, event=event, now=now))
            await self._app.run(job)
        return None

    def _well(self, bot: str, passed: dict[str, int], connection: Any) -> None:
        outgoing.advance(connection, bot, passed)
        outgoing.went_well(connection, bot, self._app.now())

    async def _advance(self, bot: str, passed: dict[str, int]) -> None:
        if passed:
            await self._app.run(writing(partial(outgoing.advance, bot=bot, places=passed)))

    async def _failed(
        self, bot: str, found: Waiting, event: StoredEvent, failure: Failure
    ) -> int | None:
        job = bot_jobs.telling(bot, partial(outgoing.failed, bot=bot, event=event, how=failure))
        verdict = (await self._app.run(job)).result
        log.info("bot_not_told", bot=bot, why=failure.why, verdict=verdict)
        if verdict == "again":
            wait = WAITS[min(found.failures, len(WAITS) - 1)]
            return self._app.now() + wait * _SECOND
        # The next event is tried after a pause as well: whoever is down is down for all of them.
        return self._app.now() + WAITS[0] * _SECOND if verdict == "dead" else None

    async def _send(self, bot: str, found: Waiting, event: StoredEvent) -> Failure | None:
        for request, took in await self._shaped(bot, found, event):
            answer = await self.sent(found, request)
            if isinstance(answer, Failure):
                return answer
            if took is not None:
                await took(answer.body)
        return None

    async def sent(self, found: Waiting, request: Request) -> Answer | Failure:
        """One request to where the bot is told, signed; what counts as taken, and what failed."""
        headers = signed(found.secret, request, self._app.now() // _SECOND)
        if found.failures:
            headers |= {"x-slack-retry-num": str(found.failures), "x-slack-retry-reason": "error"}
        try:
            answer = await self._post(found.url, request, headers)
        except OutgoingError as error:
            return Failure(error.why, None, self._app.now(), final=error.why == "refused_address")
        if answer.good or (found.shape == "slack" and unheard(answer)):
            return answer
        final = answer.headers.get("x-slack-no-retry") == "1"
        return Failure("status", answer.status, self._app.now(), final=final)

    async def _post(self, url: str, request: Request, headers: dict[str, str]) -> Answer:
        return await post(self._app.outgoing, url, request.body, headers, BOUNDS)

    async def _shaped(
        self, bot: str, found: Waiting, event: StoredEvent
    ) -> list[tuple[Request, Took | None]]:
        """What is sent of an event, each with who takes what is answered to it."""
        if found.shape != "slack":
            return [(native(bot, event), None)]
        telling = self.requests(bot)
        return [
            (Request(one.body, one.content_type), partial(telling.answered, one))
            for one in await telling.of(event)
        ]

    def requests(self, bot: str) -> Requests:
        """What a bot is told in Slack's shape."""
        if bot not in self._slack:
            self._slack[bot] = Requests(self._app, bot)
        return self._slack[bot]

    # --- the end of a turn ---

    async def _done(self, due: Due) -> bool:
        """End the job, unless something came meanwhile."""

        def act(facts: Facts) -> Decision:
            assert isinstance(facts, SqlFacts)
            for more in (letters.waiting, partial(outgoing.waiting, most=1)):
                found = more(facts.connection, due.key)
                if found is not None and found.events:
                    raise Refusal("conflict")
            return Decision()

        try:
            await self._app.run(once(due, Job(SYSTEM, lambda _: Locks(share=()), act)))
        except Refusal:
            return False
        return True

    async def _close(self, due: Due, at: int) -> None:
        nothing = Job(SYSTEM, lambda _: Locks(share=()), lambda _: Decision())
        await self._app.run(once(due, nothing, again_at=at))

    # --- is it them? ---

    async def verify(self, url: str, secret: str) -> None:
        """Ask an address whether it means to be told (`url_verification`); raises `Refusal`."""
        challenge = secrets.token_urlsafe(24)
        request = challenging(challenge)
        headers = signed(secret, request, self._app.now() // _SECOND)
        try:
            answer = await self._post(url, request, headers)
        except OutgoingError as error:
            raise Refusal("url_not_verified", why=error.why) from None
        if not answer.good or not echoes(answer.body, challenge):
            why = "no_challenge" if answer.good else f"status {answer.status}"
            raise Refusal("url_not_verified", why=why)


def _place(event: StoredEvent) -> dict[str, int]:
    return {event.stream: event.seq}
