"""The WebSocket endpoint: subprotocol, admission, and the way to a transport.

It owns the ASGI side of a WebSocket: refusing before or after the handshake, handing an accepted
connection to take-over, and the pump for servers without it. Who is admitted is decided by the
`admit` passed in; what is said is the receiver's business. It must not know JSON frames or SQL.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from chat.pump import Pump
from chat.sink import Batch, Receiver, Sink
from chat.wsproto.handshake import TAKEOVER
from chat.wsproto.limits import TransportLimits

SUBPROTOCOL = "tertulia.v1"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Denied:
    """Refuse the handshake with an HTTP response; browsers tell scripts nothing of it."""

    status: int
    """400 to 599."""
    body: bytes
    """The error as JSON, sent as `application/problem+json`."""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Accept, say why, and close: for refusals that a browser's script must understand."""

    frame: bytes
    """The error frame, JSON in UTF-8."""
    code: int
    """The close code, 4000 to 4199."""
    reason: str


class _Dismissing:
    """Nobody is there: says why, and closes."""

    def __init__(self, dismissed: Dismissed) -> None:
        self._dismissed = dismissed

    def opened(self, sink: Sink) -> None:
        sink.send(Batch.of([self._dismissed.frame]))
        sink.close(self._dismissed.code, self._dismissed.reason)

    def text(self, payload: bytes) -> None: ...
    def congested(self) -> None: ...
    def writable(self) -> None: ...
    def closed(self, code: int) -> None: ...


Admission = Receiver | Denied | Dismissed
"""A receiver is `opened` next, or never called if the client has gone meanwhile."""


def problem(status: int, code: str, message: str) -> Denied:
    """A refusal in the shape of every HTTP error: `{code, message, params}` (RFC 9457)."""
    error = {"status": status, "code": code, "message": message, "params": {}}
    return Denied(status, json.dumps(error).encode())


_FOREIGN = problem(400, "unsupported_subprotocol", f"Offer the subprotocol {SUBPROTOCOL}, or none.")
_TOO_SLOW = problem(503, "busy", "The server could not admit you in time. Try again later.")


def websocket_endpoint(
    admit: Callable[[WebSocket], Awaitable[Admission]], limits: TransportLimits
) -> Callable[[WebSocket], Awaitable[None]]:
    """The endpoint for a Starlette `WebSocketRoute`.

    `admit` sees the connection before it is accepted (Origin, session) and has
    `limits.admission_timeout` seconds; it must neither accept nor receive.
    """

    async def endpoint(websocket: WebSocket) -> None:
        offered = websocket.scope["subprotocols"]
        admission: Admission = _FOREIGN
        if not offered or SUBPROTOCOL in offered:
            admission = await _admit_in_time(admit, websocket, limits)
        try:
            if isinstance(admission, Denied):
                await _deny(websocket, admission)
                return
            await websocket.accept(subprotocol=SUBPROTOCOL if offered else None)
            if isinstance(admission, Dismissed):
                admission = _Dismissing(admission)
            take_over = websocket.scope.get("extensions", {}).get(TAKEOVER)
            if take_over is not None:
                take_over(admission)
                return
        except (WebSocketDisconnect, OSError):
            return  # gone before we were done; ASGI servers raise OSError for it
        await Pump(websocket, admission, limits).run()

    return endpoint


async def _admit_in_time(
    admit: Callable[[WebSocket], Awaitable[Admission]],
    websocket: WebSocket,
    limits: TransportLimits,
) -> Admission:
    try:
        async with asyncio.timeout(limits.admission_timeout):
            return await admit(websocket)
    except TimeoutError:
        _logger.warning("admission_timed_out")
        return _TOO_SLOW


async def _deny(websocket: WebSocket, denied: Denied) -> None:
    if "websocket.http.response" in websocket.scope.get("extensions", {}):
        response = Response(
            denied.body,
            denied.status,
            headers=dict(denied.headers),
            media_type="application/problem+json",
        )
        await websocket.send_denial_response(response)
    else:
        await websocket.close()  # a bare 403, the most that this server can say
