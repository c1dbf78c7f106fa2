"""Posts that wait for facilitators: holding, releasing, declining, taking back, writing anew.

A waiting text stands in two streams, that of the facilitators who decide and its author's own; once
it waits no longer it leaves both (promise P8), but for a declined one, which facilitators may look
at for some days. It is no message: it has no number, nobody can quote or answer it, and what it
mentions is looked up when it is released.
"""

from __future__ import annotations

import msgspec

from protocol import limits
from protocol.commands import DeclineHeld, EditHeld, ReleaseHeld, WithdrawHeld
from protocol.events import ActDone, HeldChanged, PostHeld
from protocol.ids import facilitators_stream, new_id
from protocol.views import Quote
from rooms import policy, text, topics
from rooms.actions.placing import Text, placed, replaced, rooted
from rooms.actions.sanctions import Terms, giving
from rooms.actions.settling import settling
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.house import HOUSE
from rooms.model import Actor, Decision, HeldFacts, NewEvent, Standing
from rooms.moderation import Author, Draft, Verdict
from rooms.ranks import rank
from rooms.records import ForgetReporter, Schedule

EXPIRE = "held.expire"
"""The job that ends the keeping of a declined text."""
RULE = "rule"
"""Who gives a sanction that a rule gives."""
_SECOND = 1_000_000
_DAY = 24 * 3600 * _SECOND
BLOCKED = "A rule of this room does not let that text in."


def looked_at(facts: Facts, standing: Standing, body: str, message: str = "") -> Verdict | None:
    """What is to be done about a text before others see it; None: it passes. `message` is the one
    it would replace. Raises `blocked_by_rule`."""
    room, person = standing.room.id, standing.person.id
    moderator = None if standing.room.access == "direct" else facts.moderator(room)
    if moderator is None or (person in HOUSE and not HOUSE[person].quotes):
        # What the house says by itself in a room, its facilitators have set up.
        return None

    def before(seconds: int) -> tuple[str, ...]:
        return facts.texts_by(person, room, facts.now - seconds * _SECOND, message)

    role = standing.person.role
    kinds: set[str] = {role if role in ("bot", "guest") else "member"}
    if "facilitator" in policy.hats(standing):
        kinds.add("facilitator")
    author = Author(frozenset(kinds), lambda most: facts.posts_by(person, room, most))
    verdict = moderator.verdict(Draft(body, before), author)
    if verdict is not None and verdict.then == "block":
        said = verdict.rule.message if verdict.rule else ""
        raise Refusal("blocked_by_rule", message=said or BLOCKED)
    return verdict


def waits(verdict: Verdict | None) -> bool:
    """Whether the text has to wait."""
    return verdict is not None and verdict.then in ("hold", "timeout")


def hold(facts: Facts, actor: Actor, wanted: Text, verdict: Verdict) -> Decision:
    """Let it wait; a new text for a message takes the place of one that waits already."""
    for old in facts.held_edits([wanted.message]) if wanted.message else ():
        return _rewritten(facts, old, (wanted.body, wanted.title), verdict)
    most = limits.WAITING_POSTS
    if facts.waiting_of(actor.person, most) >= most:
        raise Refusal("too_many", what="posts that wait", max=most, actual=most + 1)
    held = PostHeld(
        id=new_id("h", facts.now // 1000),
        room=wanted.room,
        author=actor.person,
        body=wanted.body,
        thread=wanted.thread,
        quote=None
        if wanted.quote is None
        else Quote(message=wanted.quote[0], room=wanted.quote[1]),
        message=wanted.message,
        client_id=wanted.client_id,
        unit=wanted.unit,
        title=wanted.title,
    )
    told = msgspec.structs.replace(held, **_found(verdict))
    events = [
        NewEvent(stream=actor.person, data=held),
        NewEvent(stream=facilitators_stream(wanted.room), data=told),
    ]
    return Decision(
        events=[*events, *_timed_out(facts, actor, wanted.room, verdict)],
        tightens=(wanted.room,) if verdict.then == "timeout" else (),
        result={"held": held.id},
    )


def _timed_out(facts: Facts, actor: Actor, room: str, verdict: Verdict) -> list[NewEvent]:
    """The mute that a rule gives, and its line in the log; whom nobody in the room may mute, no
    rule does."""
    rule = verdict.rule
    standing = facts.standing(room, actor.person)
    if rule is None or verdict.then != "timeout" or standing is None:
        return []
    if rank(standing.person, standing.member) > 0:
        return []
    seconds = rule.minutes * 60
    terms = Terms("mute", rule.name, facts.clock() + seconds * _SECOND)
    events = giving(facts, Actor(RULE, "", frozenset()), actor.person, standing.room, terms)
    note = f"seconds {seconds}" + (f", made by {rule.by}" if rule.by else "")
    done = ActDone(act="sanction.mute", target=actor.person, note=note)
    told = NewEvent(stream=facilitators_stream(room), data=done)
    return [msgspec.structs.replace(one, actor=rule.id or RULE) for one in (*events, told)]


def _found(verdict: Verdict) -> dict[str, str]:
    """What facilitators are told of why it waits."""
    name = verdict.rule.name if verdict.rule else ""
    return {"why": verdict.why, "rule": name, "matched": verdict.matched}


def _rewritten(
    facts: Facts, held: HeldFacts, said: tuple[str, str | None], verdict: Verdict
) -> Decision:
    """Another body and title in the place of one that waits; what a rule says of it counts all the
    same."""
    own = HeldChanged(id=held.id, room=held.room, body=said[0], title=said[1])
    told = msgspec.structs.replace(own, **_found(verdict))
    events = [
        NewEvent(stream=held.author, data=own, redacts=(held.own_seq,)),
        NewEvent(stream=facilitators_stream(held.room), data=told, redacts=(held.desk_seq,)),
    ]
    author = Actor(held.author, "", frozenset())
    return Decision(
        events=[*events, *_timed_out(facts, author, held.room, verdict)],
        tightens=(held.room,) if verdict.then == "timeout" else (),
        result={"held": held.id},
    )


def _judged(facts: Facts, actor: Actor, held: str) -> HeldFacts:
    """One that waits, in a room that the actor facilitates; raises `Refusal`."""
    found = facts.held(held)
    standing = facts.standing(found.room, actor.person) if found else None
    if found is None or policy.refusal(standing, "review") is not None:
        raise Refusal("not_found", what="waiting post")
    if found.state != "waiting" or found.body is None:
        raise Refusal("not_waiting")
    return found


def release(facts: Facts, actor: Actor, command: ReleaseHeld) -> Decision:
    """Into the room, with the number and the time of now. Its author must still be able to post
    there: a mute that was acknowledged is not undone by what was written before it."""
    held = _judged(facts, actor, command.held)
    author = facts.standing(held.room, held.author)
    verb = "edit" if held.message else "reply" if held.thread else "post"
    code = policy.refusal(author, verb, held.author)
    # A lock answers before a mute does, and what a facilitator lets in may pass a lock only.
    passes = code in (None, "read_only", "room_locked", "slow_mode")
    if author is None or author.muted or not passes:
        name = author.person.name if author else "?"
        raise Refusal("author_may_not_post", name=name)
    assert held.body is not None
    if held.message:
        message = facts.message(held.message)
        if message is None or message.deleted or message.room != held.room:
            raise Refusal("already_deleted")
        decision = replaced(facts, message, held.body, held.unit, held.title)
        decision.events += settling(held, "released", message.id)
        decision.result = {"message": message.id}
        return decision
    root = rooted(facts, author, held.room, held.thread) if held.thread else None
    by = Actor(held.author, "", actor.scopes)
    wanted = Text(
        room=held.room,
        body=held.body,
        thread=held.thread or None,
        quote=_still_quoted(facts, by, held.quote),
        client_id=held.client_id,
        unit=held.unit,
        title=held.title,
        kept=held.title is not None and author.room.options.answer_first,
    )
    decision = placed(facts, by, wanted, root, late=True)
    decision.events += settling(held, "released", decision.result["message"])
    return decision


def _still_quoted(facts: Facts, author: Actor, quoted: str) -> tuple[str, str] | None:
    """What it quoted, if that is still there for its author."""
    message = facts.message(quoted) if quoted else None
    if message is None or message.deleted:
        return None
    standing = facts.standing(message.room, author.person)
    if standing is None or policy.refusal(standing, "read") is not None:
        return None
    topic = facts.message(message.thread) if message.apart else None
    seen = topic is None or topics.sees_answers(facts, standing, topic)
    there = seen and topics.visible(facts, standing, message)
    return (message.id, message.room) if there else None


def decline(facts: Facts, actor: Actor, command: DeclineHeld) -> Decision:
    """Not into the room."""
    held = _judged(facts, actor, command.held)
    reason = text.line("reason", command.reason, limits.REASON)
    later = Schedule(kind=EXPIRE, key=held.id, at=facts.now + limits.DECLINED_DAYS * _DAY)
    return Decision(events=settling(held, "declined", reason=reason), records=[later], result={})


def _own(facts: Facts, actor: Actor, held: str) -> HeldFacts:
    found = facts.held(held)
    if found is None or found.author != actor.person:
        raise Refusal("not_found", what="waiting post")
    if found.state != "waiting":
        raise Refusal("not_waiting")
    return found


def withdraw(facts: Facts, actor: Actor, command: WithdrawHeld) -> Decision:
    """Take it back, wherever one stands by now."""
    return Decision(events=settling(_own(facts, actor, command.held), "withdrawn"), result={})


def edit_held(facts: Facts, actor: Actor, command: EditHeld) -> Decision:
    """Write it anew; it goes on waiting, whatever it says now."""
    held = _own(facts, actor, command.held)
    verb = "edit" if held.message else "reply" if held.thread else "post"
    standing = policy.check(facts.standing(held.room, actor.person), verb, actor.person)
    body = text.body(command.body)
    title = topics.retitled(held.title, command.title)
    said = topics.whole(title, body)
    verdict = looked_at(facts, standing, said, held.message) or Verdict("hold", "everyone")
    return _rewritten(facts, held, (body, title), verdict)


def expire(facts: Facts, held: str) -> Decision:
    """The kept text of a declined post goes; asked again, nothing happens."""
    found = facts.held(held)
    if found is None or found.state != "declined" or found.body is None:
        return Decision(result={})
    return Decision(events=settling(found, "expired"), result={})


def erased(facts: Facts, person: str, most: int) -> Decision:
    """Some of what somebody wrote that waits or was declined, with their account; the result says
    whether there was any."""
    found = facts.held_by(person, most)
    events = [event for held in found for event in settling(held, "expired")]
    return Decision(events=events, records=[ForgetReporter(person=person)], result=bool(found))
