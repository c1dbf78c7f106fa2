"""Tertulia itself: sign-in, policy and commits on, as `tertulia serve` starts it.

Set up over its public API and command line, by none of its packages: 50 members
made by invitation, each with an API token; the connections of a scenario are theirs in turn.
Rooms are open, made by the owner, and whoever posts has joined. Rate limits per person are
raised, because 50 people stand for 1,000; nothing else differs from the defaults.
"""

# ruff: noqa: ARG002 (the interface has what other contestants need)

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from tertulia_bot import Client

from bench.contestants.base import Contestant, Need, Plan

PEOPLE = 50
PASSWORD = "correct horse battery staple"


class Tertulia(Contestant):
    """The server of this repository on SQLite."""

    name = "tertulia"
    note = "signed in, checked, committed to SQLite (synchronous=FULL) before it is sent"

    def __init__(self) -> None:
        # Rooms outlive the rounds; a number alone would name the same command twice.
        self._life = os.urandom(4).hex()

    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """`tertulia serve` on a folder of its own."""
        return [_program(), "serve"], _environment(folder, port)

    def ready_path(self) -> str | None:
        """It says so itself."""
        return "/readyz"

    def prepare(self, folder: Path, port: int, need: Need) -> Plan:
        """Set-up, members and tokens the first time; then as many rooms as are needed."""
        kept = folder / "plan.json"
        url = f"http://127.0.0.1:{port}"
        if kept.exists():
            known = json.loads(kept.read_text())
        else:
            with httpx.Client(base_url=f"{url}/api/v1", timeout=30, trust_env=False) as http:
                known = _set_up(http, folder, port)
        asyncio.run(_rooms(url, known, need))
        kept.write_text(json.dumps(known))
        return Plan(rooms=known["rooms"], tokens=known["tokens"], background=need.background)

    def target(self, plan: Plan, client: int, room: str) -> tuple[str, dict[str, str]]:
        """The endpoint, as one of the members."""
        token = plan.tokens[client % len(plan.tokens)]
        return "/api/v1/ws", {
            "Authorization": f"Bearer {token}",
            "Sec-WebSocket-Protocol": "tertulia.v1",
        }

    def steps(self, plan: Plan, client: int, room: str) -> list[bytes | None]:
        """The welcome, then a subscription: this room in full, others in the background."""
        first = plan.rooms.index(room)
        others = [plan.rooms[(first + n + 1) % len(plan.rooms)] for n in range(plan.background)]
        cursors = [{"stream": room}, *({"stream": o, "mode": "summary"} for o in others)]
        return [None, json.dumps({"type": "subscribe", "ref": "1", "cursors": cursors}).encode()]

    def done(self, step: int, payload: bytes) -> bool:
        """`welcome`, then `ok`."""
        return payload.startswith((b'{"type":"welcome"', b'{"type":"ok"')[step])

    def post(self, room: str, body: bytes, number: int) -> bytes:
        """As a browser does, with a `client_id`."""
        return (
            b'{"type":"message.post","ref":"%d","client_id":"%s-%s-%d","room":"%s","body":"%s"}'
            % (number, self._life.encode(), room[-6:].encode(), number, room.encode(), body)
        )

    def refused(self, payload: bytes) -> bool:
        """An `error`, or a subscription that was not granted."""
        return payload.startswith(b'{"type":"error"') or b'"state":"refused"' in payload


def _program() -> str:
    return str(Path(sys.executable).with_name("tertulia"))


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "TERTULIA_DATA": str(folder / "data"),
        "TERTULIA_HOST": "127.0.0.1",
        "TERTULIA_PORT": str(port),
        "TERTULIA_RATE_PER_SECOND": "100000",
        "TERTULIA_RATE_BURST": "1000000",
        "TERTULIA_DRAIN_SECONDS": "0",
        "TERTULIA_LOG_LEVEL": "warning",
    }


def _set_up(http: httpx.Client, folder: Path, port: int) -> dict[str, Any]:
    asked = subprocess.run(
        [_program(), "owner-link"],
        env=os.environ | _environment(folder, port),
        text=True,
        capture_output=True,
        check=False,
        timeout=30,
    )
    found = re.findall(r"/([A-Za-z0-9_-]{16,})\s", asked.stdout)
    if not found:
        raise RuntimeError(f"no set-up link: {asked.stdout}{asked.stderr}")
    community = {
        "name": "Bench",
        "language": "en",
        "time_zone": "UTC",
        "minors": False,
        "who_opens_rooms": "everyone",
    }
    owner = {"username": "owner", "name": "Owner", "password": PASSWORD}
    begin = {"token": found[-1], "community": community, "owner": owner, "room": {"name": "Hall"}}
    _post(http, "/set-up", begin)
    owner_token = _token(http)
    invitation = _post(http, "/invitations", {"role": "member"})["code"]
    tokens = []
    for number in range(PEOPLE):
        http.cookies.clear()
        person = {"username": f"member{number}", "name": f"Member {number}", "password": PASSWORD}
        _post(http, "/sign-up", person | {"invitation": invitation})
        tokens.append(_token(http))
    http.cookies.clear()
    return {"owner": owner_token, "tokens": tokens, "rooms": []}


def _token(http: httpx.Client) -> str:
    """A token for whoever the cookie stands for."""
    return str(_post(http, "/me/tokens", {"name": "bench", "scopes": ["read", "write"]})["secret"])


async def _rooms(url: str, known: dict[str, Any], need: Need) -> None:
    """Rooms and who has joined them: everybody in the first, ten in each other."""
    first = len(known["rooms"])
    numbers = range(first, need.rooms)
    if not numbers:
        return
    async with Client(url, known["owner"]) as owner:
        known["rooms"] += await asyncio.gather(*(owner.open_room(f"Room {n}") for n in numbers))

    async def join(member: int) -> None:
        # The posters of 200 x 10 are clients 10n to 10n + 9, of the one room all.
        mine = [n for n in numbers if n == 0 or (member - 10 * n) % PEOPLE < 10]
        async with Client(url, known["tokens"][member]) as client:
            await asyncio.gather(*(client.join(known["rooms"][n]) for n in mine))

    await asyncio.gather(*(join(member) for member in range(PEOPLE)))


def _post(http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """As the holder of the client's cookie, whose Origin must be ours."""
    origin = str(http.base_url.join("/")).rstrip("/")
    response = http.post(path, json=body, headers={"Origin": origin})
    if response.is_error:
        raise RuntimeError(f"{path}: {response.status_code} {response.text[:500]}")
    answer: dict[str, Any] = response.json()
    return answer
