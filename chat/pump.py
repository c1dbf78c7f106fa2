"""The transport for any ASGI server: the endpoint reads, one task writes.

It fills the same port as take-over (`chat.sink`) with the means ASGI has. What ASGI lacks is not
promised here: `abort` ends the application's side but cannot make the server drop what it has
buffered, keep-alive is the server's, and a connection costs two tasks.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from chat.sink import Batch, Receiver
from chat.wsproto.frames import cut_reason
from chat.wsproto.limits import TransportLimits

_logger = logging.getLogger(__name__)

_LOST = 1006


class Pump:
    """One accepted WebSocket: implements `chat.sink.Sink`."""

    def __init__(self, websocket: WebSocket, receiver: Receiver, limits: TransportLimits) -> None:
        self._websocket = websocket
        self._receiver = receiver
        self._limits = limits
        self._queue: deque[Batch] = deque()
        self._size = 0
        self._congested = False
        self._closing: tuple[int, str] | None = None
        self._ended = False
        self._code = _LOST
        self._wake = asyncio.Event()
        self._readable = asyncio.Event()
        self._readable.set()
        # One deadline serves all: a stall, the closing handshake, and now for an abort.
        self._deadline = asyncio.timeout(None)

    async def run(self) -> None:
        """Serve until the connection ends. Returns with everything released."""
        try:
            async with self._deadline:
                writer = asyncio.create_task(self._write())
                try:
                    self._open()
                    await self._read()
                finally:
                    self._ended = True
                    writer.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await writer
        except TimeoutError:
            pass
        finally:
            self._queue.clear()
            self._receiver.closed(self._code)

    # What the core calls (chat.sink.Sink)

    def send(self, batch: Batch) -> None:
        if self._ended or self._closing is not None:
            return
        self._queue.append(batch)
        self._size += len(batch.wire)
        self._wake.set()
        if self._size > self._limits.high_water and not self._congested:
            self._congested = True
            self._due_in(self._limits.stall_timeout)
            self._receiver.congested()
        elif self._size > 4 * self._limits.high_water:
            self.abort()

    def buffered(self) -> int:
        return self._size

    def pause(self) -> None:
        self._readable.clear()

    def resume(self) -> None:
        self._readable.set()

    def close(self, code: int, reason: str) -> None:
        if not self._ended and self._closing is None:
            self._closing = (code, cut_reason(reason))
            self._code = code
            self._due_in(self._limits.close_timeout)
            self._wake.set()
            self._readable.set()

    def abort(self) -> None:
        if not self._ended:
            self._due_in(0.0)
            self._ended = True
            self._code = _LOST

    def _due_in(self, seconds: float | None) -> None:
        # Once expired it cannot be moved any more: the end is on its way.
        if not self._ended and not self._deadline.expired():
            loop = asyncio.get_running_loop()
            self._deadline.reschedule(None if seconds is None else loop.time() + seconds)

    def _open(self) -> None:
        try:
            self._receiver.opened(self)
        except Exception:
            _logger.exception("receiver_failed")
            self.close(1011, "internal error")

    # The two directions

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                if self._closing is None:
                    self._code = message.get("code") or 1005
                return
            # Paused while waiting in receive(): this message has to wait as well.
            await self._readable.wait()
            if self._closing is None and not self._ended:
                self._deliver(message.get("text"))

    def _deliver(self, text: str | None) -> None:
        if text is None:
            self.close(1003, "text messages only")
            return
        payload = text.encode()
        if len(payload) > self._limits.max_message:
            self.close(1009, f"message larger than {self._limits.max_message} bytes")
            return
        try:
            self._receiver.text(payload)
        except Exception:
            _logger.exception("receiver_failed")
            self.close(1011, "internal error")

    async def _write(self) -> None:
        with contextlib.suppress(WebSocketDisconnect, WebSocketDisconnected):
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._queue:
                    await self._write_batch(self._queue.popleft())
                if self._closing is not None:
                    await self._websocket.close(*self._closing)
                    return

    async def _write_batch(self, batch: Batch) -> None:
        for text in batch.texts:
            await self._websocket.send_text(text.decode())
        self._size -= len(batch.wire)
        if self._congested and self._size < self._limits.low_water:
            self._congested = False
            if self._closing is None:
                self._due_in(None)
                self._receiver.writable()
