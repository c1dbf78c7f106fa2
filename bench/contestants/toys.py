"""Contestants without sign-in, storage or policy: the tutorial loop, `websockets.broadcast`."""

# ruff: noqa: ARG002 (some contestants need what others may ignore)

from __future__ import annotations

import sys
from pathlib import Path

from bench.contestants.base import Contestant


class Tutorial(Contestant):
    """Starlette on uvicorn, a loop that awaits every send."""

    name = "tutorial"
    note = "for ws in room: await ws.send_text(...); Starlette, uvicorn, uvloop, websockets-sansio"

    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """See bench/servers/tutorial.py."""
        return [sys.executable, "-m", "bench.servers.tutorial", str(port)], {}


class WebsocketsBroadcast(Contestant):
    """The `websockets` library and its `broadcast`."""

    name = "websockets_broadcast"
    note = "websockets.broadcast(room, message); websockets' own server, uvloop"

    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """See bench/servers/broadcast.py."""
        return [sys.executable, "-m", "bench.servers.broadcast", str(port)], {}
