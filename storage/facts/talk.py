"""Facts about messages and what hangs on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from rooms.model import MessageFacts, WholeMessage
from storage import codec, streams
from storage.facts.source import Source
from storage.tables import MESSAGE, REACTION, THREAD_FOLLOW, VERSION

_MESSAGE = select(
    MESSAGE.c.id, MESSAGE.c.room_id, MESSAGE.c.thread_id, MESSAGE.c.no, MESSAGE.c.author_id,
    MESSAGE.c.deleted_by, MESSAGE.c.pinned_seq, MESSAGE.c.rev, MESSAGE.c.posted_seq,
    MESSAGE.c.body_seq, MESSAGE.c.body, MESSAGE.c.unit, MESSAGE.c.title, MESSAGE.c.answers,
    MESSAGE.c.solved, MESSAGE.c.answer_id, MESSAGE.c.reply_head, MESSAGE.c.apart,
).where(MESSAGE.c.id == bindparam("id"))  # fmt: skip

_TOPIC = MESSAGE.alias()


def message_facts(row: Any) -> MessageFacts:
    """A row of `_MESSAGE`, or of the whole table."""
    return MessageFacts(
        id=row.id, room=row.room_id, thread=row.thread_id, no=row.no, author=row.author_id,
        deleted=row.deleted_by is not None, pinned=row.pinned_seq is not None, rev=row.rev,
        posted_seq=row.posted_seq, body_seq=row.body_seq, body=row.body,
        unit=codec.read_unit(row.unit), title=row.title, answers=row.answers,
        solved=bool(row.solved), answer=row.answer_id, reply_head=row.reply_head,
        apart=bool(row.apart),
    )  # fmt: skip


class Talk:
    """Facts about messages, as of one transaction."""

    _transaction: Source

    def message(self, message: str) -> MessageFacts | None:
        row = self._transaction.connection.execute(_MESSAGE, {"id": message}).first()
        return None if row is None else message_facts(row)

    def whole_thread(self, root: str, most: int) -> tuple[WholeMessage, ...]:
        connection = self._transaction.connection
        query = (
            select(MESSAGE)
            .where(or_(MESSAGE.c.id == root, MESSAGE.c.thread_id == root))
            .order_by(MESSAGE.c.thread_id, MESSAGE.c.no)
            .limit(most)
        )
        rows = connection.execute(query).all()
        ids = [row.id for row in rows]
        reactions: dict[str, dict[str, tuple[str, ...]]] = {}
        said = select(REACTION).where(REACTION.c.message_id.in_(ids)).order_by(REACTION.c.seq)
        for row in connection.execute(said):
            of = reactions.setdefault(row.message_id, {})
            of[row.emoji] = (*of.get(row.emoji, ()), row.person_id)
        return tuple(
            WholeMessage(
                facts=message_facts(row), at=row.at, first_at=row.first_at,
                deleted_by=row.deleted_by,
                quote=(row.quote_id, row.quote_room) if row.quote_id else None,
                reactions=reactions.get(row.id, {}), blocks=codec.read_blocks(row.blocks) or (),
            )
            for row in rows
        )  # fmt: skip

    def versions_of(self, messages: Collection[str]) -> tuple[int, ...]:
        query = select(VERSION.c.seq).where(VERSION.c.message_id.in_(list(messages)))
        return tuple(self._transaction.connection.execute(query).scalars())

    def reactions(self, message: str) -> dict[str, tuple[str, ...]]:
        query = (
            select(REACTION.c.emoji, REACTION.c.person_id)
            .where(REACTION.c.message_id == message)
            .order_by(REACTION.c.seq)
        )
        found: dict[str, tuple[str, ...]] = {}
        for row in self._transaction.connection.execute(query):
            found[row.emoji] = (*found.get(row.emoji, ()), row.person_id)
        return found

    def head(self, stream: str) -> tuple[int, int]:
        state = self._transaction.streams.get(stream)
        if state is None:
            state = streams.states(self._transaction.connection, [stream])[stream]
        return state.head_seq, state.head_no

    def reply_head(self, thread: str) -> int:
        query = select(MESSAGE.c.reply_head).where(MESSAGE.c.id == thread)
        return int(self._transaction.connection.execute(query).scalar_one())

    def lately(self, room: str, newest: int) -> dict[str, int]:
        authors = (
            select(MESSAGE.c.author_id)
            .where(MESSAGE.c.room_id == room, MESSAGE.c.thread_id == "")
            .order_by(MESSAGE.c.no.desc())
            .limit(newest)
        )
        return dict(Counter(self._transaction.connection.execute(authors).scalars()))

    def pins(self, room: str) -> int:
        query = (
            select(func.count())
            .select_from(MESSAGE)
            .where(MESSAGE.c.room_id == room, MESSAGE.c.pinned_seq.is_not(None))
        )
        return int(self._transaction.connection.execute(query).scalar_one())

    def unread_mentions(self, room: str, person: str, read_no: int) -> int:
        from storage.queries.unread import mentions_after

        return mentions_after(self._transaction.connection, room, person, read_no)

    def thread_mark(self, thread: str, person: str) -> tuple[bool, int] | None:
        query = select(THREAD_FOLLOW.c.following, THREAD_FOLLOW.c.read_no).where(
            THREAD_FOLLOW.c.thread_id == thread, THREAD_FOLLOW.c.person_id == person
        )
        row = self._transaction.connection.execute(query).first()
        return None if row is None else (row.following, row.read_no)

    def answered(self, topic: str, person: str, besides: str = "") -> bool:
        room = select(_TOPIC.c.room_id).where(_TOPIC.c.id == topic).scalar_subquery()
        query = select(MESSAGE.c.id).where(
            MESSAGE.c.author_id == person,
            MESSAGE.c.room_id == room,
            MESSAGE.c.thread_id == topic,
            MESSAGE.c.deleted_by.is_(None),
            MESSAGE.c.id != besides,
        )
        return self._transaction.connection.execute(query.limit(1)).first() is not None

    def versions(self, message: str) -> tuple[int, ...]:
        query = select(VERSION.c.seq).where(VERSION.c.message_id == message)
        return tuple(self._transaction.connection.execute(query).scalars())
