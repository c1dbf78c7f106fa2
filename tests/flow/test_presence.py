"""Who is here, over several nodes on one bus."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from chat import here as here_module
from chat.app import App
from chat.bus.memory import Exchange
from tests.fakes import Client
from tests.flow.conftest import Node, join
from tests.world import World


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes are told in the next turn of the loop."""
    monkeypatch.setattr(here_module, "GATHER", 0.0)


def seen(client: Client, person: str) -> Any:
    """How a client last heard that somebody is."""
    frames = [f for f in client.sink.frames if f["type"] == "presence" and person in f["people"]]
    return frames[-1]["people"][person] if frames else None


def count(client: Client) -> Any:
    """How many people a client last heard are in its room."""
    frames = [f for f in client.sink.frames if f["type"] == "presence"]
    return frames[-1]["online"] if frames else None


def knows(client: Client, people: list[str]) -> bool:
    """Whether a client has heard of all of them."""
    return all(seen(client, person) for person in people)


async def beside(node: Node, world: World) -> tuple[App, str, str, str]:
    """A second node, two people, and the room that both are in."""
    ana, ben = world.person("Ana"), world.person("Ben")
    return await node(), ana, ben, world.room(ana, ben)


async def snapshot(client: Client, room: str) -> dict[str, str]:
    """Who is in a room, by its snapshot."""
    answer = await client.ask("room.snapshot", room=room)
    online: dict[str, str] = answer["result"].get("online", {})
    return online


async def test_people_of_every_node_are_in_every_snapshot_and_signal(
    node: Node, app: App, world: World
) -> None:
    other, third = await node(), await node()
    ana, ben, eva = (world.person(name) for name in ("Ana", "Ben", "Eva"))
    room = world.room(ana, ben, eva)
    one, two = join(app, ana), join(other, ben)
    await one.watch(room)
    await two.watch(room)
    await one.sink.until(lambda: seen(one, ben) == "online" and count(one) == 2)
    await two.sink.until(lambda: seen(two, ana) == "online" and count(two) == 2)
    # Nobody watches the room there.
    apart = join(third, eva)
    for client in (one, two, apart):
        assert await snapshot(client, room) == {ana: "online", ben: "online"}
    two.send("presence.ping", active=False)
    await one.sink.until(lambda: seen(one, ben) == "idle")
    two.close()
    await one.sink.until(lambda: seen(one, ben) == "offline" and count(one) == 1)
    assert await snapshot(one, room) == {ana: "online"}


async def test_a_snapshot_right_after_watching_knows_the_others(
    node: Node, app: App, world: World
) -> None:
    other, ana, ben, room = await beside(node, world)
    one, two = join(app, ana), join(other, ben)
    await one.watch(room)
    two.send("subscribe", cursors=[{"stream": room}])
    assert (await snapshot(two, room))[ana] == "online"


async def test_two_devices_on_two_nodes_are_one_person(node: Node, app: App, world: World) -> None:
    other, ana, ben, room = await beside(node, world)
    one, phone, desk = join(app, ana), join(app, ben), join(other, ben)
    for client in (one, phone, desk):
        await client.watch(room)
    phone.send("presence.ping", active=False)
    await one.sink.until(lambda: count(one) == 2)
    desk.close()
    await one.sink.until(lambda: seen(one, ben) == "idle")
    assert count(one) == 2
    phone.close()
    await one.sink.until(lambda: seen(one, ben) == "offline")


async def test_a_node_that_says_goodbye_takes_its_people_along(
    node: Node, app: App, world: World
) -> None:
    other, ana, ben, room = await beside(node, world)
    one, two = join(app, ana), join(other, ben)
    await two.watch(room)
    await one.watch(room)
    await one.sink.until(lambda: seen(one, ben) == "online")
    await other.live.here.neighbours.stop()
    await one.sink.until(lambda: seen(one, ben) == "offline")


async def test_a_node_that_dies_is_forgotten_by_its_silence(
    node: Node, app: App, world: World, exchange: Exchange
) -> None:
    other, ana, ben, room = await beside(node, world)
    one, two = join(app, ana), join(other, ben)
    await two.watch(room)
    await one.watch(room)
    await one.sink.until(lambda: seen(one, ben) == "online")
    neighbours = app.live.here.neighbours
    clock = neighbours._clock
    neighbours._clock = lambda: clock() + 49.0
    neighbours.look_round()
    assert await snapshot(one, room) == {ana: "online", ben: "online"}
    exchange.channels.clear()
    neighbours._clock = lambda: clock() + 99.0
    neighbours.look_round()
    await one.sink.until(lambda: seen(one, ben) == "offline")
    assert await snapshot(one, room) == {ana: "online"}


async def test_what_was_lost_is_asked_anew_after_doubt(
    node: Node, app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, ana, ben, room = await beside(node, world)
    one, two = join(app, ana), join(other, ben)
    await one.watch(room)
    with monkeypatch.context() as patch:
        patch.setattr(other.fanout, "tell", lambda *_: None)
        await two.watch(room)
        # First what it is shown, then what has changed.
        await two.sink.until(lambda: [f["type"] for f in two.sink.frames].count("presence") == 2)
    assert await snapshot(one, room) == {ana: "online"}
    app.fanout._doubted()
    await one.sink.until(lambda: seen(one, ben) == "online")


async def test_a_room_that_nobody_watches_is_kept_by_nobody(
    node: Node, app: App, world: World
) -> None:
    other, ana, ben, room = await beside(node, world)
    one, two = join(app, ana), join(other, ben)
    await one.watch(room)
    await two.watch(room)
    others = other.live.here.neighbours.others
    await two.sink.until(lambda: others.people(room))
    two.close()
    assert others.people(room) == {}


async def test_typing_is_heard_on_another_node_and_not_by_oneself(
    node: Node, app: App, world: World
) -> None:
    other, ana, ben, room = await beside(node, world)
    one, near, far = join(app, ana), join(app, ben), join(other, ben)
    for client in (one, near, far):
        await client.watch(room)
    one.send("typing", room=room)

    def typing(client: Client) -> list[Any]:
        return [f for f in client.sink.frames if f["type"] == "typing"]

    await far.sink.until(lambda: typing(far))
    assert (len(typing(near)), len(typing(far)), typing(one)) == (1, 1, [])


async def test_in_a_busy_process_those_who_come_are_told_the_same_and_then_the_rest(
    app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(here_module, "GATHER", 0.3)
    monkeypatch.setattr(app.live.hub.pace, "busy", lambda: True)
    people = [world.person(name) for name in ("Ana", "Ben", "Eva")]
    room = world.room(*people)
    ana, ben, eva = (join(app, person) for person in people)
    for client in (ana, ben, eva):
        await client.watch(room)
    lists = [[f for f in c.sink.frames if f["type"] == "presence"] for c in (ben, eva)]
    assert lists[0] == lists[1]
    for client in (ana, ben, eva):
        await client.sink.until(partial(knows, client, people))
        assert count(client) == 3
    ben.close()
    await ana.sink.until(lambda: seen(ana, people[1]) == "offline")
    # What was told to others before is not told to who comes later.
    late = join(app, people[1])
    await late.watch(room)
    assert count(late) == 3
