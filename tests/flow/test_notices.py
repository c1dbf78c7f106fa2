"""What admins are told while machines do not hear each other."""

from __future__ import annotations

from typing import Any

import pytest

from chat.app import App
from tests.fakes import Client
from tests.flow.conftest import join
from tests.world import World


def told(client: Client) -> list[Any]:
    """What a client was told, in order."""
    return [f["active"] for f in client.sink.frames if f["type"] == "notices"]


async def test_admins_are_told_and_told_when_it_is_over(
    app: App, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, ana = world.person("Olga", "owner"), world.person("Ana")
    one, two = join(app, owner), join(app, ana)
    notices, bus = app.live.notices, app.fanout.bus
    await notices.stop()
    now = 100.0
    monkeypatch.setattr(notices, "_clock", lambda: now)
    await notices.look()
    bus.connected = False
    await notices.look()
    now += 2.9
    await notices.look()
    assert told(one) == []
    now += 0.1
    await notices.look()
    await notices.look()
    assert (told(one), told(two)) == ([["bus_away"]], [])
    # Whoever comes meanwhile, and by HTTP.
    late = join(app, owner)
    await notices.look()
    assert (told(one), told(late)) == ([["bus_away"]], [["bus_away"]])
    assert (await one.ask("overview"))["result"]["notices"] == ["bus_away"]
    assert (await two.ask("overview"))["result"]["notices"] == []
    # Whoever came after the last look has read of it, and was told nothing before it was over.
    latest = join(app, owner)
    assert (await latest.ask("overview"))["result"]["notices"] == ["bus_away"]
    bus.connected = True
    await notices.look()
    assert told(latest) == [[]]
    assert (told(one), told(two), told(late)) == ([["bus_away"], []], [], [["bus_away"], []])
    assert (await one.ask("overview"))["result"]["notices"] == []
    await notices.look()
    assert told(latest) == [[]], "once is enough"
