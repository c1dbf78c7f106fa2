"""What can go wrong, as a tree. Owns every exception the SDK raises; knows no I/O.

TertuliaError
├── RefusedError            the server answered a request with an error
├── UnansweredError         no answer came in time; whether it happened is not known
├── ConnectionFailedError   the server could not be reached for as long as one was willing to try
├── ClosedError             this client was closed by its own program
└── StoppedError            the server ended the connection and said not to come back
    ├── SignInNeededError · SessionEndedError · AccountSuspendedError · AccountDeletedError
    └── ForeignOriginError · UnsupportedSubprotocolError · FloodingError
"""

from __future__ import annotations

from typing import Any


class TertuliaError(Exception):
    """Base of all that the SDK raises."""


class RefusedError(TertuliaError):
    """The server said no. Branch on `code`; `message` is English, for logs.

    `status` is the HTTP status where the answer came over HTTP. `retry_after` is in seconds.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        params: dict[str, Any] | None = None,
        *,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.params = params or {}
        self.retry_after = retry_after
        self.status = status


class UnansweredError(TertuliaError):
    """No answer in time. A command may have happened: ask again under the same `client_id`."""

    def __init__(self, kind: str, client_id: str | None = None) -> None:
        super().__init__(f"no answer to {kind} in time")
        self.kind = kind
        self.client_id = client_id


class ConnectionFailedError(TertuliaError):
    """The server could not be reached within the patience given."""


class ClosedError(TertuliaError):
    """The client was closed while something still waited on it."""


class StoppedError(TertuliaError):
    """The server does not want this client back.

    `code` is a WebSocket close code or HTTP status.
    """

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(f"{type(self).__doc__ or ''} ({code}{', ' + reason if reason else ''})")
        self.code = code
        self.reason = reason


class SignInNeededError(StoppedError):
    """The token is missing, wrong or no longer valid."""


class SessionEndedError(StoppedError):
    """The session or token was ended."""


class AccountSuspendedError(StoppedError):
    """The account is suspended."""


class AccountDeletedError(StoppedError):
    """The account was deleted."""


class ForeignOriginError(StoppedError):
    """The server does not accept this Origin."""


class UnsupportedSubprotocolError(StoppedError):
    """The server does not speak tertulia.v1."""


class FloodingError(StoppedError):
    """The server was sent too much, too fast."""


STOPS: dict[int, type[StoppedError]] = {
    401: SignInNeededError,
    4100: SignInNeededError,
    4101: SessionEndedError,
    4102: AccountSuspendedError,
    4103: AccountDeletedError,
    4104: ForeignOriginError,
    4105: UnsupportedSubprotocolError,
    4106: FloodingError,
}

NOT_WELCOME: dict[str, tuple[type[StoppedError], int]] = {
    "sign_in_needed": (SignInNeededError, 4100),
    "token_invalid": (SignInNeededError, 4100),
    "account_waiting": (SignInNeededError, 4100),
    "session_ended": (SessionEndedError, 4101),
    "account_suspended": (AccountSuspendedError, 4102),
}
"""What a server may say instead of a welcome, just before it closes."""

FINAL_CLOSES = frozenset({1000, 1002, 1003, 1007, 1008, 1009, 1010})
"""Below 4000 (RFC 6455 section 7.4.1): coming back would only repeat what was wrong."""


def stop_for(code: int | None, reason: str = "") -> StoppedError | None:
    """The error a close code calls for.

    None means: come back. None as code is a lost connection.
    """
    if code is None:
        return None
    if code in FINAL_CLOSES or 4100 <= code <= 4199:
        return STOPS.get(code, StoppedError)(code, reason)
    return None
