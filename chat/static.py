"""The browser client's files, and the headers that keep a page from doing more than it should.

Every path that is no file is the client's own: it gets the page. File names with a hash in them
are kept for ever, the page itself is asked for anew each time. Scripts and styles lie beside their
compressed forms, made when the client was built: small servers have no proxy that would do it.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

DIST = Path(__file__).resolve().parent.parent / "web" / "dist"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content Security Policy: own files only, nothing inline, in nobody's frame."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

CODINGS = {"br": ".br", "gzip": ".gz"}
"""What a file may be compressed by, the smaller one first, and what its name then ends with."""


def taken(accept: str) -> set[str]:
    """The codings that an Accept-Encoding header takes; one with `q=0` is refused (RFC 9110)."""
    found = set()
    for one in accept.lower().split(","):
        coding, _, weight = one.partition(";")
        _, _, value = weight.partition("=")
        if value.strip() not in ("0", "0.0", "0.00", "0.000"):
            found.add(coding.strip())
    return found


class Client(StaticFiles):
    """The built client; where it was not built, a page that says how."""

    def __init__(self, folder: Path = DIST) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._built = (folder / "index.html").exists()

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or the page."""
        if not self._built:
            return PlainTextResponse("The browser client is not built: run `make run`.\n", 503)
        try:
            response = await self._file(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith(("assets/", "api/")):
                raise
            path = "index.html"
            response = await super().get_response(path, scope)
        kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
        response.headers["cache-control"] = kept
        response.headers.update(HEADERS)
        return response

    async def _file(self, path: str, scope: Scope) -> Response:
        if not (path.startswith("assets/") and path.endswith((".js", ".css"))):
            return await super().get_response(path, scope)
        response = await self._compressed(path, scope) or await super().get_response(path, scope)
        response.headers["vary"] = "Accept-Encoding"
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        """The smallest form that was built and that is taken; None for the file as it is."""
        takes = taken(Headers(scope=scope).get("accept-encoding", ""))
        for coding, end in CODINGS.items():
            if coding in takes:
                with suppress(HTTPException):
                    response = await super().get_response(path + end, scope)
                    response.headers["content-encoding"] = coding
                    return response
        return None
