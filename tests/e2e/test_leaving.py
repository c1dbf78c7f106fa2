"""P7: whoever leaves, or is sent away, feels it at once; and soon where the news of it was lost."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from chat import fanout, live
from protocol.commands import ChangeRoom
from tests.e2e.town import PASSWORD, Inside, Place, Town, serving_inside
from tests.e2e.wire import Wire, api, dial, enter

pytestmark = pytest.mark.promise_p7

AT_ONCE = 1.0
"""Seconds within which an open connection feels it."""

End = Callable[[httpx.AsyncClient, "Someone"], Awaitable[httpx.Response]]


class Someone:
    """A person with two sessions and a token, a socket open with each."""

    def __init__(self, town: Town, url: str) -> None:
        self.url, self.town = url, town
        self.id = town.person("Ana")
        town.password(self.id)
        self.sessions = [town.session(self.id), town.session(self.id)]
        self.token = town.key(self.id, "read", "write")

    async def open(self) -> list[Wire]:
        """The sockets of the first session, the second, and the token."""
        return [await enter(self.url, key) for key in (*self.sessions, self.token)]


async def sign_out(http: httpx.AsyncClient, _: Someone) -> httpx.Response:
    return await http.post("/sign-out", json={})


async def end_others(http: httpx.AsyncClient, _: Someone) -> httpx.Response:
    return await http.delete("/me/sessions")


async def end_one(http: httpx.AsyncClient, _: Someone) -> httpx.Response:
    found = (await http.get("/me/sessions")).json()["sessions"]
    [other] = [session["id"] for session in found if not session["current"]]
    return await http.delete(f"/me/sessions/{other}")


async def change_password(http: httpx.AsyncClient, _: Someone) -> httpx.Response:
    body = {"current": PASSWORD, "password": "another horse battery"}
    return await http.put("/me/password", json=body)


async def revoke_token(http: httpx.AsyncClient, _: Someone) -> httpx.Response:
    [token] = (await http.get("/me/tokens")).json()["tokens"]
    return await http.delete(f"/me/tokens/{token['id']}")


async def delete_account(http: httpx.AsyncClient, _: Someone) -> httpx.Response:
    return await http.request("DELETE", "/me", json={"password": PASSWORD})


WAYS: dict[str, tuple[End, list[int | None]]] = {
    "sign_out": (sign_out, [4101, None, None]),
    "end_others": (end_others, [None, 4101, None]),
    "end_one": (end_one, [None, 4101, None]),
    "change_password": (change_password, [None, 4101, None]),
    "revoke_token": (revoke_token, [None, None, 4101]),
    "delete_account": (delete_account, [4103, 4103, 4103]),
}
"""How, and with which code each socket closes: of this session, of another, of a token."""


@pytest.mark.parametrize("way", WAYS)
async def test_open_connections_feel_it_at_once(place: Place, way: str) -> None:
    someone = Someone(place.town, place.url)
    end, expected = WAYS[way]
    sockets = await someone.open()
    async with api(place.url, someone.sessions[0]) as http:
        answer = await end(http, someone)
        assert answer.status_code == 200, answer.text
    began = time.monotonic()
    for socket, code in zip(sockets, expected, strict=True):
        if code is not None:
            assert await socket.until_closed() == code
    assert time.monotonic() - began < AT_ONCE
    for socket, code in zip(sockets, expected, strict=True):
        if code is None:
            assert (await socket.ask("overview"))["type"] == "ok"
            await socket.socket.close()


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_comes_back_with_what_has_ended(place: Place, way: str) -> None:
    someone = Someone(place.town, place.url)
    end, expected = WAYS[way]
    async with api(place.url, someone.sessions[0]) as http:
        await end(http, someone)
    for key, code in zip((*someone.sessions, someone.token), expected, strict=True):
        async with api(place.url, key) as http:
            answer = await http.get("/overview")
        if code is None:
            assert answer.status_code == 200
            continue
        assert answer.status_code == 401
        assert answer.json()["code"] in ("session_ended", "token_invalid")
        back = await dial(place.url, key)
        assert await back.until_closed() in (4100, 4101)
        [refusal] = back.frames
        assert refusal["code"] in ("session_ended", "token_invalid")


async def test_a_cookie_that_was_signed_out_opens_nothing(place: Place) -> None:
    someone = Someone(place.town, place.url)
    cookie = {"Cookie": f"tertulia={someone.sessions[0]}"}
    one = await dial(place.url, origin=place.url, **cookie)
    await one.until(lambda: one.frames)
    assert one.frames[0]["type"] == "welcome"
    async with api(place.url, origin=place.url, cookie=cookie["Cookie"]) as http:
        assert (await http.post("/sign-out", json={})).status_code == 200
    assert await one.until_closed(AT_ONCE) == 4101
    back = await dial(place.url, origin=place.url, **cookie)
    assert await back.until_closed() == 4101


async def test_what_the_command_line_ends_is_noticed(place: Place) -> None:
    """Another process writes to the database; no event of it reaches the bus."""
    someone = Someone(place.town, place.url)
    sockets = await someone.open()
    username = (await sockets[0].ask("overview"))["result"]["me"]["username"]
    listed = place.server.run("token", "list", username)
    [token] = [word for word in listed.split() if word.startswith("t_")]
    place.server.run("token", "revoke", username, token)
    assert await sockets[2].until_closed(live.RECHECK_EVERY + AT_ONCE) == 4101
    assert (await sockets[0].ask("overview"))["type"] == "ok"
    for socket in sockets[:2]:
        await socket.socket.close()


def test_the_repair_interval_is_the_one_promised() -> None:
    assert live.RECHECK_EVERY <= 5.0
    assert fanout.REPAIR_EVERY <= 5.0


# --- rooms ------------------------------------------------------------------------------------


async def test_a_removed_member_hears_nothing_more(place: Place) -> None:
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben, access="open")
    town.do(ana, ChangeRoom(room=room, access="invite"))
    async with (
        await enter(place.url, town.key(ana)) as one,
        await enter(place.url, town.key(ben)) as two,
        await enter(place.url, town.key(ben)) as phone,
    ):
        await two.watch(room)
        await phone.watch(room, mode="summary")
        await one.ask("room.remove", room=room, person=ben)
        began = time.monotonic()
        for socket in (two, phone):
            [gone] = await socket.until_frames("unsubscribed")
            assert (gone["stream"], gone["why"]) == (room, "removed")
        assert time.monotonic() - began < AT_ONCE
        await one.ask("message.post", room=room, body="among us")
        assert await two.refused("message.post", room=room, body="hello?") == "not_found"
        assert await two.refused("room.snapshot", room=room) == "not_found"
        assert (await two.watch(room, 0))["why"] == "not_found"
        assert "among us" not in str(two.frames) + str(phone.frames)


async def test_a_member_made_guest_no_longer_watches_the_community(place: Place) -> None:
    town = place.town
    olga, ana = town.person("Olga", "owner"), town.person("Ana")
    async with (
        await enter(place.url, town.key(olga)) as owner,
        await enter(place.url, town.key(ana)) as one,
    ):
        assert (await one.watch("community"))["state"] == "current"
        await owner.ask("person.role", person=ana, role="guest")
        [gone] = await one.until_frames("unsubscribed")
        assert gone["stream"] == "community"
        assert (await one.watch("community"))["state"] == "refused"
        assert await one.refused("directory.people") == "not_allowed"


# --- where the news was lost --------------------------------------------------------------------


@pytest.fixture
async def deaf(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Inside]:
    """A server that hears of nothing it commits, and repairs ten times as often."""
    monkeypatch.setattr(live, "RECHECK_EVERY", 0.3)
    monkeypatch.setattr(fanout, "REPAIR_EVERY", 0.3)
    async with serving_inside(town, tmp_path / "data") as found:
        monkeypatch.setattr(found.app.fanout, "publish", lambda events: None)
        yield found


@pytest.mark.parametrize("way", WAYS)
async def test_sessions_are_asked_after_when_the_news_was_lost(
    town: Town, deaf: Inside, way: str
) -> None:
    someone = Someone(town, deaf.url)
    end, expected = WAYS[way]
    sockets = await someone.open()
    async with api(deaf.url, someone.sessions[0]) as http:
        answer = await end(http, someone)
        assert answer.status_code == 200, answer.text
    for socket, code in zip(sockets, expected, strict=True):
        if code is not None:
            assert await socket.until_closed() in (4101, 4103)
    for socket, code in zip(sockets, expected, strict=True):
        if code is None:
            assert (await socket.ask("overview"))["type"] == "ok"
            await socket.socket.close()


async def test_a_lost_removal_is_found_in_the_log(town: Town, deaf: Inside) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with (
        await enter(deaf.url, town.key(ana)) as one,
        await enter(deaf.url, town.key(ben)) as two,
    ):
        await two.watch(room)
        await one.ask("room.remove", room=room, person=ben)
        [gone] = await two.until_frames("unsubscribed")
        assert gone["why"] == "removed"
        assert two.events(room)[-1]["kind"] == "member.left"


# --- while something is under way ---------------------------------------------------------------


@pytest.mark.promise_p5
@pytest.mark.attack
async def test_nothing_sent_after_the_answer_to_a_removal_enters(place: Place) -> None:
    """Ben floods the room; from the answer to Ana's command on nothing of him is in the log."""
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with (
        await enter(place.url, town.key(ana)) as one,
        await enter(place.url, town.key(ben)) as two,
    ):
        await one.watch(room)
        for n in range(200):
            await two.send("message.post", room=room, body=f"flood {n}")
            if n == 100:
                removed = await one.ask("room.remove", room=room, person=ben)
                after = len(await _all(two, n + 1))
        answers = await _all(two, 200)
        kinds = [a["code"] if a["type"] == "error" else "ok" for a in answers]
        assert set(kinds[after:]) == {"not_a_member"}
        await one.until(lambda: one.events(room)[-1]["seq"] >= removed["seq"])
        left = next(e for e in one.events(room) if e["kind"] == "member.left")
        late = [e for e in one.events(room) if e["actor"] == ben and e["seq"] > left["seq"]]
        assert late == []


async def _all(socket: Wire, count: int) -> list[dict[str, Any]]:
    def answers() -> list[dict[str, Any]]:
        return [f for f in socket.frames if f["type"] in ("ok", "error")]

    await socket.until(lambda: len(answers()) >= count)
    return answers()


async def test_a_draining_server_takes_nobody_in(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    key = town.key(ana)
    async with await enter(inside.url, key) as one:
        inside.app.begin_draining()
        with pytest.raises(InvalidStatus) as caught:
            await dial(inside.url, key)
        assert caught.value.response.status_code == 503
        assert (await one.ask("overview"))["type"] == "ok"
        async with api(inside.url) as http:
            assert (await http.get(inside.url + "/readyz")).status_code == 503
