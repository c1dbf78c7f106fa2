"""Rooms as topics of uWebSockets (C++), from Python: socketify's publish and subscribe.

Run by the interpreter of .cache/bench, with the port. Its best settings: libuv alone drives it (its
default polls asyncio and libuv in turn, at a whole core), no compression, and so much room for slow
readers that nothing is dropped. No sign-in, no storage, no policy.
"""

import sys
from typing import Any

from socketify import App, CompressOptions, OpCode  # type: ignore[import-not-found]

app = App()


def upgrade(res: Any, req: Any, context: Any) -> None:
    """The room is in the path."""
    res.upgrade(
        req.get_header("sec-websocket-key"),
        req.get_header("sec-websocket-protocol"),
        req.get_header("sec-websocket-extensions"),
        context,
        req.get_parameter(0),
    )


def opened(ws: Any) -> None:
    """Join it."""
    ws.subscribe(ws.get_user_data())


def message(ws: Any, text: Any, _: Any) -> None:
    """What one says, everybody gets."""
    app.publish(ws.get_user_data(), text, OpCode.TEXT)


app.ws(
    "/ws/:room",
    {
        "compression": CompressOptions.DISABLED,
        "max_payload_length": 65_536,
        "max_backpressure": 64 * 1024 * 1024,
        "idle_timeout": 0,
        "upgrade": upgrade,
        "open": opened,
        "message": message,
    },
)
app.listen({"port": int(sys.argv[1]), "host": "127.0.0.1"}, lambda _: None)
app.loop.uv_loop.run()
