"""A whole class behind one address: set-up, sign-up, sign-in and talk, as the server comes."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat.settings import Settings
from tests.e2e.town import PASSWORD, Server
from tests.e2e.wire import PATIENCE, Wire, api, dial

PEOPLE = 60
WITHIN = 120.0
MEMORY = 400 * 1_000_000


@pytest.fixture
def fresh(database_url: str, tmp_path: Path) -> Server:
    """A server over an empty database, with the limits that it comes with."""
    (tmp_path / "data").mkdir(exist_ok=True)
    given = {
        name: Settings.model_fields[name].default for name in ("rate_per_second", "rate_burst")
    }
    url = None if database_url.startswith("sqlite") else database_url
    return Server(tmp_path / "data", url, **given)


async def answered(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


async def set_up(server: Server, owner: httpx.AsyncClient) -> dict[str, Any]:
    """By the link of `tertulia owner-link`, as a browser does."""
    link = server.run("owner-link")
    [token] = re.findall(r"/#/link/(\S+)", link)
    face = await answered(await owner.get(f"/links/{token}"))
    assert face == {"kind": "set_up"}
    body = {
        "token": token,
        "community": {"name": "School", "language": "es", "time_zone": "Europe/Madrid",
                      "minors": True, "who_opens_rooms": "admins"},
        "owner": {"username": "olga", "name": "Olga", "password": PASSWORD},
        "room": {"name": "Class 7b", "purpose": "All of us"},
    }  # fmt: skip
    done = await answered(await owner.post("/set-up", json=body))
    again = await owner.post("/set-up", json=body)
    assert again.json()["code"] == "set_up_done"
    assert isinstance(done, dict)
    return done


@pytest.mark.alone
async def test_sixty_people_from_one_address(fresh: Server) -> None:
    server = fresh
    with server.running():
        async with api(server.url, origin=server.url) as owner:
            done = await set_up(server, owner)
            room = done["room"]
            terms = {"role": "member", "room": room, "uses": PEOPLE}
            code = (await answered(await owner.post("/invitations", json=terms)))["code"]

        async def sign_up(number: int) -> None:
            body = {"invitation": code, "username": f"pupil{number}", "name": f"Pupil {number}",
                    "password": f"{PASSWORD} {number}"}  # fmt: skip
            async with api(server.url, origin=server.url) as http:
                http.timeout = httpx.Timeout(WITHIN)
                assert (await answered(await http.post("/sign-up", json=body)))["room"] == room
                await answered(await http.post("/sign-out", json={}))

        async def sign_in(number: int) -> Wire:
            body = {"username": f"pupil{number}", "password": f"{PASSWORD} {number}"}
            async with api(server.url, origin=server.url) as http:
                http.timeout = httpx.Timeout(WITHIN)
                await answered(await http.post("/sign-in", json=body))
                cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
            one = await dial(server.url, origin=server.url, Cookie=cookie)
            await one.until_frames("welcome")
            return one

        began = time.monotonic()
        await asyncio.gather(*(sign_up(n) for n in range(PEOPLE)))
        signed_up = time.monotonic() - began
        sockets = await asyncio.gather(*(sign_in(n) for n in range(PEOPLE)))
        signed_in = time.monotonic() - began - signed_up
        async with contextlib.AsyncExitStack() as stack:
            for one in sockets:
                stack.push_async_callback(one.socket.close)
            await talk(sockets, room)
            took = time.monotonic() - began
            most = server.memory("VmHWM")
    print(
        f"{PEOPLE} people: signed up in {signed_up:.1f} s, in again in {signed_in:.1f} s,"
        f" all talked after {took:.1f} s; at most {most / 1e6:.0f} MB"
    )
    assert took < WITHIN
    assert most < MEMORY


async def talk(sockets: list[Wire], room: str) -> None:
    """Everybody says one thing, and sees all of it in the same order."""
    states = await asyncio.gather(*(one.watch(room) for one in sockets))
    assert {state["state"] for state in states} == {"current"}
    await asyncio.gather(
        *(one.ask("message.post", room=room, body=f"I am {n}") for n, one in enumerate(sockets))
    )
    await asyncio.gather(*(one.until_events(room, PEOPLE) for one in sockets))
    seen = [[event["data"]["body"] for event in one.events(room)] for one in sockets]
    assert sorted(seen[0]) == sorted(f"I am {n}" for n in range(PEOPLE))
    assert all(bodies == seen[0] for bodies in seen)
    snapshot = (await sockets[0].ask("room.snapshot", room=room))["result"]
    assert snapshot["room"]["member_count"] == PEOPLE + 1
    assert len(snapshot["online"]) == PEOPLE


@pytest.mark.attack
async def test_wrong_passwords_of_one_do_not_keep_the_class_out(fresh: Server) -> None:
    """Failures count for the account: whoever guesses at one name is slowed, nobody else."""
    server = fresh
    with server.running():
        async with api(server.url, origin=server.url) as http:
            await set_up(server, http)
            code = (await answered(await http.post("/invitations", json={"uses": 2})))["code"]
            for name in ("ana", "ben"):
                body = {"invitation": code, "username": name, "name": name, "password": PASSWORD}
                await answered(await http.post("/sign-up", json=body))
            codes = []
            for n in range(14):
                wrong = {"username": "ana", "password": f"a guess {n}"}
                answer = await http.post("/sign-in", json=wrong)
                codes.append(answer.json()["code"])
            assert codes[:10] == ["bad_credentials"] * 10
            assert set(codes[10:]) == {"rate_limited"}
            assert answer.status_code == 429
            assert 0 < float(answer.headers["retry-after"]) <= 30
            right = {"username": "ben", "password": PASSWORD}
            await answered(await http.post("/sign-in", json=right))
            nobody = {"username": "nobody", "password": "a guess"}
            answers = [(await http.post("/sign-in", json=nobody)).json() for _ in range(11)]
            # As for a name that exists: nobody learns which names do.
            assert [a["code"] for a in answers] == [*codes[:10], "rate_limited"]


async def test_a_first_start_says_how_to_begin(fresh: Server) -> None:
    server = fresh
    [line] = server.start()
    try:
        assert server.process is not None
        assert server.process.stdout is not None
        said = [line, *(server.process.stdout.readline() for _ in range(2))]
        assert server.url in said[0]
        [token] = re.findall(r"/#/link/(\S+)", said[2])
        async with api(server.url) as http:
            async with asyncio.timeout(PATIENCE):
                assert (await http.get("/session")).json() == {"set_up": False}
                assert (await http.get(f"/links/{token}")).json() == {"kind": "set_up"}
                body = {"username": "early", "name": "Early", "password": PASSWORD}
                early = await http.post("/sign-up", json=body)
                assert early.json()["code"] == "set_up_needed"
    finally:
        server.stop()
