"""Putting a text into a room's log: what posting, releasing and moving have in common.

Knows nothing of who may: whoever calls has asked the policy.
"""

from __future__ import annotations

import msgspec

from protocol.blocks import Stored
from protocol.events import MessageEdited, MessagePosted, VersionKept
from protocol.ids import answers_stream, facilitators_stream, new_id
from protocol.parts import UnitChange
from protocol.views import (
    Quote,
)
from rooms import text, topics
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Actor, Decision, MessageFacts, NewEvent, NewStream, Record, Standing
from rooms.records import Rewritten


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A text and where it is to stand; with `message`, in its place."""

    room: str
    body: str
    thread: str | None = None
    quote: tuple[str, str] | None = None
    """A message and its room."""
    client_id: str | None = None
    message: str | None = None
    unit: UnitChange = None
    title: str | None = None
    kept: bool = False
    blocks: Stored | None = None


def rooted(facts: Facts, standing: Standing, room: str, thread: str) -> MessageFacts:
    """The first message of a thread that one may answer in; raises `Refusal`."""
    root = facts.message(thread)
    if root is None or root.room != room or not topics.visible(facts, standing, root):
        raise Refusal("not_found", what="message")
    if root.thread:
        raise Refusal("invalid", field="thread", problem="name the first message of the thread")
    if root.deleted:
        raise Refusal("already_deleted")
    return root


def placed(
    facts: Facts, author: Actor, wanted: Text, topic: MessageFacts | None = None, late: bool = False
) -> Decision:
    """What posts it now, in its author's name; `topic` is the first message of its thread."""
    apart = topic is not None and topic.answers is not None
    mentioned = named(facts, wanted.room, wanted.body, topic)
    event = MessagePosted(
        id=new_id("m", facts.now // 1000),
        author=author.person,
        body=wanted.body,
        thread=wanted.thread,
        quote=None
        if wanted.quote is None
        else Quote(message=wanted.quote[0], room=wanted.quote[1]),
        mentions=mentioned,
        client_id=wanted.client_id,
        late=late,
        unit=None if wanted.unit == "keep" else wanted.unit,
        title=wanted.title,
        kept=wanted.kept,
        blocks=wanted.blocks,
    )
    posted = NewEvent(
        stream=answers_stream(topic.id) if topic and apart else wanted.room,
        data=event,
        number=wanted.thread or "",
        mentions=_hearing(facts, author.person, noticed(facts, wanted.room, mentioned)),
    )
    return Decision(
        events=[posted, topics.counted(topic, 1)] if topic and apart else [posted],
        streams=[NewStream(answers_stream(event.id), "answers")] if wanted.kept else [],
        result={"message": event.id, "no": 0},
    )


def replaced(
    facts: Facts,
    message: MessageFacts,
    body: str,
    unit: UnitChange = "keep",
    title: str | None = None,
    blocks: Stored | None = None,
) -> Decision:
    """What gives a message another text; the earlier one stays with the facilitators. Where
    somebody here came after it was posted, neither text goes into a stream."""
    topic = facts.message(message.thread) if message.apart else None
    title = title or message.title
    mentions = named(facts, message.room, body, topic)
    seen = topics.visible_to_all(facts, message)
    records: list[Record] = []
    # The stream of a topic's answers is watched only by those who may see the topic.
    if seen or message.apart:
        edited = MessageEdited(
            id=message.id, body=body, mentions=mentions, unit=unit, title=title, blocks=blocks
        )
    else:
        edited = MessageEdited(id=message.id, body=None, ask=True, unit=unit)
        said = Rewritten(
            message=message.id, body=body, mentions=mentions, title=title, blocks=blocks
        )
        records.append(said)
    stream = topics.stream_of(message)
    events = [NewEvent(stream=stream, data=edited, redacts=(message.body_seq,))]
    if seen and (body, title) != (message.body, message.title):
        before = message.body if title == message.title else f"{message.title}\n\n{message.body}"
        kept = VersionKept(id=message.id, body=before)
        events.append(NewEvent(stream=facilitators_stream(message.room), data=kept))
    return Decision(events=events, records=records, result={})


def named(facts: Facts, room: str, body: str, topic: MessageFacts | None = None) -> tuple[str, ...]:
    """Those mentioned who are members, and see the answers to the topic; for others the text stays
    a text."""
    if "<@" not in body:
        return ()
    wanted = text.mentions(body)
    people = [who for who in wanted if who.startswith("p_")]
    members = facts.members(room, people) if people else {}
    present = {person for person, row in members.items() if row.state == "member"}
    if topic is not None and topic.answers == "kept":
        present = {who for who in present if _sees(facts, room, who, topic)}
    return tuple(who for who in wanted if who in present or not who.startswith("p_"))


def _sees(facts: Facts, room: str, person: str, topic: MessageFacts) -> bool:
    standing = facts.standing(room, person)
    return standing is not None and topics.sees_answers(facts, standing, topic)


def _hearing(facts: Facts, author: str, people: tuple[str, ...]) -> tuple[str, ...]:
    """Those who have not muted the author."""
    if not people:
        return ()
    deaf = facts.deaf_to(author, people)
    return tuple(who for who in people if who not in deaf)


def noticed(facts: Facts, room: str, mentioned: tuple[str, ...]) -> tuple[str, ...]:
    """Whom a summary counts it to: streams know people, not facilitators."""
    if "facilitators" not in mentioned:
        return mentioned
    guides = [m.person for m in facts.members(room).values() if m.role == "facilitator"]
    others = [who for who in mentioned if who != "facilitators"]
    return tuple(dict.fromkeys((*others, *guides)))
