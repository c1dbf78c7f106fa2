"""Choosing what notifies oneself on closed devices: per room, per thread, and when.

All of it is one's own. The event says only that something changed, so that one's other devices ask
again; what was chosen stands beside the log, because nobody folds it.
"""

from __future__ import annotations

from protocol import limits
from protocol.commands import NotifyMe, NotifyRoom, NotifyThread
from protocol.events import NotifyChanged
from rooms import policy
from rooms.actions.messages import readable
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent, Record
from rooms.records import NotifyChoice, NotifyRules


def choose_room(facts: Facts, actor: Actor, command: NotifyRoom) -> Decision:
    """All of a room, mentions, or nothing."""
    policy.check(facts.standing(command.room, actor.person), "mark_read")
    choice = NotifyChoice(
        person=actor.person, room=command.room, target=command.room, level=command.level
    )
    return _chosen(facts, actor, choice)


def choose_thread(facts: Facts, actor: Actor, command: NotifyThread) -> Decision:
    """The same for one thread."""
    _, root = readable(facts, actor, command.thread, "follow")
    if root.thread:
        raise Refusal("invalid", field="thread", problem="name the first message of the thread")
    choice = NotifyChoice(person=actor.person, room=root.room, target=root.id, level=command.level)
    return _chosen(facts, actor, choice)


def _chosen(facts: Facts, actor: Actor, choice: NotifyChoice) -> Decision:
    before = facts.notify_choices(actor.person)
    if before.get(choice.target) == choice.level:
        return Decision(result={})
    if choice.target not in before and len(before) >= limits.NOTIFY_CHOICES:
        most = limits.NOTIFY_CHOICES
        raise Refusal("too_many", what="choices", max=most, actual=most + 1)
    return _changed(actor, choice)


def choose_hours(facts: Facts, actor: Actor, command: NotifyMe) -> Decision:
    """Quiet hours, and whether notifications show what was said."""
    quiet = command.quiet
    if quiet is not None and quiet.start == quiet.end:
        raise Refusal("invalid", field="quiet", problem="they begin and end at different times")
    start, end = (quiet.start, quiet.end) if quiet else (None, None)
    if facts.notify_rules(actor.person) == (start, end, command.text):
        return Decision(result={})
    rules = NotifyRules(person=actor.person, start=start, end=end, text=command.text)
    return _changed(actor, rules)


def _changed(actor: Actor, record: Record) -> Decision:
    event = NewEvent(stream=actor.person, data=NotifyChanged())
    return Decision(events=[event], records=[record], result={})
