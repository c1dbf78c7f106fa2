"""Invitations: links by which people join the community, and perhaps a room.

Uses are counted under the community's lock, so a count is exact however many come at once. Every
reason why an invitation does not work gives the same answer.
"""

from __future__ import annotations

from accounts.model import (
    DAY,
    SECOND,
    InvitationFacts,
    NewInvitation,
    RevokeInvitation,
    UseInvitation,
)
from accounts.people import allowed, audit
from accounts.ports import AccountFacts
from protocol import limits
from protocol.accounts import CreateInvitation
from protocol.ids import new_id
from rooms import policy
from rooms.actions.membership import joining
from rooms.actions.welcoming import greeting
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds import kind_of
from rooms.model import Actor, Decision, NewEvent, PersonFacts, RoomFacts

FIRST_USES = 50
FIRST_LASTS = 14 * DAY
"""The invitation that set-up ends with."""
_ONE_HOUR = 3600


def usable(facts: AccountFacts, code: str) -> tuple[InvitationFacts, RoomFacts | None]:
    """An invitation that still works, and its room. A guest pass makes no account and is none."""
    found, room = working(facts, code)
    if found.pass_seconds is not None:
        raise Refusal("invitation_invalid")
    return found, room


def working(facts: AccountFacts, code: str) -> tuple[InvitationFacts, RoomFacts | None]:
    """An invitation or a guest pass that still works, and its room."""
    found = facts.invitation(code=code)
    if found is None or found.revoked or found.expires_at <= facts.now:
        raise Refusal("invitation_invalid")
    if found.uses >= found.max_uses:
        raise Refusal("invitation_invalid")
    if found.room is None:
        return found, None
    room = facts.room(found.room)
    if room is None or room.archived:
        raise Refusal("invitation_invalid")
    return found, room


def entering(facts: Facts, room: RoomFacts | None, person: PersonFacts) -> list[NewEvent]:
    """The events by which a guest of an invitation comes into its room."""
    return joining(facts, room, person, "member") if room else []


def making(
    facts: Facts, code: str, room: str | None, by: str, terms: CreateInvitation
) -> NewInvitation:
    """A new invitation's record."""
    return NewInvitation(
        id=new_id("i", facts.now // 1000),
        code=code,
        room=room,
        role=terms.role,
        max_uses=terms.uses,
        expires_at=facts.now + terms.expires_in * SECOND,
        created_by=by,
    )


def create(
    facts: AccountFacts, actor: Actor | None, command: CreateInvitation, code: str
) -> Decision:
    """An invitation into the community or one of the rooms that the actor may invite to."""
    allowed(facts, actor, "invitation.create")
    if not 1 <= command.uses <= limits.INVITATION_USES:
        problem = f"1 to {limits.INVITATION_USES}"
        raise Refusal("invalid", field="uses", problem=problem)
    if not _ONE_HOUR <= command.expires_in <= limits.INVITATION_SECONDS:
        problem = f"{_ONE_HOUR} to {limits.INVITATION_SECONDS} seconds"
        raise Refusal("invalid", field="expires_in", problem=problem)
    if command.room is None and command.role == "guest":
        raise Refusal("invalid", field="room", problem="a guest is invited to a room")
    if command.room is not None:
        _check_room(facts, actor, command.room, command.role)
    invitation = making(facts, code, command.room, actor.person if actor else "", command)
    note = f"{command.role}, {command.uses} uses, {command.room or 'community'}"
    return Decision(
        records=[invitation, audit(facts, actor, "invitation.create", invitation.id, note)],
        result={"invitation": invitation.id},
    )


def _check_room(facts: Facts, actor: Actor | None, room: str, role: str) -> None:
    # An admin is no facilitator of private rooms: inviting oneself would be a way in.
    if actor is not None:
        policy.check(facts.standing(room, actor.person), "invite")
    found = facts.room(room)
    if found is None or found.access == "direct" or found.archived:
        raise Refusal("not_found", what="room")
    if role == "guest" and not kind_of(found.kind).guests:
        raise Refusal("no_guests_here")


def revoke(facts: AccountFacts, actor: Actor | None, invitation: str) -> Decision:
    """End an invitation; those who came by it stay."""
    allowed(facts, actor, "invitation.create")
    found = facts.invitation(id=invitation)
    if found is None or found.pass_seconds is not None:
        raise Refusal("not_found", what="invitation")
    if found.revoked:
        return Decision(result={})
    return Decision(
        records=[RevokeInvitation(id=found.id), audit(facts, actor, "invitation.revoke", found.id)],
        result={},
    )


def accept(facts: AccountFacts, actor: Actor, code: str) -> Decision:
    """Use an invitation as somebody who has an account: join its room. Roles stay as they are."""
    facts.community()
    person = facts.person(actor.person)
    if person is None or person.status != "active":
        raise Refusal("session_ended")
    if person.visits:
        # A guest pass is for one room.
        raise Refusal("not_allowed")
    invitation, room = usable(facts, code)
    if room is None:
        return Decision(result={"room": None})
    row = facts.members(room.id, [person.id]).get(person.id)
    if row is not None and row.state == "member":
        return Decision(result={"room": room.id})
    if any(one.kind == "ban" for one in facts.binding(room.id, person.id)):
        raise Refusal("invitation_invalid")
    count = len(facts.rooms_of(person.id))
    if count >= limits.ROOMS_PER_PERSON:
        raise Refusal("too_many", what="rooms", max=limits.ROOMS_PER_PERSON, actual=count + 1)
    return Decision(
        events=entering(facts, room, person),
        records=[UseInvitation(id=invitation.id), *greeting(room, facts.now)],
        result={"room": room.id},
    )
