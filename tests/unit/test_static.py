"""The client's files as they are handed out: compressed where the browser takes it."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from chat.static import HEADERS, Client

SCRIPT = b"export const words = 'a long evening in winter';" * 20
SMALL = b"\x1b-brotli-"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in front of a client that was built with one script and one old script."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Tertulia</title>")
    (assets / "app-1.js").write_bytes(SCRIPT)
    (assets / "app-1.js.br").write_bytes(SMALL)
    (assets / "app-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (assets / "bare-1.js").write_bytes(SCRIPT)
    transport = httpx.ASGITransport(Starlette(routes=[Mount("/", Client(tmp_path))]))
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as one:
        yield one


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000", None),
        ("identity", None),
        ("", None),
    ],
)
async def test_a_script_comes_as_small_as_the_browser_takes_it(
    client: httpx.AsyncClient, accept: str, coding: str | None
) -> None:
    async with client.stream("GET", "/assets/app-1.js", headers={"accept-encoding": accept}) as got:
        raw = b"".join([part async for part in got.aiter_raw()])
    assert got.headers.get("content-encoding") == coding
    assert raw == {"br": SMALL, "gzip": raw, None: SCRIPT}[coding]
    assert coding != "gzip" or gzip.decompress(raw) == SCRIPT
    assert int(got.headers["content-length"]) == len(raw)
    assert got.headers["content-type"].startswith("text/javascript")
    # A cache between us and two browsers keeps the forms apart, and keeps them for ever.
    assert got.headers["vary"] == "Accept-Encoding"
    assert "immutable" in got.headers["cache-control"]
    assert HEADERS.items() <= dict(got.headers).items()


async def test_what_was_built_without_a_small_form_comes_as_it_is(
    client: httpx.AsyncClient,
) -> None:
    got = await client.get("/assets/bare-1.js", headers={"accept-encoding": "br, gzip"})
    assert (got.status_code, got.content) == (200, SCRIPT)
    assert "content-encoding" not in got.headers
    gone = await client.get("/assets/gone.js", headers={"accept-encoding": "br, gzip"})
    assert gone.status_code == 404
    page = await client.get("/r/anything", headers={"accept-encoding": "br, gzip"})
    assert page.text.startswith("<!doctype html>")
    assert "content-encoding" not in page.headers
