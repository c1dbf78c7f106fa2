"""A bot without a connection of its own: somebody hands it events and takes its commands on.

For whoever is the way to the server already: the server itself, with the bots that it brings along;
a worker of a queue; a stage in a test. Owns the names of commands: they come from the delivery, so
that one which is made again, because whoever made it died midway, does everything once. Rests on
`Verbs` alone; it must not know what carries them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from tertulia_bot.bot import Bot
from tertulia_bot.client import Client
from tertulia_bot.errors import ClosedError, RefusedError
from tertulia_bot.models import Answer, Cursor, Event, Person
from tertulia_bot.verbs import Verbs


class Carried:
    """`bot`, with `verbs` in a client's place; `me` is its account, `rooms` are those it is in.

    Several may carry one bot at the same time, and each make several deliveries at once.
    """

    def __init__(self, bot: Bot, verbs: Verbs, me: Person, rooms: Sequence[str] = ()) -> None:
        self.bot = bot
        self._verbs = verbs
        self._rooms = tuple(rooms)
        bot.client = cast("Client", _Carrying())
        bot.me = me
        bot.people[me.id] = me

    async def hear(self, name: str, event: Event, *people: Person) -> None:
        """Tell the bot of an event; `name` is that of the delivery, `people` who is spoken of.

        Returns when it has done all it does about it. What kept a command from being answered is
        raised then (a refusal is an answer): make the delivery again, under the same name.
        """
        with self._known(people), self.delivery(name):
            await self.bot.hear(event)

    async def hear_together(self, name: str, events: Sequence[Event], *people: Person) -> None:
        """The same for events that were gathered (`Bot.gather`), of one kind and one stream."""
        with self._known(people), self.delivery(name):
            await self.bot.hear_together(events)

    @contextmanager
    def delivery(self, name: str) -> Iterator[None]:
        """What the bot does inside belongs to this delivery."""
        made = _Delivery(name, self._verbs, self._rooms)
        token = _DELIVERY.set(made)
        try:
            yield
        finally:
            _DELIVERY.reset(token)
        if made.trouble is not None:
            raise made.trouble

    @contextmanager
    def _known(self, people: Sequence[Person]) -> Iterator[None]:
        # For as long as it is spoken of them: who carries many rooms must not remember everybody.
        self.bot.people |= {person.id: person for person in people}
        try:
            yield
        finally:
            for person in people:
                self.bot.people.pop(person.id, None)


class _Delivery:
    """What is being told, by which way, and what came of it."""

    def __init__(self, name: str, verbs: Verbs, rooms: Sequence[str]) -> None:
        self.verbs = verbs
        self.rooms = rooms
        self.trouble: BaseException | None = None
        self._name = name
        self._commands = 0

    def client_id(self) -> str:
        self._commands += 1
        name = f"{self._name} {self._commands}"
        return "d-" + hashlib.sha256(name.encode()).hexdigest()[:32]

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Handlers may swallow what goes wrong; whoever carries them has to know."""
        try:
            yield
        except RefusedError:
            raise
        except Exception as error:
            self.trouble = self.trouble or error
            raise


_DELIVERY: ContextVar[_Delivery] = ContextVar("delivery")
"""Of the handlers that run now."""


def _now() -> _Delivery:
    try:
        return _DELIVERY.get()
    except LookupError:
        raise ClosedError("a carried bot acts when it is told something") from None


class _Carrying(Verbs):
    """In the client's place: whatever carries the present delivery."""

    def __init__(self, cause: Event | None = None) -> None:
        self._cause = cause
        """In whose name: that of whoever caused it; None: the bot's own."""

    def _verbs(self, delivery: _Delivery) -> Verbs:
        return delivery.verbs.in_name_of(self._cause) if self._cause else delivery.verbs

    async def command(self, kind: str, *, client_id: str | None = None, **fields: Any) -> Answer:
        delivery = _now()
        with delivery.noting():
            if client_id is not None:
                return await self._verbs(delivery).command(kind, client_id=client_id, **fields)
            try:
                named = delivery.client_id()
                return await self._verbs(delivery).command(kind, client_id=named, **fields)
            except RefusedError as no:
                if no.code != "client_id_reused":
                    raise
                # Done by this very delivery in an earlier life, in slightly other words.
                return Answer(ref="", duplicate=True, result={})

    async def ask(self, kind: str, **fields: Any) -> Answer:
        delivery = _now()
        with delivery.noting():
            return await self._verbs(delivery).ask(kind, **fields)

    def in_name_of(self, event: Event) -> Verbs:
        return _Carrying(event)

    async def watch(self, stream: str, cursor: Cursor | None = None, mode: str = "full") -> None:
        """What is told is the carrier's choice."""

    def watched_rooms(self) -> list[str]:
        """Those it was said to be in."""
        return list(_now().rooms)

    def watches(self, stream: str) -> bool:  # noqa: ARG002
        """The carrier sees to it."""
        return True
