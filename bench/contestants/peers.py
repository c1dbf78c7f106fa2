"""Contestants whose programs bench/peers.py fetches: python-socketio, Socket.IO, socketify.

Owns the two languages they speak: Socket.IO's protocol 5 over Engine.IO's 4, as little of it as a
client needs, and bare frames.
"""

# ruff: noqa: ARG002 (some contestants need what others may ignore)

from __future__ import annotations

import json
from pathlib import Path

from bench import peers
from bench.children import ROOT
from bench.contestants.base import Contestant, Plan

SERVERS = ROOT / "bench" / "servers"


class SocketIo(Contestant):
    """The language of Socket.IO's clients. Source: Socket.IO protocol 5, Engine.IO protocol 4."""

    def target(self, plan: Plan, client: int, room: str) -> tuple[str, dict[str, str]]:
        """Straight to WebSocket, without polling first."""
        return "/socket.io/?EIO=4&transport=websocket", {}

    def steps(self, plan: Plan, client: int, room: str) -> list[bytes | None]:
        """Engine.IO's `open`, `connect` to the main namespace, and a room, acknowledged."""
        return [None, b"40", b"420" + json.dumps(["join", room]).encode()]

    def done(self, step: int, payload: bytes) -> bool:
        """`open`, `connect`, `ack`."""
        return payload.startswith((b"0{", b"40", b"430")[step])

    def post(self, room: str, body: bytes, number: int) -> bytes:
        """An event of two arguments."""
        return b'42["post","%s","%s"]' % (room.encode(), body)

    def refused(self, payload: bytes) -> bool:
        """A `connect error`."""
        return payload.startswith(b"44")

    def answer(self, payload: bytes) -> bytes | None:
        """Engine.IO's heartbeat."""
        return b"3" if payload == b"2" else None


class PythonSocketIo(SocketIo):
    """python-socketio."""

    name = "python_socketio"
    note = "sio.emit(..., to=room); python-socketio's AsyncServer, uvicorn, uvloop, WebSocket only"

    def obstacle(self) -> str | None:
        """Its packages."""
        return peers.obstacle(lambda: peers.with_module("socketio"))

    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """See bench/servers/python_socketio_server.py."""
        server = SERVERS / "python_socketio_server.py"
        return [peers.with_module("socketio"), str(server), str(port)], {}


class NodeSocketIo(SocketIo):
    """Socket.IO itself."""

    name = "socketio"
    note = "io.to(room).emit(...); Socket.IO on Node.js, ws with bufferutil, WebSocket only"

    def obstacle(self) -> str | None:
        """Node.js and its packages."""
        return peers.obstacle(peers.node)

    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """See bench/servers/socketio.mjs, which must stand beside its packages."""
        server = peers.NODE / "socketio.mjs"
        server.write_bytes((SERVERS / "socketio.mjs").read_bytes())
        return [peers.node(), str(server), str(port)], {"NODE_ENV": "production"}


class Socketify(Contestant):
    """uWebSockets."""

    name = "socketify"
    note = "app.publish(room, message); uWebSockets in C++ from Python, topics, libuv"

    def obstacle(self) -> str | None:
        """Its package, and the system's libuv."""
        return peers.obstacle(lambda: peers.with_module("socketify"))

    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """See bench/servers/socketify_server.py."""
        server = SERVERS / "socketify_server.py"
        return [peers.with_module("socketify"), str(server), str(port)], {}
