"""The loop of every WebSocket tutorial, `for ws in room: await ws.send_text(...)`, on Starlette.

Run as `python -m bench.servers.tutorial PORT`. Its best settings: uvloop, httptools, the sans-I/O
WebSocket class, no access log, no compression. No sign-in, no storage, no policy.
"""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

rooms: dict[str, list[WebSocket]] = {}


async def chat(ws: WebSocket) -> None:
    """Join the room of the path; what one says, everybody gets."""
    await ws.accept()
    room = rooms.setdefault(ws.path_params["room"], [])
    room.append(ws)
    try:
        while True:
            text = await ws.receive_text()
            for other in room:
                await other.send_text(text)
    except WebSocketDisconnect:
        pass
    finally:
        room.remove(ws)


app = Starlette(routes=[WebSocketRoute("/ws/{room}", chat)])

if __name__ == "__main__":
    uvicorn.run(
        app,
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
