"""How somebody without an account comes into a room by a guest pass: one request over HTTP.

Written from docs/protocol.md and lean. A request whose answer is lost leaves a guest whom nobody
knows; the history says so. Knows neither servers nor faults.
"""

from __future__ import annotations

import asyncio
import random

import msgspec

from tests.chaos.client import Client, next_op
from tests.chaos.history import NOBODY, Answered, Invoked

ANSWER_WITHIN = 10.0
"""Seconds after which nobody waits for the answer any more."""


class _Person(msgspec.Struct):
    id: str


class _Begun(msgspec.Struct):
    person: _Person
    token: str


class _Refused(msgspec.Struct):
    code: str


async def visit(host: Client, room: str, code: str, dice: random.Random) -> Client | None:
    """Come into the room of a pass, by any of the host's ways in; None if that failed."""
    history, port = host.history, dice.choice(host.door.ports)
    begun, op = history.now(), next_op()
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            status, body = await _post(port, f"/api/v1/invitations/{code}/visit")
    except (OSError, TimeoutError, EOFError, ValueError):
        status, body = 0, b""
    person, key, why = NOBODY, "", "?"
    if status == 200:
        answer = msgspec.json.decode(body, type=_Begun)
        person, key, why = answer.person.id, answer.token, ""
    elif 400 <= status < 500:
        why = msgspec.json.decode(body, type=_Refused).code
    history.add(Invoked(op, person, begun, "visit.begin", room, person, ""))
    history.add(Answered(op, history.now(), why, room))
    return Client(person, key, host.door, dice.randrange(100), history) if key else None


async def _post(port: int, path: str) -> tuple[int, bytes]:
    """The status and the body of the answer; raises OSError, EOFError or ValueError."""
    body = b'{"name":"Guest","token":true}'
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        said = await reader.readuntil(b"\r\n\r\n")
        return int(said.split(b" ", 2)[1]), await reader.read()
    finally:
        writer.close()
