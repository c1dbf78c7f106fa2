"""A guest over the sockets of a real server: in by a name, out by the clock or by a facilitator."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import update

from protocol import commands as c
from storage.tables import PERSON
from tests.e2e.town import Inside, Town
from tests.e2e.wire import api, enter

AT_ONCE = 1.0
"""Seconds: with a healthy bus an end is felt within them."""


async def come(inside: Inside, code: str, name: str = "Vera") -> dict[str, Any]:
    """A guest comes in; what the server answers them, with a token."""
    async with api(inside.url, origin=inside.url) as nobody:
        body = {"name": name, "token": True}
        answer = await nobody.post(f"/invitations/{code}/visit", json=body)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.mark.promise_p7
async def test_in_by_a_name_and_out_at_once(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    room = town.room(ana, kind="workshop")
    async with api(inside.url, town.key(ana)) as hers, api(inside.url) as nobody:
        made = (await hers.post(f"/rooms/{room}/passes", json={"uses": 2})).json()
        face = (await nobody.get(f"/invitations/{made['code']}")).json()
        assert (face["guest"], face["visit"]) == (True, 4 * 3600)
        vera = await come(inside, made["code"])
        async with (
            await enter(inside.url, vera["token"]) as socket,
            api(inside.url, vera["token"]) as http,
        ):
            assert (await socket.watch(room, 0))["state"] == "current"
            assert (await socket.ask("message.post", room=room, body="Hello"))["type"] == "ok"
            guest = vera["person"]["id"]
            assert (await hers.delete(f"/rooms/{room}/guests/{guest}")).is_success
            assert await socket.until_closed(AT_ONCE) == 4107
            post = await http.post(f"/rooms/{room}/messages", json={"body": "Late"})
            assert (post.status_code, post.json()["code"]) == (403, "pass_ended")
        async with api(inside.url, vera["token"]) as later:
            assert (await later.get("/session")).json()["why"] == "pass_ended"
        listed = (await hers.get(f"/rooms/{room}/passes")).json()
        assert [one["uses"] for one in listed["passes"]] == [1]
        assert listed["visits"] == []


@pytest.mark.promise_p7
async def test_the_clock_closes_the_socket(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    room = town.room(ana)
    code = town.do(ana, c.MakePass(room=room)).result["code"]
    vera = await come(inside, code)
    # Nearly over: what is left is as little as a handshake takes.
    soon = time.time_ns() // 1000 + 300_000
    with town.database.writing.begin() as connection:
        where = PERSON.c.id == vera["person"]["id"]
        connection.execute(update(PERSON).where(where).values(status_until=soon))
    async with await enter(inside.url, vera["token"]) as socket:
        assert await socket.until_closed(AT_ONCE) == 4107
    async with api(inside.url, vera["token"]) as http:
        assert (await http.get("/overview")).json()["code"] == "pass_ended"


@pytest.mark.attack
async def test_a_code_is_no_power_and_a_pass_no_picture_for_others(
    town: Town, inside: Inside
) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    made = town.do(ana, c.MakePass(room=room, uses=1)).result
    vera = await come(inside, made["code"])
    link = f"/passes/{made['invitation']}/link"
    for person in (town.key(ben), vera["token"]):
        async with api(inside.url, person) as http:
            assert (await http.get(link)).json()["code"] == "not_found"
            assert (await http.get(f"/rooms/{room}/passes")).json()["code"] == "not_allowed"
    async with api(inside.url, town.key(ana)) as hers:
        drawn = (await hers.get(link)).json()
        assert drawn["url"].endswith(f"/#/join/{made['code']}")
        assert drawn["qr"].startswith("<svg")
    async with api(inside.url, origin=inside.url) as nobody:
        path = f"/invitations/{made['code']}/visit"
        for body, code in (
            ({"name": "Eve"}, "invitation_invalid"),
            ({"name": "Eve", "role": "member"}, "unknown_field"),
            ({"name": "Eve", "lasts": 10**9}, "unknown_field"),
            ({"name": "  "}, "too_short"),
            ({}, "missing_field"),
        ):
            answer = await nobody.post(path, json=body)
            assert answer.json()["code"] == code, body
    async with api(inside.url, origin="https://evil.example") as elsewhere:
        answer = await elsewhere.post(path, json={"name": "Eve"})
        assert answer.json()["code"] == "foreign_origin"
