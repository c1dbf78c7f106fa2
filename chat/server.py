"""Runs the application on uvicorn: the listener, our protocol classes, and draining.

It owns how the process starts to listen and how it stops. It must not know what the application
serves: readiness and unfinished work are callbacks, settings arrive as plain values.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, cast

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from chat.listener import ListenError, listen
from chat.request_ids import RequestIds
from chat.workers import READY
from chat.wsproto.handshake import Handshake
from chat.wsproto.limits import TransportLimits
from chat.wsproto.takeover import Peer
from chat.wsproto.uvicorn import http_protocol
from chat.wsproto.wheel import Wheel

__all__ = [
    "Draining",
    "DrainingServer",
    "ListenError",
    "ServerOptions",
    "StartupError",
    "run",
    "serving",
]

ASGIApp = Callable[..., Awaitable[None]]

_DRAIN_STEP = 0.05  # seconds between two handfuls of goodbyes


class StartupError(Exception):
    """The application's start-up failed; the log says why."""


async def _nothing_under_way() -> None:
    return


@dataclass(frozen=True, slots=True)
class Draining:
    """What the application has to say about a planned stop."""

    begin: Callable[[], None] = lambda: None
    """Turn readiness off, and refuse new WebSockets; called once, in the loop."""
    settled: Callable[[], Awaitable[None]] = _nothing_under_way
    """Returns, soon, when what clients were just sent was answered: before the goodbyes."""
    finished: Callable[[], Awaitable[None]] = _nothing_under_way
    """Returns when no command is under way any more."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How to listen and how to stop. Times in seconds."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes any free port."""
    backlog: int = 4096
    """Places in each queue of the listener (`chat.listener.QUEUES`): what Linux allows, unless it
    is told otherwise."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks whose X-Forwarded-* is believed; none by default."""
    drain_seconds: float = 5.0
    """Over how long the goodbyes of a planned stop are spread."""
    finish_seconds: float = 10.0
    """How long a planned stop waits for commands under way, and then for connections to close."""
    loop: str = "auto"
    """uvloop where it is installed."""
    ws: Any = None
    """Another `ws` for uvicorn than ours, such as `websockets-sansio`."""
    limits: TransportLimits = field(default_factory=TransportLimits)
    wheel: Wheel | None = None
    sockets: tuple[int, ...] = ()
    """Descriptors of sockets that listen already, handed down; none: open our own."""
    link: int | None = None
    """The descriptor of a worker's link to its supervisor (`chat.workers`)."""


class DrainingServer(uvicorn.Server):
    """A uvicorn whose first signal drains and whose second exits at once."""

    def __init__(self, app: ASGIApp, options: ServerOptions, draining: Draining) -> None:
        super().__init__(_config(app, options))
        self._options = options
        self._draining = draining
        self._drain_task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.ready = asyncio.Event()
        self._link = None if options.link is None else socket.socket(fileno=options.link)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await super().startup(sockets)
        except SystemExit as error:  # uvicorn's way to say that lifespan start-up failed
            raise StartupError("start-up failed") from error
        self.ready.set()
        if self._link is not None:
            self._link.setblocking(False)
            self._loop.add_reader(self._link, self._from_supervisor)
            self._link.send(READY)

    def _from_supervisor(self) -> None:
        """Asked to leave, or alone: in both cases nobody new is for us to take."""
        assert self._loop is not None
        assert self._link is not None
        self._loop.remove_reader(self._link)
        self._link.close()
        for server in self.servers:
            server.close()
        if self._drain_task is None:
            self.begin_draining()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Called by uvicorn as a signal handler: between any two bytecodes of the main thread."""
        if self._loop is None or self._drain_task is not None:
            self.exit_now()
        else:
            self._loop.call_soon_threadsafe(self.begin_draining)

    def begin_draining(self) -> None:
        """Stop in order: say goodbye, finish, close. Calling it again exits at once."""
        if self._drain_task is None:
            self._drain_task = asyncio.create_task(self._drain())
        else:
            self.exit_now()

    def exit_now(self) -> None:
        """Stop without waiting for anybody."""
        self.force_exit = self.should_exit = True

    async def _drain(self) -> None:
        try:
            self._draining.begin()
            await self._draining.settled()
            await self._say_goodbye()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._options.finish_seconds):
                    await self._draining.finished()
        finally:
            self.should_exit = True

    async def _say_goodbye(self) -> None:
        """1012 to each connection, spread out: all at once would come back all at once.

        The listener stays open: a load balancer must see that we are not ready, not a refusal.
        """
        peers = [item for item in self.server_state.connections if isinstance(item, Peer)]
        handfuls, pause = spread(len(peers), self._options.drain_seconds)
        for turn in range(handfuls):
            for peer in peers[turn::handfuls]:
                peer.close(1012, "restart")
            if turn < handfuls - 1:
                await asyncio.sleep(pause)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.force_exit:
            for item in list(self.server_state.connections):
                if isinstance(item, Peer):
                    item.abort()
        await super().shutdown(sockets)


def spread(count: int, seconds: float) -> tuple[int, float]:
    """In how many handfuls `count` goodbyes go out, and the seconds between two of them."""
    handfuls = max(1, min(count, int(seconds / _DRAIN_STEP)))
    return handfuls, seconds / handfuls


@contextlib.contextmanager
def _listening(options: ServerOptions) -> Iterator[list[socket.socket]]:
    if options.sockets:
        sockets = [socket.socket(fileno=descriptor) for descriptor in options.sockets]
    else:
        sockets = listen(options.host, options.port, options.backlog, options.limits.stall_timeout)
    try:
        yield sockets
    finally:
        for sock in sockets:
            sock.close()


def run(app: ASGIApp, options: ServerOptions, draining: Draining | None = None) -> None:
    """Serve until a signal; returns after an orderly stop.

    Raises `ListenError` before the application has started, `StartupError` if it cannot start.
    """
    with _listening(options) as sockets:
        DrainingServer(app, options, draining or Draining()).run(sockets)


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, options: ServerOptions, draining: Draining | None = None
) -> AsyncIterator[tuple[DrainingServer, int]]:
    """The server in the running loop and without signal handlers, with its port: for tests."""
    with _listening(options) as sockets:
        server = DrainingServer(app, options, draining or Draining())
        # serve() would take the process's signals.
        task = asyncio.create_task(server._serve(sockets))  # noqa: SLF001
        ready = asyncio.create_task(server.ready.wait())
        try:
            await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            yield server, sockets[0].getsockname()[1]
        finally:
            ready.cancel()
            server.should_exit = True
            await task


def _forwarded(app: ASGIApp, proxies: tuple[str, ...]) -> ASGIApp:
    """With the client and scheme that trusted proxies speak of."""
    if not proxies:
        return app
    return ProxyHeadersMiddleware(cast("Any", app), trusted_hosts=[*proxies])


def _config(app: ASGIApp, options: ServerOptions) -> uvicorn.Config:
    return uvicorn.Config(
        RequestIds(_forwarded(app, options.trusted_proxies), options.trusted_proxies),
        loop=options.loop,
        http=http_protocol(options.limits, options.wheel),
        ws=options.ws or Handshake,
        ws_max_size=options.limits.max_message,
        ws_ping_interval=options.limits.ping_interval,
        ws_ping_timeout=options.limits.ping_timeout,
        ws_per_message_deflate=False,
        lifespan="on",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        workers=1,  # or WEB_CONCURRENCY would be read: settings have one reader
        backlog=options.backlog,
        proxy_headers=False,  # it would go outermost, and believe any local client by default
        timeout_graceful_shutdown=max(1, round(options.finish_seconds)),
    )
