"""Warning, muting, removing, banning; lifting it early; appeals and their answers.

A sanction is an event in the person's own stream, which it belongs to, and one in the
facilitators' stream for those who look after the room. It moves the room's `rules_seq`, so that
nothing decided on the old standing follows on any node (promise P5). An end is no event: it is
compared with the clock.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from protocol import limits
from protocol.commands import (
    AnswerAppeal,
    AppealSanction,
    Ban,
    LiftSanction,
    Mute,
    RemoveMember,
    Warn,
)
from protocol.events import (
    EventData,
    JoinRequestEnded,
    PersonChanged,
    RoomDropped,
    SanctionAnswered,
    SanctionAppealed,
    SanctionGiven,
    SanctionLifted,
    SuspensionChanged,
)
from protocol.ids import ADMINS, COMMUNITY, facilitators_stream, new_id
from protocol.sanctions import Sanction, SanctionKind
from rooms import policy, text
from rooms.actions.leaving import gone, keep_a_facilitator, not_reading_along
from rooms.actions.rooms import fresh
from rooms.cards import ending, person_card, rfc3339
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import (
    FOREVER,
    Actor,
    Decision,
    MemberFacts,
    NewEvent,
    NewStream,
    PersonFacts,
    RoomFacts,
    SanctionFacts,
    Standing,
)
from rooms.ranks import check_above, rank


def ends_at(facts: Facts, seconds: int | None) -> int:
    """When something ends that lasts `seconds`, 1 to a year, or for ever."""
    if seconds is None:
        return FOREVER
    if not 1 <= seconds <= limits.SANCTION_SECONDS:
        problem = f"1 to {limits.SANCTION_SECONDS} seconds"
        raise Refusal("invalid", field="seconds", problem=problem)
    return facts.clock() + seconds * policy.SECOND


def whom(
    facts: Facts, actor: Actor, room: str, person: str
) -> tuple[Standing, PersonFacts, MemberFacts | None]:
    """The actor's standing, the person and their row; raises unless the actor stands above them."""
    standing = policy.check(facts.standing(room, actor.person), "sanction")
    if person == actor.person:
        raise Refusal("invalid", field="person", problem="that is you")
    found = facts.person(person)
    if found is None or found.status == "deleted":
        raise Refusal("not_found", what="person")
    rows = facts.members(room, [person, actor.person])
    check_above(standing.person, found, (rows.get(actor.person), rows.get(person)))
    return standing, found, rows.get(person)


def _member(row: MemberFacts | None) -> None:
    if row is None or row.state != "member":
        raise Refusal("not_found", what="person in this room")


class Terms(NamedTuple):
    """What a sanction is: its kind, why, and when it ends (0: over at once)."""

    kind: SanctionKind
    reason: str
    until: int = 0


def giving(
    facts: Facts, actor: Actor, person: str, room: RoomFacts | None, terms: Terms
) -> list[NewEvent]:
    """The events by which somebody is given a sanction."""
    sanction = Sanction(
        id=new_id("sn", facts.now // 1000),
        kind=terms.kind,
        person=person,
        room=room.id if room else None,
        room_name=room.name if room else "",
        reason=terms.reason,
        by=actor.person,
        at=rfc3339(facts.now),
        until=ending(terms.until),
    )
    return _told(person, room.id if room else None, SanctionGiven(sanction=sanction))


def _told(person: str, room: str | None, data: EventData) -> list[NewEvent]:
    """To the person, and to those who look after the room."""
    events = [NewEvent(stream=person, data=data)]
    if room is not None:
        events.append(NewEvent(stream=facilitators_stream(room), data=data))
    return events


def warn(facts: Facts, actor: Actor, command: Warn) -> Decision:
    """A word in earnest; it binds nothing and is kept."""
    standing, _, row = whom(facts, actor, command.room, command.person)
    _member(row)
    reason = text.line("reason", command.reason, limits.REASON, 1)
    events = giving(facts, actor, command.person, standing.room, Terms("warn", reason))
    return Decision(events=events, result={"sanction": _id(events)})


def _id(events: list[NewEvent]) -> str:
    data = events[0].data
    assert isinstance(data, SanctionGiven)
    return data.sanction.id


def mute(facts: Facts, actor: Actor, command: Mute) -> Decision:
    """Nothing of theirs enters the room until then; leaving and coming back changes nothing."""
    standing, _, row = whom(facts, actor, command.room, command.person)
    _member(row)
    reason = text.line("reason", command.reason, limits.REASON)
    until = ends_at(facts, command.seconds)
    before = _lifting_all(facts, command.room, command.person, "mute")
    events = giving(facts, actor, command.person, standing.room, Terms("mute", reason, until))
    result = {"sanction": _id(events), "until": ending(until)}
    return Decision(events=[*before, *events], tightens=(command.room,), result=result)


def remove(facts: Facts, actor: Actor, command: RemoveMember) -> Decision:
    """Out; they may come back as they came. Nothing of theirs enters the log after this."""
    policy.check(facts.standing(command.room, actor.person), "remove")
    standing, _, row = whom(facts, actor, command.room, command.person)
    if row is None or row.state != "member":
        raise Refusal("not_found", what="person in this room")
    reason = text.line("reason", command.reason, limits.REASON)
    keep_a_facilitator(facts, standing.room, row)
    decision = gone(facts, standing.room, row, "removed")
    events = giving(facts, actor, command.person, standing.room, Terms("remove", reason))
    decision.events = [*events, *decision.events]
    return decision


def ban(facts: Facts, actor: Actor, command: Ban) -> Decision:
    """Out, and as if the room did not exist for them; whether or not they were in it."""
    standing, _, row = whom(facts, actor, command.room, command.person)
    reason = text.line("reason", command.reason, limits.REASON)
    until = ends_at(facts, command.seconds)
    before = _lifting_all(facts, command.room, command.person, "ban")
    events = giving(facts, actor, command.person, standing.room, Terms("ban", reason, until))
    result = {"sanction": _id(events), "until": ending(until)}
    if row is not None and row.state == "member":
        keep_a_facilitator(facts, standing.room, row)
        decision = gone(facts, standing.room, row, "removed")
    else:
        decision = Decision(events=_withdrawn(command.room, row), tightens=(command.room,))
        if standing.room.access == "open":
            # Whoever reads along without being a member stops reading along.
            decision.events.append(not_reading_along(fresh(facts, command.room), command.person))
    decision.events = [*before, *events, *decision.events]
    decision.result = result
    return decision


def _withdrawn(room: str, row: MemberFacts | None) -> list[NewEvent]:
    if row is None:
        return []
    events = [NewEvent(stream=row.person, data=RoomDropped(room=room, how="declined"))]
    if row.state == "requested":
        ended = JoinRequestEnded(person=row.person, how="declined")
        events.append(NewEvent(stream=facilitators_stream(room), data=ended))
    return events


def _lifting_all(facts: Facts, room: str, person: str, kind: str) -> list[NewEvent]:
    """A new sanction of a kind takes the place of the old."""
    events: list[NewEvent] = []
    for old in facts.binding(room, person):
        if old.kind == kind:
            events += _told(person, room, SanctionLifted(id=old.id, person=person))
    return events


def _judged(facts: Facts, actor: Actor, sanction: str) -> SanctionFacts:
    """A sanction that the actor may lift or judge; raises `Refusal`."""
    found = facts.sanction(sanction)
    if found is None:
        raise Refusal("not_found", what="sanction")
    if found.person == actor.person:
        raise Refusal("not_allowed")
    if found.room is None:
        policy.check_community(facts.person(actor.person), facts.community(), "person.suspend")
        return found
    standing = facts.standing(found.room, actor.person)
    if policy.refusal(standing, "sanction") is not None or standing is None:
        raise Refusal("not_found", what="sanction")
    giver = facts.standing(found.room, found.by)
    above = 0 if giver is None else rank(giver.person, giver.member)
    if giver is not None and rank(standing.person, standing.member) < above:
        raise Refusal("same_rank", person=giver.person.name)
    return found


def lift(facts: Facts, actor: Actor, command: LiftSanction) -> Decision:
    """End it early."""
    found = _judged(facts, actor, command.sanction)
    if not found.binds(facts.clock()):
        raise Refusal("not_in_force")
    note = text.line("note", command.note, limits.REASON)
    decision = lifting(facts, found, note)
    _tell_admins(facts, decision, found)
    return decision


def lifting(facts: Facts, found: SanctionFacts, note: str) -> Decision:
    """What lifts a sanction that is in force."""
    lifted = SanctionLifted(id=found.id, person=found.person, note=note)
    events = _told(found.person, found.room, lifted)
    if found.room is not None:
        return Decision(events=events, tightens=(found.room,), result={})
    person = facts.person(found.person)
    if person is not None and person.status == "suspended":
        free = replace(person, status="active", status_until=0)
        events.append(NewEvent(stream=COMMUNITY, data=PersonChanged(person=person_card(free))))
    return Decision(events=events, tightens=(COMMUNITY,), result={})


def appeal(facts: Facts, actor: Actor, command: AppealSanction) -> Decision:
    """Ask, once, that it be looked at again. Reaches the room's facilitators."""
    found = facts.sanction(command.sanction)
    if found is None or found.person != actor.person:
        raise Refusal("not_found", what="sanction")
    return appealing(facts, found, command.text)


def appealing(facts: Facts, found: SanctionFacts, words: str) -> Decision:
    """What asks that a sanction be looked at again, once; raises `Refusal`."""
    if found.appealed_at is not None:
        raise Refusal("already_appealed")
    if found.lifted_at is not None:
        raise Refusal("not_in_force")
    clean = text.paragraph("text", words, limits.APPEAL)
    said = text.sized("text", clean, limits.APPEAL, 1)
    asked = SanctionAppealed(id=found.id, person=found.person, text=said)
    decision = Decision(events=_told(found.person, found.room, asked), result={})
    _tell_admins(facts, decision, found)
    return decision


def _tell_admins(facts: Facts, decision: Decision, found: SanctionFacts) -> None:
    """Of a suspension: those who run the community hear that something is asked or answered."""
    if found.room is not None:
        return
    if not facts.is_open(ADMINS):
        decision.streams.append(NewStream(ADMINS, "admins"))
    decision.events.append(NewEvent(stream=ADMINS, data=SuspensionChanged(id=found.id)))


def answer(facts: Facts, actor: Actor, command: AnswerAppeal) -> Decision:
    """Uphold it, or lift it."""
    found = _judged(facts, actor, command.sanction)
    if found.appealed_at is None or found.verdict is not None:
        raise Refusal("not_found", what="open appeal")
    note = text.paragraph("note", command.note, limits.REASON)
    said = SanctionAnswered(id=found.id, person=found.person, verdict=command.verdict, note=note)
    decision = Decision(events=_told(found.person, found.room, said), result={})
    if command.verdict == "lifted" and found.binds(facts.clock()):
        after = lifting(facts, found, "")
        decision.events += after.events
        decision.tightens = after.tightens
    _tell_admins(facts, decision, found)
    return decision
