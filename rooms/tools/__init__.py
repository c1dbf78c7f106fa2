"""What a room can do beside talk: one file a tool, one row here (the recipe: docs/adding.md)."""

from __future__ import annotations

from rooms import policy
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.house import HOUSE
from rooms.model import RoomFacts, Standing
from rooms.tools import book, go_round, hands, poll, reminder, tasks, welcome
from rooms.tools.base import Tool

_ALL = (
    hands.TOOL, go_round.TOOL, book.TOOL, tasks.TOOL, poll.TOOL, welcome.TOOL, reminder.TOOL,
)  # fmt: skip
TOOLS: dict[str, Tool] = {tool.name: tool for tool in _ALL}


def switched_on(room: RoomFacts, name: str) -> Tool:
    """A tool that this room uses; raises `Refusal`."""
    if name not in TOOLS or name not in room.options.tools:
        raise Refusal("tool_off")
    return TOOLS[name]


def check_floor(facts: Facts, standing: Standing) -> None:
    """Refuse what a tool of the room forbids just now: writing out of turn in a go-round.

    Asked wherever text enters a room, under the room's lock (promise P5). A bot of the house takes
    nobody's turn.
    """
    if standing.person.id in HOUSE:
        return
    for name in standing.room.options.tools:
        tool = TOOLS.get(name)
        if tool is None or tool.forbids is None:
            continue
        state = tool.read(facts.tool(standing.room.id, name))
        facilitates = policy.refusal(standing, "run_tool") is None
        code = tool.forbids(state, standing, facilitates, facts.now)
        if code is not None:
            raise Refusal(code)
