"""What happens when the time has come: a room or a person is reminded, a post is posted.

Decided under the locks of the streams it touches, as everything is, and in the transaction that
moves it on to its next time: so it comes once for each of its times, whoever tries. Whether it may
is asked now, of the room, and of whoever made it where they are bound (promise P5). What comes late
says so; of several times that went by only the last comes.
"""

from __future__ import annotations

from datetime import datetime

from protocol import limits
from protocol.commands import PostMessage
from protocol.events import PlannedMoved, PlannedRefused
from rooms import policy, topics
from rooms.actions import messages
from rooms.actions.placing import Text, placed
from rooms.actions.planning import RING, due, ended, moved
from rooms.cards import rfc3339
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.house import REMINDER
from rooms.model import Actor, Decision, NewEvent, PlannedFacts, Record
from rooms.moderation import Author, Draft
from rooms.records import Reminded, Schedule
from rooms.reminders.said import moment_of
from rooms.reminders.when import DAY, MINUTE, SECOND, latest, local

MARKED = 5 * MINUTE
"""From when on it says that it is late."""
LATE = limits.LATE_DAYS * DAY
LATE_POST = limits.LATE_POST_HOURS * 60 * MINUTE
APART = SECOND
"""Microseconds between two posts for later of one author in one room; half of it is let pass."""
PASSING = {"not_your_turn": 60.0, "slow_mode": 60.0}
"""Refusals that pass by themselves, and after how many seconds a post is tried again."""
WORDLESS = "It is time. (The words went with the account of whoever wrote them.)"


def ring(facts: Facts, planned: str) -> Decision:
    """Whatever is due now of what is planned; asked again, nothing happens."""
    found = facts.planned(planned)
    if found is None or found.next_at is None or found.paused:
        return Decision()
    if found.next_at > facts.now:
        # A clock went back since the job was taken: it is still to come.
        return Decision(records=[due(found, found.next_at)])
    if found.what == "post":
        return _post(facts, found)
    came = latest(found.when, found.next_at, facts.now)
    if facts.now - came > LATE:
        return _on(facts, found)
    if found.owner.startswith("p_"):
        return _person(facts, found, came)
    return _room(facts, found, came)


def _on(facts: Facts, found: PlannedFacts, *events: NewEvent, rung: int | None = None) -> Decision:
    """On to its next time; where there is none and nobody has to see it, it is over."""
    at = moved(found, facts.now)
    if at is None and rung is None:
        last = ended(found, "done" if events else "missed")
    else:
        data = PlannedMoved(
            id=found.id,
            next=None if at is None else rfc3339(at),
            rung=None if rung is None else rfc3339(rung),
        )
        last = NewEvent(stream=found.owner, data=data)
    return Decision(events=[*events, last], records=[due(found, at)])


# --- a room -------------------------------------------------------------------------------------


def _room(facts: Facts, found: PlannedFacts, came: int) -> Decision:
    room = facts.room(found.owner)
    now = facts.clock()
    code: str | None = "not_found"
    if room is not None:
        code = policy.house_refusal(room, facts.person(REMINDER.id), now)
    if code == "room_locked" and room is not None and room.locked_until < came + LATE:
        return _again(found, room.locked_until)
    if code is not None or _bound(facts, found) or _met(facts, found):
        return _on(facts, found)
    root = None
    if found.thread:
        root = facts.message(found.thread)
        if root is None or root.deleted or root.room != found.owner:
            return Decision(events=[ended(found, "missed")], records=[due(found, None)])
    house = Actor(REMINDER.id, "", frozenset({"write"}))
    said = placed(facts, house, _text(facts, found, came), root)
    decision = _on(facts, found, *said.events)
    decision.streams = said.streams
    if found.body:
        decision.records.append(Reminded(message=said.result["message"], by=found.by))
    return decision


def _again(found: PlannedFacts, at: int) -> Decision:
    """The same time, tried later."""
    record: Record = Schedule(kind=RING, key=found.id, at=at)
    return Decision(records=[record])


def _bound(facts: Facts, found: PlannedFacts) -> bool:
    """Whether whoever wrote it is muted, banned or suspended now: what is forbidden to them comes
    no other way. Who merely left is not asked."""
    standing = facts.standing(found.owner, found.by)
    if standing is None:
        return False
    return standing.muted or standing.banned or standing.person.status == "suspended"


def _met(facts: Facts, found: PlannedFacts) -> bool:
    """Whether a rule of the room, perhaps a newer one, does not let the words in."""
    moderator = facts.moderator(found.owner) if found.body else None
    if moderator is None or not found.body:
        return False
    standing = facts.standing(found.owner, found.by)
    kinds = {"member"} if standing is not None and standing.is_member else {"bot"}
    if standing is not None and "facilitator" in policy.hats(standing):
        kinds.add("facilitator")
    author = Author(frozenset(kinds), lambda most: most)
    verdict = moderator.verdict(Draft(found.body, lambda _: ()), author)
    # Whoever is new had to ask a facilitator when it was set: rules only are asked.
    return verdict is not None and verdict.rule is not None and verdict.then != "alert"


def _text(facts: Facts, found: PlannedFacts, came: int) -> Text:
    about = facts.message(found.message) if found.message else None
    there = about is not None and not about.deleted and about.room == found.owner
    body = WORDLESS if found.body is None else found.body or "About this message:"
    if facts.now - came > MARKED:
        body += f"\n\n*Late: this was due on {_told(found, came)}.*"
    room = facts.room(found.owner)
    title = topics.headline(room, found.thread, body) if room else None
    return Text(
        title=title,
        kept=title is not None and room is not None and room.options.answer_first,
        room=found.owner,
        body=body,
        thread=found.thread or None,
        quote=(about.id, about.room) if about is not None and there else None,
        client_id=f"{found.id}.{came // SECOND}",
    )


def _told(found: PlannedFacts, came: int) -> str:
    there: datetime = local(came, found.when.zone)
    return f"{moment_of(there)} ({found.when.zone})"


# --- oneself ------------------------------------------------------------------------------------


def _person(facts: Facts, found: PlannedFacts, came: int) -> Decision:
    person = facts.person(found.owner)
    if person is None or person.status == "deleted":
        return Decision(events=[ended(found, "missed")], records=[due(found, None)])
    return _on(facts, found, rung=came)


# --- a post for later ---------------------------------------------------------------------------


def _post(facts: Facts, found: PlannedFacts) -> Decision:
    assert found.next_at is not None
    if facts.now - facts.last_post(found.room, found.owner) < APART // 2:
        # However many were planned for one minute, they come one after the other.
        return _again(found, facts.now + APART * (1 + facts.posts_before(found, facts.now)))
    author = Actor(found.owner, "", frozenset({"write"}))
    room = facts.room(found.room)
    command = PostMessage(
        title=topics.headline(room, found.thread, found.body or "") if room else None,
        room=found.room,
        body=found.body or "",
        thread=found.thread or None,
        quote=_still_there(facts, found),
        # Asked anew: a mark that the room's book no longer has keeps the post back, unfolded never.
        unit=found.unit,
        client_id=found.id,
    )
    try:
        decision = _in_time(facts, found.next_at, author, command)
    except Refusal as no:
        wait = no.retry_after or PASSING.get(no.code)
        if wait is not None and facts.now - found.next_at < LATE_POST:
            return _again(found, facts.now + int(wait * SECOND))
        refused = PlannedRefused(id=found.id, why=_why(no))
        return Decision(
            events=[NewEvent(stream=found.owner, data=refused)], records=[due(found, None)]
        )
    result = decision.result
    how = "held" if "held" in result else "posted"
    decision.events.append(ended(found, how, result.get("message")))
    decision.records.append(due(found, None))
    decision.result = None
    return decision


def _why(no: Refusal) -> str:
    """What its author is told: `invalid` would say nothing of what was planned days ago."""
    about = no.params.get("what"), no.params.get("field")
    gone = no.code == "tool_off" or about in (("book", None), (None, "unit.no"))
    return "unit_gone" if gone else no.code


def _in_time(facts: Facts, at: int, author: Actor, command: PostMessage) -> Decision:
    if facts.now - at > LATE_POST:
        raise Refusal("too_late")
    return messages.post(facts, author, command)


def _still_there(facts: Facts, found: PlannedFacts) -> str | None:
    """What it quotes, if its author can still read it: a quotation that went keeps no post back."""
    message = facts.message(found.quote) if found.quote else None
    if message is None or message.deleted:
        return None
    standing = facts.standing(message.room, found.owner)
    if standing is None or policy.refusal(standing, "read"):
        return None
    topic = facts.message(message.thread) if message.apart else None
    seen = topic is None or topics.sees_answers(facts, standing, topic)
    return message.id if seen and topics.visible(facts, standing, message) else None
