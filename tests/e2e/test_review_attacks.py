"""Attacks on what waits, on reports and on what moved, over both sockets of a real server: nobody
reads earlier than others, posts around a rule, or learns who reported them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from protocol.ids import facilitators_stream
from tests.e2e.town import Place, api, enter

pytestmark = pytest.mark.attack
CANARY = "Quetzal"
RULE = {"name": "x", "when": {"is": "words", "words": ["q"]}}


def hall(place: Place) -> tuple[dict[str, str], str]:
    """Ana facilitates a room in which Ben and Cleo are; every post of theirs waits."""
    town = place.town
    people = {name: town.person(name) for name in ("ana", "ben", "cleo")}
    room = town.room(*people.values())
    return people, room


async def hold(place: Place, ana: str, room: str, **holds: Any) -> None:
    async with api(place.server.url, place.town.key(ana)) as http:
        answer = await http.patch(f"/rooms/{room}/moderation", json={"holds": holds})
        assert answer.status_code == 200, answer.text


async def test_a_held_text_reaches_nobody_else_by_any_way(place: Place) -> None:
    people, room = hall(place)
    await hold(place, people["ana"], room, everyone=True)
    url, key = place.server.url, place.town.key
    desk = facilitators_stream(room)
    async with (
        await enter(url, key(people["ben"])) as ben,
        await enter(url, key(people["cleo"])) as cleo,
    ):
        for stream in (room, people["cleo"]):
            await cleo.watch(stream, mode="full")
        assert (await cleo.watch(desk))["state"] == "refused"
        assert (await cleo.watch(people["ben"]))["state"] == "refused"
        body = f"{CANARY} waits"
        sent = [
            await ben.ask("message.post", room=room, body=body, client_id="once") for _ in range(3)
        ]
        held = sent[0]["result"]["held"]
        assert [one["result"] for one in sent] == [{"held": held}] * 3
        assert [one.get("duplicate", False) for one in sent] == [False, True, True]
        assert sent[0]["stream"] == people["ben"], "where it stands at the desk is not told"
        for kind, fields in (
            ("held.release", {"held": held}), ("held.decline", {"held": held}),
            ("held.withdraw", {"held": held}), ("held.edit", {"held": held, "body": "Mine"}),
            ("message.get", {"message": held}), ("room.desk", {"room": room}),
            ("events.page", {"stream": desk}), ("events.page", {"stream": people["ben"]}),
            ("moderation.try", {"room": room, "rule": RULE}),
            ("moderation.change", {"room": room, "holds": {"everyone": False}}),
        ):  # fmt: skip
            assert await cleo.refused(kind, **fields) in ("not_found", "not_allowed"), kind
        async with api(url, key(people["cleo"])) as http:
            for path in (
                f"/rooms/{room}",
                f"/rooms/{room}/messages",
                "/overview",
                f"/streams/{room}/events",
            ):
                assert CANARY not in (await http.get(path)).text
        # Direct HTTP is the same way in.
        async with api(url, key(people["ben"])) as http:
            made = await http.post(f"/rooms/{room}/messages", json={"body": body})
            assert set(made.json()) == {"held"}
        await cleo.ask("room.snapshot", room=room)
        assert CANARY not in json.dumps(cleo.frames)


async def test_rules_bind_on_both_sockets_and_every_way_of_saying_it(place: Place) -> None:
    people, room = hall(place)
    url, key = place.server.url, place.town.key
    rule = {"name": "Vegetables", "when": {"is": "words", "words": ["cabbage"]}, "action": "block",
            "message": "Lettuce only."}  # fmt: skip
    async with api(url, key(people["ana"])) as http:
        answer = await http.patch(f"/rooms/{room}/moderation", json={"rules": [rule]})
        assert answer.status_code == 200, answer.text
    async with await enter(url, key(people["ben"])) as ben, api(url, key(people["ben"])) as http:
        root = (await ben.ask("message.post", room=room, body="A root"))["result"]["message"]
        for kind, fields in (
            ("message.post", {"room": room, "body": "c\u200babbage"}),
            ("message.post", {"room": room, "body": "Cabbage", "thread": root}),
            ("message.post", {"room": room, "body": "c.a.b.b.a.g.e", "quote": root}),
            ("message.edit", {"message": root, "body": "CABBAGE"}),
            ("reaction.add", {"message": root, "emoji": "cabbage"}),
        ):
            assert await ben.refused(kind, **fields) == "blocked_by_rule"
        answer = await http.post(f"/rooms/{room}/messages", json={"body": "cabbage"})
        assert (answer.status_code, answer.json()["message"]) == (403, "Lettuce only.")


@pytest.mark.promise_p5
async def test_a_switched_on_hold_binds_posts_that_race_it(place: Place) -> None:
    """What is posted after the acknowledgement waits; nothing of it stands in the room's log."""
    people, room = hall(place)
    url, key = place.server.url, place.town.key
    async with (
        await enter(url, key(people["ana"])) as ana,
        await enter(url, key(people["ben"])) as ben,
    ):
        refs = [await ben.send("message.post", room=room, body=f"Post {n}") for n in range(30)]
        ref = await ana.send("moderation.change", room=room, holds={"everyone": True})
        assert (await ana.answer(ref))["type"] == "ok"
        after = [await ben.send("message.post", room=room, body=f"Late {n}") for n in range(10)]
        answers = [await ben.answer(one) for one in (*refs, *after)]
        kinds = ["held" in one["result"] for one in answers]
        assert kinds == sorted(kinds), "before it all came in, after it none"
        assert all(kinds[30:])


async def test_the_reported_is_told_nothing(place: Place) -> None:
    people, room = hall(place)
    url, key = place.server.url, place.town.key
    async with (
        await enter(url, key(people["ben"])) as ben,
        await enter(url, key(people["cleo"])) as cleo,
    ):
        for stream in (room, people["ben"]):
            await ben.watch(stream, mode="full")
        said = (await ben.ask("message.post", room=room, body="Rude"))["result"]["message"]
        frames = len(ben.frames)
        made = await cleo.ask("report.make", message=said, category="unkind", note=CANARY)
        report = made["result"]["report"]
        # Ben becomes a facilitator and looks everywhere.
        async with api(url, key(people["ana"])) as http:
            path = f"/rooms/{room}/members/{people['ben']}/role"
            assert (await http.put(path, json={"role": "facilitator"})).status_code == 200
        await ben.watch(facilitators_stream(room), 0, mode="full")
        for kind, fields in (
            ("room.desk", {"room": room}),
            ("events.page", {"stream": facilitators_stream(room)}),
            ("overview", {}),
        ):
            assert (await ben.ask(kind, **fields))["type"] == "ok"
        for kind, fields in (
            ("report.assign", {"report": report}),
            ("report.resolve", {"report": report, "outcome": "nothing"}),
            ("report.seen", {"report": report}),
            ("admins.desk", {}),
        ):
            assert await ben.refused(kind, **fields) in ("not_found", "not_allowed")
        seen = json.dumps(ben.frames[frames:])
        assert CANARY not in seen
        reported = [f for f in ben.frames if f.get("kind") == "report.changed"]
        assert [f["actor"] for f in reported] == ["somebody"]
        async with api(url, key(people["ana"])) as http:
            done = await http.post(f"/reports/{report}/resolve", json={"outcome": "talked"})
            assert done.status_code == 200, done.text
        assert await asyncio.wait_for(_answered(cleo, people["cleo"]), 20)


async def _answered(cleo: Any, own: str) -> bool:
    await cleo.watch(own, 0, mode="full")
    await cleo.until(lambda: [f for f in cleo.frames if f.get("kind") == "report.answered"])
    return True
