"""The composition root: builds everything from settings, owns every task, starts and stops in
order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute

from chat import codec, later, openapi, webhooks
from chat.admission import admission
from chat.bus.base import Bus
from chat.bus.memory import MemoryBus
from chat.compacting import Compactions
from chat.deliveries import Deliveries
from chat.dispatch import Dispatch
from chat.erasure import Erasure
from chat.fanout import Fanout
from chat.hashing import Hasher
from chat.limits import RateLimit
from chat.live import Live
from chat.metrics import MetricsServer
from chat.outgoing import Answer, Bounds, Guard, post
from chat.pace import Pace
from chat.purge import Purge
from chat.push import Courier, Pushing, Vapid
from chat.push.vapid import contact
from chat.routes.base import PREFIX, mounted, problem
from chat.routes.table import ROWS
from chat.server import Draining
from chat.settings import Settings
from chat.signin import SignIn
from chat.slack.answers import PATH as RESPOND
from chat.slack.sending import Sending
from chat.slack.service import PATH as SOCKET_MODE
from chat.slack.service import Slack
from chat.slack.web import SlackMethods, SlackResponses
from chat.static import Client
from chat.throttle import Throttle
from chat.ws import websocket_endpoint
from chat.wsproto.limits import TransportLimits
from jobs import Runner, daily
from protocol import limits
from rooms.cards import rfc3339
from rooms.errors import Refusal
from rooms.model import Actor
from storage import backup, upkeep
from storage.accounts import hosts
from storage.accounts import queries as accounts
from storage.checkpoints import Checkpoints
from storage.database import Database
from storage.jobs.store import SqlStore, recording
from storage.streams import StoredEvent
from storage.transaction import Job, Outcome
from storage.writer import Writer

log = structlog.get_logger()

_PUSHED = Bounds(seconds=10, answer=8 * 1024)
"""What a push service may take and say."""

_TOLD = 30 * 24 * 3600 * 1_000_000
"""Microseconds for which people are told that the community was restored."""

_STARTING = 60.0
"""Seconds that a step of the start waits for a database that is away."""
_PAUSE = 0.2


class App:
    """One node's services. `start` and `stop` are called by the server's lifespan."""

    def __init__(self, settings: Settings, bus: Bus | None = None) -> None:
        self.settings = settings
        self.public_url = settings.public_url.rstrip("/")
        self.draining = False
        self.database = Database(settings.url)
        upkeep.prepare(self.database)
        key = upkeep.secret(self.database)
        self.database.gather(_slower)
        self.writer = Writer(self.database, self.now, settings.gather_ms / 1000, _slower())
        self.fanout = Fanout(self.database, bus or _bus(settings), key)
        rate = RateLimit(settings.rate_per_second, settings.rate_burst)
        self.dispatch = Dispatch(self.database, self.writer, self.fanout, rate, key, self.monotonic)
        self.sign_in = SignIn(
            self.database, self.public_url, self.run, self.now, settings.session_days
        )
        self.tally = self.dispatch.tally
        self.hasher = Hasher(settings.hashing_threads)
        self.throttle = Throttle()
        self.purge = Purge(lambda: upkeep.checkpoint(self.database))
        self.writer.on_redaction = self.purge.needed
        self.writer.night = daily(settings.compact_hour)
        self.compactions = Compactions()
        self.erasure = Erasure(self.database, self.run, self.purge.needed, self.fanout.forget)
        self.live = Live(self.database, self.fanout, self.dispatch, _Sessions(self), self.monotonic)
        self.slack = Slack(self, key)
        self.outgoing = Guard(
            settings.outgoing_hosts,
            allowed=self._allowed_hosts if settings.admins_allow_hosts else None,
        )
        # Everybody names addresses of push services, so nobody but the operator opens them.
        self.push_services = Guard(settings.outgoing_hosts)
        self.push = self._pushing(key)
        self.deliveries = Deliveries(self)
        self.commands = Sending(self)
        self.dispatch.on_events = self._saw
        self.jobs = Runner(SqlStore(self.database, self.run), self.now, later.kinds(self))
        self.writer.on_schedule = self.jobs.wake
        path = self.database.path
        self._checkpoints = Checkpoints(path, self._commits) if path else None
        if self._checkpoints:
            self.writer.between = self._checkpoints.finish
        self._metrics: MetricsServer | None = None
        self._background: set[asyncio.Task[None]] = set()

    def _saw(self, events: list[StoredEvent]) -> None:
        self.push.saw(events)
        self.deliveries.saw(events)

    def _pushing(self, key: bytes) -> Pushing:
        secret = upkeep.secret(self.database, upkeep.PUSH)
        vapid = Vapid(secret, contact(self.public_url), self.now)

        async def send(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
            return await post(self.push_services, url, body, headers, _PUSHED)

        courier = Courier(send, vapid, self.monotonic)
        return Pushing(self.database, self.run, self.now, courier, key)

    async def _allowed_hosts(self, names: Sequence[str]) -> frozenset[str]:
        """Asked of the database each time, so that every node knows at once."""
        return await self.database.ask(hosts.allowed, names)

    def run(self, job: Job) -> asyncio.Future[Outcome]:
        """Queue a job; done after the commit, its events published."""
        return self.dispatch.run(job)

    def now(self) -> int:
        """Microseconds since 1970, UTC."""
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    def spend(self, person: str, cost: float) -> None:
        """Count against a person's rate; raises `rate_limited`."""
        self.dispatch.rate.spend(person, cost, self.monotonic())

    async def start(self) -> None:
        """Begin; what was interrupted goes on."""
        self.writer.start()
        if self._checkpoints:
            self._checkpoints.start()
        await self.fanout.start()
        await self.live.start()
        self.purge.start()
        # A stop without order may have left deleted text in the database's log.
        self.purge.needed()
        await self._patiently(self._schedule_recurring)
        await self._patiently(self.deliveries.refresh)
        self.push.start()
        self.jobs.start()
        self.fanout.on_community = self._community_changed
        self.fanout.on_followed = self.deliveries.changed_elsewhere
        await self._patiently(self._read_name)
        await self._patiently(self._read_restored)
        if self.settings.metrics_port:
            self._metrics = MetricsServer(
                self, self.settings.metrics_host, self.settings.metrics_port
            )

    async def stop(self) -> None:
        """End in the order in which things need each other; what was accepted is committed."""
        if self._metrics:
            await asyncio.to_thread(self._metrics.stop)
        await self.deliveries.stop()
        await self.jobs.stop()
        await self.slack.stop()
        await self.push.stop()
        await self.erasure.stop()
        await self.live.stop()
        await self.writer.stop()
        await self.fanout.stop()
        await self.purge.stop()
        if self._checkpoints:
            await asyncio.to_thread(self._checkpoints.stop)
        await asyncio.to_thread(self.hasher.close)
        await asyncio.to_thread(self.database.close)

    async def _patiently(self, step: Callable[[], Awaitable[None]]) -> None:
        """A step of the start, again and again while the database is away."""
        end = self.monotonic() + _STARTING
        while True:
            try:
                return await step()
            except Exception as error:
                refused = isinstance(error, Refusal) and error.code == "unavailable"
                if self.monotonic() > end or not (refused or self.database.away(error)):
                    raise
            await asyncio.sleep(_PAUSE)

    async def _read_restored(self) -> None:
        """It can only be restored while nobody serves it, so what is read at the start holds."""
        found = await self.database.ask(backup.restored)
        if found is not None and self.now() - found[1] < _TOLD:
            self.live.restored_from = rfc3339(found[0])

    async def _schedule_recurring(self) -> None:
        if wanted := later.recurring(self.jobs.kinds, self.now()):
            await self.run(recording(*wanted))

    def _commits(self) -> int:
        return self.writer.counters.commits

    def _community_changed(self) -> None:
        task = asyncio.create_task(self._read_name())
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _read_name(self) -> None:
        face = await self.database.ask(accounts.community_face)
        if face is not None:
            self.live.community = face.name

    def begin_draining(self) -> None:
        """Not ready any more; no new WebSockets."""
        self.draining = True
        self.slack.begin_draining()

    async def finished(self) -> None:
        """Wait until no command is under way."""
        await self.writer.drained()

    async def ready(self) -> bool:
        """Whether this node may take traffic."""
        if self.draining:
            return False
        try:
            async with asyncio.timeout(2.0):
                await self.database.ask(upkeep.answers)
        except Exception as error:  # noqa: BLE001 - logged; the next round tries again
            log.warning("not_ready", error=error)
            return False
        return True


def _bus(settings: Settings) -> Bus:
    if settings.redis_url is None:
        return MemoryBus()
    from chat.bus.redis import RedisBus

    return RedisBus(settings.redis_url)


class _Sessions:
    """What the live side asks about sessions, from sign-in and storage."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def sign_in(self, token: str) -> Actor:
        return await self._app.sign_in.by_token(token)

    async def ended(self, sessions: Collection[str]) -> set[str]:
        now = self._app.now()
        return await self._app.database.ask(accounts.ended, list(sessions), now)


def draining(app: App) -> Draining:
    """What the server asks of the app when it stops."""
    return Draining(app.begin_draining, app.slack.settled, app.finished)


def _slower() -> Callable[[float], float]:
    """The hub has its own, and so has every thread: a pace is asked by one."""
    return Pace(time.monotonic, time.process_time).slower


def create_app(settings: Settings, bus: Bus | None = None) -> tuple[Starlette, App]:
    """The ASGI application and its services. Raises `storage.upkeep.UpkeepError`."""
    app = App(settings, bus)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await app.start()
        try:
            yield
        finally:
            await app.stop()

    described = codec.dump(openapi.document(ROWS, version("tertulia")))

    async def schema(_: Request) -> Response:
        return Response(described, media_type="application/json")

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        ready = await app.ready()
        return JSONResponse({"status": "ready" if ready else "not ready"}, 200 if ready else 503)

    async def unknown(request: Request) -> Response:
        return problem(Refusal("not_found", what=f"path {request.url.path[:80]}"))

    admit = admission(app.live, app.sign_in, lambda: not app.draining)
    bounds = TransportLimits(max_message=limits.FRAME_BYTES)
    endpoint = websocket_endpoint(admit, bounds)
    socket_mode = websocket_endpoint(app.slack.admit(), bounds)
    routes: list[Any] = [
        WebSocketRoute(f"{PREFIX}/ws", endpoint),
        WebSocketRoute(SOCKET_MODE, socket_mode),
        *mounted(ROWS, app),
        Route(webhooks.PATH, partial(webhooks.receive, app), methods=["POST"]),
        Route(f"{PREFIX}/openapi.json", schema),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/api/{method}", SlackMethods(app)),
        Route(RESPOND + "{sealed}", SlackResponses(app), methods=["POST"]),
        Route("/api/{rest:path}", unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        Mount("/", Client()),
    ]
    return Starlette(routes=routes, lifespan=lifespan), app
