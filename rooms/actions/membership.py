"""Who is in a room: joining, asking, inviting, admitting, leaving, roles.

Joining takes no right from anybody and leaves `rules_seq` alone; leaving and a smaller role move
it, so that nothing decided on the old standing can follow. Going against one's will is in
`sanctions`.
"""

from __future__ import annotations

from protocol import limits
from protocol.commands import (
    AdmitToRoom,
    DeclineRequest,
    InviteToRoom,
    JoinRoom,
    LeaveRoom,
    SetRoomRole,
)
from protocol.events import (
    JoinRequested,
    JoinRequestEnded,
    MemberJoined,
    MemberRoleChanged,
    RoomAdded,
    RoomDropped,
)
from protocol.ids import COMMUNITY, facilitators_stream
from protocol.views import RoomRole
from rooms import policy
from rooms.actions.leaving import gone, keep_a_facilitator, off_the_desk
from rooms.actions.rooms import fresh
from rooms.actions.welcoming import greeting
from rooms.cards import person_card, room_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds import kind_of
from rooms.model import Actor, Decision, MemberFacts, NewEvent, PersonFacts, RoomFacts, Standing
from rooms.ranks import check_above

_NO_GUEST = "a guest cannot facilitate"


def join(facts: Facts, actor: Actor, command: JoinRoom) -> Decision:
    """Join an open room, accept an invitation, or ask where the room is by request."""
    standing = facts.standing(command.room, actor.person)
    if standing is not None and standing.is_member:
        return Decision(result={"state": "member"})
    state = standing.member.state if standing and standing.member else None
    if standing is not None and (state, standing.room.access) == ("requested", "request"):
        return Decision(result={"state": "requested"})
    standing = policy.check(standing, "join")
    if len(facts.rooms_of(actor.person)) >= limits.ROOMS_PER_PERSON:
        most = limits.ROOMS_PER_PERSON
        raise Refusal("too_many", what="rooms", max=most, actual=most + 1)
    invited = standing.member is not None and standing.member.state == "invited"
    if not invited and standing.room.access == "request":
        return _ask(standing)
    role = standing.member.role if invited and standing.member else "member"
    events = joining(facts, fresh(facts, command.room), standing.person, role)
    records = greeting(standing.room, facts.now)
    return Decision(events=events, records=records, result={"state": "member"})


def joining(facts: Facts, room: RoomFacts, person: PersonFacts, role: RoomRole) -> list[NewEvent]:
    """The events by which somebody comes into a room; raises `Refusal` where the kind says no."""
    admissible(facts, room, person)
    head_no = facts.head(room.id)[1]
    joined = MemberJoined(
        person=person_card(person),
        role=role,
        head_no=head_no,
        since_no=head_no + 1 if room.history == "joining" else None,
    )
    card = room_card(room, member_count=room.member_count + 1)
    return [
        NewEvent(stream=room.id, data=joined),
        NewEvent(stream=person.id, data=RoomAdded(room=card, state="member", role=role)),
    ]


def admissible(facts: Facts, room: RoomFacts, person: PersonFacts, more: int = 1) -> None:
    """Refuse whom a room of this kind does not take; `more` people come in at once."""
    kind = kind_of(room.kind)
    if person.role == "guest" and not kind.guests:
        raise Refusal("no_guests_here")
    if person.id == room.options.coordinator:
        raise Refusal("invalid", field="person", problem="they coordinate this pair")
    if kind.most is not None:
        inside = facts.members(room.id)
        count = len(inside) + more - (person.id in inside)
        if count > kind.most:
            raise Refusal("too_many", what="people in this room", max=kind.most, actual=count)


def _ask(standing: Standing) -> Decision:
    person, room = standing.person, standing.room
    added = RoomAdded(room=room_card(room), state="requested", role="member")
    return Decision(
        events=[
            NewEvent(
                stream=facilitators_stream(room.id), data=JoinRequested(person=person_card(person))
            ),
            NewEvent(stream=person.id, data=added),
        ],
        result={"state": "requested"},
    )


def leave(facts: Facts, actor: Actor, command: LeaveRoom) -> Decision:
    """Leave a room, decline an invitation or take a request back."""
    standing = policy.check(facts.standing(command.room, actor.person), "leave")
    own = facts.members(command.room, [actor.person])[actor.person]
    if own.state != "member":
        return _withdraw(standing.room, own, "withdrawn", "declined")
    keep_a_facilitator(facts, standing.room, own)
    return gone(facts, standing.room, own, "left")


def _withdraw(room: RoomFacts, row: MemberFacts, request: str, invitation: str) -> Decision:
    """End an invitation or a request."""
    events = [
        NewEvent(stream=row.person, data=RoomDropped(room=room.id, how=invitation)),  # type: ignore[arg-type]
    ]
    if row.state == "requested":
        ended = JoinRequestEnded(person=row.person, how=request)  # type: ignore[arg-type]
        events.append(NewEvent(stream=facilitators_stream(room.id), data=ended))
    return Decision(events=events, result={})


def invite(facts: Facts, actor: Actor, command: InviteToRoom) -> Decision:
    """Invite people; who asked to be let in already is admitted."""
    policy.check(facts.standing(command.room, actor.person), "invite")
    ids = list(dict.fromkeys(command.people))
    if len(ids) > limits.INVITED_AT_ONCE:
        most = limits.INVITED_AT_ONCE
        raise Refusal("too_many", what="people at once", max=most, actual=len(ids))
    people, rows = facts.people(ids), facts.members(command.room, ids)
    for person in ids:
        found = people.get(person)
        if found is None or found.status != "active":
            raise Refusal("not_found", what="person")
        if found.visits and person not in rows:
            problem = "a guest pass is for one room"
            raise Refusal("invalid", field="people", problem=problem)
        if found.role == "guest" and command.role == "facilitator":
            raise Refusal("invalid", field="role", problem=_NO_GUEST)
        if any(one.kind == "ban" for one in facts.binding(command.room, person)):
            raise Refusal("banned", person=found.name)
        policy.check_bounds(found, command.room)
    room = fresh(facts, command.room)
    fresh_ids = [person for person in ids if person not in rows]
    for person in ids:
        if person not in rows or rows[person].state == "requested":
            admissible(facts, room, people[person], max(1, len(fresh_ids)))
    decision = Decision(result={"invited": [], "already": []})
    for person in ids:
        state = rows[person].state if person in rows else None
        if state in ("member", "invited"):
            decision.result["already"].append(person)
        elif state == "requested":
            decision.events += _admitting(facts, room, people[person], command.role)
            decision.result["invited"].append(person)
        else:
            added = RoomAdded(
                room=room_card(room), state="invited", role=command.role, invited_by=actor.person
            )
            decision.events.append(NewEvent(stream=person, data=added))
            decision.result["invited"].append(person)
    return decision


def _admitting(
    facts: Facts, room: RoomFacts, person: PersonFacts, role: RoomRole
) -> list[NewEvent]:
    ended = JoinRequestEnded(person=person.id, how="admitted")
    return [
        NewEvent(stream=facilitators_stream(room.id), data=ended),
        *joining(facts, room, person, role),
    ]


def _other(facts: Facts, room: str, person: str, *states: str) -> tuple[PersonFacts, MemberFacts]:
    row = facts.members(room, [person]).get(person)
    found = facts.person(person)
    if row is None or found is None or row.state not in states:
        raise Refusal("not_found", what="person in this room")
    return found, row


def admit(facts: Facts, actor: Actor, command: AdmitToRoom) -> Decision:
    """Say yes to a request."""
    policy.check(facts.standing(command.room, actor.person), "admit")
    person, _ = _other(facts, command.room, command.person, "requested")
    room = fresh(facts, command.room)
    events = _admitting(facts, room, person, "member")
    return Decision(events=events, records=greeting(room, facts.now), result={})


def decline(facts: Facts, actor: Actor, command: DeclineRequest) -> Decision:
    """Say no to a request, or take an invitation back."""
    standing = policy.check(facts.standing(command.room, actor.person), "admit")
    _, row = _other(facts, command.room, command.person, "requested", "invited")
    return _withdraw(standing.room, row, "declined", "declined")


def set_role(facts: Facts, actor: Actor, command: SetRoomRole) -> Decision:
    """Make a member facilitator, member or observer."""
    standing = policy.check(facts.standing(command.room, actor.person), "set_role")
    person, row = _other(facts, command.room, command.person, "member")
    if row.role == command.role:
        return Decision(result={})
    if command.role == "facilitator" and person.role == "guest":
        raise Refusal("invalid", field="role", problem=_NO_GUEST)
    changed = MemberRoleChanged(person=command.person, role=command.role)
    events = [NewEvent(stream=command.room, data=changed)]
    tightens = [command.room]
    if row.role == "facilitator":
        if command.person != actor.person:
            own = facts.members(command.room, [actor.person]).get(actor.person)
            check_above(standing.person, person, (own, row))
        keep_a_facilitator(facts, standing.room, row)
        events.append(off_the_desk(command.room, command.person))
        tightens.append(COMMUNITY)
    return Decision(events=events, tightens=tuple(tightens), result={})
