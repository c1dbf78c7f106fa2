"""Moving a thread to another room.

Its messages keep their ids and get new numbers there; the room they leave keeps one numbered stub,
says nowhere which room it was, and holds no text of them any more (promise P8). Who may read them
is from here on a question of the new room. Earlier versions do not move: they are erased.
"""

from __future__ import annotations

from protocol import limits
from protocol.commands import MoveThread
from protocol.events import MessageDeleted, MessagePosted, ReactionAdded, ThreadMoved, VersionKept
from protocol.ids import facilitators_stream, new_id
from protocol.views import Quote
from rooms import policy, topics
from rooms.actions.messages import readable
from rooms.actions.placing import named, noticed
from rooms.actions.settling import settling
from rooms.cards import rfc3339
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.kinds import kind_of
from rooms.model import Actor, Decision, NewEvent, RoomFacts, WholeMessage
from rooms.tools import book


def move(facts: Facts, actor: Actor, command: MoveThread) -> Decision:
    """Move it; takes the right to in both rooms."""
    standing, root = readable(facts, actor, command.thread, "move")
    if kind_of(standing.room.kind).sealed:
        raise Refusal("stays_here")
    there = policy.check(facts.standing(command.room, actor.person), "move").room
    if root.thread:
        raise Refusal("invalid", field="thread", problem="name the first message of the thread")
    if root.deleted:
        raise Refusal("already_deleted")
    if root.answers is not None:
        # Who has answered here has not answered there.
        raise Refusal("answers_kept")
    if root.room == command.room:
        return Decision(result={"message": root.id})
    most = limits.MOVED_MESSAGES
    thread = facts.whole_thread(root.id, most + 1)
    if len(thread) > most:
        raise Refusal("too_many", what="messages", max=most, actual=len(thread))
    ids = [one.facts.id for one in thread]
    left = NewEvent(
        stream=root.room,
        data=ThreadMoved(id=root.id, stub=new_id("m", facts.now // 1000)),
        redacts=_texts(thread),
    )
    events = [left, *_forgotten(facts, root.room, root.id, ids)]
    for one in thread:
        events += _arriving(facts, there, one)
    return Decision(events=events, result={"message": root.id})


def _texts(thread: tuple[WholeMessage, ...]) -> tuple[int, ...]:
    """The events of the old room that hold their texts."""
    return tuple(
        dict.fromkeys(seq for one in thread for seq in (one.facts.posted_seq, one.facts.body_seq))
    )


def _forgotten(facts: Facts, room: str, root: str, ids: list[str]) -> list[NewEvent]:
    """What the facilitators' stream of the old room held of them."""
    versions = facts.versions_of(ids)
    events = [event for held in facts.held_edits(ids) for event in settling(held, "withdrawn")]
    if versions:
        erased = VersionKept(id=root, body=None)
        stream = facilitators_stream(room)
        events.insert(0, NewEvent(stream=stream, data=erased, redacts=versions))
    return events


def _arriving(facts: Facts, there: RoomFacts, one: WholeMessage) -> list[NewEvent]:
    """A message as it comes into the new room, with what hangs on it."""
    message, room = one.facts, there.id
    body = message.body or ""
    mentioned = named(facts, room, body)
    posted = MessagePosted(
        id=message.id,
        author=message.author,
        body=message.body,
        thread=message.thread or None,
        quote=None if one.quote is None else Quote(message=one.quote[0], room=one.quote[1]),
        mentions=mentioned,
        late=True,
        first_at=rfc3339(one.first_at or one.at),
        unit=book.carried(facts, message.room, there, message.unit),
        title=topics.entitled(there, message),
        blocks=one.blocks or None,
    )
    events = [
        NewEvent(
            stream=room,
            data=posted,
            number=message.thread or "",
            mentions=noticed(facts, room, mentioned),
            opens="" if message.thread else message.id,
        )
    ]
    if message.deleted:
        gone = MessageDeleted(id=message.id, by=one.deleted_by, thread=message.thread or None)  # type: ignore[arg-type]
        return [*events, NewEvent(stream=room, data=gone)]
    return events + [
        NewEvent(stream=room, data=ReactionAdded(id=message.id, emoji=emoji, person=person))
        for emoji, people in one.reactions.items()
        for person in people
    ]
