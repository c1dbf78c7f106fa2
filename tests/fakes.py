"""Fakes at our own ports, which record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from chat.connection import Connection
from chat.sink import Batch


class FakeSink:
    """A transport that keeps what it is sent; `full` makes it congested."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.writes = 0
        self.closed_with: int | None = None
        self.paused = False
        self.backlog = 0
        self._news = asyncio.Event()

    def send(self, batch: Batch) -> None:
        self.writes += 1
        self.frames += [json.loads(text) for text in batch.texts]
        self._news.set()

    def buffered(self) -> int:
        return self.backlog

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def close(self, code: int, reason: str) -> None:
        self.closed_with = code
        self._news.set()

    def abort(self) -> None:
        self.closed_with = 1006
        self._news.set()

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until `condition()` is true; it is looked at whenever something was sent."""
        async with asyncio.timeout(10):
            while not (found := condition()):
                self._news.clear()
                await self._news.wait()
        return found

    def events(self, stream: str) -> list[dict[str, Any]]:
        """Events of a stream, in the order they came."""
        return [f for f in self.frames if f["type"] == "event" and f["stream"] == stream]

    def answer(self, ref: str) -> dict[str, Any] | None:
        """The answer to a request."""
        return next(
            (f for f in self.frames if f.get("ref") == ref and f["type"] in ("ok", "error")), None
        )


class Client:
    """A connection of a node, driven by frames, without a socket."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.sink = FakeSink()
        self._refs = 0
        connection.opened(self.sink)

    def send(self, kind: str, **fields: Any) -> str:
        """Send a request; its ref."""
        self._refs += 1
        ref = str(self._refs)
        self.connection.text(json.dumps({"type": kind, "ref": ref, **fields}).encode())
        return ref

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        ref = self.send(kind, **fields)
        answer: dict[str, Any] = await self.sink.until(lambda: self.sink.answer(ref))
        return answer

    async def watch(self, stream: str, after: int | None = None, **more: Any) -> dict[str, Any]:
        """Subscribe to one stream; the state that was answered."""
        cursor = {"stream": stream, **more}
        if after is not None:
            cursor["after_seq"] = after
        answer = await self.ask("subscribe", cursors=[cursor])
        state: dict[str, Any] = answer["result"]["streams"][0]
        return state

    def close(self) -> None:
        """The client is gone."""
        self.connection.closed(1006)
