"""The endpoint and the pump against a hand-made ASGI server, for what no real one does on cue."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from starlette.websockets import WebSocket

from chat.sink import Batch
from chat.ws import Admission, Denied, Dismissed, websocket_endpoint
from tests.contract.transport_kit import QUICK, Recorder

SOON = 0.02


class Server:
    """Its `sent` is what the application said; `stuck` makes it take nothing more."""

    def __init__(self, *, denial: bool = False, subprotocols: tuple[str, ...] = ()) -> None:
        self.sent: list[dict[str, Any]] = []
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.gone = False
        self.stuck = False
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/ws",
            "query_string": b"",
            "headers": [],
            "subprotocols": list(subprotocols),
        }
        if denial:
            self.scope["extensions"] = {"websocket.http.response": {}}

    async def send(self, message: Any) -> None:
        if self.stuck and message["type"] == "websocket.send":
            await asyncio.Event().wait()
        if self.gone:
            raise OSError("gone")
        self.sent.append(dict(message))

    def websocket(self) -> WebSocket:
        return WebSocket(self.scope, self.incoming.get, self.send)

    def types(self) -> list[str]:
        return [message["type"].removeprefix("websocket.") for message in self.sent]


async def serve(server: Server, admission: Admission, **limits: float) -> None:
    async def admit(_: WebSocket) -> Admission:
        return admission

    endpoint = websocket_endpoint(admit, replace(QUICK, **limits))  # type: ignore[arg-type]
    await endpoint(server.websocket())


async def test_denied_by_a_server_that_can_say_why() -> None:
    server = Server(denial=True)
    await serve(server, Denied(403, b"{}"))
    assert server.types() == ["http.response.start", "http.response.body"]
    assert server.sent[0]["status"] == 403


async def test_denied_by_a_server_that_cannot() -> None:
    server = Server()
    await serve(server, Denied(403, b"{}"))
    assert server.types() == ["close"]


@pytest.mark.attack
async def test_an_admission_that_takes_too_long_is_refused() -> None:
    async def admit(_: WebSocket) -> Admission:
        await asyncio.Event().wait()
        raise AssertionError

    server = Server(denial=True)
    await websocket_endpoint(admit, replace(QUICK, admission_timeout=SOON))(server.websocket())
    assert server.sent[0]["status"] == 503
    assert b'"busy"' in server.sent[1]["body"]


@pytest.mark.parametrize("admission", [Recorder(), Denied(403, b""), Dismissed(b"{}", 4100, "")])
async def test_gone_during_admission(admission: Admission) -> None:
    server = Server()
    server.gone = True
    await serve(server, admission)
    assert server.sent == []
    if isinstance(admission, Recorder):
        assert admission.rest() == []


@pytest.mark.promise_p6
async def test_a_server_that_takes_nothing_more_ends_in_a_cut() -> None:
    server, recorder = Server(), Recorder()
    server.stuck = True
    task = asyncio.create_task(serve(server, recorder, stall_timeout=SOON))
    await opened(recorder)
    while not recorder.is_congested:
        recorder.sink.send(Batch.of([b"x" * 10_000]))
    await asyncio.wait_for(task, 10)
    assert recorder.rest() == [("congested", None), ("closed", 1006)]


async def test_a_close_that_is_not_answered_ends_in_time() -> None:
    server, recorder = Server(), Recorder()
    task = asyncio.create_task(serve(server, recorder, close_timeout=SOON))
    await opened(recorder)
    recorder.sink.close(4100, "bye")
    await asyncio.wait_for(task, 10)
    assert server.sent[-1] == {"type": "websocket.close", "code": 4100, "reason": "bye"}
    assert recorder.rest() == [("closed", 4100)]


async def test_abort_does_not_wait_for_a_stuck_server() -> None:
    server, recorder = Server(), Recorder()
    server.stuck = True
    task = asyncio.create_task(serve(server, recorder))
    await opened(recorder)
    recorder.sink.send(Batch.of([b"x"]))
    recorder.sink.abort()
    recorder.sink.close(1000, "too late")
    await asyncio.wait_for(task, 10)
    assert server.types() == ["accept"]
    assert recorder.rest() == [("closed", 1006)]


async def test_cancelled_by_the_server() -> None:
    server, recorder = Server(), Recorder()
    task = asyncio.create_task(serve(server, recorder))
    await opened(recorder)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert recorder.rest() == [("closed", 1006)]


async def test_lost_while_writing() -> None:
    server, recorder = Server(), Recorder()
    task = asyncio.create_task(serve(server, recorder))
    await opened(recorder)
    server.gone = True
    recorder.sink.send(Batch.of([b"x"]))
    server.incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})
    await asyncio.wait_for(task, 10)
    assert recorder.rest() == [("closed", 1006)]


async def test_a_server_that_hands_us_too_much() -> None:
    server, recorder = Server(), Recorder()
    task = asyncio.create_task(serve(server, recorder, max_message=5, close_timeout=SOON))
    await opened(recorder)
    server.incoming.put_nowait({"type": "websocket.receive", "text": "123456"})
    await asyncio.wait_for(task, 10)
    assert server.sent[-1]["code"] == 1009
    assert recorder.rest() == [("closed", 1009)]


async def opened(recorder: Recorder) -> None:
    while recorder.calls.empty():  # noqa: ASYNC110 (the queue is for threads)
        await asyncio.sleep(0)
    recorder.next("opened")
