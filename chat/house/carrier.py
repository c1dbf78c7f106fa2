"""The transport of the house's bots: in process, into the same dispatch as everybody's commands.

Owns in whose name a bot acts: its own or, where it says so, that of whoever caused the event it was
told of, by their rights and no others. Knows the SDK; it must not know what any bot does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, cast

import msgspec
from tertulia_bot import Answer, Bot, Carried, Event, Person, RefusedError, Verbs
from tertulia_bot.client import COME_AGAIN
from tertulia_bot.link import encode

from bots.house import poll, reminder, welcome
from chat import codec
from protocol.commands import Command, Query
from rooms.errors import Refusal
from rooms.house import POLL, REMINDER, WELCOME, HouseBot
from rooms.model import Actor
from storage.transaction import Outcome

BOTS: dict[str, Bot] = {REMINDER.id: reminder.bot, WELCOME.id: welcome.bot, POLL.id: poll.bot}
_SCOPES = frozenset({"read", "write"})
_CAUSES = frozenset({"message.posted", "interaction.made"})
"""Events whose actor asks a bot for something, and so lends it their name for that."""


class Way(Protocol):
    """Into the server: `chat.dispatch.Dispatch`."""

    def carry(self, actor: Actor, command: Command) -> asyncio.Future[Outcome]:
        """Carry a command out, at nobody's cost."""
        ...

    async def read(self, person: str, query: Query) -> Any:
        """Answer a query."""
        ...


def carried(way: Way, bot: HouseBot) -> Carried:
    """A bot of the house, ready to be told."""
    me = Person(id=bot.id, username=bot.username, name=bot.name, role="bot")
    return Carried(BOTS[bot.id], _Verbs(way, bot.id), me)


class _Verbs(Verbs):
    """What somebody may do, done through the dispatch."""

    def __init__(self, way: Way, person: str) -> None:
        self._way = way
        self._person = person

    async def command(self, kind: str, *, client_id: str | None = None, **fields: Any) -> Answer:
        with _answered():
            command = codec.decode(encode(kind, fields | {"client_id": client_id}))
            actor = Actor(self._person, "", _SCOPES)
            done = await self._way.carry(actor, cast("Command", command))
        result = msgspec.to_builtins(done.result)
        return Answer(
            ref="", stream=done.stream, seq=done.seq, duplicate=done.duplicate, result=result
        )

    async def ask(self, kind: str, **fields: Any) -> Answer:
        with _answered():
            query = codec.decode(encode(kind, fields))
            found = await self._way.read(self._person, cast("Query", query))
        return Answer(ref="", result=msgspec.to_builtins(found))

    def in_name_of(self, event: Event) -> Verbs:
        if event.kind not in _CAUSES:
            return super().in_name_of(event)
        return _Verbs(self._way, event.actor)


@contextmanager
def _answered() -> Iterator[None]:
    """Refusals as the SDK has them; those that only say "not now" stay what they are, and the
    delivery is made again."""
    try:
        yield
    except Refusal as no:
        if no.code in COME_AGAIN:
            raise
        raise RefusedError(no.code, no.message, no.params, retry_after=no.retry_after) from no
