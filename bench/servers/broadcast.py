"""`websockets.broadcast`, the way its documentation recommends to reach many clients, on uvloop.

Run as `python -m bench.servers.broadcast PORT`. No compression, no sign-in, no storage, no
policy.
"""

import asyncio
import logging
import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

rooms: dict[str, set[ServerConnection]] = {}


async def chat(ws: ServerConnection) -> None:
    """Join the room of the path; what one says, everybody gets."""
    assert ws.request is not None
    room = rooms.setdefault(ws.request.path, set())
    room.add(ws)
    try:
        async for message in ws:
            broadcast(room, message)
    finally:
        room.remove(ws)


async def main() -> None:
    """Serve until ended."""
    logging.disable(logging.CRITICAL)
    async with serve(chat, "127.0.0.1", int(sys.argv[1]), compression=None, backlog=2048):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(main())
