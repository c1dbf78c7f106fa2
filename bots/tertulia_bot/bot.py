"""A bot: functions that are called when something happens or somebody says a word.

Owns which rooms are watched, who is who, and which function hears what. It never answers itself,
nor other bots unless asked to. Connections, order and once are the client's business.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from tertulia_bot.asked import Asked
from tertulia_bot.client import Client, Options
from tertulia_bot.commands import (
    PREFIX,
    Command,
    Handler,
    UsageError,
    addressed,
    find,
    help_text,
)
from tertulia_bot.errors import ClosedError, RefusedError, TertuliaError
from tertulia_bot.gathering import Gathering
from tertulia_bot.incoming import Incoming
from tertulia_bot.models import (
    Cursor,
    Dropped,
    Event,
    Item,
    Overview,
    Person,
    Posted,
    Renewed,
    RoomSnapshot,
)
from tertulia_bot.offers import Offers
from tertulia_bot.schedules import Scheduled, Schedules
from tertulia_bot.workers import Workers

log = logging.getLogger("tertulia_bot")

H = TypeVar("H", bound=Handler)


class Bot(Offers, Schedules, Gathering):
    """Decorate functions with `on`, `gather`, `listen` and `command`, then `run()`.

    `accept_invitations`: join rooms the bot is invited to. `hear_bots`: also hear other bots; two
    bots that answer each other never end, so mind that when you turn it on.
    """

    def __init__(self, *, accept_invitations: bool = True, hear_bots: bool = False) -> None:
        Offers.__init__(self)
        Schedules.__init__(self)
        Gathering.__init__(self)
        self._client: Client | None = None
        self.me = Person(id="")
        self.people: dict[str, Person] = {}
        self._accept_invitations = accept_invitations
        self._hear_bots = hear_bots
        self._on: dict[str, list[Handler]] = {}
        self._listeners: list[tuple[re.Pattern[str], Handler]] = []
        self._commands: dict[str, Command] = {}
        self._on_ready: list[Handler] = []
        self.command("help", help="what I can do")(self._help)

    @property
    def client(self) -> Client:
        """The way to the server, once the bot runs; ClosedError before."""
        if self._client is None:
            raise ClosedError("the bot does not run yet")
        return self._client

    @client.setter
    def client(self, client: Client | None) -> None:
        self._client = client

    # --- saying what to hear ---

    def on(self, kind: str) -> Callable[[H], H]:
        """Call `async def f(event)` for events of this kind, e.g.

        `reaction.added`; not one's own.
        """

        def add(handler: H) -> H:
            self._on.setdefault(kind, []).append(handler)
            return handler

        return add

    def listen(self, pattern: str, flags: int = re.IGNORECASE) -> Callable[[H], H]:
        """Call `async def f(message)` where the pattern is found; `message.match` is the match."""
        compiled = re.compile(pattern, flags)

        def add(handler: H) -> H:
            self._listeners.append((compiled, handler))
            return handler

        return add

    def command(self, name: str, *, help: str = "") -> Callable[[H], H]:  # noqa: A002
        """Call `async def f(message, word, ...)` for `!name word ...` or `@bot name word ...`."""

        def add(handler: H) -> H:
            self._commands[name.casefold()] = Command(name, handler, help)
            return handler

        return add

    def ready(self, handler: H) -> H:
        """Call `async def f(bot)` once, when the bot is connected and watches its rooms."""
        self._on_ready.append(handler)
        return handler

    # --- running ---

    def run(self, url: str | None = None, token: str | None = None) -> None:
        """Run until interrupted. `TERTULIA_URL` and `TERTULIA_TOKEN` say where and as whom.

        Ends with exit code 1 and one line if that cannot be.
        """
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
        url = url or os.environ.get("TERTULIA_URL", "http://127.0.0.1:8000")
        token = token or os.environ.get("TERTULIA_TOKEN")
        if not token:
            raise SystemExit("TERTULIA_TOKEN is not set: the token of the bot's account")
        try:
            asyncio.run(self._until_terminated(url, token))
        except (TertuliaError, ValueError) as error:
            raise SystemExit(str(error)) from None
        except KeyboardInterrupt:
            return

    async def _until_terminated(self, url: str, token: str) -> None:
        task = asyncio.ensure_future(self.serve(Client(url, token, Options(connect_patience=None))))
        with contextlib.suppress(NotImplementedError):  # no signal handlers on Windows
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def serve(self, client: Client) -> None:
        """Run on a client of one's own until it is closed; StoppedError if the server ends it."""
        self.client = client
        self._patience = client.options.sleep
        async with client, Workers() as workers:
            await self._enter(await client.overview())
            by_clock = [
                asyncio.create_task(self._ping(client)),
                *(asyncio.create_task(self._on_time(client, one)) for one in self.scheduled),
            ]
            try:
                if offered := self.offered():
                    await client.set_slash(offered)
                for handler in self._on_ready:
                    await handler(self)
                async for item in client:
                    await workers.put(getattr(item, "stream", ""), self._take, item)
            finally:
                for task in (*by_clock, *self._timers):
                    task.cancel()

    async def _enter(self, overview: Overview) -> None:
        self.me = overview.me
        self._meet(overview.me, *overview.people)
        for cursor in overview.cursors:
            await self.client.watch(cursor.stream, cursor)
        await self._attend(overview)
        log.info("%s is in %d rooms", self.me.name, len(overview.rooms))

    async def _attend(self, overview: Overview) -> None:
        for entry in overview.rooms:
            await self._come(entry.room.id, entry.me.state, entry.cursor)

    async def _come(self, room: str, state: str, cursor: Cursor | None = None) -> None:
        """Watch a room that it is in, or come where it is invited; where it may not after all
        (archived since, left again), it goes on without."""
        try:
            if state == "invited" and self._accept_invitations:
                await self._accept(room)
            elif state == "member" and not self.client.watches(room):
                snapshot = await self.client.room(room, limit=1)
                self._meet(*snapshot.people)
                await self.client.watch(room, cursor or snapshot.cursor)
        except RefusedError as error:
            log.warning("not in %s: %s", room, error.code)

    async def _ping(self, client: Client) -> None:
        while True:
            await client.signal("presence.ping")
            await client.options.sleep(client.welcome.timings.get("presence_ping", 60))

    async def _on_time(self, client: Client, one: Scheduled) -> None:
        while True:
            now = datetime.now(UTC)
            await client.options.sleep((one.following(now) - now).total_seconds())
            await self._call(one.handler, self)

    def _meet(self, *people: Person) -> None:
        self.people |= {person.id: person for person in people}

    async def post(
        self, room: str, body: str, *, thread: str | None = None, title: str | None = None
    ) -> Posted:
        """Say something unasked; in a forum, with a `title`."""
        return await self.client.post(room, body, thread=thread, title=title)

    # --- hearing ---

    async def hear(self, event: Event) -> None:
        """An event as if it came from the server; returns when all handlers are done."""
        await self._event(event)

    async def _take(self, item: Item) -> None:
        if isinstance(item, Renewed):
            if isinstance(item.snapshot, (RoomSnapshot, Overview)):
                self._meet(*item.snapshot.people)
            if isinstance(item.snapshot, Overview):
                # That it came into a room may be what was lost.
                await self._attend(item.snapshot)
            return
        if isinstance(item, Dropped):
            log.info("no longer watching %s: %s", item.stream, item.why)
            return
        if isinstance(item, Event):
            await self._event(item)

    async def _event(self, event: Event) -> None:
        if isinstance(event.data.get("person"), dict):
            self._meet(msgspec.convert(event.data["person"], Person))
        if event.kind == "room.added":
            await self._come(event.data["room"]["id"], event.data["state"])
        if event.actor == self.me.id:
            return
        for handler in self._on.get(event.kind, []):
            await self._call(handler, event)
        self._keep(event)
        if event.kind == "message.posted" and event.data.get("body"):
            await self._message(event)
        elif event.kind == "interaction.made" and event.stream == self.me.id:
            await self._asked(event)

    async def _asked(self, event: Event) -> None:
        who = event.data["person"]
        asked = Asked(self.client, event, self.people.get(who, Person(id=who)))
        handler = self.hearing(asked)
        if handler is not None:
            await self._call(handler, asked)
        if not asked.answered:
            # Whoever asked is not left waiting, whatever the handler did.
            await self._call(asked.done)

    async def _accept(self, room: str) -> None:
        """Join, and hear all that is said from then on."""
        answer = await self.client.command("room.join", room=room)
        if answer.result["state"] != "member":
            return
        snapshot = await self.client.room(room, limit=1)
        self._meet(*snapshot.people)
        cursor = snapshot.cursor
        if answer.stream == room and answer.seq is not None:
            # The snapshot may be later than the joining, and something said in between.
            cursor = Cursor(stream=room, epoch=cursor.epoch, seq=answer.seq)
        await self.client.watch(room, cursor)

    async def _message(self, event: Event) -> None:
        author_id = event.data.get("author", event.actor)
        author = self.people.get(author_id, Person(id=author_id))
        if author_id == self.me.id or (author.role == "bot" and not self._hear_bots):
            return
        body = event.data["body"]
        said = addressed(body, self.me.id)
        if said is not None and (found := find(self._commands, said)):
            await self._run_command(*found, event, author)
            return
        named = said == "" and not body.lstrip().startswith(PREFIX)
        if named and len(self._commands) > 1:
            await self._run_command(self._commands["help"], "", event, author)
            return
        for pattern, handler in self._listeners:
            if match := pattern.search(body):
                message = self._incoming(event, author, handler)
                message.match = match
                await self._call(handler, message)

    async def _run_command(self, command: Command, line: str, event: Event, author: Person) -> None:
        message = self._incoming(event, author, command.handler)
        try:
            words, named = command.bind(line)
        except UsageError as error:
            await self._call(message.answer, f"Like this: `{error}`")
            return
        await self._call(command.handler, message, *words, **named)

    def _incoming(self, event: Event, author: Person, handler: Handler) -> Incoming:
        return Incoming(self.client, event, author, getattr(handler, "__qualname__", ""))

    async def _call(self, handler: Handler, *args: Any, **named: Any) -> None:
        """A handler that fails must not take the bot down."""
        try:
            await handler(*args, **named)
        except RefusedError as error:
            # The code alone: a refusal's words may name people.
            log.warning("%s was refused: %s", getattr(handler, "__qualname__", handler), error.code)
        except Exception:
            log.exception("%s failed", getattr(handler, "__qualname__", handler))

    async def _help(self, message: Incoming) -> None:
        await message.answer(help_text(self.me.name or self.me.username, self._commands))
