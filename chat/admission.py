"""Who may open a WebSocket: Origin first, then who asks; a receiver for those who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket

from chat import codec
from chat.live import Live
from chat.routes.base import problem
from chat.signin import SignIn
from chat.ws import Admission, Denied, Dismissed
from protocol.codes import CLOSES
from protocol.frames import Error
from rooms.errors import Refusal

_CLOSE = {
    "account_suspended": 4102,
    "account_waiting": 4100,
    "pass_ended": 4107,
    "busy": 4003,
    "unavailable": 4003,
}


def admission(
    live: Live, sign_in: SignIn, accepting: Callable[[], bool]
) -> Callable[[WebSocket], Awaitable[Admission]]:
    """The `admit` of `chat.ws`."""

    async def admit(websocket: WebSocket) -> Admission:
        try:
            sign_in.check_origin(websocket)
        except Refusal as refusal:
            return _denied(refusal)
        if not accepting():
            return _denied(Refusal("shutting_down", retry_after=2.0))
        try:
            actor = await sign_in.actor(websocket)
        except Refusal as refusal:
            return _dismissed(refusal)
        return live.connection(actor)

    return admit


def _denied(refusal: Refusal) -> Denied:
    response = problem(refusal)
    headers = tuple((k, v) for k, v in response.headers.items() if k == "retry-after")
    return Denied(refusal.status, bytes(response.body), headers)


def _dismissed(refusal: Refusal) -> Dismissed:
    frame = Error(code=refusal.code, message=refusal.message, params=refusal.params)
    code = _CLOSE.get(refusal.code, 4101)
    return Dismissed(codec.encode(frame), code, CLOSES[code].name)
