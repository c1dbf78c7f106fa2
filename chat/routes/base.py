"""HTTP routes as rows, and what every request goes through: Origin, who asks, scope, body, errors.

A row says what is needed and what comes back; OpenAPI is drawn from the same rows. Handlers get a
`Call` and give a `Reply` or raise a `Refusal`, which becomes `application/problem+json` (RFC 9457)
with the same `code`, `message` and `params` as on the WebSocket.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from chat import codec, refusals
from chat.signin import SAFE, Header, SignIn
from chat.tally import Tally
from protocol import limits
from rooms.errors import Refusal
from rooms.model import Actor

if TYPE_CHECKING:
    from chat.erasure import Erasure
    from chat.hashing import Hasher
    from chat.throttle import Throttle
    from storage.database import Database
    from storage.transaction import Job, Outcome

log = structlog.get_logger()

PREFIX = "/api/v1"


class Services(Protocol):
    """What handlers may use of the application."""

    database: Database
    sign_in: SignIn
    hasher: Hasher
    throttle: Throttle
    erasure: Erasure
    tally: Tally
    public_url: str
    """Without a slash at the end."""

    def run(self, job: Job) -> asyncio.Future[Outcome]:
        """Queue a job; done after the commit, its events published."""
        ...

    def now(self) -> int:
        """Microseconds since 1970, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        ...

    def spend(self, person: str, cost: float) -> None:
        """Count against a person's rate; raises `rate_limited`."""
        ...


@dataclass(slots=True, frozen=True)
class Call:
    """One request, understood as far as its row says."""

    app: Any
    """A `Services`; rows of the live core use more of it."""
    actor: Actor | None
    body: Any
    """The row's `body`, decoded; None where it has none."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    request: Request
    raw: bytes = b""

    @property
    def who(self) -> Actor:
        """The actor of a row that is not public."""
        assert self.actor is not None
        return self.actor


@dataclass(slots=True, frozen=True)
class Reply:
    """The answer: a view, and what goes into the headers."""

    value: Any
    """Sent as JSON; bytes as they are."""
    status: int = 200
    headers: tuple[Header, ...] = ()
    media_type: str = "application/json"
    """Of bytes."""


Handler = Callable[[Call], Awaitable[Reply]]


@dataclass(slots=True, frozen=True)
class Route:
    """A row. The handler's docstring is what OpenAPI says of it."""

    method: str
    path: str
    """Below `/api/v1`, with `{names}`."""
    handler: Handler
    body: type[msgspec.Struct] | None = field(default=None, kw_only=True)
    reply: Any = field(default=None, kw_only=True)
    codes: tuple[str, ...] = field(default=(), kw_only=True)
    """Codes of its own; those that any request may meet go without saying."""
    public: bool = field(default=False, kw_only=True)
    """Answers also those who are not signed in; `Call.actor` may be None."""
    scope: str = field(default="", kw_only=True)
    """Which scope it takes; empty for `read` of safe methods and `write` of others."""
    cost: float = field(default=0.0, kw_only=True)
    """What it counts against a person's rate; 0 where dispatch counts."""

    @property
    def needs(self) -> str:
        """The scope it takes."""
        return self.scope or ("read" if self.method in SAFE else "write")


def mounted(rows: Iterable[Route], app: Services, prefix: str = PREFIX) -> list[StarletteRoute]:
    """Starlette's routes for rows: one for each path, which knows all its methods."""
    paths: dict[str, dict[str, Route]] = {}
    for row in rows:
        methods = paths.setdefault(row.path, {})
        assert row.method not in methods, f"{row.method} {row.path} twice"
        methods[row.method] = row
    # A fixed path goes before one with a name in its place.
    order = sorted(paths, key=lambda path: [part.startswith("{") for part in path.split("/")])
    return [StarletteRoute(prefix + p, _Path(prefix + p, paths[p], app)) for p in order]


class _Path:
    """The ASGI application of one path, whatever the method."""

    def __init__(self, path: str, methods: Mapping[str, Route], app: Services) -> None:
        self._path = path
        self._methods = methods
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        started = self._app.monotonic()
        try:
            response = await answer(self._methods, self._app, request)
        except ClientDisconnect:
            return
        self._note(request.method, response.status_code, started)
        await response(scope, receive, send)

    def _note(self, method: str, status: int, started: float) -> None:
        self._app.tally.answered[f"{status // 100}xx"] += 1
        tell = log.warning if status >= 500 else log.debug
        # The row's path, not the request's: that may hold the code of an invitation.
        taken = round((self._app.monotonic() - started) * 1000, 1)
        tell("request", method=method[:16], path=self._path, status=status, ms=taken)


async def answer(methods: Mapping[str, Route], app: Services, request: Request) -> Response:
    """Carry out a request; every failure becomes a problem."""
    row = methods.get(request.method)
    if row is None:
        refusal = Refusal("method_not_allowed", method=request.method[:16])
        return problem(refusal, [("allow", ", ".join(sorted(methods)))])
    try:
        reply = await row.handler(await understand(row, app, request))
        if isinstance(reply.value, bytes):
            return _response(reply.value, reply.status, reply.headers, reply.media_type)
        return _response(codec.dump(reply.value), reply.status, reply.headers)
    except ClientDisconnect:
        raise
    except Exception as error:  # noqa: BLE001 - the last place where an error can be told
        refusal = refusals.of(error)
        app.tally.refused[refusal.code] += 1
        return problem(refusal)


async def understand(row: Route, app: Services, request: Request) -> Call:
    """Everything that comes before the handler, in this order; raises `Refusal`."""
    app.sign_in.check_origin(request)
    actor = await _actor(row, app, request)
    if actor is not None:
        structlog.contextvars.bind_contextvars(person=actor.person)
    if actor is not None and not row.public:
        if row.needs not in actor.scopes:
            raise Refusal("scope_missing", scope=row.needs)
        if row.cost:
            app.spend(actor.person, row.cost)
    if any("\x00" in value for value in request.path_params.values()):
        raise Refusal("not_found", what="thing")
    raw = b"" if row.method in SAFE else await read_body(request)
    body = None if row.body is None else decoded(raw, row.body, request)
    return Call(app, actor, body, request.path_params, request.query_params, request, raw)


def decoded(raw: bytes, kind: Any, request: Request) -> Any:
    """A JSON body, strictly; an empty one is an empty object. Raises `Refusal`."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if raw and media_type != "application/json":
        # Also what keeps a plain form of another site out.
        raise Refusal("unsupported_media_type")
    try:
        body = msgspec.json.decode(raw or b"{}", type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise codec.decode_error(error, "This request") from error
    return codec.refuse_nul(body) if b"\\u0000" in raw else body


async def _actor(row: Route, app: Services, request: Request) -> Actor | None:
    try:
        actor = await app.sign_in.actor(request)
    except Refusal:
        if row.public:
            return None
        raise
    if actor is None and not row.public:
        raise Refusal("sign_in_needed")
    return actor


async def read_body(request: Request, most: int = limits.FRAME_BYTES) -> bytes:
    """The body; raises `frame_too_large` as soon as it is, without taking in the rest."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise Refusal("frame_too_large", max=most)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refusal("frame_too_large", max=most)
        parts.append(part)
    return b"".join(parts)


def problem(refusal: Refusal, headers: Iterable[Header] = ()) -> Response:
    """A refusal as `application/problem+json`."""
    value: dict[str, Any] = {
        "type": f"urn:tertulia:{refusal.code}",
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": refusal.status,
        "code": refusal.code,
        "message": refusal.message,
        "params": refusal.params,
    }
    extra = list(headers)
    if refusal.retry_after is not None:
        value["retry_after"] = refusal.retry_after
        extra.append(("retry-after", str(math.ceil(refusal.retry_after))))
    if refusal.status == 401:
        extra.append(("www-authenticate", "Bearer"))
    return _response(codec.dump(value), refusal.status, extra, "application/problem+json")


def _response(
    body: bytes, status: int, headers: Iterable[Header], media_type: str = "application/json"
) -> Response:
    response = Response(body, status, media_type=media_type)
    # What one person was told is for nobody else: no cache between, none in a shared browser.
    response.headers["cache-control"] = "no-store"
    response.headers["x-content-type-options"] = "nosniff"
    for name, value in headers:
        response.headers.append(name, value)
    return response
