"""Reports: making, joining, assigning, resolving, and forgetting what was seen.

They reach the facilitators of the room, or those who run the community where the room has nobody
above the person: a facilitator, a direct conversation. What a report says stands in no stream; it
is asked for, and never answered to whom it is about.
"""

from __future__ import annotations

from protocol import limits
from protocol.commands import AssignReport, MakeReport, ResolveReport, SeeReport
from protocol.events import ReportAnswered, ReportChanged
from protocol.ids import ADMINS
from protocol.reports import Evidence
from rooms import policy, text
from rooms.actions.filing import Target, filed, stream_of
from rooms.actions.messages import readable
from rooms.cards import rfc3339
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, MessageFacts, NewEvent, ReportFacts
from rooms.records import (
    ForgetEvidence,
    ReportAssigned,
    ReportResolved,
    ReportSeen,
    Schedule,
)

FORGET = "report.forget"
"""The job that ends the keeping of what was seen."""
SOMEBODY = "somebody"
"""Who acts in the event of a report."""
_DAY = 24 * 3600 * 1_000_000


def make(facts: Facts, actor: Actor, command: MakeReport) -> Decision:
    """Report; one cannot report what one cannot see, nor oneself."""
    note = text.paragraph("note", command.note, limits.NOTE)
    target = _target(facts, actor, command)
    if target.person == actor.person:
        raise Refusal("invalid", field="person", problem="that is you")
    place = _place(facts, target)
    what = target.room if target.about == "direct" else target.message or target.person
    # Who is reported may report the same conversation: they must not hear that somebody did.
    alone = actor.person if target.about == "direct" else None
    report = facts.open_report(place, target.about, what, alone)
    if report is None and facts.reports_open_by(actor.person) >= limits.REPORTS_OPEN:
        most = limits.REPORTS_OPEN
        raise Refusal("too_many", what="open reports", max=most, actual=most + 1)
    decision = filed(facts, place, target, report, (actor.person, command.category, note))
    # The event is anonymous: whom it is about may watch the stream.
    decision.actor = SOMEBODY
    return decision


def _target(facts: Facts, actor: Actor, command: MakeReport) -> Target:
    if command.message is not None:
        _, message = readable(facts, actor, command.message, "read")
        if message.deleted:
            raise Refusal("already_deleted")
        seen = (_seen(facts, message),)
        return Target("message", message.author, message.room, message.id, seen)
    if command.person is not None:
        return _person(facts, actor, command.person, command.room)
    if command.room is None:
        raise Refusal("missing_field", type="report.make", field="message, person or room")
    standing = policy.check(facts.standing(command.room, actor.person), "read")
    if standing.room.access != "direct":
        raise Refusal("invalid", field="room", problem="name a message or a person in it")
    first = standing.member.visible_from_seq if standing.member else 0
    newest = facts.newest_messages(command.room, first, limits.EVIDENCE_OF_TALK)
    talk = tuple(_seen(facts, message) for message in newest)
    others = [person for person in standing.room.direct if person != actor.person]
    return Target("direct", others[0] if len(others) == 1 else "", command.room, "", talk)


def _person(facts: Facts, actor: Actor, person: str, room: str | None) -> Target:
    """Somebody one can see: in a room one is in oneself, or in the directory."""
    found = facts.person(person)
    if found is None or found.status == "deleted":
        raise Refusal("not_found", what="person")
    if room is None:
        policy.check_community(facts.person(actor.person), facts.community(), "directory")
        return Target("person", person)
    policy.check(facts.standing(room, actor.person), "read")
    row = facts.members(room, [person]).get(person)
    if row is None or row.state != "member":
        raise Refusal("not_found", what="person in this room")
    return Target("person", person, room)


def _seen(facts: Facts, message: MessageFacts) -> Evidence:
    return Evidence(
        message=message.id,
        author=message.author,
        body=message.body or "",
        at=rfc3339(facts.posted_at(message.id)),
    )


def _place(facts: Facts, target: Target) -> str:
    """Who looks at it: somebody above the person it is about, and never that person."""
    about = facts.person(target.person) if target.person else None
    room = facts.room(target.room) if target.room else None
    if room is not None and room.access != "direct":
        guides = [
            member.person
            for member in facts.members(room.id).values()
            if member.role == "facilitator" and member.state == "member"
        ]
        above = about is not None and not about.runs_community and target.person not in guides
        if guides and above:
            return room.id
    talking = room.direct if room is not None and target.about == "direct" else ()
    if not facts.runs_besides(target.person, *talking):
        raise Refusal("nobody_above", name=about.name if about else "them")
    return ADMINS


def looked_after(facts: Facts, actor: Actor, report: str) -> ReportFacts:
    """An open report that the actor may look at; raises `Refusal`. Whom it is about hears what
    whoever has no business with it hears."""
    found = facts.report(report)
    if found is None or found.person == actor.person or not _keeps(facts, actor, found.place):
        raise Refusal("not_found", what="report")
    talk = facts.room(found.talk) if found.talk else None
    if talk is not None and actor.person in talk.direct:
        raise Refusal("not_found", what="report")
    if found.state != "open":
        raise Refusal("already_resolved")
    return found


def _keeps(facts: Facts, actor: Actor, place: str) -> bool:
    if place != ADMINS:
        return policy.refusal(facts.standing(place, actor.person), "review") is None
    person, community = facts.person(actor.person), facts.community()
    return policy.community_refusal(person, community, "watch_admins") is None


def assign(facts: Facts, actor: Actor, command: AssignReport) -> Decision:
    """Say that one looks at it, or that nobody does."""
    found = looked_after(facts, actor, command.report)
    who = actor.person if command.who == "me" else None
    if found.assigned_to == who:
        return Decision(result={})
    return Decision(
        events=[NewEvent(stream=stream_of(found.place), data=ReportChanged(id=found.id))],
        records=[ReportAssigned(report=found.id, person=who)],
        result={},
    )


def resolve(facts: Facts, actor: Actor, command: ResolveReport) -> Decision:
    """Settle it, and tell who reported it. What was seen is kept some days longer."""
    found = looked_after(facts, actor, command.report)
    answer = text.paragraph("answer", command.answer, limits.NOTE)
    told = ReportAnswered(id=found.id, outcome=command.outcome, answer=answer)
    events = [NewEvent(stream=stream_of(found.place), data=ReportChanged(id=found.id))]
    events += [NewEvent(stream=person, data=told) for person in found.reporters if person]
    resolved = ReportResolved(
        report=found.id, by=actor.person, outcome=command.outcome, answer=answer
    )
    later = Schedule(kind=FORGET, key=found.id, at=facts.now + limits.EVIDENCE_DAYS * _DAY)
    return Decision(events=events, records=[resolved, later], result={})


def see(facts: Facts, actor: Actor, command: SeeReport) -> Decision:
    """One's own report, and what came of it, is known."""
    found = facts.report(command.report)
    if found is None or actor.person not in found.reporters:
        raise Refusal("not_found", what="report")
    return Decision(records=[ReportSeen(report=found.id, person=actor.person)], result={})


def forget(facts: Facts, report: str) -> Decision:
    """What was seen, and what was said of it, is kept no longer."""
    found = facts.report(report)
    if found is None or found.state != "resolved":
        return Decision(result={})
    return Decision(records=[ForgetEvidence(report=found.id)], result={})
