"""The recipe for a room tool in docs/adding.md, played as it stands there."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from protocol import commands as c
from rooms.errors import Refusal
from rooms.tools import TOOLS
from tests.contract.test_tools import refused, state, use
from tests.world import World

RECIPES = Path(__file__).resolve().parents[2] / "docs" / "adding.md"


def test_the_tool_of_the_recipe_works(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = RECIPES.read_text().split("## A room tool")[1]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    path = tmp_path / "applause.py"
    path.write_text(found[1])
    spec = importlib.util.spec_from_file_location("applause", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "applause", module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(TOOLS, "applause", module.TOOL)

    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, tools=["applause"])
    assert state(world, ben, room, "applause") is None
    for who in (ana, ben, ben):
        use(world, who, room, "applause", do="clap")
    assert state(world, ben, room, "applause").claps == 3
    with refused("not_allowed"):
        use(world, ben, room, "applause", do="fade")
    use(world, ana, room, "applause", do="fade")
    assert state(world, ben, room, "applause").claps == 0
    events = world.ask(ben, c.GetEvents(stream=room)).events
    changes = [event for event in events if event.kind == "tool.changed"]
    assert len(changes) == 4

    # Where it is gone again, an older node say, its room is read as before.
    monkeypatch.delitem(TOOLS, "applause")
    assert world.ask(ben, c.GetRoom(room=room)).tools == ()
    world.post(ben, room, "Still here")
    with pytest.raises(Refusal):
        use(world, ben, room, "applause", do="clap")
