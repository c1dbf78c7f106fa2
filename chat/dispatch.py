"""Gate, decide, append, acknowledge, publish: the one way in for everyone.

WebSocket, HTTP, bots and the command line's server all come through here. A command is checked
(scope, rate), handed to the writer, and once committed its events are published; the answer is
given by whoever called. Knows no transport.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec

from chat import codec
from chat.fanout import Fanout
from chat.limits import RateLimit
from chat.tally import Tally
from chat.verbs import READERS, VERBS
from protocol.commands import Command, GetEvents, GetRoom, Query
from protocol.listings import EventsPage
from protocol.views import Overview, RoomSnapshot
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor
from storage.database import Database
from storage.queries.events import Missed
from storage.streams import StoredEvent
from storage.transaction import Job, Locks, Once, Outcome
from storage.writer import Writer

Online = Callable[[str], Awaitable[dict[str, Any]]]
"""Who is here, on any node, for a stream."""


class Dispatch:
    """Carries out commands and queries for an actor."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        fanout: Fanout,
        rate: RateLimit,
        key: bytes,
        clock: Callable[[], float],
    ) -> None:
        self.rate = rate
        self.watching = RateLimit(rate.rate, rate.burst)
        """Of people who ask to watch: apart, so that whoever comes back may still post."""
        self.tally = Tally()
        self.online: Online = _nobody
        self.notices: Callable[[], tuple[str, ...]] = tuple
        self.on_events: Callable[[list[StoredEvent]], None] = lambda _: None
        """What was committed by this node."""
        self._database = database
        self._writer = writer
        self._fanout = fanout
        self._key = key
        self._clock = clock
        self._readers = {kind: partial(_read, function) for kind, function in READERS.items()}

    def submit(self, actor: Actor, command: Command) -> asyncio.Future[Outcome]:
        """Queue a command; raises `Refusal` at once for scope and rate.

        The future has the outcome after the commit and after its events were published here.
        """
        verb = VERBS[type(command)]
        if verb.scope not in actor.scopes:
            raise Refusal("scope_missing", scope=verb.scope)
        self._spend(actor, verb.cost)
        return self.carry(actor, command)

    def carry(self, actor: Actor, command: Command) -> asyncio.Future[Outcome]:
        """The same for what the server itself was given to carry: it counts against nobody's
        rate. Whether the actor may is the policy's to say, as ever."""
        verb = VERBS[type(command)]
        return self.run(
            Job(
                actor=actor.person,
                locks=partial(_locks, verb.locks, actor, command),
                act=partial(_act, verb.action, actor, command),
                once=self._once(actor, command),
            )
        )

    def run(self, job: Job) -> asyncio.Future[Outcome]:
        """Queue a job that is no wire command (accounts) and publish what it did."""
        future = self._writer.submit(job)
        future.add_done_callback(partial(self._committed, self._clock()))
        return future

    async def ask(self, actor: Actor, query: Query) -> Any:
        """Answer a query; raises `Refusal`."""
        if "read" not in actor.scopes:
            raise Refusal("scope_missing", scope="read")
        self._spend(actor, 0.5)
        return await self.read(actor.person, query)

    async def read(self, person: str, query: Query) -> Any:
        """The same without gates; what somebody may read, the policy says all the same."""
        reader = self._readers[type(query)]
        found = await self._database.ask(reader, person, query)
        if isinstance(query, GetRoom) and isinstance(found, RoomSnapshot):
            return msgspec.structs.replace(found, online=await self.online(query.room))
        if isinstance(found, Overview) and found.me.role in ("owner", "admin"):
            return msgspec.structs.replace(found, notices=self.notices())
        if isinstance(query, GetEvents) and isinstance(found, Missed):
            events = tuple(msgspec.Raw(codec.event_bytes(event)) for event in found.events)
            return EventsPage(cursor=found.cursor, state=found.state, events=events)  # type: ignore[arg-type]
        return found

    def spend_watching(self, person: str, streams: int) -> None:
        """Count a question to watch so many streams; raises `rate_limited`."""
        cost = min(0.5 + streams / 20, self.watching.burst)
        self.watching.spend(person, cost, self._clock())

    def _spend(self, actor: Actor, cost: float) -> None:
        if actor.rate or actor.session.startswith("t_"):
            self.rate.keep_to(actor.person, actor.rate)
        self.rate.spend(actor.person, cost, self._clock())

    def _once(self, actor: Actor, command: Command) -> Once | None:
        if command.client_id is None:
            return None
        plain = msgspec.structs.replace(command, ref="", client_id=None)
        # Keyed: a bare hash of a short text would give the text away after its deletion.
        digest = hashlib.blake2b(codec.dump(plain), digest_size=16, key=self._key)
        return Once(actor.person, command.client_id, digest.hexdigest())

    def _committed(self, started: float, future: asyncio.Future[Outcome]) -> None:
        self.tally.took(self._clock() - started)
        if future.cancelled() or future.exception() is not None:
            return
        outcome = future.result()
        if outcome.tightened:
            self._fanout.tighten(outcome.tightened)
        if outcome.events:
            self._fanout.publish(outcome.events)
            self.on_events(outcome.events)
        for signal in outcome.signals:
            self._fanout.signal_person(signal.person, codec.dump(signal.frame))


async def _nobody(_: str) -> dict[str, Any]:
    return {}


def _locks(locks: Callable[..., Locks], actor: Actor, command: Command, facts: Facts) -> Locks:
    return locks(facts, actor, command)


def _act(action: Callable[..., Any], actor: Actor, command: Command, facts: Facts) -> Any:
    return action(facts, actor, command)


def _read(function: Callable[..., Any], connection: Any, person: str, query: Query) -> Any:
    return function(connection, person, query)
