"""One person's client: stays connected, resumes, sends every command until it is answered.

Written from docs/protocol.md and lean, so that two dozen of them do not cost more than the server.
It folds every event with the fold of `tests.unit.fold` and writes all that it saw into the history.
It goes to another node whenever its line breaks. What it says is decided by `tests.chaos.load`.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.chaos.door import Door
from tests.chaos.frames import Event, Frame, encode, frames, made, pages, states
from tests.chaos.history import Answered, Came, Ended, History, Invoked, Saw, Watched
from tests.unit.fold import Folded

ANSWER_WITHIN = 15.0
"""Seconds after which a line on which an answer is missing is given up."""
PASSING = frozenset(
    {"busy", "unavailable", "shutting_down", "rate_limited", "internal", "too_many_in_flight"}
)
"""Codes after which the same command is sent again: it may or may not have been carried out."""
_MAKES = frozenset({"message.post", "sanction.mute", "sanction.ban", "person.suspend", "pass.make"})
_LOST = (OSError, TimeoutError, WebSocketException, EOFError)
_ops = itertools.count(1)


def next_op() -> int:
    """The number of a command in the history."""
    return next(_ops)


class Op:
    """A command under way."""

    __slots__ = ("attempts", "done", "fields", "id", "invoked", "once", "sent", "stubborn", "type")

    def __init__(self, type_: str, fields: dict[str, Any], once: str, *, stubborn: bool) -> None:
        self.id = next_op()
        self.type, self.fields, self.once = type_, fields, once
        self.stubborn = stubborn
        """Sent again until the answer is known; else a lost line leaves it unknown."""
        self.attempts = 0
        self.sent = self.invoked = 0.0
        self.done: asyncio.Future[Answered] = asyncio.get_running_loop().create_future()


class Client:
    """A person on one connection at a time, at first by the `first`-th way in."""

    def __init__(self, person: str, key: str, door: Door, first: int, history: History):
        self.person = person
        self.folds: dict[str, Folded] = {}
        self.wanted: set[str] = set()
        """Rooms to watch; those of them that were confirmed are in `watching`."""
        self.watching: set[str] = set()
        self.line = 0
        self.lost = 0
        self.internal = 0
        """Answers `internal`: something nobody had thought of."""
        self.latencies: list[float] = []
        self.history = history
        self._key, self.door, self._turn = key, door, first
        self._epochs: dict[str, str] = {}
        self._pending: dict[str, Op] = {}
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._dice = random.Random(f"{first}{len(door.ports)}")
        self._ways = random.Random(f"way {first}")
        self._refs = itertools.count(1)
        self._asked: dict[str, list[str]] = {}
        """What subscriptions under way are about."""

    # --- what others ask of it ---

    def start(self) -> None:
        """Connect, and stay."""
        self._task = asyncio.create_task(self._stay())

    async def stop(self) -> None:
        """Leave; told until it ends, for what is waited for just then may come instead."""
        while self._task and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=1)
        self._gone()
        for op in list(self._pending.values()):
            if not op.stubborn:
                self._give_up(op)

    def watch(self, room: str) -> None:
        """Watch a room from where the fold stands."""
        self.wanted.add(room)
        self.folds.setdefault(room, Folded())
        if self._socket:
            self._subscribe([room])

    def seq(self, room: str) -> int:
        """How far it has folded a room."""
        return self.folds[room].seq

    @property
    def connected(self) -> bool:
        """Whether it has a line that was welcomed."""
        return self._socket is not None

    @property
    def pending(self) -> int:
        """Commands that are not answered."""
        return len(self._pending)

    def hang_up(self) -> None:
        """Break the line; it comes back by itself."""
        if self._socket:
            self._socket.transport.abort()

    async def do(
        self,
        kind: str,
        where: str,
        target: str = "",
        /,
        *,
        stubborn: bool = True,
        called: str = "",
        **fields: Any,
    ) -> Answered:
        """Carry a command out; its answer, whatever happens in between. `fields` go over the wire,
        `where` (a room), `target` and what it is `called` into the history."""  # fmt: skip
        op = Op(kind, fields, f"x{next(self._refs)}", stubborn=stubborn)
        op.invoked = self.history.now()
        called = called or kind
        self.history.add(Invoked(op.id, self.person, op.invoked, called, where, target, op.once))
        self._pending[str(op.id)] = op
        self._send(op)
        return await op.done

    # --- the line ---

    async def _stay(self) -> None:
        while True:
            port = self.door.ports[self._turn % len(self.door.ports)]
            with contextlib.suppress(*_LOST):
                await self._visit(port)
            self._gone()
            # Any other one, as a balancer would: who all go to the next make the last one full.
            self._turn += self._ways.randint(1, max(1, len(self.door.ports) - 1))
            await asyncio.sleep(self._dice.uniform(0.05, 0.4))

    async def _visit(self, port: int) -> None:
        """One line, from the handshake to its end."""
        async with self.door.turns:
            asked = self.history.now()
            socket = await connect(
                f"ws://127.0.0.1:{port}/api/v1/ws",
                additional_headers={"Authorization": f"Bearer {self._key}"},
                subprotocols=[Subprotocol("tertulia.v1")],
                compression=None, proxy=None, max_size=None, max_queue=None,
                open_timeout=self.door.patience, ping_interval=self.door.ping,
                ping_timeout=self.door.patience, close_timeout=1,
            )  # fmt: skip
            try:
                # Whom the server does not want is let in, told so, and shown out.
                async with asyncio.timeout(self.door.patience):
                    said = frames.decode(await socket.recv())
                if said.type != "welcome":
                    raise EOFError(said.code)  # noqa: TRY301 - one way out for all of it
            except BaseException:
                socket.transport.abort()
                raise
        try:
            self.line += 1
            self._socket = socket
            self.history.add(Came(self.person, self.line, asked, self.history.now()))
            await self._talk(socket)
        finally:
            await socket.close()

    async def _talk(self, socket: ClientConnection) -> None:
        self._subscribe(list(self.wanted))
        for op in list(self._pending.values()):
            self._send(op)
        watchdog = asyncio.create_task(self._watchdog(socket))
        try:
            async for payload in socket:
                self._take(frames.decode(payload))
        finally:
            watchdog.cancel()
            # Now, and not when the closing handshake is done: when it ended is evidence.
            self._gone()

    async def _watchdog(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(1)
            oldest = min((op.sent for op in self._pending.values()), default=None)
            if oldest is not None and self.history.now() - oldest > ANSWER_WITHIN:
                self.history.add(Ended(self.person, self.line, "*", "silent", self.history.now()))
                socket.transport.abort()

    def _gone(self) -> None:
        if self._socket is None:
            return
        self._socket = None
        self.lost += 1
        self.watching.clear()
        self._asked.clear()
        self.history.add(Ended(self.person, self.line, "*", "lost", self.history.now()))
        for op in list(self._pending.values()):
            if not op.stubborn and op.attempts:
                self._give_up(op)

    def _give_up(self, op: Op) -> None:
        """Nobody will know what became of it."""
        del self._pending[str(op.id)]
        self._finish(op, "?")

    def _write(self, frame: dict[str, Any]) -> None:
        # Never waits: what is in flight is bounded by those who ask.
        if self._socket and self._socket.state.name == "OPEN":
            protocol = self._socket.protocol
            protocol.send_text(encode(frame))
            self._socket.send_data()

    def _send(self, op: Op) -> None:
        if self._socket is None or op.done.done():
            return
        op.attempts += 1
        op.sent = self.history.now()
        self._write({"type": op.type, "ref": str(op.id), "client_id": op.once, **op.fields})

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, act)

    # --- frames ---

    def _take(self, frame: Frame) -> None:
        if frame.type == "event":
            assert frame.stream is not None
            self._event(frame.stream, frame, self.line)
        elif frame.type in ("ok", "error"):
            kind, _, rest = frame.ref.partition(" ")
            if kind == "watch":
                self._watched(frame, self._asked.pop(rest, []))
            elif kind == "page":
                self._paged(frame, rest)
            else:
                self._answered(frame)
        elif frame.type == "unsubscribed":
            self._let_go(frame.stream or "", frame.why)
        elif frame.type == "lagging":
            self.history.add(Ended(self.person, self.line, "*", "lagging", self.history.now()))
            self.watching.clear()
            self._subscribe(list(self.wanted))

    def _let_go(self, room: str, why: str) -> None:
        self.watching.discard(room)
        self.history.add(Ended(self.person, self.line, room, why, self.history.now()))

    def _event(self, room: str, frame: Frame, line: int) -> None:
        assert frame.seq is not None
        self.history.add(Saw(self.person, line, room, frame.seq, frame.at, self.history.now()))
        fold = self.folds.get(room)
        if fold is not None and frame.seq == fold.seq + 1:
            fold.take(Event(frame.seq, frame.kind, frame.no, bytes(frame.data)))

    def _answered(self, frame: Frame) -> None:
        op = self._pending.get(frame.ref)
        if op is None:
            return
        if frame.code in PASSING:
            self.internal += frame.code == "internal"
            op.sent = self.history.now()
            self._after(min(frame.retry_after or 0.5, 1.0), lambda: self._send(op))
            return
        del self._pending[frame.ref]
        self._finish(op, frame.code, frame)

    def _finish(self, op: Op, code: str, frame: Frame | None = None) -> None:
        now = self.history.now()
        stream, seq = (frame.stream or "", frame.seq or 0) if frame else ("", 0)
        duplicate = frame.duplicate if frame else False
        new = ""
        if frame and not code and op.type in _MAKES:
            found = made.decode(frame.result)
            new = found.message or found.sanction or f"{found.invitation} {found.code}".strip()
        answer = Answered(op.id, now, code, stream, seq, duplicate, op.attempts, new)
        if code != "?":
            self.latencies.append(now - op.invoked)
        self.history.add(answer)
        if not op.done.done():
            op.done.set_result(answer)

    # --- watching ---

    def _subscribe(self, rooms: list[str]) -> None:
        cursors = [
            {"stream": room, "after_seq": self.seq(room)}
            | ({"epoch": self._epochs[room]} if room in self._epochs else {})
            for room in rooms
        ]
        if cursors:
            ref = str(next(self._refs))
            self._asked[ref] = rooms
            self._write({"type": "subscribe", "ref": f"watch {ref}", "cursors": cursors})

    def _watched(self, frame: Frame, rooms: list[str]) -> None:
        if frame.type == "error":
            self._after(0.3, lambda: self._subscribe(rooms))
            return
        for state in states.decode(frame.result).streams:
            room = state.stream
            if state.state == "current":
                self.watching.add(room)
                self._epochs[room] = state.epoch
                now = self.history.now()
                self.history.add(
                    Watched(self.person, self.line, room, state.seq, self.seq(room), now)
                )
            elif state.state == "reset" and state.why == "too_far":
                self._page(room)
            elif state.why == "busy":
                self._after(0.3, lambda room=room: self._subscribe([room]))  # type: ignore[misc]
            else:
                self._let_go(room, f"{state.state} {state.why}")

    def _page(self, room: str) -> None:
        self._write({
            "type": "events.page", "ref": f"page {room}", "stream": room, "limit": 100,
            "after_seq": self.seq(room),
        })  # fmt: skip

    def _paged(self, frame: Frame, room: str) -> None:
        if frame.type == "error":
            self._after(0.3, lambda: self._subscribe([room]))
            return
        page = pages.decode(frame.result)
        for event in page.events:
            self._event(room, event, 0)
        if page.state == "more":
            self._page(room)
        else:
            self._subscribe([room])
