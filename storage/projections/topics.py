"""Topics of forums: their order, where they stand, and how many answers are kept back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, select, update

from protocol.events import MessagePosted, ThreadCounted, TopicMarked
from protocol.ids import topic_of_answers_stream
from storage.streams import StoredEvent
from storage.tables import MESSAGE

_counted = msgspec.json.Decoder(ThreadCounted)
_marked = msgspec.json.Decoder(TopicMarked)


def rooms(connection: Connection, streams: Iterable[str]) -> dict[str, str]:
    """Those of `streams` that hold answers to a topic, and its room."""
    topics = {s: topic for s in streams if (topic := topic_of_answers_stream(s))}
    if not topics:
        return {}
    query = select(MESSAGE.c.id, MESSAGE.c.room_id).where(MESSAGE.c.id.in_(topics.values()))
    found = {row.id: row.room_id for row in connection.execute(query)}
    return {stream: found[topic] for stream, topic in topics.items() if topic in found}


def begun(connection: Connection, event: StoredEvent, message: MessagePosted) -> None:
    """What only topics have; other posts are not asked."""
    connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.id == message.id)
        .values(title=message.title, answers="kept" if message.kept else None, active_at=event.at)
    )


def counted(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Answers that are kept back: how many, and when the last came."""
    for event in events:
        change = _counted.decode(event.data)
        came = {"reply_head": change.last_no, "reply_at": event.at, "active_at": event.at}
        connection.execute(
            update(MESSAGE)
            .where(MESSAGE.c.id == change.id)
            .values(
                reply_count=MESSAGE.c.reply_count + change.change,
                reply_rev=event.seq,
                **(came if change.last_no else {}),
            )
        )


def marked(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Solved, answered, shown."""
    for event in events:
        topic = _marked.decode(event.data)
        connection.execute(
            update(MESSAGE)
            .where(MESSAGE.c.id == topic.id)
            .values(
                solved=topic.solved or None,
                answer_id=topic.answer,
                answers=topic.answers,
                rev=event.seq,
            )
        )


PROJECTORS = {"thread.counted": counted, "topic.marked": marked}
