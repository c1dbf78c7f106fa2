"""The node's live side: its connections, and what each of them needs.

Built once by `chat.app`. Ends connections whose session ended (promise P7): at once by the event
that says so, and by asking the database every few seconds in case that was lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

import structlog

from chat.connection import Connection
from chat.dispatch import Dispatch
from chat.fanout import Fanout
from chat.here import Here
from chat.hub import Hub
from chat.notices import Notices
from chat.sink import Batch
from chat.subscribing import Subscribing
from chat.typing import Typing
from protocol import limits
from protocol.frames import Welcome
from protocol.ids import new_id
from rooms.model import Actor
from storage.database import Database

log = structlog.get_logger()

RECHECK_EVERY = 4.0
"""Seconds between looks at whether the sessions of open connections still hold."""

COMING_IN = 30.0
"""Seconds that a handshake may take, at most: who was signed in by it may have been ended in it."""

HOW_CLOSED = {"deleted": 4103, "suspended": 4102, "ended": 4107}
"""Close codes by how a session ended; 4101 otherwise."""


class Sessions(Protocol):
    """What the live side asks about sessions and tokens."""

    async def sign_in(self, token: str) -> Actor:
        """Who a bearer token stands for; raises `Refusal`."""
        ...

    async def ended(self, sessions: Collection[str]) -> set[str]:
        """Those of these sessions and tokens that no longer hold."""
        ...


class Live:
    """Connections and their services."""

    def __init__(
        self,
        database: Database,
        fanout: Fanout,
        dispatch: Dispatch,
        sessions: Sessions,
        clock: Callable[[], float],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.fanout = fanout
        self.dispatch = dispatch
        self._node = new_id("c")
        self.here = Here(self._node, fanout, clock)
        self.subscribing = Subscribing(database, fanout, self.here)
        self.typing = Typing(database, fanout, dispatch.rate, clock)
        self.community = "Tertulia"
        self.restored_from: str | None = None
        self.sign_in: Callable[[str], Awaitable[Actor]] = sessions.sign_in
        self._sessions = sessions
        self._doubt = asyncio.Event()
        self._serial = itertools.count(1)
        self._people: dict[str, set[Connection]] = {}
        self._everyone: set[Connection] = set()
        self._timers: dict[Connection, asyncio.TimerHandle] = {}
        self._lately: dict[str, float] = {}
        """People of whom something ended, and when."""
        self._looking: set[asyncio.Task[None]] = set()
        self._clock, self._wall = clock, wall
        self._task: asyncio.Task[None] | None = None
        self.notices = Notices(database, fanout.bus, self._people, clock)
        dispatch.online = self.here.online
        dispatch.notices = lambda: self.notices.active
        fanout.on_tightened = self.typing.forget
        fanout.on_end = self._end
        fanout.on_person = self._to_person
        fanout.on_doubt = self._doubted

    @property
    def hub(self) -> Hub:
        """Streams to connections."""
        return self.fanout.hub

    @property
    def connections(self) -> int:
        """Signed-in connections."""
        return len(self._everyone)

    async def start(self) -> None:
        """Begin to look after sessions and presence."""
        await self.here.neighbours.start()
        self.notices.start()
        self._task = asyncio.create_task(self._look_after(), name="sessions")

    async def stop(self) -> None:
        """End."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for task in self._looking:
            task.cancel()
        await self.notices.stop()
        await self.here.neighbours.stop()
        self.here.close()

    def connection(self, actor: Actor | None) -> Connection:
        """A receiver for a new client."""
        return Connection(self, f"{self._node}.{next(self._serial)}", actor)

    def welcome(self, connection: Connection) -> Welcome:
        """The first frame."""
        return Welcome(
            connection=connection.id,
            person=connection.person,
            community=self.community,
            timings={
                "typing_expires": limits.TYPING_EXPIRES,
                "typing_renew": limits.TYPING_RENEW,
                "presence_ping": limits.PRESENCE_PING,
                "presence_offline": limits.PRESENCE_OFFLINE,
            },
            limits={
                "frame_bytes": limits.FRAME_BYTES,
                "body": limits.BODY,
                "in_flight": limits.IN_FLIGHT,
                "cursors": limits.CURSORS,
                "page": limits.PAGE,
                "catch_up_events": limits.CATCH_UP_EVENTS,
                "reactions_per_message": limits.REACTIONS_PER_MESSAGE,
            },
            restored_from=self.restored_from,
        )

    def arrived(self, connection: Connection) -> None:
        """A connection is signed in."""
        log.debug("connected", connection=connection.id, person=connection.person)
        self._everyone.add(connection)
        self._people.setdefault(connection.person, set()).add(connection)
        self.here.arrived(connection)
        self._end_in_time(connection)
        if connection.person in self._lately:
            # They were let in, perhaps, by what had not ended yet when it was looked up.
            task = asyncio.create_task(self._look_again(connection))
            self._looking.add(task)
            task.add_done_callback(self._looking.discard)

    def _end_in_time(self, connection: Connection) -> None:
        """A guest pass ends on every node by a timer of its own, whatever else is awake."""
        actor = connection.actor
        if actor is None or not actor.ends_at:
            return
        delay = max(0.0, actor.ends_at / 1_000_000 - self._wall())
        timer = asyncio.get_running_loop().call_later(delay, connection.close, HOW_CLOSED["ended"])
        self._timers[connection] = timer

    def left(self, connection: Connection) -> None:
        """A connection closed."""
        self._everyone.discard(connection)
        if timer := self._timers.pop(connection, None):
            timer.cancel()
        mine = self._people.get(connection.person)
        if mine is not None:
            mine.discard(connection)
            if not mine:
                del self._people[connection.person]
        self.here.left(connection)

    def _end(self, person: str, session: str, how: str) -> None:
        self._lately[person] = self._clock()
        for connection in list(self._people.get(person, ())):
            if connection.actor and session in ("*", connection.actor.session):
                connection.close(HOW_CLOSED.get(how, 4101))

    def _to_person(self, person: str, payload: bytes) -> None:
        mine = self._people.get(person)
        if mine:
            batch = Batch.of([payload])
            for connection in list(mine):
                connection.signal(batch)

    def _doubted(self) -> None:
        self.here.neighbours.doubted()
        self._doubt.set()

    async def _look_after(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RECHECK_EVERY):
                    await self._doubt.wait()
            self._doubt.clear()
            self.here.expire()
            late = self._clock() - COMING_IN
            self._lately = {who: at for who, at in self._lately.items() if at > late}
            try:
                await self.recheck()
            except Exception as error:  # noqa: BLE001 - logged; the next round tries again
                log.warning("recheck_failed", error=error)

    async def recheck(self) -> None:
        """Close the connections whose session or token no longer holds."""
        await self._close_ended(self._everyone)

    async def _look_again(self, connection: Connection) -> None:
        try:
            await self._close_ended([connection])
        except Exception as error:  # noqa: BLE001 - logged; the next round finds it
            log.warning("recheck_failed", error=error)

    async def _close_ended(self, connections: Collection[Connection]) -> None:
        by_session: dict[str, list[Connection]] = {}
        for connection in connections:
            if connection.actor:
                by_session.setdefault(connection.actor.session, []).append(connection)
        if not by_session:
            return
        for session in await self._sessions.ended(by_session.keys()):
            for connection in by_session[session]:
                connection.close(4101)
