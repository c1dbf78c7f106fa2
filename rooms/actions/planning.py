"""Setting, changing and dropping what is to come: reminders of a room or a person, posts for later.

What is a room's stands in its stream, and outlives whoever made it; what is one's own, and every
post for later, in one's own stream. A text passes what posts pass (`looked_at`) when it is set;
what happens when the time comes is in `ringing`.
"""

from __future__ import annotations

import msgspec

from protocol import limits
from protocol.commands import ChangePlanned, DropPlanned, SchedulePost, SeePlanned, SetReminder
from protocol.events import ActDone, PlannedEnded, PlannedMoved, PlannedSet
from protocol.ids import facilitators_stream, new_id
from protocol.planned import When, Whom
from rooms import policy, text
from rooms.actions.addressing import named_after
from rooms.actions.holding import looked_at, waits
from rooms.actions.messages import readable
from rooms.actions.placing import rooted
from rooms.cards import rfc3339
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent, PlannedFacts, Record, Standing
from rooms.records import Schedule, Unschedule
from rooms.reminders import words
from rooms.reminders.said import coming_of, said
from rooms.reminders.when import checked, following, local, zone
from rooms.tools import book

RING = "planned.ring"
"""The job; its key is what is planned."""


class Asked(msgspec.Struct, frozen=True):
    """When, and what the words said besides."""

    when: When
    body: str
    whom: Whom | None


def zone_of(facts: Facts, person: str, given: str = "") -> str:
    """Where somebody means their times; raises `Refusal`."""
    found = facts.person(person)
    own = found.time_zone if found else ""
    name = given or own or facts.community().time_zone or "UTC"
    zone(name)
    return name


def asked(facts: Facts, person: str, given: str, when: When | None, where: str) -> Asked:
    """What was asked for, in words or as a rule; raises `Refusal`."""
    if when is not None:
        return Asked(checked(when, facts.now), "", None)
    name = zone_of(facts, person, where)
    heard = words.hear(given, local(facts.now, name), name)
    return Asked(checked(heard.when, facts.now), heard.body, heard.whom)


def set_reminder(facts: Facts, actor: Actor, command: SetReminder) -> Decision:
    """Remind a room or oneself."""
    wanted = asked(facts, actor.person, command.words, command.when, command.zone)
    body = command.body or wanted.body
    room, about = command.room, command.message
    name = _asked_for(facts, actor, command.asked) if command.asked else ""
    if name and not body:
        about = about or command.asked
    if about is not None:
        standing, message = readable(facts, actor, about, "read")
        if message.deleted:
            raise Refusal("already_deleted")
        room = standing.room.id
    elif room is not None:
        policy.check(facts.standing(room, actor.person), "read")
    whom = command.whom or wanted.whom
    if whom is None:
        whom = "me" if room is None or about else "room"
    if whom == "room" and room is None:
        raise Refusal("missing_field", type="reminder.set", field="room")
    if body or about is None:
        body = _short(body)
    planned = PlannedFacts(
        id=name or new_id("q", facts.now // 1000),
        what="reminder",
        owner=room if whom == "room" and room else actor.person,
        room=room or "",
        thread=command.thread or "",
        message=about or "",
        quote="",
        by=actor.person,
        body=body,
        when=wanted.when,
        next_at=None,
        paused=False,
        state="waiting",
        seq=0,
    )
    if whom == "room":
        _may_remind(facts, actor, planned)
    elif command.thread:
        if room is None:
            raise Refusal("missing_field", type="reminder.set", field="room")
        standing = policy.check(facts.standing(room, actor.person), "read")
        rooted(facts, standing, room, command.thread)
    _check_count(facts, planned)
    return _set(facts, planned)


def _asked_for(facts: Facts, actor: Actor, message: str) -> str:
    """The name of the reminder that a message of one's own asks for; once."""
    _, found = readable(facts, actor, message, "read")
    if found.author != actor.person:
        raise Refusal("not_allowed")
    if found.deleted:
        raise Refusal("already_deleted")
    name = named_after(found.id)
    if facts.planned(name) is not None:
        raise Refusal("conflict")
    return name


def schedule_post(facts: Facts, actor: Actor, command: SchedulePost) -> Decision:
    """Write now, post later."""
    verb = "reply" if command.thread else "post"
    standing = policy.check(facts.standing(command.room, actor.person), verb)
    wanted = asked(facts, actor.person, command.words, command.when, command.zone)
    _once(wanted)
    if command.thread:
        rooted(facts, standing, command.room, command.thread)
    if command.quote:
        readable(facts, actor, command.quote, "read")
    planned = PlannedFacts(
        id=new_id("q", facts.now // 1000),
        what="post",
        owner=actor.person,
        room=command.room,
        thread=command.thread or "",
        message="",
        quote=command.quote or "",
        by=actor.person,
        body=text.body(command.body),
        when=wanted.when,
        next_at=None,
        paused=False,
        state="waiting",
        seq=0,
        unit=book.unit(facts, standing.room, command.unit),
    )
    _check_count(facts, planned)
    return _set(facts, planned)


def _once(wanted: Asked) -> None:
    """A post comes once, and words that say when say nothing else."""
    if wanted.when.rule:
        raise Refusal("invalid", field="when.rule", problem="a post comes once")
    if wanted.body:
        raise words.not_understood()


def _short(body: str) -> str:
    clean = text.body(body)
    return text.sized("body", clean, limits.REMINDER, 1)


def _may_remind(facts: Facts, actor: Actor, planned: PlannedFacts) -> Standing:
    """Whoever may post there, words that would not have to wait; raises `Refusal`."""
    verb = "reply" if planned.thread else "post"
    standing = policy.check(facts.standing(planned.owner, actor.person), verb)
    if planned.thread:
        rooted(facts, standing, planned.owner, planned.thread)
    if planned.body:
        text.mentions(planned.body)
        if waits(looked_at(facts, standing, planned.body)):
            raise Refusal("facilitator_first")
    return standing


def _check_count(facts: Facts, planned: PlannedFacts) -> None:
    own = planned.owner.startswith("p_")
    most = limits.PLANNED_PER_PERSON if own else limits.REMINDERS_PER_ROOM
    count = facts.planned_in(planned.owner)
    if count >= most:
        raise Refusal("too_many", what="reminders", max=most, actual=count + 1)


def moved(planned: PlannedFacts, after: int) -> int | None:
    """When it comes next after a moment, unless it is paused."""
    return None if planned.paused else next(iter(following(planned.when, after)), None)


def written(planned: PlannedFacts, next_at: int | None) -> NewEvent:
    """The event that says all of it; the one before it loses its text."""
    data = PlannedSet(
        id=planned.id,
        what=planned.what,
        by=planned.by,
        body=planned.body,
        when=planned.when,
        said=said(planned.when),
        next=None if next_at is None else rfc3339(next_at),
        paused=planned.paused,
        room=planned.room or None,
        thread=planned.thread or None,
        message=planned.message or None,
        quote=planned.quote or None,
        unit=planned.unit,
    )
    redacts = (planned.seq,) if planned.seq else ()
    return NewEvent(stream=planned.owner, data=data, redacts=redacts)


def due(planned: PlannedFacts, at: int | None) -> Record:
    """The job that rings it, or none."""
    if at is None:
        return Unschedule(kind=RING, key=planned.id)
    return Schedule(kind=RING, key=planned.id, at=at)


def ended(planned: PlannedFacts, how: str, message: str | None = None) -> NewEvent:
    """It is over, and its text gone."""
    data = PlannedEnded(id=planned.id, how=how, message=message)  # type: ignore[arg-type]
    return NewEvent(stream=planned.owner, data=data, redacts=(planned.seq,))


def _set(facts: Facts, planned: PlannedFacts) -> Decision:
    at = moved(planned, facts.now)
    if at is None and not planned.paused:
        raise Refusal("in_the_past")
    coming = following(planned.when, facts.now, 3)
    return Decision(
        events=[written(planned, at)],
        records=[due(planned, at)],
        result={
            "planned": planned.id,
            "whom": "me" if planned.owner.startswith("p_") else "room",
            "said": said(planned.when),
            "next": [rfc3339(one) for one in coming],
            "coming": coming_of(coming, planned.when.zone),
        },
    )


# --- changing, dropping, having seen ------------------------------------------------------------


def kept(facts: Facts, actor: Actor, planned: str) -> PlannedFacts:
    """One that the actor may change: their own, one they set in a room, or as its facilitator."""
    found = facts.planned(planned)
    if found is None:
        raise Refusal("not_found", what="reminder")
    if found.owner.startswith("p_"):
        if found.owner != actor.person:
            raise Refusal("not_found", what="reminder")
        return found
    standing = facts.standing(found.owner, actor.person)
    if policy.refusal(standing, "read") is not None:
        raise Refusal("not_found", what="reminder")
    if found.by != actor.person or policy.refusal(standing, "post") is not None:
        policy.check(standing, "reminders")
    return found


def change(facts: Facts, actor: Actor, command: ChangePlanned) -> Decision:
    """Other words, another time, paused, or not the next time."""
    before = kept(facts, actor, command.planned)
    planned = before
    if command.words or command.when is not None:
        wanted = asked(facts, actor.person, command.words, command.when, command.zone)
        if planned.what == "post":
            _once(wanted)
        planned = msgspec.structs.replace(planned, when=wanted.when)
        if wanted.body:
            planned = _reworded(facts, actor, planned, wanted.body)
    if command.skip_next:
        planned = msgspec.structs.replace(planned, when=_skipping(facts, planned))
    if command.body is not None and command.body != planned.body:
        planned = _reworded(facts, actor, planned, command.body)
    if command.paused is not None:
        planned = msgspec.structs.replace(planned, paused=command.paused)
    if planned == before:
        return Decision(result={})
    decision = _set(facts, msgspec.structs.replace(planned, state="waiting"))
    return _noted(facts, actor, before, "planned.change", decision)


def _reworded(facts: Facts, actor: Actor, planned: PlannedFacts, body: str) -> PlannedFacts:
    """With other words, which are whose wrote them."""
    if planned.what == "post":
        return msgspec.structs.replace(planned, body=text.body(body))
    clean = _short(body) if body or not planned.message else ""
    changed = msgspec.structs.replace(planned, body=clean, by=actor.person)
    if not planned.owner.startswith("p_"):
        _may_remind(facts, actor, changed)
    return changed


def _skipping(facts: Facts, planned: PlannedFacts) -> When:
    at = next(iter(following(planned.when, facts.now)), None)
    if at is None or not planned.when.rule:
        raise Refusal("in_the_past")
    day = local(at, planned.when.zone).date().isoformat()
    when = msgspec.structs.replace(planned.when, skip=(*planned.when.skip, day))
    return checked(when, facts.now)


def drop(facts: Facts, actor: Actor, command: DropPlanned) -> Decision:
    """It is not to come any more."""
    found = kept(facts, actor, command.planned)
    decision = Decision(events=[ended(found, "dropped")], records=[due(found, None)], result={})
    return _noted(facts, actor, found, "planned.drop", decision)


def _noted(
    facts: Facts, actor: Actor, before: PlannedFacts, act: str, decision: Decision
) -> Decision:
    """What a facilitator did to somebody else's is an act of power, and written down."""
    room = facts.room(before.owner) if before.owner.startswith("r_") else None
    if room is not None and room.access != "direct" and before.by != actor.person:
        done = ActDone(act=act, target=before.by)
        decision.events.append(NewEvent(stream=facilitators_stream(room.id), data=done))
    return decision


def see(facts: Facts, actor: Actor, command: SeePlanned) -> Decision:
    """One's own reminder that came has been seen."""
    found = kept(facts, actor, command.planned)
    if found.state != "rung" or found.owner != actor.person:
        return Decision(result={})
    if found.next_at is None and not found.paused:
        return Decision(events=[ended(found, "done")], records=[due(found, None)], result={})
    at = None if found.next_at is None else rfc3339(found.next_at)
    seen = NewEvent(stream=found.owner, data=PlannedMoved(id=found.id, next=at))
    return Decision(events=[seen], result={})


def erased(facts: Facts, person: str, most: int) -> Decision:
    """Some of what a deleted account planned or worded; what is a room's goes on without words."""
    found = facts.planned_by(person, most)
    decision = Decision(result=bool(found))
    for one in found:
        if one.owner == person:
            decision.events.append(ended(one, "erased"))
            decision.records.append(due(one, None))
        else:
            wordless = msgspec.structs.replace(one, body=None)
            decision.events.append(written(wordless, one.next_at))
    return decision
