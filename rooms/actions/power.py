"""Every act of power in a room is written down: who did what to whom, for the others who look after
the room (an event in their stream) and for those who run the community (its projection).

Actions do not know of it: the table of commands wraps those that use power. What changed nothing is
no act, nor is what somebody does to what is their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from protocol.commands import AppointFacilitator, MoveThread
from protocol.events import ActDone, MessageDeleted
from protocol.ids import facilitators_stream
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent

Action = Callable[[Facts, Actor, Any], Decision]
_TARGETS = ("person", "message", "thread", "topic", "sanction", "held", "report", "invitation")
_NOTED = (
    "role",
    "seconds",
    "access",
    "posting",
    "history",
    "slow_mode",
    "verdict",
    "uses",
    "lasts",
)
"""Fields that say how much; none holds words of a person."""
_HELD = ("everyone", "newcomers", "guests", "links")


def written_down(action: Action) -> Action:
    """An action that leaves a line in the audit of its room whenever it changed something."""

    def acting(facts: Facts, actor: Actor, command: Any) -> Decision:
        decision = action(facts, actor, command)
        if not decision.events or _own(decision, actor, command):
            return decision
        act: str = command.__struct_config__.tag
        for room, how in _places(decision, command, facts):
            note = ", ".join(word for word in (noted(command), how) if word)
            for target in getattr(command, "people", about(command)[:1] or [""]):
                done = ActDone(act=act, target=target, note=note)
                decision.events.append(NewEvent(stream=facilitators_stream(room), data=done))
        return decision

    return acting


def about(command: Any) -> list[str]:
    """Ids of what a command is about, the most telling first."""
    return [getattr(command, name) for name in _TARGETS if hasattr(command, name)]


def _places(decision: Decision, command: Any, facts: Facts) -> list[tuple[str, str]]:
    """The rooms it is written down in, and what else is to be said there."""
    room = _room(decision, command, facts)
    if not isinstance(command, MoveThread):
        return [(room, "")] if room else []
    left = decision.events[0].stream
    return [(room, "in"), (left, "out")]


def _room(decision: Decision, command: Any, facts: Facts) -> str:
    """The room it was done in; empty for none, or one of equals."""
    room = getattr(command, "room", "")
    if not room:
        found = [event.stream for event in decision.events if event.stream.startswith("r_")]
        desks = [event.stream[1:] for event in decision.events if event.stream.startswith("fr_")]
        room = next(iter([*found, *desks]), "")
    facing = facts.room(room) if room else None
    return "" if facing is None or facing.access == "direct" else room


def _own(decision: Decision, actor: Actor, command: Any) -> bool:
    if getattr(command, "person", None) == actor.person:
        # Whoever takes a room over uses power over all who are in it.
        return not isinstance(command, AppointFacilitator)
    data = decision.events[0].data
    return isinstance(data, MessageDeleted) and data.by == "author"


def noted(command: Any) -> str:
    """How much, and how many: never words of a person."""
    found = [(name, getattr(command, name, None)) for name in _NOTED]
    words = [f"{name} {value}" for name, value in found if value is not None]
    rules, holds = getattr(command, "rules", None), getattr(command, "holds", None)
    if rules is not None:
        words.append(f"rules {len(rules)}, on {sum(rule.on for rule in rules)}")
    if holds is not None:
        whose = [name for name in _HELD if getattr(holds, name)]
        words.append("holds " + (" ".join(whose) or "nobody"))
    return ", ".join(words)
