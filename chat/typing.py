"""Who is typing: a signal to the others in the room, checked by the policy like everything else.

A permission is remembered for a moment, so that typing costs no query a key. Whatever takes a right
in the room ends that at once: on the node that did it before it is acknowledged, on the others
when they hear of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chat import codec
from protocol.commands import Typing as TypingSignal
from protocol.frames import TypingFrame
from protocol.ids import COMMUNITY
from storage.queries.reading import name_if_may

if TYPE_CHECKING:
    from chat.connection import Connection
    from chat.fanout import Fanout
    from chat.limits import RateLimit
    from storage.database import Database

BELIEVED = 1.0
"""Seconds that a permission to type is remembered where news of its end is lost: no longer than
leaving may take (promise P7)."""
REMEMBERED = 10_000

Believed = dict[str, tuple[float, str]]
"""People to until when they are believed, and their names."""


class Typing:
    """Passes on who is typing."""

    def __init__(
        self, database: Database, fanout: Fanout, rate: RateLimit, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._fanout = fanout
        self._rate = rate
        self._clock = clock
        self._rooms: dict[str, Believed] = {}
        self._count = 0

    async def typed(self, connection: Connection, signal: TypingSignal) -> None:
        """Tell the others; raises `Refusal` where the person may not write."""
        now = self._clock()
        self._rate.spend(connection.person, 0.2, now)
        known = self._rooms.get(signal.room, {}).get(connection.person)
        if known is None or known[0] < now:
            name = await self._name(connection.person, signal.room, now)
        else:
            name = known[1]
        frame = TypingFrame(
            stream=signal.room,
            person=connection.person,
            name=name,
            typing=signal.typing,
            thread=signal.thread,
        )
        self._fanout.signal(signal.room, codec.encode(frame), connection.person)

    def forget(self, stream: str) -> None:
        """A right was taken in a room, or in the community: nobody is believed there any more."""
        if stream == COMMUNITY:
            self._rooms.clear()
        else:
            self._rooms.pop(stream, None)

    async def _name(self, person: str, room: str, now: float) -> str:
        """Somebody's name, if they may type now."""
        while True:
            believed = self._rooms.setdefault(room, {})
            try:
                name = await self._database.ask(name_if_may, person, room, "type")
            except Exception:
                # Whoever names rooms at random leaves nothing here.
                if not self._rooms.get(room, believed):
                    self._rooms.pop(room, None)
                raise
            # Else a right was taken while this was asked, and the answer may be from before.
            if self._rooms.get(room) is believed:
                break
        self._count += 1
        if self._count > REMEMBERED:
            self._rooms.clear()
            self._count = 0
        else:
            believed[person] = (now + BELIEVED, name)
        return name
