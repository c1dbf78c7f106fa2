"""Rooms that nobody looks after: what those may do about them who run the community.

Only then, and only this: name one of the members, or archive the room. They do not get in, and read
nothing of it; what they did stands in the room's log.
"""

from __future__ import annotations

from protocol.commands import AppointFacilitator, CloseRoom
from protocol.events import MemberRoleChanged, RoomLed
from protocol.ids import ADMINS
from rooms import policy
from rooms.actions.leaving import looks_after
from rooms.actions.rooms import changed, fresh
from rooms.cards import room_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent, NewStream, RoomFacts


def appoint(facts: Facts, actor: Actor, command: AppointFacilitator) -> Decision:
    """Name a member who looks after the room from here on."""
    room = _unled(facts, actor, command.room)
    row = facts.members(room.id, [command.person]).get(command.person)
    person = facts.person(command.person)
    if row is None or row.state != "member" or person is None or person.status != "active":
        raise Refusal("not_found", what="person in this room")
    if person.role in ("guest", "bot"):
        raise Refusal("invalid", field="person", problem="somebody with an account")
    named = MemberRoleChanged(person=person.id, role="facilitator")
    decision = Decision(tightens=(room.id,), result={})
    decision.events = [NewEvent(stream=room.id, data=named), *told(facts, decision, room.id)]
    return decision


def close(facts: Facts, actor: Actor, command: CloseRoom) -> Decision:
    """Archive it: it stays readable for those who are in it."""
    room = _unled(facts, actor, command.room)
    decision = changed(room, room_card(fresh(facts, room.id), archived=True))
    decision.events += told(facts, decision, room.id)
    return decision


def told(facts: Facts, decision: Decision, room: str) -> list[NewEvent]:
    """Says to the others who run the community that it is done."""
    if not facts.is_open(ADMINS):
        decision.streams.append(NewStream(ADMINS, "admins"))
    return [NewEvent(stream=ADMINS, data=RoomLed(room=room))]


def _unled(facts: Facts, actor: Actor, id_: str) -> RoomFacts:
    """A live room that nobody looks after; to an admin every other room is as it ever was."""
    policy.check_community(facts.person(actor.person), facts.community(), "room.unled")
    room = facts.room(id_)
    if room is None or room.archived or room.access == "direct" or looks_after(facts, room.id):
        raise Refusal("not_found", what="room without a facilitator")
    return room
