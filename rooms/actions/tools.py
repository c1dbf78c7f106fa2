"""Using the tools of a room: what was asked is the tool's own, who may ask is the policy's.

Events of a tool stand in the room's stream, so that its state is read by all who read the room. A
mark is one person's: a record and a signal to their other devices.
"""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.commands import MarkTool, UseTool
from protocol.events import ToolChanged
from protocol.frames import ToolMarkFrame
from rooms import policy
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent, ToPerson
from rooms.records import ToolMark
from rooms.tools import TOOLS, switched_on
from rooms.tools.base import Asked, Step


def use(facts: Facts, actor: Actor, command: UseTool) -> Decision:
    """Carry out an action of a tool."""
    standing = policy.check(facts.standing(command.room, actor.person), "use_tool")
    tool = switched_on(standing.room, command.tool)
    if command.instance:
        raise Refusal("invalid", field="instance", problem="there is one of it in a room")
    action = tool.asked(command.action)
    asked = Asked(
        facts=facts,
        standing=standing,
        facilitates=policy.refusal(standing, "run_tool") is None,
        state=tool.read(facts.tool(command.room, tool.name, command.instance)),
    )
    steps = tool.decide(asked, action)
    decision = Decision(events=_events(command.room, tool.name, command.instance, steps), result={})
    for step in steps:
        decision.records += step.records
        decision.secret |= step.change is None
        if step.mark is not None:
            _keep(decision, command.room, tool.name, actor.person, step.mark)
    return decision


def _keep(decision: Decision, room: str, tool: str, person: str, mark: Any) -> Any:
    """Somebody's own mark from here on, told to their own devices; gives it as it is sent."""
    text = msgspec.json.encode(mark).decode()
    plain = msgspec.to_builtins(mark)
    decision.records.append(ToolMark(room=room, tool=tool, person=person, mark=text))
    decision.signals.append(ToPerson(person, ToolMarkFrame(room=room, tool=tool, mark=plain)))
    return plain


def mark(facts: Facts, actor: Actor, command: MarkTool) -> Decision:
    """Set one's own mark."""
    standing = policy.check(facts.standing(command.room, actor.person), "mark_tool")
    tool = switched_on(standing.room, command.tool)
    wanted = tool.wanted(command.mark)
    assert tool.remark is not None
    state = tool.read(facts.tool(command.room, tool.name))
    kept = facts.tool_mark(command.room, tool.name, actor.person)
    made = tool.remark(state, None if kept is None else msgspec.json.decode(kept), wanted)
    decision = Decision()
    plain = _keep(decision, command.room, tool.name, actor.person, made)
    decision.result = {"mark": plain}
    return decision


def left_tools(facts: Facts, room: str, person: str) -> list[NewEvent]:
    """What the tools of a room do when somebody is no longer in it."""
    events = []
    for name, instance, state in facts.tools(room):
        tool = TOOLS.get(name)
        if tool is not None and tool.leaves is not None:
            steps = tool.leaves(tool.read(state), person, facts.now)
            events += _events(room, name, instance, steps)
    return events


def forgotten(facts: Facts, room: str, person: str) -> list[NewEvent]:
    """What takes a deleted account's texts out of the tools of a room."""
    events = []
    for name, instance, state in facts.tools(room):
        tool = TOOLS.get(name)
        if tool is not None and tool.forgets is not None:
            steps = tool.forgets(tool.read(state), person)
            events += _events(room, name, instance, steps)
    return events


def expired(facts: Facts, room: str, upto: int) -> list[NewEvent]:
    """What takes texts out of the tools of a room whose events go with what is up to `upto`."""
    events = []
    for name, instance, state in facts.tools(room):
        tool = TOOLS.get(name)
        if tool is not None and tool.expires is not None:
            steps = tool.expires(tool.read(state), upto)
            events += _events(room, name, instance, steps)
    return events


def _events(room: str, tool: str, instance: str, steps: list[Step]) -> list[NewEvent]:
    return [
        NewEvent(
            stream=room,
            data=ToolChanged(
                tool=tool,
                instance=instance,
                change=msgspec.to_builtins(step.change),
                body=step.body,
            ),
            redacts=step.redacts,
        )
        for step in steps
        if step.change is not None
    ]
