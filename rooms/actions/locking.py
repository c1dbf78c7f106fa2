"""Locking a room for a while, and unlocking it.

A lock stands on the room's card; its end is compared with the clock. Slow mode is a setting, in
`rooms.change`.
"""

from __future__ import annotations

from protocol import limits
from protocol.commands import LockRoom, UnlockRoom
from rooms import policy, text
from rooms.actions.rooms import changed, fresh
from rooms.actions.sanctions import ends_at
from rooms.cards import lock as lock_card
from rooms.cards import room_card
from rooms.facts import Facts
from rooms.model import Actor, Decision


def lock(facts: Facts, actor: Actor, command: LockRoom) -> Decision:
    """Only facilitators write from here on. A lock takes the place of the one before."""
    standing = policy.check(facts.standing(command.room, actor.person), "lock")
    reason = text.line("reason", command.reason, limits.REASON)
    locked = lock_card(ends_at(facts, command.seconds), reason)
    return changed(standing.room, room_card(fresh(facts, command.room), locked=locked))


def unlock(facts: Facts, actor: Actor, command: UnlockRoom) -> Decision:
    """Everybody writes again; where it is not locked nothing changes."""
    standing = policy.check(facts.standing(command.room, actor.person), "lock")
    if not standing.room.locked_until:
        return Decision(result={})
    return changed(standing.room, room_card(fresh(facts, command.room), locked=None))
