"""What was asked of a bot by a button, a form or a slash command, with the ways to answer it.

Answers are named after what was asked, so that a bot which reads the same event twice (after a
crash, say) answers once. It can be answered up to five times within half an hour.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence

from tertulia_bot.blocks import Block
from tertulia_bot.errors import RefusedError
from tertulia_bot.models import Event, Person
from tertulia_bot.verbs import Verbs

log = logging.getLogger("tertulia_bot")


class Asked:
    """A pressed button (`value`), a form that was sent (`values`), a command (`text`)."""

    def __init__(self, verbs: Verbs, event: Event, person: Person) -> None:
        data = event.data
        self.verbs = verbs
        self.event = event
        self.person = person
        self.id: str = data["id"]
        self.what: str = data["what"]
        """`button`, `form` or `command`."""
        self.name: str = data["name"]
        self.room: str = data["room"]
        self.thread: str | None = data.get("thread")
        self.message: str | None = data.get("message")
        """The message or whisper it was in."""
        self.value: str = data.get("value", "")
        self.values: dict[str, str] = data.get("values") or {}
        self.text: str = data.get("body") or ""
        self.answered = False
        self._answers = 0

    @property
    def in_their_name(self) -> Verbs:
        """The verbs as whoever asked, by their rights: see `Verbs.in_name_of`."""
        return self.verbs.in_name_of(self.event)

    async def answer(self, body: str = "", *, blocks: Sequence[Block] = ()) -> None:
        """Tell whoever asked, and nobody else."""
        await self._answer("person", body, blocks)

    async def ask(self, *blocks: Block, body: str = "") -> None:
        """Put a form before the eyes of whoever asked."""
        await self._answer("dialog", body, blocks)

    async def say(self, body: str = "", *, blocks: Sequence[Block] = ()) -> None:
        """Say it in the room, or in the same thread."""
        await self._answer("room", body, blocks)

    async def edit(self, body: str = "", *, blocks: Sequence[Block] = ()) -> None:
        """Put it in place of the message or whisper that was asked from."""
        await self._answer("edit", body, blocks)

    async def remove(self) -> None:
        """Take away the message or whisper that was asked from."""
        await self._answer("gone")

    async def done(self) -> None:
        """Nothing to say: only end the waiting."""
        await self._answer("done")

    async def _answer(self, show: str, body: str = "", blocks: Sequence[Block] = ()) -> None:
        self.answered = True
        self._answers += 1
        name = f"{self.id} {self._answers}"
        client_id = "i-" + hashlib.sha256(name.encode()).hexdigest()[:32]
        try:
            await self.verbs.answer_interaction(
                self.id, show, body, blocks=blocks, client_id=client_id
            )
        except RefusedError as error:
            if error.code != "client_id_reused":
                raise
            log.info("already answered %s", self.id)
