"""The end of a guest's visit as open connections feel it, on every node."""

from __future__ import annotations

import pytest

from chat.app import App
from protocol import commands as c
from rooms.model import Actor
from tests.contract.passes_kit import passed, visitor
from tests.fakes import Client
from tests.flow.conftest import Node, join
from tests.world import SCOPES, World, actor

pytestmark = pytest.mark.promise_p7


async def test_ended_on_one_node_it_is_ended_on_all(node: Node, app: App, world: World) -> None:
    other = await node()
    ana = world.person("Ana")
    room = world.room(ana)
    made = world.do(ana, c.MakePass(room=room)).result
    vera, stays = visitor(world, made["code"]), visitor(world, passed(world, ana, room))
    here, there, hers = join(app, vera), join(other, vera), join(other, stays)
    await app.dispatch.submit(actor(ana), c.RevokePass(invitation=made["invitation"]))
    assert await here.sink.until(lambda: here.sink.closed_with) == 4107
    assert await there.sink.until(lambda: there.sink.closed_with) == 4107
    assert hers.sink.closed_with is None, "another pass is another pass"


async def test_the_clock_closes_what_is_open(app: App, world: World) -> None:
    ana = world.person("Ana")
    vera = visitor(world, passed(world, ana, world.room(ana)))
    # By the wall's clock the visit ended long ago: the timer has nothing left to wait for.
    over = Actor(vera, "s_over", SCOPES, ends_at=1)
    client = Client(app.live.connection(over))
    assert await client.sink.until(lambda: client.sink.closed_with) == 4107
    going_on = Client(app.live.connection(Actor(vera, "s_on", SCOPES, ends_at=2**62)))
    assert going_on.sink.closed_with is None
