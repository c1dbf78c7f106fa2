"""Facts about age: what of a room is older than it is kept.

Every question is bounded: a transaction clears a piece, and others' commands go between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from protocol.ids import answers_stream, facilitators_stream
from rooms.aging import Expired
from storage import streams
from storage.facts.source import Source
from storage.tables import EVENT, MESSAGE, VERSION

AT_ONCE = 1_000
"""Events, and messages with their replies, that go in one transaction; a thread goes whole."""


class Age:
    """What is too old, as of one transaction."""

    _transaction: Source

    def expired(self, room: str, before: int) -> Expired:
        upto, more = self._older(room, before)
        taken, cut = self._messages(room, upto)
        if cut is not None:
            upto, more = cut, True
        ids = [row.id for row in taken]
        threads = [row.id for row in taken if row.reply_head]
        texts = [(row.posted_seq, row.body_seq) for row in taken] + self._replies(room, threads)
        desk = facilitators_stream(room)
        desk_upto, desk_more = self._older(desk, before)
        return Expired(
            upto=upto,
            first_no=taken[-1].no + 1 if taken else 0,
            threads=tuple(threads),
            redacts=tuple(sorted({seq for both in texts for seq in both if seq > upto})),
            desk_upto=desk_upto,
            desk_redacts=self._versions(room, ids, threads, desk_upto),
            answers=self._answers([row.id for row in taken if row.answers]),
            more=more or desk_more,
        )

    def _older(self, stream: str, before: int) -> tuple[int, bool]:
        """The last of the oldest events that are too old, and whether there may be more."""
        connection = self._transaction.connection
        state = self._transaction.streams.get(stream)
        if state is None:
            state = streams.states(connection, [stream])[stream]
        query = (
            select(EVENT.c.seq, EVENT.c.at)
            .where(EVENT.c.stream_id == stream, EVENT.c.seq >= state.first_seq)
            .order_by(EVENT.c.seq)
            .limit(AT_ONCE)
        )
        # Times are strictly increasing within a stream: what is too old is a prefix.
        old = [row.seq for row in connection.execute(query) if row.at < before]
        return (old[-1] if old else 0), len(old) == AT_ONCE

    def _messages(self, room: str, upto: int) -> tuple[Sequence[Any], int | None]:
        """Messages of the main timeline that go, and where to stop if not all of them do."""
        query = (
            select(
                MESSAGE.c.id, MESSAGE.c.no, MESSAGE.c.reply_head, MESSAGE.c.posted_seq,
                MESSAGE.c.body_seq, MESSAGE.c.answers,
            )
            .where(MESSAGE.c.room_id == room, MESSAGE.c.thread_id == "")
            .order_by(MESSAGE.c.no)
            .limit(AT_ONCE + 1)
        )  # fmt: skip
        taken: list[Any] = []
        weight = 0
        for row in self._transaction.connection.execute(query):
            if row.posted_seq > upto:
                break
            weight += 1 + row.reply_head
            if taken and weight > AT_ONCE:
                return taken, row.posted_seq - 1
            taken.append(row)
        return taken, None

    def _replies(self, room: str, threads: list[str]) -> list[tuple[int, int]]:
        if not threads:
            return []
        query = select(MESSAGE.c.posted_seq, MESSAGE.c.body_seq).where(
            MESSAGE.c.room_id == room, MESSAGE.c.thread_id.in_(threads), MESSAGE.c.apart.is_(None)
        )
        return [
            (row.posted_seq, row.body_seq) for row in self._transaction.connection.execute(query)
        ]

    def _answers(self, topics: list[str]) -> tuple[tuple[str, int], ...]:
        """The streams of topics that go, as far as there is something in them."""
        wanted = [answers_stream(topic) for topic in topics]
        found = streams.states(self._transaction.connection, wanted)
        return tuple((id_, state.head_seq) for id_, state in found.items() if state.head_seq)

    def _versions(
        self, room: str, ids: list[str], threads: list[str], after: int
    ) -> tuple[int, ...]:
        """Earlier texts of messages that go, in the part of the desk's stream that stays."""
        if not ids:
            return ()
        replies = select(MESSAGE.c.id).where(
            MESSAGE.c.room_id == room, MESSAGE.c.thread_id.in_(threads)
        )
        query = select(VERSION.c.seq).where(
            VERSION.c.seq > after, VERSION.c.message_id.in_(ids) | VERSION.c.message_id.in_(replies)
        )
        return tuple(self._transaction.connection.execute(query).scalars())
