"""One client: its requests in order, its subscriptions, its bounded way out. Knows no Starlette.

Commands are handed over at once and answered when they are committed, in any number at a time up
to `IN_FLIGHT`; beyond that the socket is not read. Queries and subscriptions wait for the
database and go through an inbox, one after the other. A client that reads too slowly first loses
what is lossy, then its subscriptions ("lagging, catch up"), then the connection (promise P6).
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from chat import codec, refusals
from chat.sink import Batch, Sink
from protocol import limits
from protocol.codes import CLOSES
from protocol.commands import (
    Authenticate,
    Command,
    PresencePing,
    Query,
    Request,
    Subscribe,
    Typing,
    Unsubscribe,
)
from protocol.frames import Error, Frame, Lagging, Ok, StreamSummary, Summary, Unsubscribed
from rooms.errors import Refusal
from rooms.model import Actor

if TYPE_CHECKING:
    from chat.live import Live
    from storage.transaction import Outcome

log = structlog.get_logger()

SIGNAL_BYTES = 64 * 1024
"""With more than this buffered, lossy signals are dropped."""
HELD = 32
"""Batches that are held for one write, at most."""
HELD_BYTES = 4096
"""A batch that is larger is worth a write, with what was held before it."""
MALFORMED = 100
"""Frames that could not be read, after which a connection is cut."""
SIGN_IN_SECONDS = 10.0


class Connection:
    """A receiver for `chat.sink` and a watcher for `chat.hub`."""

    __slots__ = (
        "_held", "_inbox", "_live", "_malformed", "_paused", "_sink", "_timer", "_unanswered",
        "_worker", "actor", "id", "lagging", "person", "streams", "under",
    )  # fmt: skip

    def __init__(self, live: Live, connection_id: str, actor: Actor | None) -> None:
        self.id = connection_id
        self.actor = actor
        self.person = actor.person if actor else ""
        self.lagging = False
        self.streams: dict[str, bool] = {}
        """Watched streams, and whether in full."""
        self.under: dict[str, str] = {}
        """Of those, which end with which other."""
        self._live = live
        self._sink: Sink | None = None
        self._held: list[Batch] | None = None
        self._inbox: deque[Request] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unanswered = 0
        self._malformed = 0
        self._paused = False

    # --- from the transport ---

    def opened(self, sink: Sink) -> None:
        """The handshake is done."""
        self._sink = sink
        if self.actor is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(SIGN_IN_SECONDS, self.close, 4002)
        else:
            self._live.arrived(self)
            self.send(self._live.welcome(self))

    def text(self, payload: bytes) -> None:
        """One frame of the client."""
        try:
            request = codec.decode(payload)
        except Refusal as refusal:
            self._refuse(codec.mark(payload).ref[: limits.REF], refusal)
            self._malformed += 1
            if self._malformed >= MALFORMED:
                self.close(4106)
            return
        if self.actor is None and not isinstance(request, Authenticate):
            self._refuse(request.ref, Refusal("sign_in_needed"))
            return
        if isinstance(request, PresencePing):
            self._live.here.ping(self, active=request.active)
        elif isinstance(request, Command) and not self._inbox and self._worker is None:
            self._command(request)
        else:
            if self._inbox is None:
                self._inbox = deque()
            self._inbox.append(request)
            if self._worker is None:
                loop = asyncio.get_running_loop()
                self._worker = loop.create_task(self._work())
        if not self._paused and self._waiting() >= limits.IN_FLIGHT and self._sink:
            self._paused = True
            self._sink.pause()

    def congested(self) -> None:
        """Too much is unsent: let go of everything that could add to it."""
        self.lagging = True
        self._let_go()

    def writable(self) -> None:
        """The client caught up with the bytes; now it may catch up with the events."""
        if self.lagging:
            self.lagging = False
            self.send(Lagging())

    def closed(self, code: int) -> None:
        """Gone."""
        self._live.dispatch.tally.closed[code] += 1
        log.debug("disconnected", connection=self.id, person=self.person, code=code)
        self._sink = self._held = None
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._worker:
            self._worker.cancel()
            self._worker = None
        self._inbox = None
        self._let_go()
        self._live.left(self)

    # --- from the hub ---

    def deliver(self, batch: Batch) -> None:
        """Events, in order."""
        if self._held is not None:
            self._put(batch)
        elif self._sink:
            self._sink.send(batch)

    def signal(self, batch: Batch) -> None:
        """Lossy: dropped when the client is slow."""
        if self._sink and self._sink.buffered() < SIGNAL_BYTES:
            self._put(batch)

    def summarise(self, streams: list[tuple[str, int, int, int]]) -> None:
        """Background streams that moved."""
        entries = [StreamSummary(stream=s, seq=q, no=n, mentioned=m) for s, q, n, m in streams]
        self.send(Summary(streams=entries))

    def revoked(self, stream: str, why: str) -> None:
        """The right to watch a stream ended."""
        self.streams.pop(stream, None)
        self._live.here.moved(self, stream)
        self.send(Unsubscribed(stream=stream, why=why))
        self._end_under(stream, why)

    def _end_under(self, stream: str, why: str) -> None:
        """Whoever watches a stream no longer watches nothing that hangs on it."""
        for hanging in [s for s, above in self.under.items() if above == stream]:
            del self.under[hanging]
            if self.streams.pop(hanging, None) is not None:
                self._live.hub.detach(self, hanging)
                self.send(Unsubscribed(stream=hanging, why=why))

    # --- to the client ---

    def send(self, frame: Frame) -> None:
        """One frame."""
        if self._sink:
            self._put(Batch.of([codec.encode(frame)]))

    def send_bytes(self, payloads: list[bytes]) -> None:
        """Ready-made frames in one write."""
        if self._sink and payloads:
            self._put(Batch.of(payloads))

    def hold(self) -> None:
        """Keep what is sent until `let_out`, for one write: nothing may be waited for meanwhile."""
        if self._held is None:
            self._held = []

    def let_out(self) -> None:
        """Send what was held; the client may turn out to be too slow for it."""
        held, self._held = self._held, None
        if held and self._sink:
            self._sink.send(Batch.joined(held))

    def _put(self, batch: Batch) -> None:
        if self._held is not None:
            self._held.append(batch)
            if len(self._held) >= HELD or len(batch.wire) > HELD_BYTES:
                self.let_out()
        elif self._sink:
            self._sink.send(batch)

    def close(self, code: int) -> None:
        """Begin the closing handshake with a code of `protocol.codes.CLOSES`."""
        self.let_out()
        if self._sink:
            self._sink.close(code, CLOSES[code].name)

    def able(self) -> bool:
        """Whether it can be sent events: connected, and not too far behind."""
        return self._sink is not None and not self.lagging

    # --- requests ---

    def _waiting(self) -> int:
        return self._unanswered + (len(self._inbox) if self._inbox else 0)

    def _relax(self) -> None:
        if self._paused and self._sink and self._waiting() <= limits.IN_FLIGHT // 2:
            self._paused = False
            self._sink.resume()

    def _refuse(self, ref: str, refusal: Refusal) -> None:
        self._live.dispatch.tally.refused[refusal.code] += 1
        self.send(
            Error(
                ref=ref,
                code=refusal.code,
                message=refusal.message,
                params=refusal.params,
                retry_after=refusal.retry_after,
            )
        )

    def _command(self, command: Command) -> None:
        assert self.actor is not None
        try:
            future = self._live.dispatch.submit(self.actor, command)
        except Refusal as refusal:
            self._refuse(command.ref, refusal)
            return
        self._unanswered += 1
        future.add_done_callback(partial(self._answer, command.ref))

    def _answer(self, ref: str, future: asyncio.Future[Outcome]) -> None:
        self._unanswered -= 1
        error = None if future.cancelled() else future.exception()
        if error is not None or future.cancelled():
            self._refuse(ref, refusals.of(error, connection=self.id, person=self.person))
        else:
            outcome = future.result()
            self.send(
                Ok(
                    ref=ref,
                    stream=outcome.stream,
                    seq=outcome.seq,
                    duplicate=outcome.duplicate,
                    result=outcome.result,
                )
            )
        self._relax()

    async def _work(self) -> None:
        """Requests that wait for something, one after the other."""
        # A task has a context of its own: whatever is logged on the way says for whom.
        structlog.contextvars.bind_contextvars(connection=self.id, person=self.person)
        while self._inbox:
            request = self._inbox.popleft()
            try:
                await self._handle(request)
            except Refusal as refusal:
                self._refuse(request.ref, refusal)
            except Exception as error:  # noqa: BLE001 - answered, and logged with a reference
                self._refuse(request.ref, refusals.of(error))
            self.let_out()
            self._relax()
        self._worker = None
        self._inbox = None

    async def _handle(self, request: Request) -> None:
        if isinstance(request, Authenticate):
            await self._authenticate(request)
            return
        if self.actor is None:
            raise Refusal("sign_in_needed")
        result: Any
        if isinstance(request, Command):
            self._command(request)
            return
        if isinstance(request, Query):
            result = await self._live.dispatch.ask(self.actor, request)
        elif isinstance(request, Subscribe):
            self._need("read")
            self._live.dispatch.spend_watching(self.person, len(request.cursors))
            result = {"streams": await self._live.subscribing.subscribe(self, request.cursors)}
        elif isinstance(request, Unsubscribe):
            for stream in request.streams:
                if self.streams.pop(stream, None) is not None:
                    self._live.hub.detach(self, stream)
                    self._live.here.moved(self, stream)
                    self.under.pop(stream, None)
                    self._end_under(stream, "watch_room_first")
            result = {}
        elif isinstance(request, Typing):
            self._need("write")
            await self._live.typing.typed(self, request)
            return
        else:
            raise Refusal("unknown_type", type=type(request).__name__)
        self.send(Ok(ref=request.ref, result=result))

    def _need(self, scope: str) -> None:
        if self.actor is None or scope not in self.actor.scopes:
            raise Refusal("scope_missing", scope=scope)

    async def _authenticate(self, request: Authenticate) -> None:
        if self.actor is not None:
            raise Refusal("invalid", field="type", problem="you are signed in already")
        try:
            self.actor = await self._live.sign_in(request.token)
        except Refusal as refusal:
            self._refuse(request.ref, refusal)
            # Where nobody could look it up, coming back is worth while.
            self.close(4003 if refusal.code in ("busy", "unavailable") else 4100)
            return
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._sink is None:
            return
        self.person = self.actor.person
        self._live.arrived(self)
        self.send(self._live.welcome(self))
        self.send(Ok(ref=request.ref, result={"person": self.person}))

    def _let_go(self) -> None:
        streams, self.streams = self.streams, {}
        self.under = {}
        for stream in streams:
            self._live.hub.detach(self, stream)
            self._live.here.moved(self, stream)
