"""Who is typing: a signal to the others in the room, checked by the policy like everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chat import codec
from protocol.commands import Typing as TypingSignal
from protocol.frames import TypingFrame
from storage.queries.reading import name_if_may

if TYPE_CHECKING:
    from chat.connection import Connection
    from chat.fanout import Fanout
    from chat.limits import RateLimit
    from storage.database import Database

BELIEVED = 1.0
"""Seconds that a permission to type is remembered: no longer than leaving may take (promise P7)."""


class Typing:
    """Passes on who is typing."""

    def __init__(
        self, database: Database, fanout: Fanout, rate: RateLimit, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._fanout = fanout
        self._rate = rate
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, str]] = {}

    async def typed(self, connection: Connection, signal: TypingSignal) -> None:
        """Tell the others; raises `Refusal` where the person may not write."""
        now = self._clock()
        self._rate.spend(connection.person, 0.2, now)
        key = (connection.person, signal.room)
        known = self._known.get(key)
        if known is None or known[0] < now:
            name = await self._database.ask(name_if_may, connection.person, signal.room, "type")
            if len(self._known) > 10_000:
                self._known.clear()
            known = self._known[key] = (now + BELIEVED, name)
        frame = TypingFrame(
            stream=signal.room,
            person=connection.person,
            name=known[1],
            typing=signal.typing,
            thread=signal.thread,
        )
        self._fanout.signal(signal.room, codec.encode(frame), connection.person)
