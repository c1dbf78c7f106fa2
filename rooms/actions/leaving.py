"""How somebody goes from a room, of their own will or not, and what must stay: a facilitator."""

from __future__ import annotations

from protocol.events import FacilitatorLeft, MemberLeft, RoomChanged, RoomDropped
from protocol.ids import COMMUNITY, facilitators_stream
from rooms.actions.tools import left_tools
from rooms.cards import room_card
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Decision, MemberFacts, NewEvent, RoomFacts


def leaving(facts: Facts, room: RoomFacts, row: MemberFacts, how: str) -> list[NewEvent]:
    """The events by which a member goes; both streams let go of their connections."""
    left = MemberLeft(person=row.person, how=how)  # type: ignore[arg-type]
    dropped = RoomDropped(room=room.id, how="left" if how != "removed" else "removed")
    events = [
        NewEvent(stream=room.id, data=left, revokes=(row.person,)),
        NewEvent(stream=row.person, data=dropped),
        *left_tools(facts, room.id, row.person),
    ]
    if row.role == "facilitator":
        events.append(off_the_desk(room.id, row.person))
    return events


def gone(facts: Facts, room: RoomFacts, row: MemberFacts, how: str) -> Decision:
    """A member goes."""
    # Direct rooms may rest on somebody in them being a facilitator somewhere.
    tightens = (room.id, COMMUNITY) if row.role == "facilitator" else (room.id,)
    return Decision(events=leaving(facts, room, row, how), tightens=tightens, result={})


def off_the_desk(room: str, person: str) -> NewEvent:
    """A facilitator no longer is one."""
    return NewEvent(
        stream=facilitators_stream(room), data=FacilitatorLeft(person=person), revokes=(person,)
    )


def keep_a_facilitator(facts: Facts, room: RoomFacts, row: MemberFacts) -> None:
    """A live room is never left without a facilitator: hand over, or archive it."""
    if row.role != "facilitator" or room.archived or room.access == "direct":
        return
    if not looks_after(facts, room.id, row.person):
        raise Refusal("last_facilitator")


def looks_after(facts: Facts, room: str, besides: str = "") -> bool:
    """Whether somebody (else) is a facilitator of a room and can act: whoever is suspended cannot.

    Roles stand under the room's lock, who is suspended under the community's.
    """
    guides = [
        row.person
        for row in facts.members(room).values()
        if row.role == "facilitator" and row.state == "member" and row.person != besides
    ]
    return any(person.status == "active" for person in facts.people(guides).values())


def not_reading_along(room: RoomFacts, person: str) -> NewEvent:
    """Whoever reads an open room without being a member stops; the others see nothing of it."""
    return NewEvent(stream=room.id, data=RoomChanged(room=room_card(room)), revokes=(person,))
