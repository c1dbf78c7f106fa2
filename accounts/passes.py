"""Guest passes: people who come into one room for a while, with nothing but a name.

A pass is an invitation of its own kind: whoever comes by it has no password, is in no directory and
in no stream but the room's and their own, and is nobody once their time is over. That comes by the
clock, on every node at once; what is done about it here (leaving the room, closing what is open) is
also how a facilitator ends it earlier. Nothing makes a visit longer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from accounts import names
from accounts.deletion import closing
from accounts.invitations import working
from accounts.model import (
    DAY,
    SECOND,
    InvitationFacts,
    Newcomer,
    NewInvitation,
    NewVisit,
    RevokeInvitation,
    UseInvitation,
    VisitForgotten,
    VisitOver,
)
from accounts.people import allowed, newcomer
from accounts.ports import AccountFacts
from accounts.sessions import signing_in
from protocol import limits
from protocol.commands import EndVisit, MakePass, RevokePass
from protocol.events import MemberLeft, PassChanged, SessionEnded
from protocol.ids import facilitators_stream, new_code, new_id
from protocol.visits import BeginVisit
from rooms import policy
from rooms.actions.leaving import leaving
from rooms.actions.membership import joining
from rooms.actions.welcoming import greeting
from rooms.cards import person_card, rfc3339
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds import kind_of
from rooms.model import Actor, Decision, NewEvent, NewStream, RoomFacts, VisitFacts
from rooms.records import Schedule, Unschedule

OVER = "visit.over"
"""The kind of job that writes down that a visit is over; its key is the guest."""
Action = Callable[[Facts, Actor, Any], Decision]


def make(facts: Facts, actor: Actor, command: MakePass) -> Decision:
    """A pass into a room, by its facilitators."""
    standing = policy.check(facts.standing(command.room, actor.person), "let_in")
    if not kind_of(standing.room.kind).guests:
        raise Refusal("no_guests_here")
    _within("uses", command.uses, 1, limits.PASS_USES)
    _within("lasts", command.lasts, limits.VISIT_SECONDS_MIN, limits.VISIT_SECONDS)
    _within("expires_in", command.expires_in, limits.PASS_SECONDS_MIN, limits.PASS_SECONDS)
    count = facts.passes_open(command.room)
    if count >= limits.PASSES_OPEN:
        raise Refusal("too_many", what="guest passes", max=limits.PASSES_OPEN, actual=count + 1)
    made = NewInvitation(
        id=new_id("i", facts.now // 1000),
        code=new_code(),
        room=command.room,
        role="guest",
        max_uses=command.uses,
        expires_at=facts.clock() + command.expires_in * SECOND,
        created_by=actor.person,
        pass_seconds=command.lasts,
    )
    return Decision(
        events=[_changed(command.room, made.id)],
        records=[made],
        result={"invitation": made.id, "code": made.code},
    )


def _within(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Refusal("invalid", field=field, problem=f"{least} to {most}")


def _changed(room: str, invitation: str) -> NewEvent:
    return NewEvent(stream=facilitators_stream(room), data=PassChanged(id=invitation))


def usable(facts: AccountFacts, code: str) -> tuple[InvitationFacts, RoomFacts]:
    """A pass that somebody can still come by, and its room."""
    found, room = working(facts, code)
    if found.pass_seconds is None or room is None:
        raise Refusal("invitation_invalid")
    return found, room


def begin(facts: AccountFacts, code: str, command: BeginVisit, arrival: Newcomer) -> Decision:
    """Come in: a person who is a guest until their time is over, in the room of the pass."""
    invitation, room = usable(facts, code)
    lasts = (invitation.pass_seconds or 0) * SECOND
    person = msgspec.structs.replace(
        newcomer(facts, f"guest-{new_code()[:8]}", command.name, "guest"),
        time_zone=names.time_zone(command.time_zone),
        status_until=facts.clock() + lasts,
    )
    # The session outlives the visit by a day, so that whoever comes back is told why.
    id_, session = signing_in(facts, person.id, msgspec.structs.replace(arrival, lasts=lasts + DAY))
    return Decision(
        actor=person.id,
        streams=[NewStream(person.id, "person")],
        events=[*joining(facts, room, person, "member"), _changed(room.id, invitation.id)],
        records=[
            NewVisit(person=person, invitation=invitation.id, room=room.id),
            UseInvitation(id=invitation.id),
            session,
            *greeting(room, facts.now),
            Schedule(kind=OVER, key=person.id, at=person.status_until),
        ],
        result={
            "person": person_card(person),
            "room": room.id,
            "session": id_,
            "until": rfc3339(person.status_until),
        },
    )


def revoke(facts: Facts, actor: Actor, command: RevokePass) -> Decision:
    """Nobody comes by it any more; those who did go, unless they may stay."""
    found = facts.guest_pass(command.invitation)
    if found is None:
        raise Refusal("not_found", what="guest pass")
    policy.check(facts.standing(found.room, actor.person), "end_visit")
    decision = Decision(result={})
    if not found.revoked:
        decision.records.append(RevokeInvitation(id=found.id))
        decision.events.append(_changed(found.room, found.id))
    for person in () if command.stay else facts.visitors(found.id):
        _leave(facts, decision, VisitFacts(person=person, invitation=found.id, room=found.room))
    return decision


def end(facts: Facts, actor: Actor, command: EndVisit) -> Decision:
    """A facilitator ends one visit before its time."""
    policy.check(facts.standing(command.room, actor.person), "end_visit")
    visit = facts.visit(command.person)
    if visit is None or visit.room != command.room:
        raise Refusal("not_found", what="guest in this room")
    decision = Decision(result={})
    _leave(facts, decision, visit)
    return decision


def settle(facts: Facts, person: str) -> Decision:
    """Write down that a visit is over. The clock has ended it already."""
    visit, found = facts.visit(person), facts.person(person)
    decision = Decision(result={})
    if visit is None or found is None:
        return decision
    if found.status == "active":
        # By the database's clock it is not over yet.
        raise Refusal("busy", retry_after=1.0)
    _leave(facts, decision, visit)
    return decision


def forget(facts: Facts, actor: Actor) -> Decision:
    """A guest goes, and takes what they wrote along: as whoever has an account may delete it.

    While their time lasts: afterwards nobody could say that it is them.
    """
    person = allowed(facts, actor, "account.delete")
    visit = facts.visit(actor.person)
    if person is None or visit is None:
        raise Refusal("not_allowed")
    decision = closing(facts, actor, person)
    _out(facts, decision, visit, "deleted")
    decision.events.append(_changed(visit.room, visit.invitation))
    decision.records += [VisitForgotten(person=person.id), Unschedule(kind=OVER, key=person.id)]
    return decision


def ends_visits(action: Action) -> Action:
    """An action by which somebody may leave a room: a guest who does has nowhere else to be."""

    def acting(facts: Facts, actor: Actor, command: Any) -> Decision:
        decision = action(facts, actor, command)
        gone = [
            event.data.person for event in decision.events if isinstance(event.data, MemberLeft)
        ]
        for person in gone:
            visit = facts.visit(person)
            if visit is not None:
                _over(decision, visit)
        return decision

    return acting


def _leave(facts: Facts, decision: Decision, visit: VisitFacts) -> None:
    _out(facts, decision, visit, "left")
    _over(decision, visit)


def _out(
    facts: Facts, decision: Decision, visit: VisitFacts, how: Literal["left", "deleted"]
) -> None:
    room = facts.room(visit.room)
    row = facts.members(visit.room, [visit.person]).get(visit.person)
    if room is not None and row is not None and row.state == "member":
        decision.events += leaving(facts, room, row, how)
        if room.id not in decision.tightens:
            decision.tightens += (room.id,)


def _over(decision: Decision, visit: VisitFacts) -> None:
    """What ends everything by which a guest can act."""
    ended = SessionEnded(session=None, how="ended")
    decision.events += [
        NewEvent(stream=visit.person, data=ended),
        _changed(visit.room, visit.invitation),
    ]
    decision.records += [VisitOver(person=visit.person), Unschedule(kind=OVER, key=visit.person)]
