"""What somebody would rather not hear: people muted or blocked, rooms muted.

All of it is an event of the person's own stream, so it follows them to every device and nobody else
learns of it. A block binds at once (P5): it moves the `rules_seq` of the two people's room, under
that room's lock. Whoever is blocked is refused as where direct conversations are closed to all.
"""

from __future__ import annotations

from protocol import limits
from protocol.commands import BlockPerson, MutePerson, MuteRoom
from protocol.events import QuietChanged
from rooms import policy
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent


def mute_person(facts: Facts, actor: Actor, command: MutePerson) -> Decision:
    """Mute a person, or hear them again."""
    _other(facts, actor, command.person)
    wanted = QuietChanged(what="person", id=command.person, on=command.muted)
    return _changed(facts, actor, wanted)


def block_person(facts: Facts, actor: Actor, command: BlockPerson) -> Decision:
    """Block direct messages of a person, or let them in again."""
    _other(facts, actor, command.person)
    wanted = QuietChanged(what="block", id=command.person, on=command.blocked)
    decision = _changed(facts, actor, wanted)
    room = facts.direct_room(" ".join(sorted((actor.person, command.person))))
    if decision.events and room is not None:
        decision.tightens = (room,)
    return decision


def mute_room(facts: Facts, actor: Actor, command: MuteRoom) -> Decision:
    """Mute a room, or let it stand out again."""
    policy.check(facts.standing(command.room, actor.person), "mark_read")
    mentions = command.muted and command.mentions
    wanted = QuietChanged(what="room", id=command.room, on=command.muted, mentions=mentions)
    return _changed(facts, actor, wanted)


def _other(facts: Facts, actor: Actor, person: str) -> None:
    found = facts.person(person)
    if found is None or found.status == "deleted":
        raise Refusal("not_found", what="person")
    if person == actor.person:
        raise Refusal("invalid", field="person", problem="that is yourself")


def _changed(facts: Facts, actor: Actor, wanted: QuietChanged) -> Decision:
    now = facts.quiet(actor.person, wanted.what, wanted.id)
    if now == (wanted.mentions if wanted.on else None):
        return Decision(result={})
    if now is None:
        count = facts.quiets(actor.person)
        if count >= limits.QUIETS:
            raise Refusal("too_many", what="muted", max=limits.QUIETS, actual=count + 1)
    return Decision(events=[NewEvent(stream=actor.person, data=wanted)], result={})
