"""Who asks: from a request or a WebSocket handshake to an `Actor`, and the cookie that says so
later.

Cookies and the Origin check follow from the public address alone. Knows Starlette's connections and
nothing of rows or rules. Client addresses are as the server found them: it believes
`X-Forwarded-For` of trusted proxies only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from accounts.model import DAY
from chat.throttle import address_key
from rooms.errors import Refusal
from rooms.model import Actor
from storage.accounts import jobs, queries, secret
from storage.database import Database
from storage.transaction import Job

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TEN_MINUTES = 600 * 1_000_000
_COOKIE_LASTS = 400 * 24 * 3600
"""Seconds; the most that browsers grant (RFC 6265bis). The session itself ends sooner."""
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_STATUS = {
    "waiting": "account_waiting",
    "suspended": "account_suspended",
    "ended": "pass_ended",
}

Header = tuple[str, str]


class SignIn:
    """Answers who asks. `run` queues a job; `clock` gives microseconds since 1970."""

    def __init__(
        self,
        database: Database,
        public_url: str,
        run: Callable[[Job], Any],
        clock: Callable[[], int],
        session_days: int = 90,
    ) -> None:
        self.lasts = session_days * DAY
        """Microseconds that a session lasts unused."""
        self.origins = origins(public_url)
        self.secure = urlsplit(public_url).scheme == "https"
        # The prefix makes browsers refuse a cookie planted by a neighbouring host (RFC 6265bis).
        self.cookie_name = "__Host-tertulia" if self.secure else "tertulia"
        self._database = database
        self._run = run
        self._clock = clock

    async def actor(self, connection: HTTPConnection) -> Actor | None:
        """Who asks; None for somebody not signed in.

        Raises `Refusal` where a token or cookie is no longer valid, or the account is not active.
        """
        bearer = bearer_of(connection)
        if bearer is not None:
            return await self.by_token(bearer)
        cookie = connection.cookies.get(self.cookie_name)
        if not cookie:
            return None
        return self._admit(await self._session(cookie), "session_ended")

    async def by_token(self, token: str) -> Actor:
        """Whose bearer token this is: an API token's, or a session's that was asked for as one."""
        if token.startswith(secret.SESSION):
            return self._admit(await self._session(token), "token_invalid")
        hashed = secret.hashed(token)
        holder = await self._database.ask(queries.token_holder, hashed, self._clock())
        return self._admit(holder, "token_invalid")

    async def _session(self, value: str) -> queries.Holder | None:
        hashed = secret.hashed(value)
        return await self._database.ask(queries.session_holder, hashed, self._clock())

    def _admit(self, holder: queries.Holder | None, otherwise: str) -> Actor:
        if holder is None or holder.status == "deleted":
            raise Refusal(otherwise)
        if holder.status != "active":
            raise Refusal(_STATUS[holder.status])
        actor = Actor(holder.person, holder.session, holder.scopes, holder.ends_at, holder.rate)
        if self._clock() - holder.seen_at > _TEN_MINUTES:
            # Nobody waits for it, and where it fails the next request tries again.
            self._run(jobs.session_seen(actor, self.lasts)).add_done_callback(
                lambda f: f.exception()
            )
        return actor

    def check_origin(self, connection: HTTPConnection) -> None:
        """Refuse a page of another site (CSRF, cross-site WebSockets); raises `foreign_origin`.

        No Origin at all is no browser, or a page of ours that only reads: it may, unless it brings
        the cookie of a browser to a request that changes something.
        """
        origin = connection.headers.get("origin")
        if origin is not None:
            if origin.rstrip("/").lower() not in self.origins:
                raise Refusal("foreign_origin")
            return
        method = connection.scope.get("method", "GET")
        opens_socket = connection.scope["type"] == "websocket"
        with_cookie = self.cookie_name in connection.cookies and bearer_of(connection) is None
        if with_cookie and (opens_socket or method not in SAFE):
            raise Refusal("foreign_origin")

    def set_cookie(self, value: str) -> Header:
        """The header that gives a browser its session."""
        return self._cookie(value, _COOKIE_LASTS)

    def drop_cookie(self) -> Header:
        """The header that takes it away."""
        return self._cookie("", 0)

    def _cookie(self, value: str, seconds: int) -> Header:
        header = f"{self.cookie_name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
        return "set-cookie", header + "; Secure" if self.secure else header


def bearer_of(connection: HTTPConnection) -> str | None:
    """The bearer token of a request (RFC 6750); never one from its address."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def origins(public_url: str) -> frozenset[str]:
    """The Origins of our own pages. A loopback address has three names for the same place."""
    parts = urlsplit(public_url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}.get(scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    hosts = _LOOPBACK if host in _LOOPBACK else (host,)
    return frozenset(f"{scheme}://{name}{port}" for name in hosts)


def address(connection: HTTPConnection) -> str:
    """The client's address, as failures are counted by; empty where there is none (Unix socket)."""
    return address_key(connection.client.host) if connection.client else ""


_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
    ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip


def device(connection: HTTPConnection) -> str:
    """How a session is called in the list of one's sessions, at most 120 characters."""
    agent = connection.headers.get("user-agent", "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    known = " · ".join(part for part in (browser, system) if part)
    plain = "".join(c for c in agent if c.isprintable())
    return (known or plain)[:120]
