"""What is opened for somebody who then does not watch it is closed again: a node's memory and its
subscriptions are for those who watch."""

from __future__ import annotations

import pytest

from chat.app import App
from chat.gate import Gate
from chat.limits import RateLimit
from tests.flow.conftest import join
from tests.world import World


@pytest.fixture
def rooms(world: World) -> list[str]:
    ben = world.person("Ben")
    return [ben, *(world.room(ben) for _ in range(3))]


async def test_who_falls_behind_while_subscribing_leaves_nothing_open(
    app: App, rooms: list[str]
) -> None:
    ben, *names = rooms
    client = join(app, ben)
    client.connection.lagging = True
    await client.ask("subscribe", cursors=[{"stream": name} for name in names])
    assert app.fanout.gate.streams == []


async def test_who_leaves_while_subscribing_leaves_nothing_open(
    app: App, rooms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, *names = rooms
    client = join(app, ben)
    watching = join(app, ben)
    await watching.watch(names[0])
    opened: list[str] = []
    open_ = Gate.open

    async def leaving(gate: Gate, *streams: str) -> None:
        await open_(gate, *streams)
        opened.extend(streams)
        client.close()

    monkeypatch.setattr(Gate, "open", leaving)
    client.send("subscribe", cursors=[{"stream": name} for name in names])
    task = client.connection._worker
    assert task is not None
    while not task.done():
        await app.database.ask(lambda _: None)
    assert sorted(opened) == sorted(names[1:])
    assert app.fanout.gate.streams == names[:1]


@pytest.mark.attack
async def test_asking_to_watch_without_end_is_bounded(app: App, rooms: list[str]) -> None:
    ben, *names = rooms
    app.dispatch.watching = RateLimit(rate=0.001, burst=2.0)
    client = join(app, ben)
    ask = {"cursors": [{"stream": name} for name in names]}
    answers = [await client.ask("subscribe", **ask) for _ in range(4)]
    assert [answer.get("code") for answer in answers] == [None, None, None, "rate_limited"]
    assert answers[-1]["retry_after"] > 0
    # Posting is counted apart.
    assert (await client.ask("message.post", room=names[0], body="Hello"))["type"] == "ok"
