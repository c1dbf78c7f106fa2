"""What Slack's programs need of this node beside dispatch: the community's `T…`, and Socket Mode.

A ticket is an address that works once, within an hour and on any node: it is sealed with the key
that the nodes share, says whose it is, and using it is a command that happens once.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.websockets import WebSocket

from bots.slack import ids
from chat.routes.base import problem
from chat.seal import Seal
from chat.slack import answers
from chat.slack.bot import SOCKETS, Bot, Line
from chat.slack.socket import SocketMode, Spent
from chat.ws import Admission, Denied
from protocol.ids import new_id
from rooms.errors import Refusal
from rooms.model import Actor, Decision
from storage.accounts import queries
from storage.transaction import Job, Locks, Once

if TYPE_CHECKING:
    from chat.app import App
    from chat.live import Live

TICKET = 3600 * 1_000_000
"""Microseconds that an address of `apps.connections.open` works. slack_sdk's asynchronous client
tries one and the same again until it is connected, however long a server is down."""
SETTLE = 2.0
"""Seconds that a planned stop waits for acknowledgements."""
PATH = "/api/slack/socket"


class _Ticket(msgspec.Struct, frozen=True, array_like=True):
    id: str
    actor: Actor
    until: int


_tickets = msgspec.json.Decoder(_Ticket)


class SpentError(Exception):
    """A ticket of ours that was used, or is too old."""


class Slack:
    """Built once by `chat.app`."""

    def __init__(self, app: App, key: bytes) -> None:
        self.team = ids.team(key)
        self.is_bot: dict[str, bool] = {}
        """Callers, and whether they are bots."""
        self._app = app
        self.seal = Seal(key)
        self._holder = new_id("n")
        self.bots: dict[str, Bot] = {}
        self._used: dict[str, int] = {}
        self._draining = False

    @property
    def live(self) -> Live:
        """The node's connections."""
        return self._app.live

    def begin_draining(self) -> None:
        """Tell bots nothing more; no new sockets."""
        self._draining = True
        for bot in self.bots.values():
            bot.pause()

    async def settled(self) -> None:
        """Wait a moment for what bots have yet to acknowledge, for it would come again; then have
        them come back elsewhere, or when the server is back."""
        bots = list(self.bots.values())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE):
                await asyncio.gather(*(bot.quiet() for bot in bots))
        for bot in bots:
            bot.goodbye("refresh_requested")

    async def stop(self) -> None:
        """End; what was acknowledged is written down."""
        bots = list(self.bots.values())
        self.bots.clear()
        await asyncio.gather(*(bot.stop() for bot in bots))

    # --- tickets ---

    def ticket(self, actor: Actor) -> str:
        """The address of a new socket."""
        made = _Ticket(new_id("k"), actor, self._app.now() + TICKET)
        sealed = self.seal.put(PATH, msgspec.json.encode(made))
        said = base64.urlsafe_b64encode(sealed).decode()
        return f"{self._app.public_url.replace('http', 'ws', 1)}{PATH}?ticket={said}"

    def response_url(self, actor: Actor, interaction: str) -> str:
        """Where a bot answers a question later than by its acknowledgement."""
        return answers.address(self._app, actor, interaction)

    async def redeem(self, said: str) -> Actor:
        """Whose ticket it is; raises `SpentError` where it is too old or used, `Refusal` where it
        is not ours."""
        try:
            opened = self.seal.open(PATH, base64.urlsafe_b64decode(said.encode()))
            found = _tickets.decode(opened or b"")
        except (binascii.Error, ValueError, msgspec.DecodeError) as error:
            raise Refusal("link_invalid") from error
        now = self._app.now()
        if found.until < now or found.id in self._used:
            raise SpentError
        # Here at once, on other nodes by the database.
        self._used = {id_: until for id_, until in self._used.items() if until >= now}
        self._used[found.id] = found.until
        actor = found.actor
        once = Once(actor.person, f"slack:{found.id}", "ticket")
        job = Job(actor.person, lambda _: Locks(share=()), lambda _: Decision(), once)
        try:
            outcome = await self._app.run(job)
        except Refusal:
            # The database is away: it was not used, and these clients come again with it.
            self._used.pop(found.id, None)
            raise
        if outcome.duplicate:
            raise SpentError
        if await self._app.database.ask(queries.ended, [actor.session], now):
            raise Refusal("token_invalid")
        return actor

    def admit(self) -> Callable[[WebSocket], Awaitable[Admission]]:
        """The `admit` of `chat.ws`, for Socket Mode."""

        async def admit(websocket: WebSocket) -> Admission:
            # No Origin is looked at: no page has a ticket, and these clients send none.
            if self._draining:
                return _denied(Refusal("shutting_down", retry_after=2.0))
            try:
                actor = await self.redeem(websocket.query_params.get("ticket", ""))
            except SpentError:
                return Spent()
            except Refusal as refusal:
                return _denied(refusal)
            bot = self.bots.get(actor.person)
            if bot is not None and len(bot.lines) >= SOCKETS:
                return _denied(
                    Refusal("too_many", what="connections", max=SOCKETS, actual=SOCKETS + 1)
                )
            return SocketMode(self, actor)

        return admit

    # --- sockets ---

    def joined(self, line: Line) -> None:
        """A socket has opened."""
        bot = self.bots.get(line.actor.person)
        if bot is None:
            person = line.actor.person
            bot = self.bots[person] = Bot(self._app, person, self._holder)
        bot.join(line)

    def left(self, line: Line) -> None:
        """A socket has closed."""
        bot = self.bots.get(line.actor.person)
        if bot is not None:
            bot.leave(line)

    def acknowledged(self, line: Line, envelope_id: str, payload: dict[str, Any]) -> None:
        """A bot has taken an envelope."""
        bot = self.bots.get(line.actor.person)
        if bot is not None:
            bot.acknowledged(envelope_id, payload)


def _denied(refusal: Refusal) -> Denied:
    return Denied(refusal.status, bytes(problem(refusal).body))
