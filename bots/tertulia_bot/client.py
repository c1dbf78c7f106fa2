"""The client: stays connected, knows where it stands in every stream, asks again under one name.

Owns the life of the connections (dial, welcome, resume, back off, stop) and the two promises a
program builds on: events come once, in order, without a hole; a command happens once. What the
events mean is the business of whoever takes them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tertulia_bot.backoff import delay
from tertulia_bot.errors import (
    NOT_WELCOME,
    ClosedError,
    ConnectionFailedError,
    RefusedError,
    StoppedError,
    TertuliaError,
    UnansweredError,
    stop_for,
)
from tertulia_bot.inbox import Inbox
from tertulia_bot.link import Link
from tertulia_bot.marks import new_mark
from tertulia_bot.models import Answer, Cursor, Event, Item, Welcome
from tertulia_bot.transport import Dial, LostError, dial_websocket, socket_url
from tertulia_bot.verbs import Verbs
from tertulia_bot.watching import Watching

log = logging.getLogger("tertulia_bot")

COME_AGAIN = frozenset(
    {"rate_limited", "too_many_in_flight", "busy", "unavailable", "shutting_down"}
)
"""Refusals that say nothing about the command, only about the moment."""


@dataclass(frozen=True, slots=True)
class Options:
    """Times in seconds. `sleep`, `clock` and `dice` are passed in by tests."""

    answer_timeout: float = 10.0
    """So long one sending of a request waits for its answer."""
    patience: float = 60.0
    """So long a request is tried altogether, over however many connections."""
    connect_patience: float | None = 30.0
    """So long the first connection is tried; None: for ever."""
    steady_after: float = 10.0
    """A connection that held so long was a good one: the next wait starts small again."""
    inbox: int = 10_000
    """So many items may wait for the program."""
    in_flight: int = 32
    """So many requests are under way at once; the server's limit is in its welcome."""
    dial: Dial = dial_websocket
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    dice: Callable[[], float] = field(default=random.random)


class Client(Verbs):
    """A signed-in connection that comes back by itself. Use as `async with Client(url, token)`.

    `url` is the server's public address, `token` a bearer token. Entering waits for the first
    welcome and raises StoppedError or ConnectionFailedError.
    """

    def __init__(self, url: str, token: str | None, options: Options | None = None) -> None:
        self.url = url
        socket_url(url)  # a misspelt address fails here, not in the background
        self.options = options or Options()
        self._welcome: Welcome | None = None
        self._token = token
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._ended: BaseException | None = None
        self._trouble: LostError | None = None
        self._runner: asyncio.Task[None] | None = None
        self._room_for_requests = asyncio.Semaphore(self.options.in_flight)
        self._inbox = Inbox(self.options.inbox, self._caught_up)
        self._watching = Watching(self, self._inbox, self.options.sleep)

    # --- life ---

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> Welcome:
        """Connect and wait for the welcome."""
        self._runner = asyncio.create_task(self._run(), name="tertulia_bot client")
        self._runner.add_done_callback(self._crashed)
        try:
            async with asyncio.timeout(self.options.connect_patience):
                await self._up.wait()
        except TimeoutError:
            await self.close()
            raise ConnectionFailedError(f"no connection to {self.url}: {self._trouble}") from None
        except asyncio.CancelledError:
            await self.close()
            raise
        if self._ended:
            raise self._ended
        return self.welcome

    @property
    def welcome(self) -> Welcome:
        """The newest connection's first frame: who one is here, timings, limits."""
        if self._welcome is None:
            raise ClosedError("not connected yet")
        return self._welcome

    async def close(self) -> None:
        """End for good. What still waits gets ClosedError."""
        self._end(ClosedError("this client is closed"))
        if self._runner:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        await self._watching.close()

    async def reconnect(self) -> None:
        """Give up this connection and take a new one; everything is resumed."""
        if self._link:
            await self._link.close()

    def _end(self, error: BaseException) -> None:
        self._ended = self._ended or error
        self._inbox.end(self._ended)
        self._up.set()

    def _crashed(self, runner: asyncio.Task[None]) -> None:
        # A fault of ours must reach whoever waits, or they would wait for ever.
        if not runner.cancelled() and (error := runner.exception()):
            self._end(error)

    async def _run(self) -> None:
        attempt = 0
        while not self._ended:
            began = self.options.clock()
            try:
                await self._connected()
            except LostError as error:
                self._trouble = error
                if stop := stop_for(error.code, error.reason):
                    self._end(stop)
                    return
            except StoppedError as error:
                self._end(error)
                return
            if self.options.clock() - began >= self.options.steady_after:
                attempt = 0
            pause = delay(attempt, self.options.dice)
            attempt += 1
            log.info("%s; trying again in %.1f s", self._trouble, pause)
            await self.options.sleep(pause)

    async def _connected(self) -> None:
        """One connection, from dialling to its end; ends by raising."""
        link = Link(await self.options.dial(self.url, self._token), self._watching.take)
        resuming: asyncio.Task[None] | None = None
        try:
            self._welcome = await self._welcomed(link)
            self._link = link
            self._up.set()
            resuming = asyncio.create_task(self._resume(self._watching.positions.streams()))
            await link.read()
        finally:
            self._down(link)
            if resuming:
                resuming.cancel()
            await link.close()

    async def _welcomed(self, link: Link) -> Welcome:
        try:
            async with asyncio.timeout(self.options.answer_timeout):
                return await link.welcome()
        except TimeoutError:
            raise LostError(None, "no welcome came") from None
        except RefusedError as error:
            if stop := NOT_WELCOME.get(error.code):
                raise stop[0](stop[1], error.code) from error
            raise LostError(None, error.code) from error

    async def _resume(self, streams: list[str]) -> None:
        try:
            await self._watching.resume(streams)
        except TertuliaError as error:
            # Better a new connection than one that looks well and is not subscribed.
            log.warning("could not resume: %s", error)
            await self.reconnect()

    def _down(self, link: Link) -> None:
        if self._link is link:
            self._link = None
            if not self._ended:
                self._up.clear()

    # --- asking ---

    async def command(self, kind: str, *, client_id: str | None = None, **fields: Any) -> Answer:
        """Any command, exactly once: asked again under one `client_id` until it is answered."""
        return await self._insist(kind, fields | {"client_id": client_id or new_mark()})

    async def ask(self, kind: str, **fields: Any) -> Answer:
        """Any query: it only reads, so it is simply asked again after a lost connection."""
        return await self._insist(kind, fields)

    async def signal(self, kind: str, **fields: Any) -> None:
        """`typing` or `presence.ping`: sent if there is a connection, else forgotten."""
        if link := self._link:
            with contextlib.suppress(LostError):
                await link.signal(kind, fields)

    async def _insist(self, kind: str, fields: dict[str, Any]) -> Answer:
        try:
            async with asyncio.timeout(self.options.patience), self._room_for_requests:
                return await self._until_answered(kind, fields)
        except TimeoutError:
            raise UnansweredError(kind, fields.get("client_id")) from None

    async def _until_answered(self, kind: str, fields: dict[str, Any]) -> Answer:
        attempt = 0
        while True:
            await self._up.wait()
            link = self._link
            if self._ended or link is None:
                raise self._ended or ClosedError("not connected")
            try:
                return await link.request(kind, fields, self.options.answer_timeout)
            except TimeoutError:
                log.debug("%s was not answered; asking again", kind)
            except LostError:
                # Sending may notice the loss before reading does.
                self._down(link)
            except RefusedError as error:
                if error.code not in COME_AGAIN:
                    raise
                await self.options.sleep(error.retry_after or delay(attempt, self.options.dice))
                attempt += 1

    # --- watching ---

    async def watch(self, stream: str, cursor: Cursor | None = None, *, mode: str = "full") -> None:
        """Have the events after `cursor` handed on (None: from now on), whatever is lost between.

        RefusedError where one may not watch. If the cursor can no longer be served, a `Renewed`
        with a fresh snapshot comes first.
        """
        await self._watching.add(stream, cursor, mode)

    async def unwatch(self, *streams: str) -> None:
        """Stop watching."""
        await self._watching.remove(list(streams))

    def watched_rooms(self) -> list[str]:
        """The rooms that are watched, by id."""
        return [stream for stream in self._watching.positions.streams() if stream.startswith("r_")]

    def watches(self, stream: str) -> bool:
        """Whether this stream is being watched."""
        return stream in self._watching.positions

    @property
    def cursors(self) -> list[Cursor]:
        """Where this client stands, to `watch` from there another time."""
        return self._watching.positions.held()

    async def next(self, timeout: float | None = None) -> Item:
        """The next item.

        TimeoutError after `timeout` seconds, StoppedError or ClosedError at the end.
        """
        async with asyncio.timeout(timeout):
            return await self._inbox.take()

    async def event(self, kind: str | None = None, timeout: float | None = None) -> Event:
        """The next event (of this kind), passing over all else; raises as `next` does."""
        async with asyncio.timeout(timeout):
            while True:
                item = await self._inbox.take()
                if isinstance(item, Event) and kind in (None, item.kind):
                    return item

    async def __aiter__(self) -> AsyncIterator[Item]:
        """All items, until the client is closed; StoppedError if the server ends it."""
        while True:
            try:
                item = await self._inbox.take()
            except ClosedError:
                return
            yield item

    def _caught_up(self) -> None:
        self._watching.caught_up()
