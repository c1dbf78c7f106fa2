"""An id for each request, in its log lines and its answer, so that the two can be brought together.

A reverse proxy that is trusted may have given one (`X-Request-Id`); anybody else's is ignored, or
strangers would write into our logs. Stands outermost, where the peer is still the peer and not yet
whom `X-Forwarded-For` speaks of. Knows ASGI and nothing of what is served.
"""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import structlog

HEADER = b"x-request-id"
_FITTING = re.compile(rb"[A-Za-z0-9._-]{1,64}")

ASGIApp = Callable[..., Awaitable[None]]


class RequestIds:
    """ASGI middleware. `proxies` are addresses and networks whose ids are kept."""

    def __init__(self, app: ASGIApp, proxies: Iterable[str] = ()) -> None:
        self._app = app
        networks = [ipaddress.ip_network(proxy, strict=False) for proxy in proxies]
        self._trusts = lru_cache(maxsize=1024)(lambda host: _within(host, networks))

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # Not from the system: nothing is secret about it, and asking the kernel lets go of the
        # interpreter, which thousands who come back at once would have to wait for again.
        request_id = self._given(scope) or f"{random.getrandbits(64):016x}"
        # The server gives every request a task, hence a context, of its own.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)

        async def sending(message: Any) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id.encode())]
            await send(message)

        await self._app(scope, receive, sending)

    def _given(self, scope: Mapping[str, Any]) -> str | None:
        client = scope.get("client")
        if not client or not self._trusts(client[0]):
            return None
        value = next((value for name, value in scope["headers"] if name == HEADER), b"")
        return value.decode() if _FITTING.fullmatch(value) else None


def _within(host: str, networks: Iterable[Any]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)
