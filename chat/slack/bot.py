"""One bot on this node: its sockets, and while this node holds the bot, its feed.

Of several nodes one talks to a bot, under a lease in the database; sockets on another stand by and
take over when it lets go or dies. How far the bot has come is written down as it acknowledges.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from chat.slack.delivery import Delivery
from chat.slack.feed import BROKEN, Feed
from chat.slack.places import Places
from rooms.model import Actor
from storage.jobs.store import writing
from storage.slack import links

if TYPE_CHECKING:
    from chat.app import App

log = structlog.get_logger()

LEASE = 15_000_000
"""Microseconds that a node holds a bot without saying so again."""
RENEW = 5.0
"""Seconds."""
AGAIN = 3.0
"""Seconds between two attempts to hold a bot, or to follow its rooms."""
SOCKETS = 10
"""Of one bot on one node, as Slack has it."""


class Line(Protocol):
    """A socket, as the bot sees it."""

    actor: Actor

    def hello(self, number: int) -> None:
        """Say, once, that it is heard; `number` is how many sockets the bot has here."""
        ...

    def envelope(self, text: bytes) -> None:
        """Send an envelope."""
        ...

    def goodbye(self, reason: str) -> None:
        """Send `disconnect`: the client asks for a new address and comes back."""
        ...


class Bot:
    """One bot's Socket Mode on this node."""

    def __init__(self, app: App, person: str, holder: str) -> None:
        self.person = person
        self.lines: list[Line] = []
        self._app = app
        self._holder = holder
        self._delivery = Delivery(self._settled)
        self._places: Places | None = None
        self._dirty = asyncio.Event()
        self._ready = False
        """Whether what happens from now on is told, by this node or by the one that holds it."""
        self._task: asyncio.Task[None] | None = None

    def join(self, line: Line) -> None:
        """A socket has opened."""
        self.lines.append(line)
        if self._ready:
            self._greet(line)
        if self._task is None:
            self._task = asyncio.create_task(self._serve(), name="slack-bot")

    def leave(self, line: Line) -> None:
        """A socket has closed."""
        if line in self.lines:
            self.lines.remove(line)
        self._delivery.leave(line)
        self._dirty.set()

    def acknowledged(self, envelope_id: str, payload: dict[str, Any]) -> None:
        """The bot has taken an envelope."""
        self._delivery.acknowledged(envelope_id, payload)

    def pause(self) -> None:
        """Tell it nothing more."""
        self._delivery.pause()

    async def quiet(self) -> None:
        """Wait until it has acknowledged what it was told."""
        await self._delivery.quiet()

    def goodbye(self, reason: str) -> None:
        """Have every client come back over a new address. What happens meanwhile waits for it: an
        envelope that crosses its leaving would be taken twice."""
        for line in list(self.lines):
            self._delivery.rest(line)
            line.goodbye(reason)

    async def stop(self) -> None:
        """End; what was acknowledged is written down, the bot is free for another node."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._delivery.clear()

    def _settled(self, key: Any) -> None:
        if self._places is not None and key is not None:
            self._places.settled(*key)
            self._dirty.set()

    # --- while there are sockets ---

    async def _serve(self) -> None:
        try:
            while self.lines:
                try:
                    if await self._attend():
                        continue
                except Exception as error:  # noqa: BLE001 - logged; else these would be deaf for ever
                    log.warning("slack_not_attended", person=self.person, error=error)
                await asyncio.sleep(AGAIN)
        finally:
            self._ready = False
            self._task = None

    async def _attend(self) -> bool:
        """Tell the bot what it may hear, if no other node does; False: look again in a while."""
        if await self._take():
            return await self._hold()
        # Another node tells the bot; these stand by.
        self._greet(*self.lines)
        return False

    def _greet(self, *lines: Line) -> None:
        """Say hello first, then all the rest."""
        self._ready = True
        for line in lines:
            line.hello(len(self.lines))
            self._delivery.join(line)

    async def _take(self) -> bool:
        now = self._app.now()
        take = partial(links.take, bot=self.person, holder=self._holder, now=now, until=now + LEASE)
        return bool((await self._app.run(writing(take))).result)

    async def _hold(self) -> bool:
        """Tell the bot what it may hear, as long as it is ours and listens; whether that went
        well."""
        kept = await self._app.database.ask(links.places, self.person)
        self._places = Places(kept)
        feed = Feed(self._app, self.lines[0].actor, self._places, self._delivery)
        try:
            renewed = self._app.monotonic()
            while self.lines and not feed.ended.done():
                held = await self._write_down()
                if held and self._app.monotonic() - renewed >= RENEW:
                    renewed = self._app.monotonic()
                    held = await self._take()
                if not held:
                    log.warning("slack_lost", person=self.person)
                    return False
                if feed.watching.is_set() and not self._ready:
                    self._greet(*self.lines)
                await self._something(feed)
            return not feed.ended.done() or self._ended(feed.ended.result())
        finally:
            await asyncio.shield(self._end(feed))

    async def _something(self, feed: Feed) -> None:
        """Wait until there is something to write down or to say, the feed ends, or the lease grows
        old."""
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._dirty.wait())]
        if not self._ready:
            waits.append(asyncio.ensure_future(feed.watching.wait()))
        try:
            await asyncio.wait(
                (*waits, feed.ended), timeout=RENEW, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()

    async def _write_down(self) -> bool:
        self._dirty.clear()
        moved = self._places.moved() if self._places else {}
        if not moved:
            return True
        keep = partial(links.keep, bot=self.person, holder=self._holder, moved=moved)
        return bool((await self._app.run(writing(keep))).result)

    async def _end(self, feed: Feed) -> None:
        await feed.stop()
        with contextlib.suppress(Exception):
            await self._write_down()
            let_go = partial(links.let_go, bot=self.person, holder=self._holder)
            await self._app.run(writing(let_go))
        self._places = None
        self._delivery.clear()

    def _ended(self, code: int) -> bool:
        """The bot's right to be here ended or, False, something went wrong."""
        if code == BROKEN:
            return False
        self.goodbye("link_disabled")
        return True
