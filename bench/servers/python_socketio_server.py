"""Rooms of python-socketio's AsyncServer, WebSocket only, on uvicorn with uvloop.

Run by the interpreter of .cache/bench, with the port. Its best settings: no polling, handlers in
line (a task an event is only dearer), no compression, no logs. No sign-in, no storage, no policy.
"""

import sys

import socketio  # type: ignore[import-not-found]
import uvicorn

sio = socketio.AsyncServer(
    async_mode="asgi",
    transports=["websocket"],
    async_handlers=False,
    http_compression=False,
    cors_allowed_origins=[],
)


@sio.event  # type: ignore[untyped-decorator]
async def join(sid: str, room: str) -> str:
    """Enter a room, the only one of this client."""
    await sio.enter_room(sid, room)
    return room


@sio.event  # type: ignore[untyped-decorator]
async def post(_: str, room: str, body: str) -> None:
    """What one says, everybody in the room gets."""
    await sio.emit("message", body, to=room)


if __name__ == "__main__":
    uvicorn.run(
        socketio.ASGIApp(sio),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
