"""The HTTP side: signing in and up, setting a community up, and any path of the API.

Owns the HTTP requests and the reading of refusals. Things that happen live are the client's
business; what is here is asked once and needs no connection that stays. httpx is imported when it
is needed: a bot without HTTP, and a server that carries bots, do without it.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import msgspec

from tertulia_bot.errors import ConnectionFailedError, RefusedError, SignInNeededError
from tertulia_bot.marks import new_mark
from tertulia_bot.models import Overview
from tertulia_bot.transport import is_loopback

PREFIX = "/api/v1"


class Http:
    """The server's HTTP API, as whoever `token` belongs to. Use as `async with Http(url, token)`.

    Every method raises RefusedError with the server's code, or ConnectionFailedError.
    """

    def __init__(self, url: str, token: str | None = None, *, timeout: float = 30.0) -> None:
        import httpx

        self.token = token
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/") + PREFIX, timeout=timeout, trust_env=not is_loopback(url)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def request(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Any request below /api/v1, e.g. `request("POST", "/rooms", {"name": "Poems"})`."""
        import httpx

        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if method != "GET":
            headers["Idempotency-Key"] = new_mark()
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = await self._http.request(
                method, path, content=content, headers=headers, params=query or None
            )
        except httpx.HTTPError as error:
            raise ConnectionFailedError(
                f"{method} {path}: {str(error) or type(error).__name__}"
            ) from error
        if response.is_success:
            return msgspec.json.decode(response.content) if response.content else None
        raise _refusal(response)

    async def sign_in(self, username: str, password: str) -> str:
        """Sign in and keep the bearer token, which is also returned."""
        # A cookie of an earlier sign-in must not speak for somebody else.
        self._http.cookies.clear()
        answer = await self.request(
            "POST", "/sign-in", {"username": username, "password": password, "token": True}
        )
        self.token = answer["token"]
        return self.token

    async def overview(self) -> Overview:
        """Oneself, the community, one's rooms."""
        return msgspec.convert(await self.request("GET", "/overview"), Overview)

    async def new_bot(self, username: str, name: str) -> str:
        """Make a bot account (an admin may); returns its token, which is shown only once."""
        answer = await self.request("POST", "/bots", {"username": username, "name": name})
        return str(answer["token"])


def _refusal(response: Any) -> Exception:
    try:
        problem = msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.DecodeError:
        problem = {}
    code = problem.get("code") or f"http_{response.status_code}"
    if response.status_code == 401 and code == "http_401":
        return SignInNeededError(401)
    after = response.headers.get("Retry-After", "")
    return RefusedError(
        code,
        problem.get("message", ""),
        problem.get("params"),
        retry_after=problem.get("retry_after") or (float(after) if after.isdecimal() else None),
        status=response.status_code,
    )
