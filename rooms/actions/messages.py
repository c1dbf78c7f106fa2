"""Posting, editing, deleting and pinning messages.

An edit takes the old text out of the room's stream and keeps it for the facilitators; a deletion
takes every text out of both (promise P8).
"""

from __future__ import annotations

import math

from protocol import limits
from protocol.blocks import Blocks, Stored
from protocol.commands import (
    DeleteMessage,
    EditMessage,
    PinMessage,
    PostMessage,
    UnpinMessage,
)
from protocol.events import MessageDeleted, MessagePinned, MessageUnpinned, VersionKept
from protocol.ids import facilitators_stream
from protocol.parts import UnitChange
from rooms import policy, text, topics
from rooms.actions.addressing import addressed, heard
from rooms.actions.filing import alerting
from rooms.actions.holding import hold, looked_at, waits
from rooms.actions.placing import Text, placed, replaced, rooted
from rooms.actions.settling import settling
from rooms.blocks import checked, plain
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.house import HOUSE
from rooms.kinds import kind_of
from rooms.model import Actor, Decision, MessageFacts, NewEvent, Standing
from rooms.moderation import Verdict
from rooms.records import Reminded
from rooms.tools import book, check_floor


def post(facts: Facts, actor: Actor, command: PostMessage) -> Decision:
    """Post in a room's main timeline or in a thread; where it has to, the post waits."""
    verb = "reply" if command.thread else "post"
    standing = policy.check(facts.standing(command.room, actor.person), verb)
    check_floor(facts, standing)
    blocks = drawn(standing, command.blocks) if command.blocks else None
    body = text.body(command.body or plain(blocks or ())[: limits.BODY])
    if standing.room.slow_mode:
        in_turn(facts, standing)
    root = rooted(facts, standing, command.room, command.thread) if command.thread else None
    title = topics.title(standing.room, command.thread, command.title)
    wanted = Text(
        room=command.room,
        body=body,
        thread=command.thread,
        quote=_quoted(facts, actor, command),
        client_id=command.client_id,
        unit=book.unit(facts, standing.room, command.unit),
        title=title,
        kept=title is not None and standing.room.options.answer_first,
        blocks=blocks,
    )
    said = topics.whole(title, body)
    if blocks:
        said = all_words(said, blocks)
    verdict = looked_at(facts, standing, said)
    if verdict is not None and waits(verdict):
        return hold(facts, actor, wanted, verdict)
    decision = placed(facts, actor, wanted, root)
    message: str = decision.result["message"]
    if root is not None and (bot := HOUSE.get(actor.person)) and bot.quotes:
        decision.records.append(Reminded(message=message, by=root.author))
    if bot := addressed(facts, standing, body, command.thread):
        decision.records.append(heard(bot, message, facts.now))
    return _noticed(facts, decision, (message, command.room, actor.person, said), verdict)


def _noticed(
    facts: Facts, decision: Decision, message: tuple[str, str, str, str], verdict: Verdict | None
) -> Decision:
    """The decision and, where a rule wants facilitators to know of it, their being told."""
    if verdict is not None:
        told = alerting(facts, message, verdict)
        decision.events += told.events
        decision.records += told.records
    return decision


def drawn(standing: Standing, blocks: Blocks) -> Stored | None:
    """Blocks as they are stored; people write, only bots draw."""
    if blocks and standing.person.role != "bot":
        raise Refusal("invalid", field="blocks", problem="only bots draw messages")
    return checked(blocks)


def all_words(body: str, blocks: Stored | None) -> str:
    """All that can be read in a message: what rules look at."""
    return body if not blocks else f"{body}\n{plain(blocks)}"


def in_turn(facts: Facts, standing: Standing) -> None:
    """Slow mode (0 to 21,600 s): raises `slow_mode` until the person's next post may come."""
    if not policy.paced(standing):
        return
    last = facts.last_post(standing.room.id, standing.person.id)
    left = last + standing.room.slow_mode * policy.SECOND - facts.now
    if last and left > 0:
        raise Refusal("slow_mode", retry_after=math.ceil(left / policy.SECOND))


def readable(facts: Facts, actor: Actor, message: str, verb: str) -> tuple[Standing, MessageFacts]:
    """A message that exists, that the actor may see, and on which they may do `verb`."""
    found = facts.message(message)
    if found is None:
        raise Refusal("not_found", what="message")
    standing = facts.standing(found.room, actor.person)
    if policy.refusal(standing, "read") is not None or standing is None:
        raise Refusal("not_found", what="message")
    if not topics.visible(facts, standing, found):
        raise Refusal("not_found", what="message")
    topics.check_seen(facts, standing, found)
    return policy.check(standing, verb, found.author), found


def _quoted(facts: Facts, actor: Actor, command: PostMessage) -> tuple[str, str] | None:
    if command.quote is None:
        return None
    standing, message = readable(facts, actor, command.quote, "read")
    if message.deleted:
        raise Refusal("already_deleted")
    if message.room != command.room and kind_of(standing.room.kind).sealed:
        raise Refusal("stays_here")
    return message.id, message.room


def edit(facts: Facts, actor: Actor, command: EditMessage) -> Decision:
    """Replace the text of one's own message; where the new one has to wait, the old one stays."""
    standing, message = readable(facts, actor, command.message, "edit")
    if message.deleted:
        raise Refusal("already_deleted")
    check_floor(facts, standing)
    if command.rev is not None and message.body_seq > command.rev:
        raise Refusal("conflict")
    before = facts.blocks(message.id) or None
    blocks = before if command.blocks is None else drawn(standing, command.blocks)
    body = text.body(command.body or plain(blocks or ())[: limits.BODY])
    unit = _new_unit(facts, standing, command, message)
    title = topics.retitled(message.title, command.title)
    same = (body, title, blocks) == (message.body, message.title, before)
    if same and unit == "keep":
        return Decision(result={})
    said = all_words(topics.whole(title, body), blocks)
    verdict = looked_at(facts, standing, said, message.id)
    if verdict is not None and waits(verdict):
        wanted = Text(room=message.room, body=body, message=message.id, unit=unit, title=title)
        return hold(facts, actor, wanted, verdict)
    waiting = [one for old in facts.held_edits([message.id]) for one in settling(old, "withdrawn")]
    decision = replaced(facts, message, body, unit, title, blocks)
    decision.events += waiting
    return _noticed(facts, decision, (message.id, message.room, message.author, said), verdict)


def _new_unit(
    facts: Facts, standing: Standing, command: EditMessage, message: MessageFacts
) -> UnitChange:
    """The unit the message speaks of from here on, if that changes."""
    if command.unit == "keep" or command.unit == message.unit:
        return "keep"
    return book.unit(facts, standing.room, command.unit)


def delete(facts: Facts, actor: Actor, command: DeleteMessage) -> Decision:
    """Delete one's own message, or as a facilitator anyone's."""
    _, message = readable(facts, actor, command.message, "delete")
    if message.deleted:
        raise Refusal("already_deleted")
    by = "author" if message.author == actor.person else "facilitator"
    reason = text.line("reason", command.reason, limits.REASON)
    return Decision(events=deletion(facts, message, by, reason), result={})


def deletion(facts: Facts, message: MessageFacts, by: str, reason: str = "") -> list[NewEvent]:
    """The events that delete a message, its earlier texts included."""
    topic = facts.message(message.thread) if message.thread else None
    after: list[NewEvent] = []
    revokes: tuple[str, ...] = ()
    if topic is not None and message.apart:
        after.append(topics.counted(topic, -1))
        revokes = (message.author,) if topics.loses_sight(facts, message, topic) else ()
    if topic is not None and topic.answer == message.id:
        after.append(topics.marked(topic, answer=None))
    gone = NewEvent(
        stream=topics.stream_of(message),
        data=MessageDeleted(
            id=message.id,
            by=by,  # type: ignore[arg-type]
            thread=message.thread or None,
            reason=reason,
        ),
        redacts=tuple(dict.fromkeys((message.posted_seq, message.body_seq))),
        revokes=revokes,
    )
    versions = facts.versions(message.id)
    held = [one for edit in facts.held_edits([message.id]) for one in settling(edit, "withdrawn")]
    if not versions:
        return [gone, *after, *held]
    erased = NewEvent(
        stream=facilitators_stream(message.room),
        data=VersionKept(id=message.id, body=None),
        redacts=versions,
    )
    return [gone, *after, erased, *held]


def pin(facts: Facts, actor: Actor, command: PinMessage) -> Decision:
    """Pin a message to its room."""
    _, message = readable(facts, actor, command.message, "pin")
    if message.deleted:
        raise Refusal("already_deleted")
    if message.pinned:
        return Decision(result={})
    if message.apart:
        # Pins stand before everybody in the room.
        raise Refusal("answers_kept")
    pins = facts.pins(message.room)
    if pins >= limits.PINS_PER_ROOM:
        raise Refusal("too_many", what="pins", max=limits.PINS_PER_ROOM, actual=pins + 1)
    return Decision(
        events=[NewEvent(stream=message.room, data=MessagePinned(id=message.id))], result={}
    )


def unpin(facts: Facts, actor: Actor, command: UnpinMessage) -> Decision:
    """Take a pin away."""
    _, message = readable(facts, actor, command.message, "pin")
    if not message.pinned:
        return Decision(result={})
    return Decision(
        events=[NewEvent(stream=message.room, data=MessageUnpinned(id=message.id))], result={}
    )
