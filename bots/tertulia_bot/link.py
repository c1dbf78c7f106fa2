"""One connection from its welcome to its end: frames in and out, requests answered by `ref`.

Owns the encoding of frames and the requests that wait for their answer. It must not know streams,
cursors or reconnection: when the connection is lost it says so and is thrown away.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

import msgspec

from tertulia_bot.errors import RefusedError
from tertulia_bot.models import Answer, Event, Signal, Welcome
from tertulia_bot.transport import Connection, LostError


class _Type(msgspec.Struct):
    type: str
    ref: str = ""


class _Error(msgspec.Struct):
    code: str
    message: str = ""
    params: dict[str, Any] = {}
    retry_after: float | None = None


_encode = msgspec.json.Encoder().encode
_type = msgspec.json.Decoder(_Type).decode
_welcome = msgspec.json.Decoder(Welcome).decode
_answer = msgspec.json.Decoder(Answer).decode
_error = msgspec.json.Decoder(_Error).decode
_event = msgspec.json.Decoder(Event).decode
_fields = msgspec.json.Decoder(dict[str, Any]).decode

FrameHandler = Callable[[Event | Signal], None]


def encode(kind: str, fields: dict[str, Any]) -> bytes:
    """A frame to send; fields that are None are left out."""
    return _encode({"type": kind} | {k: v for k, v in fields.items() if v is not None})


class Link:
    """A signed-in connection. Call `read` in a task of its own; it ends by raising LostError."""

    def __init__(self, connection: Connection, on_frame: FrameHandler) -> None:
        self._connection = connection
        self._on_frame = on_frame
        self._refs = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._lost: LostError | None = None
        self._closing = False

    async def welcome(self) -> Welcome:
        """The first frame. RefusedError when the server says why there is none."""
        frame = await self._connection.receive()
        head = _type(frame)
        if head.type == "error":
            raise _refusal(frame)
        if head.type != "welcome":
            raise LostError(None, f"expected a welcome, got {head.type}")
        return _welcome(frame)

    async def read(self) -> None:
        """Take frames in until the connection is lost, then fail every waiting request."""
        try:
            while True:
                self._take(await self._connection.receive())
        except LostError as error:
            # A close that we began says nothing about coming back, whatever code the peer echoes.
            self._lost = LostError(None, "closed by this side") if self._closing else error
            raise self._lost from error
        except msgspec.DecodeError as error:
            self._lost = LostError(None, f"unreadable frame: {error}")
            raise self._lost from error
        finally:
            lost = self._lost or LostError(None, "closed by this side")
            self._lost = lost
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(lost)
            self._waiting.clear()

    async def request(self, kind: str, fields: dict[str, Any], timeout: float) -> Answer:
        """Ask and wait for the answer.

        RefusedError, LostError, or TimeoutError after `timeout` seconds.
        """
        if self._lost:
            raise self._lost
        ref = str(next(self._refs))
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = future
        try:
            async with asyncio.timeout(timeout):
                await self._connection.send(encode(kind, fields | {"ref": ref}))
                return await future
        finally:
            self._waiting.pop(ref, None)
            if future.done() and not future.cancelled():
                # Sending may fail first; the same loss must not be reported as never retrieved.
                future.exception()

    async def signal(self, kind: str, fields: dict[str, Any]) -> None:
        """Send what is not answered."""
        await self._connection.send(encode(kind, fields | {"ref": str(next(self._refs))}))

    async def close(self) -> None:
        """Close politely; never raises."""
        self._closing = True
        await self._connection.close()

    def _take(self, frame: bytes) -> None:
        head = _type(frame)
        if head.type == "event":
            self._on_frame(_event(frame))
        elif head.type in ("ok", "error"):
            self._settle(head, frame)
        else:
            self._on_frame(Signal(type=head.type, fields=_fields(frame)))

    def _settle(self, head: _Type, frame: bytes) -> None:
        future = self._waiting.get(head.ref)
        if future is None or future.done():
            return
        if head.type == "ok":
            future.set_result(_answer(frame))
        else:
            future.set_exception(_refusal(frame))


def _refusal(frame: bytes) -> RefusedError:
    error = _error(frame)
    return RefusedError(error.code, error.message, error.params, retry_after=error.retry_after)
