"""Commands to the tools of a room: what they may be asked is each tool's own (`rooms/tools/`)."""

from __future__ import annotations

from typing import Any

from protocol.request import Command


class UseTool(Command, frozen=True, tag="tool.use"):
    """Do something with a tool of a room; `action` is `{"do": …}` in the words of that tool."""

    room: str
    tool: str
    action: dict[str, Any]
    instance: str = ""
    """Which one, for tools of which a room may have several."""


class MarkTool(Command, frozen=True, tag="tool.mark"):
    """Set one's own mark in a tool, such as how far one has read; nobody else sees it."""

    room: str
    tool: str
    mark: dict[str, Any]


COMMANDS: tuple[type[Command], ...] = (UseTool, MarkTool)
