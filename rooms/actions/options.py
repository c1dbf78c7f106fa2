"""What a room has switched on: tools, and what its kind brings along."""

from __future__ import annotations

import msgspec

from protocol.commands import ChangeRoom, OpenRoom
from protocol.events import PairsChanged
from protocol.parts import RoomOptions
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds.base import Kind
from rooms.model import NewEvent
from rooms.tools import TOOLS


def chosen(
    facts: Facts,
    kind: Kind,
    before: RoomOptions,
    command: OpenRoom | ChangeRoom,
    inside: frozenset[str],
) -> RoomOptions:
    """The options after a command; `inside` are the people of the room."""
    options = before
    if command.tools is not None:
        unknown = [name for name in command.tools if name not in TOOLS]
        if unknown:
            raise Refusal("invalid", field="tools", problem="of " + ", ".join(TOOLS))
        tools = tuple(name for name in TOOLS if name in command.tools)
        options = msgspec.structs.replace(options, tools=tools)
    if command.coordinator is not None:
        coordinator = command.coordinator or None
        if not kind.coordinator:
            raise Refusal("kind_decides", field="coordinator", value="nobody")
        if coordinator is not None and coordinator != before.coordinator:
            _check_coordinator(facts, coordinator, inside)
        options = msgspec.structs.replace(options, coordinator=coordinator)
    if command.answer_first is not None:
        if not kind.topics:
            raise Refusal("kind_decides", field="answer_first", value="off")
        options = msgspec.structs.replace(options, answer_first=command.answer_first)
    if command.hide_text is not None:
        options = msgspec.structs.replace(options, hide_text=command.hide_text)
    return options


def _check_coordinator(facts: Facts, person: str, inside: frozenset[str]) -> None:
    found = facts.person(person)
    if found is None or found.status != "active" or found.role in ("guest", "bot"):
        raise Refusal("not_found", what="person")
    if person in inside:
        raise Refusal("invalid", field="coordinator", problem="somebody besides the two")


def told(before: RoomOptions, after: RoomOptions) -> list[NewEvent]:
    """Who begins or ceases to coordinate a pair is told so."""
    if before.coordinator == after.coordinator:
        return []
    people = (before.coordinator, after.coordinator)
    return [NewEvent(stream=person, data=PairsChanged()) for person in people if person]
