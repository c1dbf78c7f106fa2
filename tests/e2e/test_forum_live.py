"""Answers that are kept back, over a real server: watched by those who may, and ended with the very
event that takes the right away (P7)."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.contract.forum_kit import CANARY, Forum
from tests.e2e.test_two_nodes import Pair, pair
from tests.e2e.town import Place
from tests.e2e.wire import Wire, api, enter

__all__ = ["pair"]


class Live:
    """A forum, Ana's HTTP and everybody else's sockets."""

    def __init__(self, place: Place) -> None:
        self.url, self.town = place.url, place.town
        self.forum = Forum(place.town)

    async def enter(self, who: str) -> Wire:
        return await enter(self.url, self.town.key(who))

    async def watched(self, who: str, *streams: str) -> tuple[Wire, list[dict[str, Any]]]:
        """Somebody's socket that asked to watch streams, and what was answered."""
        wire = await self.enter(who)
        cursors = [{"stream": stream} for stream in streams]
        answer = await wire.ask("subscribe", cursors=cursors)
        return wire, answer["result"]["streams"]

    def http(self, who: str) -> httpx.AsyncClient:
        return api(self.url, self.town.key(who))


@pytest.fixture
def live(place: Place) -> Live:
    return Live(place)


def states(found: list[dict[str, Any]]) -> list[str]:
    return [one.get("why") or one["state"] for one in found]


async def unsubscribed(wire: Wire, *streams: str) -> None:
    """The server has said that these are watched no longer."""

    def gone() -> bool:
        frames = [f for f in wire.frames if f["type"] == "unsubscribed"]
        return {f["stream"] for f in frames} >= set(streams)

    await wire.until(gone)


@pytest.mark.attack
@pytest.mark.promise_p7
async def test_answers_are_watched_beside_their_room_and_end_with_it(live: Live) -> None:
    f = live.forum
    wire, found = await live.watched(f.cleo, f.stream)
    assert states(found) == ["watch_room_first"]
    eager, found = await live.watched(f.emil, f.room, f.stream)
    assert states(found) == ["current", "answer_first"]
    cleo, found = await live.watched(f.cleo, f.room, f.stream)
    assert states(found) == ["current", "current"]
    async with live.http(f.ana) as ana, live.http(f.dina) as dina:
        path = f"/rooms/{f.room}/messages"
        said = await dina.post(path, json={"body": f"More {CANARY}", "thread": f.topic})
        assert said.headers["x-tertulia-stream"] == f.stream
        [event] = await cleo.until_events(f.stream, 1)
        assert event["data"]["body"] == f"More {CANARY}"
        [counted] = await eager.until_events(f.room, 1)
        assert (counted["kind"], counted["data"]["change"]) == ("thread.counted", 1)
        gone = await ana.request("DELETE", f"/rooms/{f.room}/members/{f.cleo}", json={})
        assert gone.status_code == 200
        await unsubscribed(cleo, f.room, f.stream)
        await dina.post(path, json={"body": f"Again {CANARY}", "thread": f.topic})
        await eager.until_events(f.room, 3)
    assert (await cleo.ask("overview"))["type"] == "ok"
    assert "Again" not in json.dumps(cleo.frames)
    assert CANARY not in json.dumps(eager.frames)
    for one in (wire, eager, cleo):
        await one.socket.close()


@pytest.mark.attack
@pytest.mark.promise_p7
async def test_who_deletes_their_only_answer_stops_watching(live: Live) -> None:
    f = live.forum
    async with live.http(f.emil) as emil:
        path = f"/rooms/{f.room}/messages"
        mine = (await emil.post(path, json={"body": "A duck", "thread": f.topic})).json()
        wire, found = await live.watched(f.emil, f.room, f.stream)
        assert states(found) == ["current", "current"]
        await emil.request("DELETE", f"/messages/{mine['message']}", json={})
        await unsubscribed(wire, f.stream)
        assert (await wire.watch(f.stream))["why"] == "answer_first"
        assert (await wire.watch(f.room))["state"] == "current"
        answer = await emil.get(f"/messages/{f.first}")
        assert (answer.status_code, answer.json()["code"]) == (403, "answer_first")
        thread = (await emil.get(f"/threads/{f.topic}")).json()
        assert (thread["withheld"], thread["page"]["messages"]) == (True, [])
    await wire.socket.close()


@pytest.mark.attack
@pytest.mark.promise_p7
async def test_a_facilitator_watches_with_the_desk(live: Live) -> None:
    f = live.forum
    its_role = f"/rooms/{f.room}/members/{f.emil}/role"
    async with live.http(f.ana) as ana, live.http(f.emil) as emil:
        await ana.put(its_role, json={"role": "facilitator"})
        wire, found = await live.watched(f.emil, f.room, f.stream)
        assert states(found) == ["current", "watch_room_first"]
        desk = "f" + f.room
        answer = await wire.ask("subscribe", cursors=[{"stream": desk}, {"stream": f.stream}])
        assert states(answer["result"]["streams"]) == ["current", "current"]
        await emil.put(its_role, json={"role": "member"})
        await unsubscribed(wire, desk, f.stream)
        assert (await wire.watch(f.stream))["why"] == "answer_first"
        await wire.ask("unsubscribe", streams=[f.room])
    await wire.socket.close()


async def test_who_leaves_the_room_aside_leaves_its_answers_aside(live: Live) -> None:
    f = live.forum
    wire, _ = await live.watched(f.cleo, f.room, f.stream)
    await wire.ask("unsubscribe", streams=[f.room])
    await unsubscribed(wire, f.stream)
    await wire.socket.close()


@pytest.mark.attack
@pytest.mark.promise_p5
@pytest.mark.promise_p7
async def test_on_another_node_a_removal_ends_the_answers_as_well(pair: Pair) -> None:
    f = Forum(pair.town)
    async with await pair.enter(0, f.ana) as one, await pair.enter(1, f.cleo) as two:
        for stream in (f.room, f.stream):
            assert (await two.watch(stream))["state"] == "current"
        await one.ask("room.change", room=f.room, access="invite")
        assert (await one.ask("room.remove", room=f.room, person=f.cleo))["type"] == "ok"
        post = {"room": f.room, "thread": f.topic, "body": "still?"}
        assert await two.refused("message.post", **post) == "not_found"
        await unsubscribed(two, f.room, f.stream)
        said = await one.ask("message.post", **{**post, "body": f"Among us, {CANARY}"})
        assert (said["type"], said["stream"]) == ("ok", f.stream)
        assert await two.refused("thread.snapshot", thread=f.topic) == "not_found"
        assert "Among us" not in json.dumps(two.frames)
