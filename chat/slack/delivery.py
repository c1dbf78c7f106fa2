"""Envelopes on their way to one bot: sent, acknowledged, or sent again.

Each goes over one of the bot's sockets and counts as delivered when it is acknowledged. A socket
that closes, or an answer that does not come, has it go over another, at most `ATTEMPTS` times.
Knows no stream: `done(key)` is called when everything of a key is settled, one way or the other.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
import structlog

from protocol.ids import new_id

log = structlog.get_logger()

ATTEMPTS = 4
WINDOW = 100
"""Envelopes of one bot that may wait to be acknowledged."""
Struct = dict[str, Any]


class Socket(Protocol):
    """One of a bot's sockets."""

    def envelope(self, text: bytes) -> None:
        """Send an envelope."""
        ...


@dataclass(slots=True, eq=False)
class Envelope:
    """One thing that a bot is told. `key` groups what is done together."""

    type: str
    payload: Struct
    key: Hashable = None
    answered: Callable[[Struct], None] | None = None
    """Takes what the acknowledgement carries, where it may carry something."""
    about: str = ""
    """The message whose text it holds."""
    id: str = field(default_factory=lambda: new_id("e"))
    attempts: int = 0
    reason: str = ""
    socket: Socket | None = None
    timer: asyncio.TimerHandle | None = None

    def text(self) -> bytes:
        """The frame."""
        frame: Struct = {
            "type": self.type,
            "envelope_id": self.id,
            "payload": self.payload,
            "accepts_response_payload": self.answered is not None,
        }
        if self.type == "events_api":
            frame["retry_attempt"] = self.attempts - 1
            frame["retry_reason"] = self.reason
        return msgspec.json.encode(frame)


class Delivery:
    """A bot's sockets and what is on its way over them. `patience(attempt)` is how many seconds an
    acknowledgement may take."""

    def __init__(
        self, done: Callable[[Hashable], None], patience: Callable[[int], float] | None = None
    ) -> None:
        self._done = done
        self._patience = patience or (lambda attempt: 10.0 * 3 ** (attempt - 1))
        self._sockets: list[Socket] = []
        self._resting: set[Socket] = set()
        self._turn = itertools.count()
        self._waiting: deque[Envelope] = deque()
        self._under_way: dict[str, Envelope] = {}
        self._open: dict[Hashable, int] = {}
        self._room = asyncio.Event()
        self._room.set()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._paused = False

    @property
    def unsettled(self) -> int:
        """Envelopes that were not acknowledged yet."""
        return len(self._waiting) + len(self._under_way)

    @property
    def full(self) -> bool:
        """Whether no more should be put in for now."""
        return self.unsettled >= WINDOW

    def join(self, socket: Socket) -> None:
        """One more socket; what waits goes over it."""
        if socket not in self._sockets and socket not in self._resting:
            self._sockets.append(socket)
        self._go_on()

    def rest(self, socket: Socket) -> None:
        """Nothing new goes over a socket: its client is about to leave it. What it was sent may
        still be acknowledged."""
        if socket in self._sockets:
            self._sockets.remove(socket)
            self._resting.add(socket)

    def leave(self, socket: Socket) -> None:
        """A socket has gone; what it was sent and did not acknowledge goes over another."""
        if socket in self._sockets:
            self._sockets.remove(socket)
        self._resting.discard(socket)
        lost = [one for one in self._under_way.values() if one.socket is socket]
        for envelope in lost:
            self._again(envelope, "connection_closed")
        self._go_on()

    def pause(self) -> None:
        """Send nothing more."""
        self._paused = True

    async def quiet(self) -> None:
        """Wait until everything that was sent is acknowledged."""
        await self._quiet.wait()

    async def room(self) -> None:
        """Wait until there is room for more."""
        while self.full:
            self._room.clear()
            await self._room.wait()

    def put(self, *envelopes: Envelope) -> None:
        """Send, in this order."""
        for envelope in envelopes:
            if envelope.key is not None:
                self._open[envelope.key] = self._open.get(envelope.key, 0) + 1
            self._waiting.append(envelope)
        self._go_on()

    def acknowledged(self, envelope_id: str, payload: Struct) -> None:
        """It arrived; a second time changes nothing."""
        envelope = self._under_way.pop(envelope_id, None)
        if envelope is None:
            return
        if envelope.timer:
            envelope.timer.cancel()
        if envelope.answered is not None:
            envelope.answered(payload)
        self._settle(envelope)

    def withdraw(self, gone: Callable[[Envelope], bool]) -> None:
        """Send these no more: what they say is gone, or no longer the bot's to read. What is on its
        way may still be acknowledged."""
        for envelope in [one for one in self._waiting if gone(one)]:
            self._waiting.remove(envelope)
            self._settle(envelope)
        for envelope in self._under_way.values():
            if gone(envelope):
                envelope.attempts = ATTEMPTS

    def clear(self) -> None:
        """Forget all envelopes; nothing of them counts as done."""
        for envelope in self._under_way.values():
            if envelope.timer:
                envelope.timer.cancel()
        self._under_way.clear()
        self._waiting.clear()
        self._open.clear()
        self._quiet.set()
        self._room.set()

    def _go_on(self) -> None:
        while self._waiting and self._sockets and not self._paused:
            envelope = self._waiting.popleft()
            socket = self._sockets[next(self._turn) % len(self._sockets)]
            envelope.attempts += 1
            envelope.socket = socket
            loop = asyncio.get_running_loop()
            wait = self._patience(envelope.attempts)
            envelope.timer = loop.call_later(wait, self._overdue, envelope)
            self._under_way[envelope.id] = envelope
            self._quiet.clear()
            socket.envelope(envelope.text())

    def _overdue(self, envelope: Envelope) -> None:
        self._again(envelope, "timeout")
        self._go_on()

    def _again(self, envelope: Envelope, reason: str) -> None:
        if self._under_way.pop(envelope.id, None) is None:
            return
        if envelope.timer:
            envelope.timer.cancel()
        envelope.socket, envelope.reason = None, reason
        if envelope.attempts >= ATTEMPTS:
            log.info("slack_unacknowledged", kind=envelope.type, envelope=envelope.id)
            self._settle(envelope)
        else:
            self._waiting.appendleft(envelope)
            if not self._under_way:
                self._quiet.set()

    def _settle(self, envelope: Envelope) -> None:
        self._room.set()
        if not self._under_way:
            self._quiet.set()
        if envelope.key is None:
            return
        left = self._open.get(envelope.key, 0) - 1
        if left > 0:
            self._open[envelope.key] = left
        else:
            self._open.pop(envelope.key, None)
            self._done(envelope.key)
