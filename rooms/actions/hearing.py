"""The reminder in a room's talk: what is said to it in words it does, and answers in the thread.

A message that begins with "remind us", "remind me" or "@reminder" is heard where the room has it
switched on. What was heard is carried out as its author's own command, by the same rules; the
answer says what was understood and the next times, or with examples that it was not. In that thread
"stop", "pause", "go on", "skip", another time or other words change it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from protocol.blocks import Button, Buttons, Section, Stored
from protocol.commands import ChangePlanned, DropPlanned, SetReminder
from rooms import policy
from rooms.actions import planning
from rooms.actions.addressing import CALLED
from rooms.actions.placing import Text, placed
from rooms.blocks import checked
from rooms.cards import microseconds
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.house import REMINDER
from rooms.model import Actor, Decision, MessageFacts
from rooms.reminders import words
from rooms.reminders.said import moment_of
from rooms.reminders.when import local

_LEAD = re.compile(r"\s*(?:please\s+)?remind\b", re.IGNORECASE)
_STOP = re.compile(r"(?:stop|cancel|delete|never\s?mind|no more)(?:\s+it)?[.!]*", re.IGNORECASE)
_PAUSE = re.compile(r"pause(?:\s+it)?[.!]*", re.IGNORECASE)
_ON = re.compile(r"(?:go on|resume|continue)[.!]*", re.IGNORECASE)
_SKIP = re.compile(r"(?:skip|not)(?:\s+(?:it|the next(?:\s+(?:one|time))?))?[.!]*", re.IGNORECASE)
_SAY = re.compile(r"(?:say|words?)\s*[:,]?\s+(.+)", re.IGNORECASE | re.DOTALL)


def planned_of(message: str) -> str:
    """The reminder that a message asked for has its id: so no table leads from one to the other."""
    return "q" + message[1:]


def hear(facts: Facts, message: str) -> Decision:
    """Carry out what a message asks of the reminder, and answer; asked again, nothing happens."""
    found = facts.message(message)
    if found is None or found.deleted or not found.body or found.author == REMINDER.id:
        return Decision()
    room = facts.room(found.room)
    if room is None or policy.house_refusal(room, facts.clock()) is not None:
        return Decision()
    author = Actor(found.author, "", frozenset({"write"}))
    called = CALLED.match(found.body)
    text = found.body[called.end() :] if called else found.body
    try:
        if called is not None and not found.thread:
            return _set(facts, author, found, text)
        return _follow_up(facts, author, found, text, called=called is not None)
    except Refusal as no:
        return _answered(facts, found, Decision(), no.message)


def _set(facts: Facts, author: Actor, found: MessageFacts, text: str) -> Decision:
    lead = text if _LEAD.match(text) else f"remind us {text}"
    zone = planning.zone_of(facts, author.person)
    asked = words.hear(lead, local(facts.now, zone), zone)
    about = None if asked.body else found.id
    command = SetReminder(words=lead, room=found.room, message=about, whom=asked.whom)
    decision = planning.set_reminder(facts, author, command, planned_of(found.id))
    whom = "you" if asked.whom == "me" else "everybody here"
    said = _said(facts, author, decision)
    how = "Answer here with another time, or “say: …”, to change that."
    body = f"I will remind {whom}. {said}\n\n{how}"
    return _answered(facts, found, decision, body, buttons=True)


def _said(facts: Facts, author: Actor, decision: Decision) -> str:
    """What was understood, and the next times."""
    zone = planning.zone_of(facts, author.person)
    times = [moment_of(local(microseconds(at), zone)) for at in decision.result["next"]]
    coming = f"\n\nNext: {'; '.join(times)} ({zone})." if times else ""
    return f"**{decision.result['said']}**{coming}"


def _follow_up(
    facts: Facts, author: Actor, found: MessageFacts, text: str, *, called: bool
) -> Decision:
    """An answer in the thread of a reminder; what is not meant for it is left alone."""
    planned = planned_of(found.thread)
    if not found.thread or facts.planned(planned) is None:
        return Decision()
    for pattern, act in _WORDS:
        if pattern.fullmatch(text.strip()):
            return act(facts, author, found)
    if say := _SAY.fullmatch(text.strip()):
        command = ChangePlanned(planned=planned, body=say[1])
        decision = planning.change(facts, author, command)
        return _answered(facts, found, decision, "I will say that.")
    try:
        decision = planning.change(facts, author, ChangePlanned(planned=planned, words=text))
    except Refusal as no:
        # People talk in threads: only what was said to it is answered.
        if no.code == "not_understood" and not called:
            return Decision()
        raise
    if not decision.events:
        return Decision()
    return _answered(facts, found, decision, _said(facts, author, decision))


def _stop(facts: Facts, author: Actor, found: MessageFacts) -> Decision:
    decision = planning.drop(facts, author, DropPlanned(planned=planned_of(found.thread)))
    return _answered(facts, found, decision, "It will not come any more.")


def _changing(answer: str, **fields: bool) -> Callable[[Facts, Actor, MessageFacts], Decision]:
    def act(facts: Facts, author: Actor, found: MessageFacts) -> Decision:
        command = ChangePlanned(planned=planned_of(found.thread), **fields)  # type: ignore[arg-type]
        decision = planning.change(facts, author, command)
        if not decision.events:
            return _answered(facts, found, decision, "It is so already.")
        more = "" if fields.get("paused") else "\n\n" + _said(facts, author, decision)
        return _answered(facts, found, decision, answer + more)

    return act


_WORDS: tuple[tuple[re.Pattern[str], Callable[[Facts, Actor, MessageFacts], Decision]], ...] = (
    (_STOP, _stop),
    (_PAUSE, _changing("Paused. Say “go on” when it is to come again.", paused=True)),
    (_ON, _changing("It goes on.", paused=False)),
    (_SKIP, _changing("Not the next time.", skip_next=True)),
)


def pressed(facts: Facts, actor: Actor, message: MessageFacts, name: str) -> Decision:
    """A button under one of its answers: the same as saying it."""
    act = _BUTTONS.get(name)
    if act is None or not message.thread:
        raise Refusal("not_found", what="button")
    return act[1](facts, actor, message)


_BUTTONS: dict[str, tuple[str, Callable[[Facts, Actor, MessageFacts], Decision]]] = {
    "skip": ("Not the next time", _changing("Not the next time.", skip_next=True)),
    "pause": ("Pause", _changing("Paused.", paused=True)),
    "go_on": ("Go on", _changing("It goes on.", paused=False)),
    "stop": ("Stop", _stop),
}


def _drawn(body: str) -> Stored | None:
    buttons = tuple(Button(id=name, label=label) for name, (label, _) in _BUTTONS.items())
    return checked((Section(text=body), Buttons(buttons=buttons)))


def _answered(
    facts: Facts, found: MessageFacts, decision: Decision, body: str, *, buttons: bool = False
) -> Decision:
    """The decision, and the answer in the thread of what was said."""
    root = facts.message(found.thread) if found.thread else found
    if root is None or root.deleted:
        return decision
    house = Actor(REMINDER.id, "", frozenset({"write"}))
    text = Text(
        room=found.room,
        body=body,
        thread=root.id,
        client_id=f"hear.{found.id}",
        blocks=_drawn(body) if buttons else None,
    )
    decision.events = [*decision.events, *placed(facts, house, text, root).events]
    decision.result = None
    return decision
