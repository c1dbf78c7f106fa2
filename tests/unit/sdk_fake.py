"""A server in memory, behind the SDK's own transport port: rooms as logs, commands once, cuts.

Owns just enough of docs/protocol.md for the SDK to be tried without a network. It must not know the
SDK's insides beyond the port.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tertulia_bot import Options
from tertulia_bot.transport import Connection, LostError

ME = "p_bot"
ANN = {"id": "p_ann", "username": "ann", "name": "Ann", "role": "member"}
BOT = {"id": ME, "username": "bot", "name": "Bot", "role": "bot"}

Frame = dict[str, Any]


class FakeConnection:
    """The client's end."""

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.watched: set[str] = set()
        self._frames: asyncio.Queue[bytes | LostError] = asyncio.Queue()
        self._lost: LostError | None = None

    async def send(self, frame: bytes) -> None:
        if self._lost:
            raise self._lost
        self.server.receive(self, json.loads(frame))

    async def receive(self) -> bytes:
        if self._lost and self._frames.empty():
            raise self._lost
        frame = await self._frames.get()
        if isinstance(frame, LostError):
            raise frame
        return frame

    async def close(self) -> None:
        self.cut(1000)

    def push(self, frame: Frame) -> None:
        """From the server to the client."""
        if not self._lost:
            self._frames.put_nowait(json.dumps(frame).encode())

    def cut(self, code: int | None = None) -> None:
        """The connection is gone; with a code the server said so."""
        if not self._lost:
            self._lost = LostError(code)
            self._frames.put_nowait(self._lost)
            self.server.connections.remove(self)


class FakeServer:
    """Tests look at `log`, `received` and `connections`, and set `before` to meddle."""

    def __init__(self) -> None:
        self.epoch = "e1"
        self.log: dict[str, list[Frame]] = {ME: [], "community": [], "r_1": []}
        self.once: dict[str, Frame] = {}
        self.received: list[Frame] = []
        self.connections: list[FakeConnection] = []
        self.dials = 0
        self.refuse_dial: list[Exception] = []
        self.before: Callable[[FakeConnection, Frame], bool] = lambda connection, frame: False
        """Called with every request; True: the server does nothing more with it."""
        self.slept: list[float] = []
        self.more_rooms: list[tuple[str, str]] = []
        """Rooms beside r_1, and how the bot stands there."""
        self.on_join: list[str] = []
        """What people say at once when the bot joins."""

    async def dial(self, url: str, token: str | None) -> Connection:
        self.dials += 1
        if self.refuse_dial:
            raise self.refuse_dial.pop(0)
        connection = FakeConnection(self)
        self.connections.append(connection)
        connection.push({"type": "welcome", "connection": "c", "person": ME, "new": 1})
        return connection

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)

    def options(self, **changes: Any) -> Options:
        return Options(dial=self.dial, sleep=self.sleep, dice=lambda: 0.5, **changes)

    @property
    def here(self) -> FakeConnection:
        """The one connection there is."""
        return self.connections[-1]

    # --- what the server does ---

    def append(self, stream: str, kind: str, actor: str = "p_ann", **data: Any) -> Frame:
        """Add an event to a log and send it to whoever watches."""
        log = self.log[stream]
        event = {
            "type": "event", "stream": stream, "seq": len(log) + 1, "kind": kind,
            "actor": actor, "at": "2026-11-21T12:00:00.000000Z", "v": 1, "data": data,
        }  # fmt: skip
        log.append(event)
        for connection in self.connections:
            if stream in connection.watched:
                connection.push(event)
        return event

    def say(self, body: str, actor: str = "p_ann", room: str = "r_1", **data: Any) -> Frame:
        """Somebody's message."""
        number = len(self.log[room]) + 1
        return self.append(room, "message.posted", actor, id=f"m_{number}", author=actor,
                           body=body, **data)  # fmt: skip

    def said(self, room: str = "r_1") -> list[str]:
        """What the bot has posted."""
        posted = [e for e in self.log[room] if e["kind"] == "message.posted"]
        return [e["data"]["body"] for e in posted if e["actor"] == ME]

    def receive(self, connection: FakeConnection, frame: Frame) -> None:
        self.received.append(frame)
        if self.before(connection, frame):
            return
        answer = getattr(self, "_" + frame["type"].replace(".", "_"))(connection, frame)
        if answer is not None:
            connection.push({"type": "ok", "ref": frame["ref"]} | answer)

    def _message_post(self, connection: FakeConnection, frame: Frame) -> Frame:
        if first := self.once.get(frame["client_id"]):
            return first | {"duplicate": True}
        room = frame["room"]
        event = self.say(frame["body"], ME, room, thread=frame.get("thread"))
        result = {"message": event["data"]["id"], "no": event["seq"]}
        answer = {"stream": room, "seq": event["seq"], "result": result}
        self.once[frame["client_id"]] = answer
        return answer

    def _reaction_add(self, connection: FakeConnection, frame: Frame) -> Frame:
        event = self.append("r_1", "reaction.added", ME, emoji=frame["emoji"])
        return {"stream": "r_1", "seq": event["seq"], "result": {}}

    def _room_join(self, connection: FakeConnection, frame: Frame) -> Frame:
        room = frame["room"]
        event = self.append(room, "member.joined", ME, person=BOT, role="member")
        self.append(ME, "room.added", ME, room={"id": room}, state="member", role="member")
        for welcome in self.on_join:
            self.append(room, "message.posted", id="m_w", author="p_ann", body=welcome)
        return {"stream": room, "seq": event["seq"], "result": {"state": "member"}}

    def _presence_ping(self, connection: FakeConnection, frame: Frame) -> None:
        return None

    def _unsubscribe(self, connection: FakeConnection, frame: Frame) -> Frame:
        connection.watched -= set(frame["streams"])
        return {}

    def _subscribe(self, connection: FakeConnection, frame: Frame) -> Frame:
        return {"result": {"streams": [self._one(connection, c) for c in frame["cursors"]]}}

    def _one(self, connection: FakeConnection, cursor: Frame) -> Frame:
        stream = cursor["stream"]
        if stream not in self.log:
            return {"stream": stream, "state": "refused", "why": "not_found"}
        if cursor.get("epoch") not in (None, self.epoch):
            return {"stream": stream, "state": "reset", "why": "epoch"}
        connection.watched.add(stream)
        head = len(self.log[stream])
        for event in self.log[stream][cursor.get("after_seq", head) :]:
            connection.push(event)
        return {"stream": stream, "state": "current", "epoch": self.epoch, "seq": head}

    def _cursor(self, stream: str) -> Frame:
        return {"stream": stream, "epoch": self.epoch, "seq": len(self.log[stream])}

    def _room_snapshot(self, connection: FakeConnection, frame: Frame) -> Frame:
        room = frame["room"]
        return {"result": {
            "cursor": self._cursor(room), "room": {"id": room}, "page": {"messages": []},
            "people": [ANN, BOT],
        }}  # fmt: skip

    def _overview(self, connection: FakeConnection, frame: Frame) -> Frame:
        rooms = [
            {"room": {"id": room}, "me": {"state": state}, "cursor": self._cursor(room)}
            for room, state in (("r_1", "member"), *self.more_rooms)
        ]
        return {"result": {
            "me": BOT, "community": {"name": "Books"}, "rooms": rooms, "people": [ANN],
            "cursors": [self._cursor(ME), self._cursor("community")],
        }}  # fmt: skip


async def until(condition: Callable[[], Any]) -> None:
    """Wait, a turn of the loop at a time and 10,000 at most, until something is so."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come about")
