"""Leaving is immediate (P7): whatever ends at the entrance is felt by open connections at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.town import PASSWORD, Inside, Town
from tests.e2e.wire import Wire, api, dial, enter

pytestmark = [pytest.mark.promise_p7, pytest.mark.attack]

SOON = 4.0
"""Seconds: less than the interval of repair, so that it was the event that closed it."""


@asynccontextmanager
async def browser(inside: Inside, session: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that is signed in."""
    headers = {"origin": inside.url, "cookie": f"tertulia={session}"}
    async with api(inside.url, **headers) as found:
        yield found


async def open_socket(inside: Inside, session: str) -> Wire:
    """The same browser's socket."""
    found = await dial(inside.url, origin=inside.url, Cookie=f"tertulia={session}")
    await found.until(lambda: found.frames)
    assert found.frames[0]["type"] == "welcome", found.frames
    return found


async def test_signing_out_closes_the_socket_and_no_other(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    one, two = town.session(ana), town.session(ana)
    async with (
        browser(inside, one) as http,
        await open_socket(inside, one) as here,
        await open_socket(inside, two) as there,
    ):
        assert (await http.post("/sign-out", json={})).status_code == 200
        assert await here.until_closed(SOON) == 4101
        assert (await there.ask("overview"))["type"] == "ok"
        gone = await dial(inside.url, origin=inside.url, Cookie=f"tertulia={one}")
        assert await gone.until_closed(SOON) == 4101


async def test_a_new_password_closes_all_others(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    town.password(ana)
    one, two = town.session(ana), town.session(ana)
    async with (
        browser(inside, one) as http,
        await open_socket(inside, one) as here,
        await open_socket(inside, two) as there,
    ):
        change = {"current": PASSWORD, "password": "battery staple"}
        assert (await http.put("/me/password", json=change)).status_code == 200
        assert await there.until_closed(SOON) == 4101
        assert (await here.ask("overview"))["type"] == "ok"


async def test_a_revoked_token_closes_its_socket(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    session, key = town.session(ana), town.key(ana)
    async with browser(inside, session) as http, await enter(inside.url, key) as bot:
        [token] = (await http.get("/me/tokens")).json()["tokens"]
        assert (await http.delete(f"/me/tokens/{token['id']}")).status_code == 200
        assert await bot.until_closed(SOON) == 4101


async def test_a_deleted_account_is_out_everywhere(town: Town, inside: Inside) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    message = town.post(ben, room, "a canary of Ben's")
    town.password(ben)
    session, key = town.session(ben), town.key(ben)
    async with (
        browser(inside, session) as http,
        await open_socket(inside, session) as here,
        await enter(inside.url, key) as bot,
        await enter(inside.url, town.key(ana)) as other,
    ):
        await other.watch(room)
        answer = await http.request("DELETE", "/me", json={"password": PASSWORD})
        assert answer.status_code == 200, answer.text
        closed = await asyncio.gather(here.until_closed(SOON), bot.until_closed(SOON))
        assert tuple(closed) == (4103, 4103)
        events = await other.until(lambda: len(other.events(room)) >= 2 and other.events(room))
        said = {event["kind"]: event["data"] for event in events}
        assert said["member.left"] == {"person": ben, "how": "deleted"}
        assert said["message.deleted"] == {"id": message, "by": "account"}
        # Nothing that is served from now on has the text: neither pages nor missed events.
        page = await other.ask("history.page", room=room)
        missed = await other.ask("events.page", stream=room)
        assert "canary" not in str(page) + str(missed)
        assert page["result"]["messages"][0]["body"] is None


async def test_a_new_guest_is_out_of_the_community_stream(town: Town, inside: Inside) -> None:
    olga, ana = town.person("Olga", "owner"), town.person("Ana")
    async with (
        api(inside.url, town.key(olga)) as owner,
        await enter(inside.url, town.key(ana)) as here,
    ):
        assert (await here.watch("community"))["state"] == "current"
        answer = await owner.put(f"/people/{ana}/role", json={"role": "guest"})
        assert answer.status_code == 200, answer.text
        await here.until(lambda: [f for f in here.frames if f["type"] == "unsubscribed"])
        assert (await here.watch("community"))["state"] == "refused"


async def test_sockets_of_other_pages_are_refused(town: Town, inside: Inside) -> None:
    session = town.session(town.person("Ana"))
    for origin in ("https://evil.example", "null", None):
        with pytest.raises(InvalidStatus) as refused:
            await dial(inside.url, origin=origin, Cookie=f"tertulia={session}")
        assert refused.value.response.status_code == 403
        assert b"foreign_origin" in refused.value.response.body


async def test_a_token_in_the_address_is_nobody(town: Town, inside: Inside) -> None:
    key = town.key(town.person("Ana"))
    async with api(inside.url) as http:
        for name in ("token", "access_token", "authorization"):
            answer = await http.get("/me/sessions", params={name: key})
            assert answer.json()["code"] == "sign_in_needed"


async def test_a_reader_s_token_does_not_write(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    room = town.room(ana)
    async with await enter(inside.url, town.key(ana, "read")) as bot:
        assert (await bot.watch(room))["state"] == "current"
        assert await bot.refused("message.post", room=room, body="no") == "scope_missing"
    async with api(inside.url, town.key(ana, "read")) as http:
        answer = await http.post(f"/rooms/{room}/messages", json={"body": "no"})
        assert answer.json()["code"] == "scope_missing"
