"""What admins are told of the installation itself while it lasts, and that it is over.

One thing so far: other nodes are not heard (`bus_away`), so that talk between machines takes the
repair's time. Looked at every second; a short break is nobody's business. Knows the bus by its
counters and people by their connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import structlog

from chat.bus.base import Counters
from protocol.frames import NoticesFrame
from storage.accounts import queries
from storage.database import Database

if TYPE_CHECKING:
    from chat.connection import Connection

log = structlog.get_logger()

LOOK_EVERY = 1.0
AFTER = 3.0
"""Seconds that the bus has to be away before it is worth a word."""
BUS_AWAY = "bus_away"


class Notices:
    """Tells the connections of admins. `people` maps a person to their connections here."""

    def __init__(
        self,
        database: Database,
        bus: Counters,
        people: Mapping[str, AbstractSet[Connection]],
        clock: Callable[[], float],
    ) -> None:
        self.active: tuple[str, ...] = ()
        """What admins are told now."""
        self._database = database
        self._bus = bus
        self._people = people
        self._clock = clock
        self._since: float | None = None
        self._told: dict[str, Connection] = {}
        self._lasted = False
        """Something was active, and not everybody has been told yet that it is over."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._watch(), name="notices")

    async def stop(self) -> None:
        """End."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """See how things are, and tell those who were not told yet."""
        now = self._clock()
        self._since = None if self._bus.connected else (self._since or now)
        away = self._since is not None and now - self._since >= AFTER
        self.active = (BUS_AWAY,) if away else ()
        if not self.active and not self._lasted:
            return
        self._lasted = True
        admins = await self._database.ask(queries.admins)
        theirs = {c.id: c for admin in admins for c in self._people.get(admin, ())}
        if self.active:
            fresh = [c for c in theirs.values() if c.id not in self._told]
            self._told |= theirs
        else:
            # Whoever came since the last look has read of it in their overview, and heard nothing.
            fresh = list((self._told | theirs).values())
            self._told, self._lasted = {}, False
        for connection in fresh:
            connection.send(NoticesFrame(active=self.active))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - logged; the next round tries again
                log.warning("notices_failed", error=error)
