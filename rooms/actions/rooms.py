"""Opening, changing, archiving and bringing back rooms; direct rooms."""

from __future__ import annotations

import msgspec

from protocol import limits
from protocol.commands import ArchiveRoom, ChangeRoom, OpenDirectRoom, OpenRoom, RestoreRoom
from protocol.events import (
    MemberJoined,
    RoomAdded,
    RoomChanged,
    RoomListed,
    RoomOpened,
    RoomUnlisted,
)
from protocol.ids import COMMUNITY, facilitators_stream, new_id
from protocol.parts import RoomOptions
from protocol.views import (
    Room,
)
from rooms import policy, text
from rooms.actions import options, retention
from rooms.cards import person_card, read_along, room_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds import KINDS, kind_of
from rooms.kinds.base import Kind
from rooms.model import Actor, Decision, NewEvent, NewStream, PersonFacts, RoomFacts


def open_room(facts: Facts, actor: Actor, command: OpenRoom) -> Decision:
    """Open a room; who opens it becomes its facilitator."""
    person = policy.check_community(facts.person(actor.person), facts.community(), "room.open")
    kind = KINDS.get(command.kind)
    if kind is None:
        raise Refusal("invalid", field="kind", problem="one of " + ", ".join(KINDS))
    _check_count(facts, person)
    room = RoomFacts(
        id=new_id("r", facts.now // 1000),
        kind=command.kind,
        name=text.line("name", command.name, limits.ROOM_NAME, 1),
        purpose=text.paragraph("purpose", command.purpose, limits.PURPOSE),
        access=setting(kind, "access", command.access),  # type: ignore[arg-type]
        posting=setting(kind, "posting", command.posting),  # type: ignore[arg-type]
        history=setting(kind, "history", command.history),  # type: ignore[arg-type]
        archived=False,
        created_at=facts.now,
        member_count=0,
        options=options.chosen(
            facts, kind, RoomOptions(tools=kind.tools), command, frozenset({person.id})
        ),
    )
    decision = opening(room, [(person, "facilitator")])
    decision.events += options.told(RoomOptions(), room.options)
    if room.listed:
        card = room_card(room, member_count=1)
        decision.events.append(NewEvent(stream=COMMUNITY, data=RoomListed(room=card)))
    return decision


def setting(kind: Kind, field: str, wanted: str | None) -> str:
    """A setting as the kind lets it be; raises `Refusal` where the kind decides otherwise."""
    fixed = kind.fixed.get(field)
    if fixed is not None and wanted not in (None, fixed):
        raise Refusal("kind_decides", field=field, value=fixed)
    return wanted or kind.setting(field)


def _check_count(facts: Facts, person: PersonFacts) -> None:
    rooms = len(facts.rooms_of(person.id))
    if rooms >= limits.ROOMS_PER_PERSON:
        raise Refusal("too_many", what="rooms", max=limits.ROOMS_PER_PERSON, actual=rooms + 1)


def opening(room: RoomFacts, people: list[tuple[PersonFacts, str]]) -> Decision:
    """The streams and events of a new room with its first people and their roles in it."""
    card = room_card(room)
    events = [NewEvent(stream=room.id, data=RoomOpened(room=card))]
    full = room_card(room, member_count=len(people))
    for person, role in people:
        events.append(
            NewEvent(
                stream=room.id,
                data=MemberJoined(person=person_card(person), role=role, head_no=0),  # type: ignore[arg-type]
            )
        )
        events.append(
            NewEvent(
                stream=person.id,
                data=RoomAdded(room=full, state="member", role=role),  # type: ignore[arg-type]
            )
        )
    streams = [NewStream(room.id, "room"), NewStream(facilitators_stream(room.id), "desk")]
    return Decision(streams=streams, events=events, result={"room": room.id})


def open_direct(facts: Facts, actor: Actor, command: OpenDirectRoom) -> Decision:
    """Open, or find again, the direct room with these people."""
    community = facts.community()
    person = policy.check_community(facts.person(actor.person), community, "room.direct")
    ids = sorted({actor.person, *command.people})
    if len(ids) > limits.DIRECT_PEOPLE_MAX:
        raise Refusal("too_many", what="people", max=limits.DIRECT_PEOPLE_MAX, actual=len(ids))
    if len(ids) < limits.DIRECT_PEOPLE_MIN:
        raise Refusal("too_few", what="people", min=limits.DIRECT_PEOPLE_MIN, actual=len(ids))
    people = facts.people(ids)
    for other in ids:
        found = people.get(other)
        if found is None or found.status != "active":
            raise Refusal("not_found", what="person")
        if found.role == "guest":
            raise Refusal("direct_not_allowed")
        policy.check_bounds(found, "")
    if community.direct_rooms == "with_facilitators" and not facts.guides_somewhere(ids):
        raise Refusal("direct_not_allowed")
    if len(ids) == 2 and facts.blocked(*ids):
        raise Refusal("direct_not_allowed")
    found_room = facts.direct_room(" ".join(ids))
    if found_room is not None:
        return Decision(result={"room": found_room, "created": False})
    _check_count(facts, person)
    room = RoomFacts(
        id=new_id("r", facts.now // 1000),
        kind="conversation",
        name="",
        purpose="",
        access="direct",
        posting="everyone",
        history="all",
        archived=False,
        created_at=facts.now,
        member_count=0,
        direct=tuple(ids),
    )
    decision = opening(room, [(people[other], "member") for other in ids])
    decision.result = {"room": room.id, "created": True}
    return decision


def change(facts: Facts, actor: Actor, command: ChangeRoom) -> Decision:
    """Change a room's name, purpose or settings."""
    standing = policy.check(facts.standing(command.room, actor.person), "change")
    room = fresh(facts, command.room)
    card, kind = room_card(room), kind_of(room.kind)
    for field in ("access", "posting", "history"):
        setting(kind, field, getattr(command, field))
    inside = frozenset(facts.members(room.id)) if command.coordinator else frozenset()
    chosen = options.chosen(facts, kind, room.options, command, inside)
    wanted = {
        "name": command.name and text.line("name", command.name, limits.ROOM_NAME, 1),
        "purpose": None
        if command.purpose is None
        else text.paragraph("purpose", command.purpose, limits.PURPOSE),
        "access": command.access,
        "posting": command.posting,
        "history": command.history,
        "slow_mode": command.slow_mode,
        "options": chosen,
    }
    if command.slow_mode is not None and not 0 <= command.slow_mode <= limits.SLOW_MODE:
        raise Refusal("invalid", field="slow_mode", problem=f"0 to {limits.SLOW_MODE} seconds")
    if command.name == "":
        raise Refusal("too_short", field="name", min=1, actual=0)
    changes = {
        field: value
        for field, value in wanted.items()
        if value is not None and value != getattr(card, field)
    }
    kept = keeping(room, command.keep_days)
    if not changes and kept == room.keep_days:
        return Decision(result={})
    decision = changed(standing.room, msgspec.structs.replace(card, **changes, keep_days=kept))
    if kept != room.keep_days:
        decision.records = [retention.planned(facts, room.id, kept)]
    decision.events += options.told(room.options, chosen)
    return decision


def keeping(room: RoomFacts, wanted: int | None) -> int | None:
    """How many days a room shall keep its talk; the wire says 0 for "for ever"."""
    if wanted is None:
        return room.keep_days
    if wanted == 0:
        return None
    if not limits.KEEP_DAYS_MIN <= wanted <= limits.KEEP_DAYS:
        problem = f"0 or {limits.KEEP_DAYS_MIN} to {limits.KEEP_DAYS}"
        raise Refusal("invalid", field="keep_days", problem=problem)
    return wanted


def fresh(facts: Facts, room: str) -> RoomFacts:
    """A room's card as it is now; the one in a remembered standing may count members of before."""
    found = facts.room(room)
    if found is None:
        raise Refusal("not_found", what="room")
    return found


def changed(before: RoomFacts, card: Room) -> Decision:
    """The events of a changed card, in the room and in the directory."""
    was = before.listed
    now = card.access in ("open", "request") and not card.archived
    revokes = ("visitors",) if read_along(before) and not read_along(card) else ()
    events = [NewEvent(stream=card.id, data=RoomChanged(room=card), revokes=revokes)]
    if now:
        events.append(NewEvent(stream=COMMUNITY, data=RoomListed(room=card)))
    elif was:
        events.append(NewEvent(stream=COMMUNITY, data=RoomUnlisted(room=card.id)))
    return Decision(events=events, tightens=(card.id,), result={})


def archive(facts: Facts, actor: Actor, command: ArchiveRoom) -> Decision:
    """Close a room for writing."""
    standing = policy.check(facts.standing(command.room, actor.person), "archive")
    card = room_card(fresh(facts, command.room), archived=True)
    return changed(standing.room, card)


def restore(facts: Facts, actor: Actor, command: RestoreRoom) -> Decision:
    """Bring an archived room back."""
    standing = policy.check(facts.standing(command.room, actor.person), "restore")
    if not standing.room.archived:
        return Decision(result={})
    card = room_card(fresh(facts, command.room), archived=False)
    return changed(standing.room, card)
