"""What the transport tests share: a recording receiver, and a server that admits it.

The server runs in a thread with its own loop; tests block, with a deadline, and wait on conditions.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from chat.server import Draining, DrainingServer, ServerOptions, serving
from chat.sink import Batch, Sink
from chat.ws import Admission, websocket_endpoint
from chat.wsproto.limits import TransportLimits
from chat.wsproto.wheel import Wheel
from tests.contract.transport_client import PATIENCE, Client

T = TypeVar("T")


class Recorder:
    """A receiver that notes every call. With `echo` it sends back what it gets."""

    def __init__(self, *, echo: bool = False) -> None:
        self.echo = echo
        self.calls: queue.Queue[tuple[str, Any]] = queue.Queue()
        self.sink: Sink
        self.is_congested = False
        self.on_text: Callable[[bytes], None] = lambda payload: None

    def opened(self, sink: Sink) -> None:
        self.sink = sink
        self.calls.put(("opened", None))

    def text(self, payload: bytes) -> None:
        self.calls.put(("text", payload))
        if self.echo:
            self.sink.send(Batch.of([payload]))
        self.on_text(payload)

    def congested(self) -> None:
        self.is_congested = True
        self.calls.put(("congested", None))

    def writable(self) -> None:
        self.is_congested = False
        self.calls.put(("writable", None))

    def closed(self, code: int) -> None:
        self.calls.put(("closed", code))

    def next(self, kind: str) -> Any:
        """The argument of the next call, which must be of this kind."""
        got, value = self.calls.get(timeout=PATIENCE)
        assert got == kind, (got, value)
        return value

    def until(self, kind: str) -> Any:
        """The argument of the next call of this kind, others passed over."""
        got, value = self.calls.get(timeout=PATIENCE)
        while got != kind:
            got, value = self.calls.get(timeout=PATIENCE)
        return value

    def rest(self) -> list[tuple[str, Any]]:
        """The calls noted and not yet looked at."""
        calls = []
        with contextlib.suppress(queue.Empty):
            while True:
                calls.append(self.calls.get_nowait())
        return calls


@dataclass
class Rig:
    """A running server and the receivers it admitted, by name."""

    server: DrainingServer
    loop: asyncio.AbstractEventLoop
    port: int
    wheel: Wheel | None
    admissions: dict[str, Admission]
    gates: dict[str, asyncio.Event]
    """Who has one is admitted only after it is set."""
    names: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def call(self, work: Callable[[], T]) -> T:
        """Run something in the server's loop, where sinks live."""

        async def run() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(PATIENCE)

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the server's loop go round until this holds; asked there, where nothing moves."""
        deadline = time.monotonic() + PATIENCE
        while not self.call(condition):
            assert time.monotonic() < deadline, "not in time"

    def turn(self, seconds: int) -> None:
        """Let time pass for a wheel turned by hand."""
        assert self.wheel is not None
        for _ in range(seconds):
            self.call(self.wheel.turn)

    def name(self, admission: Admission) -> str:
        """Who comes with this name is admitted so."""
        name = str(next(self.names))
        self.admissions[name] = admission
        return name

    @contextlib.contextmanager
    def client(self, recorder: Recorder | None = None) -> Iterator[tuple[Client, Recorder]]:
        """A connected raw client and the receiver at the other end."""
        recorder = recorder or Recorder()
        with Client(self.port) as client:
            assert client.shake_hands(self.name(recorder)).startswith(b"HTTP/1.1 101 ")
            recorder.next("opened")
            yield client, recorder


@contextlib.contextmanager
def serving_in_thread(
    app: Starlette, options: ServerOptions, draining: Draining | None = None
) -> Iterator[tuple[DrainingServer, asyncio.AbstractEventLoop, int]]:
    """The server in a loop of its own, with that loop and the port: for tests that block."""
    started: list[tuple[DrainingServer, asyncio.AbstractEventLoop, int]] = []
    failed: list[BaseException] = []
    known, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with serving(app, options, draining) as (server, port):
            started.append((server, asyncio.get_running_loop(), port))
            known.set()
            await stop.wait()

    def work() -> None:
        try:
            factory = None if options.loop == "asyncio" else uvloop.new_event_loop
            with asyncio.Runner(loop_factory=factory) as runner:
                runner.run(serve())
        except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
            failed.append(error)
            known.set()

    thread = threading.Thread(target=work, name="server")
    thread.start()
    known.wait()
    try:
        if started:
            yield started[0]
    finally:
        if started:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                started[0][1].call_soon_threadsafe(stop.set)
        thread.join()
    if failed:
        raise failed[0]


@contextlib.contextmanager
def rig(options: ServerOptions, draining: Draining | None = None) -> Iterator[Rig]:
    """A server whose one endpoint admits by `?name=`."""
    admissions: dict[str, Admission] = {}
    gates: dict[str, asyncio.Event] = {}

    async def admit(websocket: WebSocket) -> Admission:
        name = websocket.query_params["name"]
        if name in gates:
            await gates[name].wait()
        return admissions[name]

    endpoint = websocket_endpoint(admit, options.limits)
    app = Starlette(routes=[WebSocketRoute("/ws", endpoint)])
    with serving_in_thread(app, options, draining) as (server, loop, port):
        yield Rig(server, loop, port, options.wheel, admissions, gates)


def by_hand(limits: TransportLimits) -> ServerOptions:
    """Our server with a wheel that stands still until a test turns it: one turn is a second."""
    wheel = Wheel(limits.longest, schedule=lambda _delay, _work: None)
    return ServerOptions(port=0, limits=limits, wheel=wheel)


QUICK = TransportLimits(
    max_message=100_000,
    high_water=65_536,
    low_water=16_384,
    ping_interval=60.0,
    stall_timeout=60.0,
    close_timeout=2.0,
)
"""Limits under which nothing happens by time but what a test waits for."""


def fill(live: Rig, recorder: Recorder) -> int:
    """Send 10 KB messages to a peer that does not read, until it stays congested; how many."""
    batch = Batch.of([b"x" * 10_000])
    sent = 0

    def send_some() -> int:
        count = 0
        while not recorder.is_congested and count < 20:
            recorder.sink.send(batch)
            count += 1
        return count

    quiet = 0
    # The kernel's buffers take what they can between two turns of the loop.
    while quiet < 5:
        count = live.call(send_some)
        sent += count
        quiet = 0 if count else quiet + 1
    return sent
