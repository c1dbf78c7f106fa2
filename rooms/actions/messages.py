"""Posting, editing, deleting and pinning messages.

An edit takes the old text out of the room's stream and keeps it for the facilitators; a deletion
takes every text out of both (promise P8).
"""

from __future__ import annotations

from protocol import limits
from protocol.commands import (
    DeleteMessage,
    EditMessage,
    PinMessage,
    PostMessage,
    UnpinMessage,
)
from protocol.events import (
    MessageDeleted,
    MessageEdited,
    MessagePinned,
    MessagePosted,
    MessageUnpinned,
    VersionKept,
)
from protocol.ids import facilitators_stream, new_id
from protocol.views import Quote
from rooms import policy, text
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, MessageFacts, NewEvent, Standing


def post(facts: Facts, actor: Actor, command: PostMessage) -> Decision:
    """Post in a room's main timeline or in a thread."""
    verb = "reply" if command.thread else "post"
    standing = policy.check(facts.standing(command.room, actor.person), verb)
    body = text.body(command.body)
    if command.thread:
        root = facts.message(command.thread)
        if root is None or root.room != command.room or not visible(standing, root):
            raise Refusal("not_found", what="message")
        if root.thread:
            raise Refusal("invalid", field="thread", problem="name the first message of the thread")
        if root.deleted:
            raise Refusal("already_deleted")
    mentioned = _mentioned(facts, command.room, body)
    event = MessagePosted(
        id=new_id("m", facts.now // 1000),
        author=actor.person,
        body=body,
        thread=command.thread,
        quote=_quote(facts, actor, command.quote),
        mentions=mentioned,
        client_id=command.client_id,
    )
    return Decision(
        events=[
            NewEvent(
                stream=command.room,
                data=event,
                number=command.thread or "",
                mentions=_noticed(facts, command.room, mentioned),
            )
        ],
        result={"message": event.id, "no": 0},
    )


def _noticed(facts: Facts, room: str, mentioned: tuple[str, ...]) -> tuple[str, ...]:
    """Whom a summary counts it to: streams know people, not facilitators."""
    if "facilitators" not in mentioned:
        return mentioned
    guides = [m.person for m in facts.members(room).values() if m.role == "facilitator"]
    others = [who for who in mentioned if who != "facilitators"]
    return tuple(dict.fromkeys((*others, *guides)))


def visible(standing: Standing, message: MessageFacts) -> bool:
    """Whether a message lies in the part of the history that this member may see."""
    member = standing.member
    if member is None or not standing.is_member:
        return True
    return message.posted_seq >= member.visible_from_seq


def readable(facts: Facts, actor: Actor, message: str, verb: str) -> tuple[Standing, MessageFacts]:
    """A message that exists, that the actor may see, and on which they may do `verb`."""
    found = facts.message(message)
    if found is None:
        raise Refusal("not_found", what="message")
    standing = facts.standing(found.room, actor.person)
    if policy.refusal(standing, "read") is not None or standing is None:
        raise Refusal("not_found", what="message")
    if not visible(standing, found):
        raise Refusal("not_found", what="message")
    return policy.check(standing, verb, found.author), found


def _mentioned(facts: Facts, room: str, body: str) -> tuple[str, ...]:
    """Those mentioned who are members; for others the text stays a text."""
    if "<@" not in body:
        return ()
    wanted = text.mentions(body)
    people = [who for who in wanted if who.startswith("p_")]
    members = facts.members(room, people) if people else {}
    present = {person for person, row in members.items() if row.state == "member"}
    return tuple(who for who in wanted if who in present or not who.startswith("p_"))


def _quote(facts: Facts, actor: Actor, quoted: str | None) -> Quote | None:
    if quoted is None:
        return None
    _, message = readable(facts, actor, quoted, "read")
    if message.deleted:
        raise Refusal("already_deleted")
    return Quote(message=message.id, room=message.room)


def edit(facts: Facts, actor: Actor, command: EditMessage) -> Decision:
    """Replace the text of one's own message."""
    _, message = readable(facts, actor, command.message, "edit")
    if message.deleted:
        raise Refusal("already_deleted")
    if command.rev is not None and message.body_seq > command.rev:
        raise Refusal("conflict")
    body = text.body(command.body)
    if body == message.body:
        return Decision(result={})
    mentioned = _mentioned(facts, message.room, body)
    return Decision(
        events=[
            NewEvent(
                stream=message.room,
                data=MessageEdited(id=message.id, body=body, mentions=mentioned),
                redacts=(message.body_seq,),
            ),
            *_kept(message),
        ],
        result={},
    )


def _kept(message: MessageFacts) -> list[NewEvent]:
    kept = VersionKept(id=message.id, body=message.body)
    return [NewEvent(stream=facilitators_stream(message.room), data=kept)]


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
    gone = NewEvent(
        stream=message.room,
        data=MessageDeleted(
            id=message.id,
            by=by,  # type: ignore[arg-type]
            thread=message.thread or None,
            reason=reason,
        ),
        redacts=tuple(dict.fromkeys((message.posted_seq, message.body_seq))),
    )
    versions = facts.versions(message.id)
    if not versions:
        return [gone]
    erased = NewEvent(
        stream=facilitators_stream(message.room),
        data=VersionKept(id=message.id, body=None),
        redacts=versions,
    )
    return [gone, erased]


def pin(facts: Facts, actor: Actor, command: PinMessage) -> Decision:
    """Pin a message to its room."""
    _, message = readable(facts, actor, command.message, "pin")
    if message.deleted:
        raise Refusal("already_deleted")
    if message.pinned:
        return Decision(result={})
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
