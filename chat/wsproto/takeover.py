"""A WebSocket after take-over: one slotted object that is asyncio's protocol and the core's sink.

It owns the socket from the moment the handshake is done: frames in, shared bytes out, keep-alive,
the closing handshake, and cutting whoever does not keep up. It must not know HTTP, ASGI or uvicorn
beyond "a set of connections that have `shutdown`", and nothing of what the messages say.

Every slot is paid for by each of ten thousand idle connections.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
from typing import Any

from chat.sink import Batch, Receiver, Sink
from chat.wsproto.frames import (
    Close,
    Event,
    FrameParser,
    Ping,
    Text,
    Violation,
    close_frame,
    ping_frame,
    pong_frame,
)
from chat.wsproto.limits import TransportLimits
from chat.wsproto.wheel import OFF, Wheel

_logger = logging.getLogger(__name__)

_OPEN, _CLOSING, _ENDED, _GONE = range(4)
# CLOSING: our close frame is out and theirs is awaited. ENDED: only TCP is left to finish.
# GONE: the descriptor is closed, and may be a stranger's by now.

_PING = ping_frame()
_LINGER_OFF = struct.pack("ii", 1, 0)  # close sends RST and frees the kernel's buffers at once
_LOST = 1006
_FLOODING = 4106  # protocol/codes.py
_MAX_CONTROL_FRAMES = 256  # of one peer between two pings; it pays nothing for them, we do


class _Nobody:
    """Stands in for the receiver once it has been told that all is over."""

    __slots__ = ()

    def opened(self, sink: Sink) -> None: ...
    def text(self, payload: bytes) -> None: ...
    def congested(self) -> None: ...
    def writable(self) -> None: ...
    def closed(self, code: int) -> None: ...


_NOBODY = _Nobody()


class Peer(asyncio.Protocol):
    """The far end of one WebSocket: implements `chat.sink.Sink`."""

    __slots__ = (
        "_code",
        "_congested",
        "_connections",
        "_control",
        "_heard",
        "_limits",
        "_parser",
        "_paused",
        "_pinged",
        "_receiver",
        "_state",
        "_transport",
        "_wheel",
        "slot",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        receiver: Receiver,
        limits: TransportLimits,
        wheel: Wheel,
        connections: set[Any],
    ) -> None:
        self._transport = transport
        self._receiver = receiver
        self._limits = limits
        self._wheel = wheel
        self._connections = connections
        self._parser = FrameParser(limits.max_message)
        self._state = _OPEN
        self._code = _LOST
        self._congested = self._paused = self._pinged = self._heard = False
        self._control = 0
        self.slot = OFF

    def begin(self, early: bytes = b"") -> None:
        """Take the socket: from here on the transport calls this object.

        `early` is what the client sent before it was answered.
        """
        transport, limits = self._transport, self._limits
        transport.set_protocol(self)
        self._connections.add(self)
        _tune(transport, limits)
        transport.set_write_buffer_limits(high=limits.high_water, low=limits.low_water)
        # Spread by identity: after a restart all come at once, and must not be pinged at once.
        share = (id(self) >> 4) % 64 / 128
        self._wheel.place(self, limits.ping_interval * (1.0 - share))
        try:
            self._receiver.opened(self)
        except Exception:
            _logger.exception("receiver_failed")
            self._fail(1011, "internal error")
        self._parser.feed(early)
        asyncio.get_running_loop().call_soon(self._go_on)

    # What the core calls (chat.sink.Sink)

    def send(self, batch: Batch) -> None:
        if self._state == _OPEN:
            self._transport.write(batch.wire)
            if self._congested and self.buffered() > 4 * self._limits.high_water:
                self.abort()

    def buffered(self) -> int:
        return self._transport.get_write_buffer_size()

    def pause(self) -> None:
        if self._state == _OPEN and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._paused:
            self._paused = False
            # Not from in here: what was parsed but not delivered comes first, in its own turn.
            asyncio.get_running_loop().call_soon(self._go_on)

    def close(self, code: int, reason: str) -> None:
        if self._state == _OPEN:
            self._transport.write(close_frame(code, reason))
            self._state = _CLOSING
            self._code = code
            self._wheel.place(self, self._limits.close_timeout)
            # The peer's close frame must be read, whatever the core thought of its messages.
            self.resume()

    def abort(self) -> None:
        if self._state in (_OPEN, _CLOSING):
            self._code = _LOST
        self._cut()

    # What uvicorn calls, on everything in its set of connections

    def shutdown(self) -> None:
        """The server stops: say so, once. The wheel sees to it that this ends."""
        self.close(1012, "restart")

    # What the wheel calls

    def due(self) -> None:
        if self._state != _OPEN:
            self._cut()
        elif self._congested:
            self.abort()
        elif not self._pinged:
            self._pinged, self._heard, self._control = True, False, 0
            self._transport.write(_PING)
            self._wheel.place(self, self._limits.ping_timeout)
        elif self._heard or self._paused:  # while paused it is we who do not listen
            self._pinged = False
            rest = self._limits.ping_interval - self._limits.ping_timeout
            self._wheel.place(self, max(rest, 0.0))
        else:
            self.abort()

    # What the transport calls

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._state >= _ENDED:
            return
        try:
            for event in self._parser.feed(data):
                self._on_event(event)
                if self._paused:
                    break
        except Exception:
            _logger.exception("receiver_failed")
            self._fail(1011, "internal error")

    def pause_writing(self) -> None:
        self._congested = True
        if self._state == _OPEN:
            self._wheel.place(self, self._limits.stall_timeout)
            self._receiver.congested()

    def resume_writing(self) -> None:
        self._congested = False
        if self._state == _OPEN:
            self._pinged = False
            self._wheel.place(self, self._limits.ping_interval)
            self._receiver.writable()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._state = _GONE
        self._wheel.remove(self)
        self._connections.discard(self)
        self._tell_closed(self._code)

    # How it ends

    def _on_event(self, event: Event) -> None:
        match event:
            case Text(payload):
                if self._state == _OPEN:
                    self._receiver.text(payload)
            case Close(code):
                self._on_close(code)
            case Violation(code, reason):
                self._fail(code, reason)
            case _:
                self._on_control(event)

    def _on_control(self, event: Event) -> None:
        self._control += 1
        if self._control > _MAX_CONTROL_FRAMES:
            self._fail(_FLOODING, "too many control frames")
        # A peer that does not read does not get its pongs piled up (RFC 6455, 5.5.3).
        elif isinstance(event, Ping) and self._state == _OPEN and not self._congested:
            self._transport.write(pong_frame(event.payload))

    def _on_close(self, code: int) -> None:
        if self._state == _OPEN:
            self._transport.write(close_frame(code))
            self._code = code
        self._state = _ENDED
        self._wheel.place(self, self._limits.close_timeout)
        self._transport.close()
        self._tell_closed(self._code)

    def _fail(self, code: int, reason: str) -> None:
        """Say why and hang up (RFC 6455, 7.1.7).

        Only our side is shut: closing fully with bytes of theirs unread would send RST, which on
        many systems destroys the close frame before the peer has read it.
        """
        if self._state >= _ENDED:
            return
        if self._state == _OPEN:
            self._transport.write(close_frame(code, reason))
            self._code = code
        self._state = _ENDED
        self._wheel.place(self, self._limits.close_timeout)
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()
        self._tell_closed(self._code)

    def _go_on(self) -> None:
        if not self._paused:
            self.data_received(b"")
        if not self._paused and not self._transport.is_closing():
            self._transport.resume_reading()

    def _cut(self) -> None:
        if self._state != _GONE:
            self._state = _GONE
            _cut(self._transport)

    def _tell_closed(self, code: int) -> None:
        receiver, self._receiver = self._receiver, _NOBODY
        receiver.closed(code)


def _tune(transport: asyncio.Transport, limits: TransportLimits) -> None:
    sock = transport.get_extra_info("socket")
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    # What can be inherited from the listener is (chat/listener.py): each option set here costs
    # those who come in a crowd.
    with contextlib.suppress(OSError):  # some systems refuse on a connection already reset
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.kernel_buffer)


def _cut(transport: asyncio.Transport) -> None:
    sock = transport.get_extra_info("socket")
    # A transport that is closing with nothing left to send has closed its descriptor already,
    # and the number may be another connection's (uvloop keeps the bare number).
    alive = not transport.is_closing() or transport.get_write_buffer_size() > 0
    if alive and sock is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_OFF)
    transport.abort()
