"""A node that is behind, because the bus lost what others said: what it tells those who come."""

from __future__ import annotations

import pytest

from chat.app import App
from protocol.commands import GetRoom, JoinRoom, RemoveMember
from tests.flow.conftest import join
from tests.world import World


@pytest.mark.promise_p4
async def test_an_old_removal_does_not_end_a_new_right(app: App, world: World) -> None:
    """Removed and back again while this node heard nothing: its repair must not send them away."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one = join(app, ana)
    at = (await one.watch(room))["seq"]
    # In the database and not on the bus: as by another node, while Redis is away.
    world.do(ana, RemoveMember(room=room, person=ben))
    world.do(ben, JoinRoom(room=room))
    two = join(app, ben)
    assert (await two.watch(room, at))["state"] == "current"
    await app.fanout.repair_now()
    answer = await one.ask("message.post", room=room, body="Welcome back")
    await two.sink.until(lambda: [e["seq"] for e in two.sink.events(room)][-1:] == [answer["seq"]])
    assert [frame for frame in two.sink.frames if frame["type"] == "unsubscribed"] == []
    assert [e["seq"] for e in two.sink.events(room)] == [at + 1, at + 2, at + 3]


@pytest.mark.promise_p4
async def test_nobody_is_told_less_than_they_have(app: App, world: World) -> None:
    """A client that heard more from another node is not put back to where this one stands."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one = join(app, ana)
    await one.watch(room)
    for n in range(3):
        world.post(ben, room, f"{n}")
    heard = world.ask(ben, GetRoom(room=room)).cursor.seq
    two = join(app, ben)
    state = await two.watch(room, heard)
    assert (state["state"], state["seq"]) == ("current", heard)
    assert two.sink.events(room) == []
