"""People of the community: coming in, being let in, changing, and changing what another may.

Every verb asks `rooms.policy` first. `actor` None is whoever sits at the machine itself (the
command line): they may everything. Commands of the live core (`change_profile`, `set_role`,
`approve`, `change_community`) need no more facts than rooms have.
"""

from __future__ import annotations

import msgspec

from accounts import names
from accounts.model import Audit, Declined
from accounts.ports import AccountFacts
from protocol import limits
from protocol.commands import ApprovePerson, ChangeCommunity, ChangeProfile, SetRole
from protocol.events import AdminLeft, CommunityChanged, PersonChanged, PersonJoined
from protocol.ids import ADMINS, COMMUNITY, new_id
from protocol.views import Role
from rooms import policy, text
from rooms.actions.leaving import keep_a_facilitator, leaving, off_the_desk
from rooms.cards import community_card, ending, person_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds import kind_of
from rooms.model import (
    Actor,
    CommunityFacts,
    Decision,
    NewEvent,
    NewStream,
    PersonFacts,
    Record,
    RoomFacts,
)

OPERATOR = "system"
"""Who acts in events and in the audit when it is the command line."""


def allowed(facts: Facts, actor: Actor | None, verb: str) -> PersonFacts | None:
    """The person, when they may; None for the operator; raises `Refusal`."""
    if actor is None:
        facts.community()
        return None
    return policy.check_community(facts.person(actor.person), facts.community(), verb)


def audit(facts: Facts, actor: Actor | None, act: str, target: str, note: str = "") -> Record:
    """A line of the audit."""
    who = actor.person if actor else OPERATOR
    return Audit(id=new_id("a", facts.now // 1000), actor=who, act=act, target=target, note=note)


def newcomer(facts: AccountFacts, username: str, name: str, role: Role) -> PersonFacts:
    """A person who is not there yet, with a username that nobody has."""
    person = PersonFacts(
        id=new_id("p", facts.now // 1000),
        username=names.username(username),
        name=names.display_name(name),
        role=role,
        status="active",
    )
    if facts.taken([names.folded(person.username)]):
        raise Refusal("name_taken", field="username", value=person.username)
    return person


def arriving(person: PersonFacts) -> Decision:
    """The stream and the event by which somebody is in the community."""
    joined = PersonJoined(person=person_card(person), until=ending(person.status_until))
    return Decision(
        streams=[NewStream(person.id, "person")],
        events=[NewEvent(stream=COMMUNITY, data=joined)],
    )


def _known(facts: Facts, person: str, *states: str) -> PersonFacts:
    found = facts.person(person)
    if found is None or found.status not in states:
        raise Refusal("not_found", what="person")
    return found


def approve(facts: Facts, actor: Actor, command: ApprovePerson) -> Decision:
    """Say yes to an account that waits; a second yes changes nothing."""
    allowed(facts, actor, "person.approve")
    person = _known(facts, command.person, "waiting", "active")
    if person.status == "active":
        return Decision(result={})
    decision = arriving(msgspec.structs.replace(person, status="active"))
    decision.records = [audit(facts, actor, "person.approve", person.id)]
    decision.tightens = (COMMUNITY,)
    decision.result = {}
    return decision


def decline(facts: Facts, actor: Actor, person: str) -> Decision:
    """Say no to an account that waits: it is gone and its username is free."""
    allowed(facts, actor, "person.approve")
    _known(facts, person, "waiting")
    records = [Declined(person=person), audit(facts, actor, "person.decline", person)]
    return Decision(records=records, result={})


def changed(person: PersonFacts, revokes: tuple[str, ...] = ()) -> NewEvent:
    """The event that says how somebody is from here on."""
    data = PersonChanged(person=person_card(person), until=ending(person.status_until))
    return NewEvent(stream=COMMUNITY, data=data, revokes=revokes)


def change_profile(facts: Facts, actor: Actor, command: ChangeProfile) -> Decision:
    """Change one's own name, pronouns, bio or time zone; what is not given stays."""
    person = policy.check_community(facts.person(actor.person), facts.community(), "person.change")
    if person.visits:
        # Whom a room has greeted as one does not become another while they are here.
        raise Refusal("not_allowed")
    changes: dict[str, str] = {}
    if command.name is not None:
        changes["name"] = names.display_name(command.name)
    if command.pronouns is not None:
        changes["pronouns"] = text.line("pronouns", command.pronouns, limits.PRONOUNS)
    if command.bio is not None:
        changes["bio"] = text.paragraph("bio", command.bio, limits.BIO)
    if command.time_zone is not None:
        changes["time_zone"] = names.time_zone(command.time_zone)
    after = msgspec.structs.replace(person, **changes)
    if after == person:
        return Decision(result={})
    # Standings are remembered with the person in them: a new name must reach them too.
    return Decision(events=[changed(after)], tightens=(COMMUNITY,), result={})


def set_role(facts: Facts, actor: Actor | None, command: SetRole) -> Decision:
    """Give somebody another role. Only owners appoint, change or dismiss owners and admins."""
    by = allowed(facts, actor, "person.role")
    person = _known(facts, command.person, "active", "suspended")
    if person.role == command.role:
        return Decision(result={})
    if person.role == "bot":
        raise Refusal("invalid", field="person", problem="a bot stays a bot")
    if person.visits:
        raise Refusal("invalid", field="person", problem="they are here by a guest pass")
    high = {person.role, command.role} & {"owner", "admin"}
    if by is not None and high and by.role != "owner":
        raise Refusal("not_allowed")
    if person.role == "owner" and person.status == "active" and facts.owners() <= 1:
        raise Refusal("last_owner")
    after = msgspec.structs.replace(person, role=command.role)
    note = f"{person.role} -> {command.role}"
    decision = Decision(
        records=[audit(facts, actor, "person.role", person.id, note)],
        tightens=(COMMUNITY,),
        result={},
    )
    # Guests do not watch the community's stream.
    decision.events = [changed(after, (person.id,) if command.role == "guest" else ())]
    if person.runs_community and not after.runs_community:
        decision.events += _off_every_desk(facts, person.id)
    for room in closed_to_guests(facts, person.id) if command.role == "guest" else ():
        row = facts.members(room.id, [person.id])[person.id]
        keep_a_facilitator(facts, room, row)
        decision.events += leaving(facts, room, row, "removed")
        decision.tightens += (room.id,)
    return decision


def led_by_role(facts: Facts, person: str) -> list[RoomFacts]:
    """Rooms whose desk somebody sees for running the community alone."""
    rooms = [room for room in facts.rooms_of(person) if room.access != "direct"]
    rows = {room.id: facts.members(room.id, [person])[person] for room in rooms}
    return [
        room
        for room in rooms
        if rows[room.id].state == "member" and rows[room.id].role != "facilitator"
    ]


def _off_every_desk(facts: Facts, person: str) -> list[NewEvent]:
    """What ends the watching of whoever ceases to run the community: that of the admins' stream,
    and of desks that nobody made them a facilitator of."""
    left = NewEvent(stream=ADMINS, data=AdminLeft(person=person), revokes=(person,))
    desks = [off_the_desk(room.id, person) for room in led_by_role(facts, person)]
    return [left, *desks] if facts.is_open(ADMINS) else desks


def closed_to_guests(facts: Facts, person: str) -> list[RoomFacts]:
    """Rooms that somebody is in and could not be in as a guest."""
    rooms = [room for room in facts.rooms_of(person) if not kind_of(room.kind).guests]
    rows = {room.id: facts.members(room.id, [person])[person] for room in rooms}
    return [room for room in rooms if rows[room.id].state == "member"]


def change_community(facts: Facts, actor: Actor, command: ChangeCommunity) -> Decision:
    """Change the community's settings; what is not given stays."""
    allowed(facts, actor, "community.change")
    before = facts.community()
    changes: dict[str, object] = {
        field: value
        for field in ("minors", "who_opens_rooms", "direct_rooms", "sign_up")
        if (value := getattr(command, field)) is not None
    }
    if command.name is not None:
        changes["name"] = text.line("name", command.name, limits.COMMUNITY_NAME, 1)
    if command.language is not None:
        changes["language"] = names.language(command.language)
    if command.time_zone is not None:
        changes["time_zone"] = names.time_zone(command.time_zone)
    children_come = command.minors and not before.minors
    if children_come and command.direct_rooms is None and before.direct_rooms == "everyone":
        # What was open to everybody is no longer, unless somebody says so in the same breath.
        changes["direct_rooms"] = direct_rooms_default(minors=True)
    after = msgspec.structs.replace(before, **changes)
    if after == before:
        return Decision(result={})
    fields = ", ".join(sorted(changes))
    return Decision(
        events=[settings(after)],
        records=[audit(facts, actor, "community.change", COMMUNITY, fields)],
        tightens=(COMMUNITY,),
        result={},
    )


def settings(community: CommunityFacts) -> NewEvent:
    """The event that says how the community is from here on."""
    return NewEvent(stream=COMMUNITY, data=CommunityChanged(community=community_card(community)))


def direct_rooms_default(*, minors: bool) -> str:
    """Who may open direct rooms, unless somebody decides otherwise."""
    return "with_facilitators" if minors else "everyone"
