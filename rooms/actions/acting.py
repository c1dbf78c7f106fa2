"""What is one's own alone: no right in a room is asked for it, but that of acting at all.

The table of commands wraps the actions of this kind, so that whoever is suspended, or here by a
pass that is over, does nothing more, however late their sockets are closed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rooms import policy
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, PersonFacts

Action = Callable[[Facts, Actor, Any], Decision]


def check_active(person: PersonFacts | None) -> None:
    """Refuse whoever may nothing now."""
    if person is None or person.status == "deleted":
        raise Refusal("session_ended")
    if person.status != "active":
        raise Refusal(policy.inactive(person.status))


def ones_own(action: Action) -> Action:
    """An action on what is one's own, for those who may act."""

    def doing(facts: Facts, actor: Actor, command: Any) -> Decision:
        check_active(facts.person(actor.person))
        return action(facts, actor, command)

    return doing
