"""Reactions: one person's emoji on one message."""

from __future__ import annotations

from protocol import limits
from protocol.commands import AddReaction, RemoveReaction
from protocol.events import ReactionAdded, ReactionRemoved
from rooms import text
from rooms.actions.holding import BLOCKED, looked_at, waits
from rooms.actions.messages import readable
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, NewEvent
from rooms.topics import stream_of


def add(facts: Facts, actor: Actor, command: AddReaction) -> Decision:
    """React; a second time changes nothing."""
    emoji = text.emoji(command.emoji)
    standing, message = readable(facts, actor, command.message, "react")
    if message.deleted:
        raise Refusal("already_deleted")
    if any(letter.isalpha() for letter in emoji) and waits(looked_at(facts, standing, emoji)):
        # A reaction of letters says something, and a reaction cannot wait.
        raise Refusal("blocked_by_rule", message=BLOCKED)
    reactions = facts.reactions(message.id)
    if actor.person in reactions.get(emoji, ()):
        return Decision(result={})
    if emoji not in reactions and len(reactions) >= limits.REACTIONS_PER_MESSAGE:
        raise Refusal(
            "too_many",
            what="different reactions",
            max=limits.REACTIONS_PER_MESSAGE,
            actual=len(reactions) + 1,
        )
    event = ReactionAdded(id=message.id, emoji=emoji, person=actor.person)
    return Decision(events=[NewEvent(stream=stream_of(message), data=event)], result={})


def remove(facts: Facts, actor: Actor, command: RemoveReaction) -> Decision:
    """Take one's own reaction back."""
    emoji = text.emoji(command.emoji)
    _, message = readable(facts, actor, command.message, "react")
    if actor.person not in facts.reactions(message.id).get(emoji, ()):
        return Decision(result={})
    event = ReactionRemoved(id=message.id, emoji=emoji, person=actor.person)
    return Decision(events=[NewEvent(stream=stream_of(message), data=event)], result={})
