"""Facts about the tools of rooms."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from storage.facts.source import Source
from storage.tables import BALLOT, TOOL, TOOL_MARK

_STATE = select(TOOL.c.state).where(
    TOOL.c.stream_id == bindparam("room"),
    TOOL.c.tool == bindparam("tool"),
    TOOL.c.instance == bindparam("instance"),
)
_ALL = select(TOOL.c.tool, TOOL.c.instance, TOOL.c.state).where(
    TOOL.c.stream_id == bindparam("room")
)


class Tools:
    """Facts about tools, as of one transaction."""

    _transaction: Source

    def tool(self, room: str, tool: str, instance: str = "") -> str | None:
        key = {"room": room, "tool": tool, "instance": instance}
        # What somebody does in a tool is loud: messages staged before it change no tool.
        found = self._transaction.rules_connection.execute(_STATE, key)
        state: str | None = found.scalar_one_or_none()
        return state

    def tools(self, room: str) -> list[tuple[str, str, str]]:
        rows = self._transaction.rules_connection.execute(_ALL, {"room": room})
        return [(row.tool, row.instance, row.state) for row in rows]

    def tool_mark(self, room: str, tool: str, person: str) -> str | None:
        query = select(TOOL_MARK.c.mark).where(
            TOOL_MARK.c.room_id == room,
            TOOL_MARK.c.tool == tool,
            TOOL_MARK.c.person_id == person,
        )
        mark: str | None = self._transaction.connection.execute(query).scalar_one_or_none()
        return mark

    def ballots(self, room: str, poll: int) -> dict[int, int]:
        query = select(BALLOT.c.option, BALLOT.c.votes).where(
            BALLOT.c.room_id == room, BALLOT.c.poll == poll
        )
        rows = self._transaction.rules_connection.execute(query)
        return {row.option: row.votes for row in rows}
