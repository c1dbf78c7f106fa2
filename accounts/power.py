"""Acts of power that may concern no room: then they stand in the community's log, for those who run
it. What happens in a room is `rooms.actions.power`'s business."""

from __future__ import annotations

from typing import Any

from accounts.people import audit
from protocol.events import ActDone
from rooms.actions.power import Action, about, noted, written_down
from rooms.facts import Facts
from rooms.model import Actor, Decision


def recorded(action: Action) -> Action:
    """An action that leaves a line whenever it changed something: in its room's log or, where it
    was done in none, in the community's."""
    within = written_down(action)

    def acting(facts: Facts, actor: Actor, command: Any) -> Decision:
        decision = within(facts, actor, command)
        told = any(isinstance(event.data, ActDone) for event in decision.events)
        if decision.events and not told:
            act: str = command.__struct_config__.tag
            target = (about(command) or [""])[0]
            decision.records.append(audit(facts, actor, act, target, noted(command)))
        return decision

    return acting
