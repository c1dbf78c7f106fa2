"""A community for the bench, set up over Tertulia's public API and command line.

Owns the people and rooms of a contestant's data folder: an owner, 50 members made by invitation,
each with an API token, and open rooms; whoever posts has joined. Uses none of Tertulia's packages.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import Mapping
from typing import Any

import httpx
from tertulia_bot import Client

PEOPLE = 50
SHARE = 400
"""Rooms that one person opens: nobody may be in more than 500."""
PASSWORD = "correct horse battery staple"


def set_up(url: str, program: str, env: Mapping[str, str], people: int) -> dict[str, Any]:
    """Community, members and tokens; raises RuntimeError with what the server said."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30, trust_env=False) as http:
        owner = _set_up(http, program, env)
        tokens = _members(http, people)
    return {"owner": owner, "tokens": tokens, "rooms": []}


def _set_up(http: httpx.Client, program: str, env: Mapping[str, str]) -> str:
    asked = subprocess.run(
        [program, "owner-link"], env=os.environ | env, text=True, capture_output=True,
        check=False, timeout=30,
    )  # fmt: skip
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
    return _token(http)


def _members(http: httpx.Client, people: int) -> list[str]:
    """Tokens of so many; the client holds the owner's cookie."""
    invitation = _post(http, "/invitations", {"role": "member"})["code"]
    tokens = []
    for number in range(people):
        http.cookies.clear()
        person = {"username": f"member{number}", "name": f"Member {number}", "password": PASSWORD}
        _post(http, "/sign-up", person | {"invitation": invitation})
        tokens.append(_token(http))
    return tokens


def _token(http: httpx.Client) -> str:
    """A token for whoever the cookie stands for."""
    return str(_post(http, "/me/tokens", {"name": "bench", "scopes": ["read", "write"]})["secret"])


async def open_rooms(url: str, known: dict[str, Any], wanted: int, *, join: bool) -> None:
    """As many rooms as wanted; who has joined them: everybody the first, ten each other."""
    first = len(known["rooms"])
    numbers = range(first, wanted)
    if not numbers:
        return

    async def opened(key: str, some: range) -> list[str]:
        async with Client(url, key) as client:
            return await asyncio.gather(*(client.open_room(f"Room {n}") for n in some))

    for key, at in zip([known["owner"], *known["tokens"]], range(0, wanted, SHARE), strict=False):
        known["rooms"] += await opened(key, range(max(at, first), min(at + SHARE, wanted)))

    if not join:
        return

    async def enter(member: int) -> None:
        # The posters of 200 x 10 are clients 10n to 10n + 9, of the one room all.
        mine = [n for n in numbers if n == 0 or (member - 10 * n) % PEOPLE < 10]
        async with Client(url, known["tokens"][member]) as client:
            await asyncio.gather(*(client.join(known["rooms"][n]) for n in mine))

    await asyncio.gather(*(enter(member) for member in range(PEOPLE)))


def _post(http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """As the holder of the client's cookie, whose Origin must be ours."""
    origin = str(http.base_url.join("/")).rstrip("/")
    response = http.post(path, json=body, headers={"Origin": origin})
    if response.is_error:
        raise RuntimeError(f"{path}: {response.status_code} {response.text[:500]}")
    answer: dict[str, Any] = response.json()
    return answer
