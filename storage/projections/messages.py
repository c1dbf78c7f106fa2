"""Messages, reactions and mentions, from the events of a room's stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, case, delete, insert, select, update

from protocol.events import (
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    VersionKept,
)
from protocol.ids import topic_of_answers_stream
from rooms.records import Rewritten
from rooms.topics import whole
from storage import codec, search
from storage.bulk import Rows, insertion
from storage.projections import topics
from storage.projections.moving import arrived
from storage.streams import StoredEvent
from storage.tables import MENTION, MESSAGE, REACTION, THREAD_FOLLOW, VERSION
from storage.upsert import insert_missing

_posted = msgspec.json.Decoder(MessagePosted)
_edited = msgspec.json.Decoder(MessageEdited)
_deleted = msgspec.json.Decoder(MessageDeleted)
_reaction = msgspec.json.Decoder(ReactionAdded)
_version = msgspec.json.Decoder(VersionKept)

REPLIERS = 3

_INSERT = insertion(
    MESSAGE,
    "id", "room_id", "thread_id", "no", "author_id", "client_id", "body", "mentions", "quote_id",
    "quote_room", "at", "rev", "posted_seq", "body_seq", "reply_head", "reply_count", "reply_rev",
    "repliers", "unit", "blocks",
)  # fmt: skip
_INSERT_MENTION = insertion(
    MENTION, "message_id", "target", "room_id", "thread_id", "no", "author_id"
)
_AUTHOR_READ = Rows(
    "UPDATE member SET read_no = v.column1 FROM (:rows) AS v WHERE member.room_id = v.column2 "
    "AND member.person_id = v.column3 AND member.read_no < v.column1",
    "bigint", "text", "text",
)  # fmt: skip
_ROOT = select(
    MESSAGE.c.reply_count, MESSAGE.c.repliers, MESSAGE.c.author_id, MESSAGE.c.room_id
).where(MESSAGE.c.id == bindparam("id"))


def posted(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Insert messages; authors have read what they wrote; threads gain a reply."""
    messages = [(event, _posted.decode(event.data)) for event in events]
    apart = topics.rooms(connection, {event.stream for event in events})
    _INSERT.run(
        connection,
        [
            (
                m.id, apart.get(e.stream, e.stream), m.thread or "", e.no, m.author, m.client_id,
                m.body, codec.dump(m.mentions),
                m.quote.message if m.quote else None, m.quote.room if m.quote else None,
                e.at, e.seq, e.seq, e.seq, 0, 0, 0, "[]", codec.unit(m.unit),
                codec.blocks(m.blocks) if m.blocks else None,
            )
            for e, m in messages
        ],
    )  # fmt: skip
    main = {(e.stream, m.author): e.no for e, m in messages if not m.thread and not m.late}
    _AUTHOR_READ.run(connection, [(no, *key) for key, no in main.items()])
    _mention(connection, messages, apart)
    search.index(connection).add(
        connection,
        [
            search.Text(m.id, e.stream, m.author, e.at, e.seq, search.words(whole(m.title, m.body)))
            for e, m in messages
            if m.body is not None
        ],
    )
    for event, message in messages:
        if message.thread:
            _reply(connection, event, message, event.stream in apart)
        elif message.title or message.kept:
            topics.begun(connection, event, message)
        if message.first_at:
            arrived(connection, event, message)


def _mention(
    connection: Connection,
    messages: Sequence[tuple[StoredEvent, MessagePosted]],
    apart: dict[str, str],
) -> None:
    _INSERT_MENTION.run(
        connection,
        [
            (m.id, target, apart.get(e.stream, e.stream), m.thread or "", e.no, m.author)
            for e, m in messages
            for target in m.mentions
        ],
    )


def _reply(connection: Connection, event: StoredEvent, message: MessagePosted, apart: bool) -> None:
    root = connection.execute(_ROOT, {"id": message.thread}).one()
    if apart:
        # The room's stream counts it, and says no more.
        connection.execute(update(MESSAGE).where(MESSAGE.c.id == message.id).values(apart=True))
    else:
        _grown(connection, event, message, root)
    if message.first_at:
        # It was followed where it comes from; those who may go on following do.
        return
    people = [p for p in message.mentions if p not in ("room", "facilitators")]
    for person in dict.fromkeys((message.author, root.author_id, *people)):
        _follow(connection, event, (root.room_id, message), person)


def _grown(connection: Connection, event: StoredEvent, message: MessagePosted, root: Any) -> None:
    repliers = codec.strings(root.repliers)
    if len(repliers) < REPLIERS and message.author not in repliers:
        repliers = (*repliers, message.author)
    connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.id == message.thread)
        .values(
            reply_head=event.no,
            reply_count=root.reply_count + 1,
            reply_at=event.at,
            reply_rev=event.seq,
            repliers=codec.dump(repliers),
            active_at=case((MESSAGE.c.active_at.is_not(None), event.at)),
        )
    )


def _follow(
    connection: Connection, event: StoredEvent, reply: tuple[str, MessagePosted], person: str
) -> None:
    """Replying, having started the thread and being mentioned in it follow it, once."""
    room, message = reply
    no = event.no or 0
    read = no if person == message.author and not message.late else no - 1
    insert_missing(
        connection,
        THREAD_FOLLOW,
        {
            "person_id": person, "thread_id": message.thread, "room_id": room,
            "following": True, "read_no": read,
        },
    )  # fmt: skip
    if person == message.author and not message.late:
        connection.execute(
            update(THREAD_FOLLOW)
            .where(
                THREAD_FOLLOW.c.person_id == person,
                THREAD_FOLLOW.c.thread_id == message.thread,
            )
            .values(following=True, read_no=no)
        )


def edited(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Replace texts and whom they mention; what the log does not hold comes by a record."""
    for event in events:
        change = _edited.decode(event.data)
        values: dict[str, Any] = {"edited_at": event.at, "rev": event.seq, "body_seq": event.seq}
        if change.unit != "keep":
            values["unit"] = codec.unit(change.unit)
        if change.ask:
            of = update(MESSAGE).where(MESSAGE.c.id == change.id)
            connection.execute(of.values(**values))
        else:
            _say(connection, change.id, change, values)


def rewritten(connection: Connection, said: Rewritten, _: int) -> None:
    """What a message says from here on, which its event did not say."""
    _say(connection, said.message, said, {})


def _say(
    connection: Connection, message: str, said: MessageEdited | Rewritten, values: dict[str, Any]
) -> None:
    row = connection.execute(
        update(MESSAGE)
        .where(MESSAGE.c.id == message)
        .values(
            body=said.body,
            mentions=codec.dump(said.mentions),
            blocks=codec.blocks(said.blocks),
            **({"title": said.title} if said.title else {}),
            **values,
        )
        .returning(MESSAGE.c.thread_id, MESSAGE.c.no, MESSAGE.c.author_id, MESSAGE.c.room_id)
    ).one()
    connection.execute(delete(MENTION).where(MENTION.c.message_id == message))
    _INSERT_MENTION.run(
        connection,
        [
            (message, target, row.room_id, row.thread_id, row.no, row.author_id)
            for target in said.mentions
        ],
    )
    found = search.words(whole(said.title, said.body or ""))
    search.index(connection).replace(connection, message, found)


def deleted(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Leave a numbered stub."""
    for event in events:
        gone = _deleted.decode(event.data)
        connection.execute(
            update(MESSAGE)
            .where(MESSAGE.c.id == gone.id)
            .values(
                body=None, mentions="[]", quote_id=None, quote_room=None, edited_at=None,
                pinned_seq=None, deleted_by=gone.by, rev=event.seq, unit=None, title=None,
                solved=None, answer_id=None, blocks=None,
            )
        )  # fmt: skip
        connection.execute(delete(REACTION).where(REACTION.c.message_id == gone.id))
        connection.execute(delete(MENTION).where(MENTION.c.message_id == gone.id))
        connection.execute(delete(VERSION).where(VERSION.c.message_id == gone.id))
        search.index(connection).drop(connection, gone.id)
        if gone.thread and not topic_of_answers_stream(event.stream):
            connection.execute(
                update(MESSAGE)
                .where(MESSAGE.c.id == gone.thread)
                .values(reply_count=MESSAGE.c.reply_count - 1, reply_rev=event.seq)
            )


def _touch(connection: Connection, message: str, seq: int, **values: object) -> None:
    connection.execute(update(MESSAGE).where(MESSAGE.c.id == message).values(rev=seq, **values))


def pinned(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Pin."""
    for event in events:
        _touch(connection, msgspec.json.decode(event.data)["id"], event.seq, pinned_seq=event.seq)


def unpinned(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Unpin."""
    for event in events:
        _touch(connection, msgspec.json.decode(event.data)["id"], event.seq, pinned_seq=None)


def reacted(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Add reactions, in order."""
    for event in events:
        r = _reaction.decode(event.data)
        insert_missing(
            connection,
            REACTION,
            {"message_id": r.id, "emoji": r.emoji, "person_id": r.person, "seq": event.seq},
        )
        _touch(connection, r.id, event.seq)


def unreacted(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Take reactions back."""
    for event in events:
        r = _reaction.decode(event.data)
        connection.execute(
            delete(REACTION).where(
                REACTION.c.message_id == r.id,
                REACTION.c.emoji == r.emoji,
                REACTION.c.person_id == r.person,
            )
        )
        _touch(connection, r.id, event.seq)


def version_kept(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Remember where an earlier text stands, so that a deletion finds it."""
    for event in events:
        kept = _version.decode(event.data)
        if kept.body is None:
            continue
        connection.execute(insert(VERSION), {"message_id": kept.id, "seq": event.seq})


PROJECTORS = {
    "message.posted": posted,
    "message.edited": edited,
    "message.deleted": deleted,
    "message.pinned": pinned,
    "message.unpinned": unpinned,
    "reaction.added": reacted,
    "reaction.removed": unreacted,
    "version.kept": version_kept,
}
