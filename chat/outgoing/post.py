"""One POST to a stranger: bounded in time, in bytes, and in what it follows (nothing).

HTTP/1.1 by h11's state machine on a socket to a checked address. Redirects are an answer like any
other. No content coding is offered and what comes with one is refused, so nothing can swell; the
answer is cut at `Bounds.answer` and the whole exchange at `Bounds.seconds`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import h11

from chat.outgoing.guard import Guard, OutgoingError, Target

_PIECE = 16 * 1024
_HEAD = 16 * 1024
"""Bytes of an answer's head."""


@dataclass(slots=True, frozen=True)
class Bounds:
    """How long and how much."""

    seconds: float = 10.0
    """From dialling to the last byte of the answer."""
    answer: int = 64 * 1024
    """Bytes of the answer that are taken; more is `too_much`."""


@dataclass(slots=True, frozen=True)
class Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300


async def post(
    guard: Guard,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    bounds: Bounds = Bounds(),
) -> Answer:
    """Send it; raises `OutgoingError`. Nothing is tried again here."""
    try:
        async with asyncio.timeout(bounds.seconds):
            target = await guard.target(url)
            return await _exchange(target, body, headers, bounds)
    except TimeoutError:
        raise OutgoingError("timed_out") from None
    except (OSError, ssl.SSLError):
        raise OutgoingError("unreachable") from None
    except h11.ProtocolError:
        raise OutgoingError("bad_answer") from None


async def _exchange(
    target: Target, body: bytes, headers: Mapping[str, str], bounds: Bounds
) -> Answer:
    reader, writer = await _dial(target)
    try:
        state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)
        fields = [
            ("Host", target.authority), ("User-Agent", "Tertulia"), ("Accept", "*/*"),
            ("Accept-Encoding", "identity"), ("Connection", "close"),
            ("Content-Length", str(len(body))), *headers.items(),
        ]  # fmt: skip
        request = h11.Request(method="POST", target=target.path, headers=fields)
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(state.send(event) or b"")
        # A receiver that never reads fills its own window; the time-out ends it.
        await writer.drain()
        return await _answer(state, reader, bounds.answer)
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _dial(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    failure: OSError = OSError("no address")
    for address in target.addresses:
        try:
            return await asyncio.open_connection(
                address,
                target.port,
                ssl=_tls() if target.tls else None,
                server_hostname=target.host if target.tls else None,
                limit=_PIECE,
            )
        except OSError as error:
            failure = error
    raise failure


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


async def _answer(state: h11.Connection, reader: asyncio.StreamReader, most: int) -> Answer:
    head: h11.Response | None = None
    parts: list[bytes] = []
    size = 0
    while True:
        event = state.next_event()
        if event is h11.NEED_DATA:
            state.receive_data(await reader.read(_PIECE))
        elif isinstance(event, h11.Response):
            head = event
            if dict(event.headers).get(b"content-encoding", b"identity") != b"identity":
                raise OutgoingError("bad_answer")
        elif isinstance(event, h11.Data):
            size += len(event.data)
            if size > most:
                raise OutgoingError("too_much")
            parts.append(bytes(event.data))
        elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
            if head is None:
                raise OutgoingError("bad_answer")
            return Answer(
                head.status_code,
                {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers},
                b"".join(parts),
            )
