"""A message as a bot's handler gets it, with the ways to answer it.

Owns the names under which answers are sent: they come from the message answered, so that a bot
which reads the same message twice (after a crash, say) still answers it once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any

from tertulia_bot.blocks import Block
from tertulia_bot.errors import RefusedError
from tertulia_bot.models import Event, Person, Posted
from tertulia_bot.verbs import Verbs

log = logging.getLogger("tertulia_bot")


class Incoming:
    """Somebody's message. `said` is what is left of the body for a command or a pattern's match."""

    def __init__(self, verbs: Verbs, event: Event, author: Person, handler: str = "") -> None:
        data = event.data
        self.verbs = verbs
        self.event = event
        self.author = author
        self.room = event.stream
        self.id: str = data["id"]
        self.no = event.no
        self.body: str = data.get("body") or ""
        self.thread: str | None = data.get("thread")
        self.mentions: tuple[str, ...] = tuple(data.get("mentions", ()))
        self.match: Any = None
        """The `re.Match` for a `listen` handler."""
        self._handler = handler
        self._answers = 0

    @property
    def in_their_name(self) -> Verbs:
        """The verbs as whoever said it, by their rights: see `Verbs.in_name_of`."""
        return self.verbs.in_name_of(self.event)

    async def answer(self, body: str = "", *, blocks: Sequence[Block] = ()) -> Posted | None:
        """Say something where this was said: in the room, or in the same thread."""
        return await self._post(body, blocks, self.thread)

    async def reply(self, body: str = "", *, blocks: Sequence[Block] = ()) -> Posted | None:
        """Reply in the message's thread, beginning one if need be."""
        return await self._post(body, blocks, self.thread or self.id)

    async def react(self, emoji: str) -> None:
        """React to it."""
        await self.verbs.react(self.id, emoji)

    async def _post(self, body: str, blocks: Sequence[Block], thread: str | None) -> Posted | None:
        self._answers += 1
        name = f"{self.id} {self._handler} {self._answers}"
        client_id = "a-" + hashlib.sha256(name.encode()).hexdigest()[:32]
        try:
            return await self.verbs.draw(
                self.room, *blocks, body=body, thread=thread, client_id=client_id
            )
        except RefusedError as error:
            if error.code != "client_id_reused":
                raise
            # Answered in an earlier life, in other words: once is what was promised.
            log.info("already answered %s", self.id)
            return None
