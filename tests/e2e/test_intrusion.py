"""What is not one's own: rooms, desks, people, rights. Every way in, tried by those who may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from protocol import commands as c
from protocol.ids import facilitators_stream
from tests.e2e.hidden import SECRET, everything, private_room
from tests.e2e.town import Place, Town
from tests.e2e.wire import api, client, enter

pytestmark = pytest.mark.attack

NOBODY = {
    "room": "r_0123456789abcdefghijklmnop", "message": "m_0123456789abcdefghijklmnop",
    "thread": "m_0123456789abcdefghijklmnop", "stream": "r_0123456789abcdefghijklmnop",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["invite", "direct"])
@pytest.mark.parametrize("role", ["member", "admin", "owner", "guest", "bot"])
async def test_a_room_one_cannot_see_is_as_if_it_did_not_exist(
    place: Place, role: str, kind: str
) -> None:
    """Whoever asks, whatever they ask: the answer is that of a room that never was."""
    town = place.town
    hidden = private_room(town, direct=kind == "direct")
    outsider = town.person("Eva", role)
    before = _log(town, hidden.room)
    async with await enter(place.url, town.key(outsider)) as one:
        for tag, fields in everything(hidden):
            answer = await one.ask(tag, **fields)
            nowhere = await one.ask(
                tag, **(fields | {k: v for k, v in NOBODY.items() if k in fields})
            )
            told = [(a["code"], a.get("params"), a["message"]) for a in (answer, nowhere)]
            assert answer["code"] == "not_found", (tag, answer)
            assert told[0] == told[1], tag
        for stream in (hidden.room, facilitators_stream(hidden.room), *hidden.people):
            for after in (None, 0, 3):
                state = await one.watch(stream, after)
                assert (state["state"], state["why"]) == ("refused", "not_found")
                assert "seq" not in state
        for stream in (
            hidden.room,
            "community",
            hidden.people[0],
            facilitators_stream(hidden.room),
        ):
            assert await one.refused("message.post", room=stream, body="x") == "not_found"
        found = [await one.ask(tag) for tag in ("overview", "directory.rooms")]
        found.append(await one.ask("directory.rooms", q=SECRET.lower()))
        listed = [answer for answer in found if hidden.room in json.dumps(answer)]
        assert SECRET not in json.dumps(one.frames)
        assert listed == []
    assert _log(town, hidden.room) == before


def _log(town: Town, stream: str) -> list[Any]:
    from storage import streams

    with town.database.read() as connection:
        return list(streams.events_after(connection, stream, 0))


async def test_quoting_and_replying_do_not_reach_into_other_rooms(place: Place) -> None:
    town = place.town
    hidden = private_room(town)
    eva = town.person("Eva")
    room = town.room(eva, *hidden.people)
    mine = town.post(eva, room)
    async with (
        await enter(place.url, town.key(eva)) as one,
        client(place.url, town.key(hidden.people[0])) as ana,
    ):
        for fields in (
            {"quote": hidden.message}, {"thread": hidden.thread},
            {"thread": mine, "quote": hidden.reply},
        ):  # fmt: skip
            assert await one.refused("message.post", room=room, body="x", **fields) == "not_found"
        # Somebody who may quote it does: others see that there is a quotation, not what it says.
        await one.watch(room)
        await ana.post(room, "as I said elsewhere", quote=hidden.message)
        [event] = await one.until_events(room, 1)
        assert event["data"]["quote"] == {"message": hidden.message, "room": hidden.room}
        page = (await one.ask("room.snapshot", room=room))["result"]["page"]
        assert page["messages"][-1]["quote"]["message"] == hidden.message
        assert page["quoted"] == []
        assert SECRET not in json.dumps(one.frames)
        seen = await ana.history(room)
        assert [m.body for m in seen.quoted] == [f"{SECRET} one"]
    # A thread stays in its room, whoever may see both.
    both = hidden.people[0]
    async with await enter(place.url, town.key(both)) as two:
        code = await two.refused("message.post", room=room, body="x", thread=hidden.thread)
        assert code == "not_found"


async def test_an_old_cursor_opens_nothing_after_a_removal(place: Place) -> None:
    town = place.town
    hidden = private_room(town)
    ana, ben = hidden.people
    key = town.key(ben)
    async with await enter(place.url, key) as one:
        state = await one.watch(hidden.room, 0)
        assert state["state"] == "current"
        await one.socket.close()
    town.do(ana, c.RemoveMember(room=hidden.room, person=ben))
    town.post(ana, hidden.room, "after he left")
    async with await enter(place.url, key) as one, api(place.url, key) as http:
        for after in (0, state["seq"], state["seq"] + 1):
            got = await one.watch(hidden.room, after, epoch=state["epoch"])
            assert got == {"stream": hidden.room, "state": "refused", "why": "not_found"}
        answer = await http.get(f"/streams/{hidden.room}/events", params={"after_seq": 0})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        rooms = (await one.ask("overview"))["result"]["rooms"]
        assert hidden.room not in [entry["room"]["id"] for entry in rooms]
        assert "after he left" not in json.dumps(one.frames)


async def test_what_was_said_before_one_joined(place: Place) -> None:
    """History from joining: not by page, permalink, cursor, quotation, thread, pin or reaction."""
    town = place.town
    hidden = private_room(town, history="joining")
    ana = hidden.people[0]
    eva = town.person("Eva")
    town.do(ana, c.InviteToRoom(room=hidden.room, people=[eva]))
    town.do(eva, c.JoinRoom(room=hidden.room))
    now = town.post(ana, hidden.room, "welcome", quote=hidden.message)
    town.post(ana, hidden.room, "a late reply", thread=hidden.thread)
    async with await enter(place.url, town.key(eva)) as one:
        snapshot = (await one.ask("room.snapshot", room=hidden.room))["result"]
        assert [m["id"] for m in snapshot["page"]["messages"]] == [now]
        assert (snapshot["pins"], snapshot["page"]["quoted"]) == ([], [])
        assert snapshot["page"]["more_before"] is False
        for fields in ({"before": 100}, {"after": 0}, {"around": 1}):
            page = (await one.ask("history.page", room=hidden.room, **fields))["result"]
            assert [m["id"] for m in page["messages"]] == [now], fields
        for tag, fields in everything(hidden):
            if "message" in fields or "thread" in fields:
                assert await one.refused(tag, **fields) == "not_found", tag
        for after in (0, 1, 3):
            state = await one.watch(hidden.room, after)
            assert (state["state"], state["why"]) == ("reset", "hidden")
        missed = (await one.ask("events.page", stream=hidden.room))["result"]
        assert (missed["state"], missed["events"]) == ("reset", [])
        assert await one.refused(
            "message.post", room=hidden.room, body="x", quote=hidden.message
        ) == "not_found"  # fmt: skip
        spoken = json.dumps([f for f in one.frames if f["type"] != "error"])
        # The room's name and purpose are what it is called; what was said in it is another matter.
        for text in ("root", "one", "reply"):
            assert f"{SECRET} {text}" not in spoken
