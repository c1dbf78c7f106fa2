"""What a connection costs that says nothing: no task, no timer, few objects, few bytes.

Counted over two hundred of them, taken-over sockets and all, but for what the event loop's own
library keeps for a socket. For how to renew a ceiling see test_costs.py.
"""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

from chat.app import App
from chat.wsproto.limits import TransportLimits
from chat.wsproto.takeover import Peer
from chat.wsproto.wheel import Wheel
from protocol.ids import COMMUNITY
from tests.unit.costs_kit import frame, node, told
from tests.world import World, actor

COUNT = 200
ROOMS = 10
BYTES = 4_800  # 4,330, of which 8 for what is held for one write
OBJECTS = 8  # 6


class Socket(asyncio.Transport):
    """A transport that takes everything and keeps nothing; all share one."""

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None: ...
    def set_write_buffer_limits(self, high: Any = None, low: Any = None) -> None: ...
    def resume_reading(self) -> None: ...
    def write(self, data: Any) -> None: ...

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0


async def at_rest(app: App, people: list[str], rooms: list[str]) -> list[Peer]:
    """A signed-in connection for each person, that watches one room and nine in the background."""
    limits = TransportLimits()
    socket, wheel, connections = Socket(), Wheel(limits.longest), set[Any]()
    cursors = [{"stream": room, "mode": "summary"} for room in rooms]
    cursors[0]["mode"] = "full"
    peers = []
    for person in people:
        connection = app.live.connection(actor(person))
        peer = Peer(socket, connection, limits, wheel, connections)
        peer.begin()
        connection.text(frame("subscribe", cursors=cursors))
        peers.append(peer)
        while connection._worker:
            await connection._worker
    return peers


async def settled() -> None:
    """Callbacks that were due have run."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_connection_at_rest(tmp_path: Path) -> None:
    async with node(tmp_path) as app:
        world = World(app.database)
        people = [world.person(f"Reader{n}") for n in range(COUNT + 20)]
        rooms = [world.room(people[0], name=f"Room {n}") for n in range(ROOMS)]
        # The first ones open the rooms' gates, compile statements and fill caches.
        first = await at_rest(app, people[COUNT:], rooms)
        await settled()
        tasks, timers = asyncio.all_tasks(), len(loop_timers())
        gc.collect()
        objects = counted()
        tracemalloc.start()
        try:
            peers = await at_rest(app, people[:COUNT], rooms)
            await settled()
            gc.collect()
            taken = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        more = counted() - objects
        assert len(peers) + len(first) == app.live.connections == COUNT + 20
        assert asyncio.all_tasks() <= tasks, "a task of its own"
        assert len(loop_timers()) <= timers + 1, "a timer of its own"
        assert told("objects of a connection at rest", more / COUNT) <= OBJECTS
        assert told("bytes of a connection at rest", taken / COUNT) <= BYTES
        assert app.fanout.hub.watched(rooms[0])
        assert not app.fanout.hub.watched(COMMUNITY)


def counted() -> int:
    """Objects there are, but for weak references.

    Those to tasks that have ended go when asyncio next tidies up, at no moment of ours (seen: one a
    connection more, in every second run).
    """
    return sum(1 for one in gc.get_objects() if not isinstance(one, weakref.ref))


def loop_timers() -> list[asyncio.TimerHandle]:
    """What the loop has to do later."""
    return [t for t in asyncio.get_running_loop()._scheduled if not t.cancelled()]  # type: ignore[attr-defined]
