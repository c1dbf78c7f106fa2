"""Ways into a town: the HTTP API, the SDK's client, and a WebSocket that shows every frame.

Waits are on conditions, with a deadline that nothing reaches that works. Knows no test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable
from typing import Any, Self

import httpx
from tertulia_bot import Client, Options
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

PATIENCE = 20.0
"""Seconds until a wait counts as failed; nothing waits so long that works."""


def api(url: str, key: str | None = None, **headers: str) -> httpx.AsyncClient:
    """The HTTP API as the holder of a key, or as nobody."""
    bearer = {"authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(
        base_url=url + "/api/v1", headers=bearer | headers, trust_env=False, timeout=PATIENCE
    )


def client(url: str, key: str, **options: Any) -> Client:
    """The SDK's client, which comes back fast."""
    return Client(url, key, Options(dice=lambda: 0.2, **options))


class Wire:
    """A WebSocket without the SDK's patience: every frame as it came, in `frames`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.closed: int | None = None
        """The close code, once it is closed; 1006 where there was none."""
        self._refs = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def send(self, kind: str, /, **fields: Any) -> str:
        """Send a request; its ref."""
        self._refs += 1
        ref = f"t{self._refs}"
        await self.socket.send(json.dumps({"type": kind, "ref": ref, **fields}))
        return ref

    async def ask(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        return await self.answer(await self.send(kind, **fields))

    async def answer(self, ref: str) -> dict[str, Any]:
        """The answer to a request."""

        def answers() -> list[dict[str, Any]]:
            of = ("ok", "error")
            return [f for f in self.frames if f["type"] in of and f.get("ref", "") == ref]

        found: dict[str, Any] = (await self.until(answers))[0]
        return found

    async def refused(self, kind: str, /, **fields: Any) -> str:
        """The code of the refusal that must come."""
        answer = await self.ask(kind, **fields)
        assert answer["type"] == "error", answer
        return str(answer["code"])

    async def watch(self, stream: str, after: int | None = None, **more: Any) -> dict[str, Any]:
        """Subscribe to one stream; the state that was answered."""
        cursor = {"stream": stream, **more} | ({} if after is None else {"after_seq": after})
        answer = await self.ask("subscribe", cursors=[cursor])
        state: dict[str, Any] = answer["result"]["streams"][0]
        return state

    async def until(self, condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Read until the condition holds; EOFError when the connection ends before."""
        async with asyncio.timeout(patience):
            while not (found := condition()):
                await self._read()
        return found

    async def until_closed(self, patience: float = PATIENCE) -> int:
        """Read to the end; the close code."""
        with contextlib.suppress(EOFError):
            await self.until(lambda: False, patience)
        assert self.closed is not None
        return self.closed

    async def until_events(self, stream: str, count: int) -> list[dict[str, Any]]:
        """Read until so many events of a stream have come; all of them."""
        await self.until(lambda: len(self.events(stream)) >= count)
        return self.events(stream)

    async def until_frames(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """Read until so many frames of a type have come; all of them."""

        def found() -> list[dict[str, Any]]:
            return [frame for frame in self.frames if frame["type"] == kind]

        await self.until(lambda: len(found()) >= count)
        return found()

    def events(self, stream: str) -> list[dict[str, Any]]:
        """Events of a stream, in the order they came."""
        return [f for f in self.frames if f["type"] == "event" and f["stream"] == stream]

    async def _read(self) -> None:
        try:
            self.frames.append(json.loads(await self.socket.recv()))
        except ConnectionClosed as error:
            self.closed = error.rcvd.code if error.rcvd else 1006
            raise EOFError(f"closed with {self.closed}") from error


async def dial(
    url: str, key: str | None = None, *, origin: str | None = None, query: str = "", **headers: str
) -> Wire:
    """A WebSocket that has been opened; the welcome is not read yet."""
    bearer = {"Authorization": f"Bearer {key}"} if key else {}
    socket = await connect(
        url.replace("http", "ws", 1) + "/api/v1/ws" + query,
        origin=None if origin is None else Origin(origin),
        additional_headers=bearer | headers,
        subprotocols=[Subprotocol("tertulia.v1")],
        compression=None, proxy=None, max_size=None, ping_interval=None, open_timeout=PATIENCE,
    )  # fmt: skip
    return Wire(socket)


async def enter(url: str, key: str, **headers: str) -> Wire:
    """A signed-in WebSocket, its welcome read."""
    found = await dial(url, key, **headers)
    await found.until(lambda: found.frames)
    assert found.frames[0]["type"] == "welcome", found.frames
    return found


async def eventually(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Let the loop go round until a condition holds that nothing tells us of."""
    async with asyncio.timeout(patience):
        while not (found := condition()):
            await asyncio.to_thread(threading.Event().wait, 0.005)
    return found
