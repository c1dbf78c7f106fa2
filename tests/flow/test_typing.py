"""Who may not write does not type: from the acknowledgement on, whatever a node remembers.

What is remembered is remembered for ever here: nothing is forgotten by waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from chat import live as live_module
from chat import typing as typing_module
from chat.app import App
from protocol import commands as c
from tests.fakes import Client
from tests.flow.conftest import Node, join
from tests.world import World

pytestmark = [pytest.mark.promise_p5, pytest.mark.attack]
Fields = dict[str, Any]


@pytest.fixture(autouse=True)
def for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """No node forgets by the clock who may type."""
    monkeypatch.setattr(typing_module, "BELIEVED", 1e9)
    # Clients here have no session that a look at sessions would find.
    monkeypatch.setattr(live_module, "RECHECK_EVERY", 1e9)


def typed(client: Client) -> int:
    """How often a client saw somebody typing."""
    return sum(frame["type"] == "typing" for frame in client.sink.frames)


async def pair(app: App, beside: App, world: World, room: str, *people: str) -> list[Client]:
    """Clients of Ana on one node and of Ben on another; he has just been typing."""
    one, two = join(app, people[0]), join(beside, people[1])
    await one.watch(room)
    await two.watch(room)
    two.send("typing", room=room)
    await one.sink.until(lambda: typed(one) == 1)
    return [one, two]


WAYS: dict[str, Callable[[str, str], tuple[str, Fields]]] = {
    "mute": lambda room, ben: ("sanction.mute", {"room": room, "person": ben, "seconds": 3600}),
    "lock": lambda room, _: ("room.lock", {"room": room}),
    "removal": lambda room, ben: ("room.remove", {"room": room, "person": ben}),
    "ban": lambda room, ben: ("sanction.ban", {"room": room, "person": ben}),
    "role": lambda room, ben: ("room.role", {"room": room, "person": ben, "role": "observer"}),
    "archive": lambda room, _: ("room.archive", {"room": room}),
    "block": lambda _, ben: ("person.block", {"person": ben}),
    "community": lambda *_: ("community.change", {"direct_rooms": "nobody"}),
}
DIRECT = ("block", "community")


@pytest.mark.parametrize("way", WAYS)
async def test_nothing_is_believed_after_the_acknowledgement(
    app: App, world: World, way: str
) -> None:
    ana, ben = world.person("Ana", "owner"), world.person("Ben")
    room = world.room(ana, ben)
    if way in DIRECT:
        room = world.do(ana, c.OpenDirectRoom(people=[ben])).result["room"]
    one, two = await pair(app, app, world, room, ana, ben)
    kind, fields = WAYS[way](room, ben)
    assert (await one.ask(kind, **fields))["type"] == "ok"
    assert (await two.ask("typing", room=room))["type"] == "error"
    assert typed(one) == 1


async def test_another_node_forgets_when_it_hears_of_it(node: Node, app: App, world: World) -> None:
    other = await node()
    ana, ben = world.person("Ana"), world.person("Ben")
    room, elsewhere = world.room(ana, ben), world.room(ana, ben, name="Elsewhere")
    one, two = await pair(app, other, world, room, ana, ben)
    heard, forget = asyncio.Event(), other.fanout.on_tightened

    def hear(stream: str) -> None:
        forget(stream)
        heard.set()

    other.fanout.on_tightened = hear
    assert (await one.ask("room.lock", room=elsewhere))["type"] == "ok"
    await asyncio.wait_for(heard.wait(), 10)
    two.send("typing", room=room)
    await one.sink.until(lambda: typed(one) == 2)
    heard.clear()
    # Without an end: the two nodes have clocks of their own here.
    await one.ask("room.lock", room=room)
    await asyncio.wait_for(heard.wait(), 10)
    assert (await two.ask("typing", room=room))["code"] == "room_locked"
    assert typed(one) == 2


async def test_what_was_asked_before_a_mute_is_asked_again(app: App, world: World) -> None:
    """The permission is read, the mute acknowledged, and only then does the answer arrive."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    one, two = join(app, ana), join(app, ben)
    await one.watch(room)
    typing = app.live.typing
    database = typing._database

    class Slow:
        """A database whose first answer comes late."""

        asked = 0

        async def ask(self, *question: Any) -> Any:
            answer = await database.ask(*question)
            self.asked += 1
            if self.asked == 1:
                await one.ask("sanction.mute", room=room, person=ben, seconds=3600)
            return answer

    typing._database = Slow()  # type: ignore[assignment]
    assert (await two.ask("typing", room=room))["code"] == "muted"
    assert typed(one) == 0


async def test_rooms_named_at_random_leave_nothing_behind(app: App, world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana)
    two = join(app, ben)
    for n in range(20):
        assert (await two.ask("typing", room=f"r_{n}"))["code"] == "not_found"
    assert (await two.ask("typing", room=room))["code"] == "not_a_member"
    assert app.live.typing._rooms == {}
