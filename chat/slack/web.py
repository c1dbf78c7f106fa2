"""The Web API over HTTP: `/api/{method}`, in any of the ways in which Slack's SDKs ask.

Answers are 200 with `ok`, and 429 with `Retry-After` where it was too fast. Only a token says who
asks, in `Authorization` or in the body; never a cookie: no page can ask in a reader's name. Nor one
in the address, which proxies write down.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bots.slack import errors
from bots.slack.errors import SlackError
from chat import refusals
from chat.routes.base import problem, read_body
from chat.signin import bearer_of
from chat.slack import answers
from chat.slack.arguments import Arguments, parsed
from chat.slack.base import Call, Struct
from chat.slack.table import METHODS
from protocol import limits
from rooms.errors import Refusal
from rooms.model import Actor

log = structlog.get_logger()

BODY_BYTES = 4 * limits.FRAME_BYTES
"""The largest request: a form of blocks is several times its text."""


class SlackMethods:
    """The ASGI application of `/api/{method}`."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        try:
            if "." in request.path_params["method"]:
                response = await self.answer(request)
            else:
                response = problem(Refusal("not_found", what="path"))
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Carry out a call; every failure becomes `{"ok": false, "error": …}`."""
        name = request.path_params["method"]
        started = self._app.monotonic()
        headers: dict[str, str] = {}
        answer: Struct
        try:
            answer = {"ok": True, **await self._carried_out(name, request)}
        except ClientDisconnect:
            raise
        except SlackError as error:
            answer = failed(error)
        except Exception as error:  # noqa: BLE001 - the last place where an error can be told
            answer, headers = self._refused(refusals.of(error), name)
        taken = round((self._app.monotonic() - started) * 1000, 1)
        known = name if name in METHODS else "unknown"
        log.debug("slack", method=known, ok=answer["ok"], ms=taken)
        status = 429 if answer.get("error") == "ratelimited" else 200
        return _answered(answer, status, headers)

    def _refused(self, refusal: Refusal, method: str) -> tuple[Struct, dict[str, str]]:
        self._app.tally.refused[refusal.code] += 1
        after = {}
        if refusal.retry_after is not None:
            after = {"retry-after": str(max(1, math.ceil(refusal.retry_after)))}
        return failed(errors.said(refusal, method)), after

    async def _carried_out(self, name: str, request: Request) -> Struct:
        raw = await read_body(request, BODY_BYTES)
        address = {name: value for name, value in request.query_params.items() if name != "token"}
        given = parsed(address, request.headers.get("content-type", ""), raw)
        if name == "api.test":
            return _echo(given)
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name[:80])
        actor = await self._actor(request, given)
        structlog.contextvars.bind_contextvars(person=actor.person)
        return await method(Call(self._app, actor, Arguments(given)))

    async def _actor(self, request: Request, given: dict[str, Any]) -> Actor:
        token = bearer_of(request) or given.get("token")
        if not isinstance(token, str) or not token:
            raise SlackError("not_authed")
        actor: Actor = await self._app.sign_in.by_token(token)
        return actor


class SlackResponses:
    """The ASGI application of a `response_url`: the address is all that says who answers."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        try:
            response = await self.answer(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """`ok`, as Slack says it to these; or why not."""
        try:
            raw = await read_body(request, BODY_BYTES)
            given = parsed({}, request.headers.get("content-type", ""), raw)
            if isinstance(given.get("payload"), str):
                given = parsed({}, "application/json", given["payload"].encode())
            actor, interaction = await answers.redeem(self._app, request.path_params["sealed"])
            await answers.respond(self._app, actor, interaction, given)
            return Response(b"ok", media_type="text/plain")
        except SlackError as error:
            return _answered(failed(error), 404)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - the last place where an error can be told
            refusal = refusals.of(error)
            self._app.tally.refused[refusal.code] += 1
            if refusal.code in ("not_found", "too_many"):
                return _answered(failed(SlackError("expired_url")), 404)
            return _answered(failed(errors.said(refusal)), refusal.status)


def _answered(answer: Struct, status: int, headers: dict[str, str] | None = None) -> Response:
    body = msgspec.json.encode(answer)
    response = Response(body, status, headers, media_type="application/json; charset=utf-8")
    response.headers["cache-control"] = "no-store"
    response.headers["x-content-type-options"] = "nosniff"
    return response


def failed(error: SlackError) -> Struct:
    """A refusal as an answer."""
    return {"ok": False, "error": error.error} | error.more


def _echo(given: dict[str, Any]) -> Struct:
    args = {name: value for name, value in given.items() if name != "token"}
    if isinstance(given.get("error"), str) and given["error"]:
        raise SlackError(given["error"][:80], args=args)
    return {"args": args} if args else {}
