"""Rights: nobody raises their own, no token exceeds its scopes, guests and observers stay so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from protocol import commands as c
from tests.e2e.hidden import SECRET, private_room
from tests.e2e.town import PASSWORD, Place
from tests.e2e.wire import api, enter

pytestmark = pytest.mark.attack


async def test_nobody_raises_their_own_role(place: Place) -> None:
    town = place.town
    olga, ana, ben = town.person("Olga", "owner"), town.person("Ana"), town.person("Ben")
    room = town.room(olga, ana)
    code = town.invitation(olga, room=room)
    async with (
        await enter(place.url, town.session(ana)) as one,
        api(place.url, town.session(ana)) as http,
        api(place.url) as stranger,
    ):
        commands: list[tuple[str, dict[str, Any], str]] = [
            ("room.join", {"room": room, "role": "facilitator"}, "unknown_field"),
            ("person.change", {"role": "owner"}, "unknown_field"),
            ("person.change", {"status": "active"}, "unknown_field"),
            ("message.post", {"room": room, "body": "x", "author": olga}, "unknown_field"),
            ("message.post", {"room": room, "body": "x", "actor": olga}, "unknown_field"),
            ("reaction.add", {"message": "m", "emoji": "x", "person": olga}, "unknown_field"),
            ("person.role", {"person": ana, "role": "owner"}, "not_allowed"),
            ("room.role", {"room": room, "person": ana, "role": "facilitator"}, "not_allowed"),
            ("room.invite", {"room": room, "people": [ben]}, "not_allowed"),
            ("room.remove", {"room": room, "person": olga}, "not_allowed"),
            ("community.change", {"who_opens_rooms": "everyone"}, "not_allowed"),
        ]
        for tag, fields, expected in commands:
            assert await one.refused(tag, **fields) == expected, tag
        requests: list[tuple[str, str, Any, str]] = [
            ("POST", "/invitations", {"role": "member"}, "not_allowed"),
            ("POST", "/bots", {"username": "robby", "name": "R"}, "not_allowed"),
            ("POST", "/people/class-list", {"text": "A, a"}, "not_allowed"),
            ("POST", f"/people/{olga}/reset-link", {}, "not_allowed"),
            ("POST", f"/people/{ben}/decline", {}, "not_allowed"),
            ("GET", "/people/waiting", None, "not_allowed"),
            ("GET", "/invitations", None, "not_allowed"),
            ("POST", "/me/tokens", {"name": "t", "scopes": ["read", "account"]}, "invalid"),
            ("POST", "/me/tokens", {"name": "t", "scopes": ["read"], "person": olga},
             "unknown_field"),
        ]  # fmt: skip
        for method, path, sent, expected in requests:
            answer = await http.request(method, path, json=sent)
            assert answer.json()["code"] == expected, (path, answer.text)
        for extra in ({"role": "owner"}, {"status": "active"}, {"id": olga}):
            body = {"invitation": code, "username": "x.y", "name": "X", "password": PASSWORD}
            answer = await stranger.post("/sign-up", json=body | extra)
            assert answer.json()["code"] == "unknown_field"
        made = await http.post("/me/tokens", json={"name": "t", "scopes": ["read", "admin"]})
        if made.status_code == 200:
            # The scope is not the right: what the person may not do, the token may not.
            async with await enter(place.url, made.json()["secret"]) as token:
                assert await token.refused("community.change", name="x") == "not_allowed"
        me = (await one.ask("overview"))["result"]["me"]
        assert me["role"] == "member"


async def test_an_admin_does_not_get_into_private_rooms(place: Place) -> None:
    town = place.town
    hidden = private_room(town)
    olga = town.person("Olga", "owner")
    async with (
        await enter(place.url, town.session(olga)) as one,
        api(place.url, town.session(olga)) as http,
    ):
        assert await one.refused("room.invite", room=hidden.room, people=[olga]) == "not_found"
        for body in ({"room": hidden.room}, {"room": hidden.room, "role": "guest"}):
            answer = await http.post("/invitations", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        lines = {"text": "New, new.pupil", "room": hidden.room, "dry_run": False}
        answer = await http.post("/people/class-list", json=lines)
        assert answer.json()["code"] == "not_found"


async def test_a_token_goes_no_further_than_its_scopes(place: Place) -> None:
    town = place.town
    olga = town.person("Olga", "owner")
    room = town.room(olga)
    message = town.post(olga, room)
    wanted: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "read": [("overview", {}), ("room.snapshot", {"room": room}),
                 ("subscribe", {"cursors": [{"stream": room}]})],
        "write": [("message.post", {"room": room, "body": "x"}),
                  ("reaction.add", {"message": message, "emoji": "👍"}),
                  ("read.mark", {"room": room, "no": 1}), ("person.change", {"bio": "x"})],
        "admin": [("community.change", {"language": "en"})],
    }  # fmt: skip
    over_http = {
        "read": ("GET", "/overview"),
        "write": ("POST", f"/rooms/{room}/archive"),
        "admin": ("GET", "/invitations"),
    }
    own = [("GET", "/me/sessions"), ("GET", "/me/tokens"), ("DELETE", "/me/sessions"),
           ("PUT", "/me/password"), ("DELETE", "/me")]  # fmt: skip
    for scopes in (["read"], ["write"], ["admin"], ["read", "write"]):
        key = town.key(olga, *scopes)
        async with await enter(place.url, key) as one, api(place.url, key) as http:
            for scope, asked in wanted.items():
                for tag, fields in asked:
                    answer = await one.ask(tag, **fields)
                    got = answer["type"] if answer["type"] == "ok" else answer["code"]
                    assert got == ("ok" if scope in scopes else "scope_missing"), (scopes, tag)
            await one.send("typing", room=room)
            await one.ask("unsubscribe", streams=[room])
            errors = [f for f in one.frames if f["type"] == "error" and f["ref"].startswith("t")]
            typing = [f for f in errors if f["params"].get("scope") == "write"]
            assert bool(typing) == ("write" not in scopes)
            for scope, (method, path) in over_http.items():
                if scope not in scopes:
                    refusal = await http.request(method, path)
                    assert (refusal.status_code, refusal.json()["code"]) == (403, "scope_missing")
            for method, path in own:
                refusal = await http.request(method, path, json={} if method != "GET" else None)
                assert refusal.json()["code"] == "scope_missing", path


# --- guests, those who wait, observers ----------------------------------------------------------


async def test_a_guest_sees_one_room_and_nothing_else(place: Place) -> None:
    town = place.town
    olga, ben = town.person("Olga", "owner"), town.person("Ben")
    room, other = town.room(olga, ben, name="Theirs"), town.room(olga, ben, name="Not theirs")
    message = town.post(olga, other, SECRET)
    code = town.invitation(olga, room=room, role="guest")
    async with api(place.url, origin=place.url) as http:
        body = {"invitation": code, "username": f"guest.{olga[-6:]}", "name": "G",
                "password": PASSWORD}  # fmt: skip
        made = (await http.post("/sign-up", json=body)).json()
    guest = made["person"]["id"]
    assert (made["person"]["role"], made["room"]) == ("guest", room)
    async with await enter(place.url, town.key(guest)) as one:
        overview = (await one.ask("overview"))["result"]
        assert [entry["room"]["id"] for entry in overview["rooms"]] == [room]
        assert [cursor["stream"] for cursor in overview["cursors"]] == [guest]
        assert (await one.watch(room, 0))["state"] == "current"
        assert (await one.ask("message.post", room=room, body="hello"))["type"] == "ok"
        for stream, why in (
            ("community", "not_allowed"),
            (other, "not_found"),
            (olga, "not_found"),
        ):
            assert (await one.watch(stream, 0))["why"] == why
        requests: list[tuple[str, dict[str, Any], str]] = [
            ("directory.people", {}, "not_allowed"),
            ("directory.rooms", {}, "not_allowed"),
            ("events.page", {"stream": "community"}, "not_allowed"),
            ("room.snapshot", {"room": other}, "not_found"),
            ("room.join", {"room": other}, "not_found"),
            ("message.get", {"message": message}, "not_found"),
            ("message.post", {"room": room, "body": "x", "quote": message}, "not_found"),
            ("room.open", {"name": "Mine"}, "not_allowed"),
            ("room.direct", {"people": [ben]}, "not_allowed"),
        ]
        for tag, fields, expected in requests:
            assert await one.refused(tag, **fields) == expected, tag
        assert SECRET not in json.dumps(one.frames)
    async with await enter(place.url, town.key(ben)) as two:
        assert await two.refused("room.direct", people=[guest]) == "direct_not_allowed"
    async with await enter(place.url, town.key(olga)) as owner:
        role = {"room": room, "person": guest, "role": "facilitator"}
        assert await owner.refused("room.role", **role) == "invalid"
        invite = {"room": other, "people": [guest], "role": "facilitator"}
        assert await owner.refused("room.invite", **invite) == "invalid"


async def test_an_observer_reads_along(place: Place) -> None:
    town = place.town
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    message, own = town.post(ana, room), town.post(ben, room)
    town.do(ana, c.SetRoomRole(room=room, person=ben, role="observer"))
    async with (
        await enter(place.url, town.key(ben)) as one,
        await enter(place.url, town.key(ana)) as two,
    ):
        await two.watch(room)
        for tag, fields in [
            ("message.post", {"room": room, "body": "x"}),
            ("message.post", {"room": room, "body": "x", "thread": message}),
            ("message.edit", {"message": own, "body": "x"}),
            ("reaction.add", {"message": message, "emoji": "👍"}),
            ("message.pin", {"message": message}),
        ]:
            assert await one.refused(tag, **fields) == "observer", tag
        await one.send("typing", room=room)
        assert (await one.watch(room, 0))["state"] == "current"
        assert (await one.ask("read.mark", room=room, no=2))["type"] == "ok"
        assert [f for f in two.frames if f["type"] == "typing"] == []


async def test_joining_by_request_and_by_invitation(place: Place) -> None:
    town = place.town
    ana, ben, eva = town.person("Ana"), town.person("Ben"), town.person("Eva")
    asked, closed = town.room(ana, access="request"), town.room(ana, access="invite")
    town.post(ana, asked, SECRET)
    async with (
        await enter(place.url, town.key(ben)) as one,
        await enter(place.url, town.key(ana)) as host,
    ):
        assert await one.refused("room.snapshot", room=asked) == "not_a_member"
        assert await one.refused("message.post", room=asked, body="x") == "not_a_member"
        assert (await one.watch(asked, 0))["why"] == "not_a_member"
        assert (await one.ask("room.join", room=asked))["result"] == {"state": "requested"}
        # Having asked is not yet being in.
        assert (await one.watch(asked, 0))["state"] == "refused"
        assert await one.refused("room.admit", room=asked, person=ben) == "not_a_member"
        assert await one.refused("room.desk", room=asked) == "not_a_member"
        assert SECRET not in json.dumps(one.frames)
        await host.ask("room.admit", room=asked, person=ben)
        assert (await one.watch(asked, 0))["state"] == "current"
        # Invited, taken back, and so not invited.
        await host.ask("room.invite", room=closed, people=[ben])
        await host.ask("room.decline", room=closed, person=ben)
        assert await one.refused("room.join", room=closed) == "not_found"
        await host.ask("room.invite", room=closed, people=[eva])
        assert await one.refused("room.join", room=closed) == "not_found"
    async with await enter(place.url, town.key(eva)) as two:
        assert await two.refused("message.post", room=closed, body="x") == "not_a_member"
        assert (await two.watch(closed, 0))["state"] == "refused"
        assert (await two.ask("room.join", room=closed))["result"] == {"state": "member"}
