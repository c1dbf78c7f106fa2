"""The state of tools, by the fold of each tool: one document an instance."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, bindparam, select

from protocol.events import ToolChanged
from rooms.tools import TOOLS
from rooms.tools.base import Happened
from storage import codec
from storage.streams import StoredEvent
from storage.tables import TOOL
from storage.upsert import put

_changed = msgspec.json.Decoder(ToolChanged)
_STATE = select(TOOL.c.state).where(
    TOOL.c.stream_id == bindparam("stream"),
    TOOL.c.tool == bindparam("tool"),
    TOOL.c.instance == bindparam("instance"),
)


def changed(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Fold each change into the document of its tool; a tool that is not here has none."""
    for event in events:
        data = _changed.decode(event.data)
        tool = TOOLS.get(data.tool)
        if tool is None:
            continue
        key = {"stream": event.stream, "tool": data.tool, "instance": data.instance}
        before = tool.read(connection.execute(_STATE, key).scalar_one_or_none())
        happened = Happened(seq=event.seq, actor=event.actor, body=data.body)
        state = tool.folded(before, data.change, happened)
        row = {
            "stream_id": event.stream, "tool": data.tool, "instance": data.instance,
            "seq": event.seq, "state": codec.dump(state),
        }  # fmt: skip
        put(connection, TOOL, row)


PROJECTORS = {"tool.changed": changed}
