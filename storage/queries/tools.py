"""Tools as readers of a room see them, and their own marks in them."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, select

from protocol.parts import Tool
from rooms.model import RoomFacts
from rooms.tools import TOOLS
from storage.queries.reading import Reading
from storage.tables import TOOL, TOOL_MARK

_STATES = (
    select(TOOL.c.tool, TOOL.c.instance, TOOL.c.seq, TOOL.c.state)
    .where(TOOL.c.stream_id == bindparam("room"))
    .order_by(TOOL.c.tool, TOOL.c.instance)
)
_MARKS = select(TOOL_MARK.c.tool, TOOL_MARK.c.mark).where(
    TOOL_MARK.c.person_id == bindparam("me"), TOOL_MARK.c.room_id == bindparam("room")
)


def states(reading: Reading, room: str) -> tuple[Tool, ...]:
    """Every tool that was ever used: one that is switched off now may be switched on again."""
    found = reading.connection.execute(_STATES, {"room": room})
    rows = [row for row in found if row.tool in TOOLS]
    return tuple(
        # Read by the tool's type, so that a state stored before a field was added has it.
        Tool(
            tool=row.tool, instance=row.instance, rev=row.seq, state=TOOLS[row.tool].read(row.state)
        )
        for row in rows
    )


def marks(reading: Reading, room: RoomFacts) -> dict[str, Any]:
    """The reader's own marks."""
    if not room.options.tools:
        return {}
    found = reading.connection.execute(_MARKS, {"me": reading.person, "room": room.id})
    return {row.tool: msgspec.json.decode(row.mark) for row in found}
