"""Pages of a room or thread by key: the cost of a page does not grow with the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from protocol.commands import GetHistory, GetMessage, GetThread
from protocol.ids import answers_stream
from protocol.views import Message, Page, ThreadSnapshot, ThreadState
from rooms import topics
from rooms.errors import Refusal
from rooms.model import Standing
from storage.facts.talk import message_facts
from storage.queries import messages
from storage.queries.reading import Reading
from storage.queries.rooms import cursor
from storage.tables import MESSAGE


def history(connection: Connection, person: str, query: GetHistory) -> Page:
    """A page before, after or around a number, or the newest one."""
    reading = Reading(connection, person)
    standing = reading.room(query.room)
    first = 1
    if query.thread:
        thread_standing, root = messages.readable_message(reading, query.thread)
        if root.room_id != query.room:
            raise Refusal("not_found", what="message")
        if not _seen(reading, thread_standing, root):
            raise Refusal("answer_first")
        standing = thread_standing
    elif standing.member and standing.is_member:
        first = standing.member.visible_from_no
    limit = messages.clamp(query.limit)
    thread = query.thread or ""
    if query.around is not None:
        return around(reading, (query.room, thread), first, query.around, limit)
    if query.after is not None:
        rows, more = _after(reading, (query.room, thread), max(query.after, first - 1), limit)
        before = bool(rows) and _earlier(reading, (query.room, thread), first, rows[0].no)
        return messages.page(reading, messages.views(reading, rows), before, more)
    rows, more = _before(reading, (query.room, thread), first, query.before, limit)
    after = query.before is not None and _exists(reading, (query.room, thread), query.before)
    return messages.page(reading, messages.views(reading, rows), more, after)


Place = tuple[str, str]
"""A room, and a thread in it (empty for the main timeline)."""


def _before(
    reading: Reading, place: Place, first: int, before: int | None, limit: int
) -> tuple[Sequence[Row[*tuple[Any, ...]]], bool]:
    statement = messages.by_number(*place).where(MESSAGE.c.no >= first)
    if before is not None:
        statement = statement.where(MESSAGE.c.no < before)
    statement = statement.order_by(MESSAGE.c.no.desc()).limit(limit + 1)
    rows = reading.connection.execute(statement).all()
    return rows[:limit][::-1], len(rows) > limit


def _after(
    reading: Reading, place: Place, after: int, limit: int
) -> tuple[Sequence[Row[*tuple[Any, ...]]], bool]:
    statement = messages.by_number(*place).where(MESSAGE.c.no > after)
    rows = reading.connection.execute(statement.order_by(MESSAGE.c.no).limit(limit + 1)).all()
    return rows[:limit], len(rows) > limit


def _exists(reading: Reading, place: Place, no: int) -> bool:
    statement = messages.by_number(*place).where(MESSAGE.c.no >= no).limit(1)
    return reading.connection.execute(statement).first() is not None


def _earlier(reading: Reading, place: Place, first: int, no: int) -> bool:
    """Whether there is anything from `first` on and before `no`: what is old may be gone."""
    statement = messages.by_number(*place).where(MESSAGE.c.no >= first, MESSAGE.c.no < no).limit(1)
    return reading.connection.execute(statement).first() is not None


def around(reading: Reading, place: Place, first: int, no: int, limit: int) -> Page:
    """Half a page before a number and half from it on."""
    older, more_before = _before(reading, place, first, max(no, first), limit // 2)
    newer, more_after = _after(reading, place, max(no, first) - 1, limit - len(older))
    found = messages.views(reading, [*older, *newer])
    return messages.page(reading, found, more_before, more_after)


def newest(reading: Reading, place: Place, first: int, limit: int) -> Page:
    """The newest page."""
    rows, more = _before(reading, place, first, None, limit)
    return messages.page(reading, messages.views(reading, rows), more, False)


def one_message(connection: Connection, person: str, query: GetMessage) -> Page:
    """One message as a page of one."""
    reading = Reading(connection, person)
    _, row = messages.readable_message(reading, query.message)
    earlier = _earlier(reading, (row.room_id, row.thread_id), 1, row.no)
    return messages.page(reading, messages.views(reading, [row]), earlier, True)


def thread(connection: Connection, person: str, query: GetThread) -> ThreadSnapshot:
    """A thread: its first message and the newest replies."""
    reading = Reading(connection, person)
    standing, row = messages.readable_message(reading, query.thread)
    if row.thread_id:
        raise Refusal("invalid", field="thread", problem="name the first message of the thread")
    limit = messages.clamp(query.limit)
    seen = _seen(reading, standing, row)
    if seen:
        replies = newest(reading, (row.room_id, row.id), 1, limit)
    else:
        replies = Page(messages=(), people=(), quoted=(), more_before=False, more_after=False)
    root: Message = messages.views(reading, [row])[0]
    quotations = messages.quoted(reading, [root])
    people = {p.id: p for p in replies.people}
    for card in messages.cards(reading, messages.people_of([root, *quotations])):
        people[card.id] = card
    mark = reading.facts.thread_mark(row.id, person)
    return ThreadSnapshot(
        cursor=cursor(reading, answers_stream(row.id) if seen and row.answers else row.room_id),
        root=root,
        page=Page(
            messages=replies.messages,
            people=tuple(people.values()),
            quoted=(*replies.quoted, *quotations),
            more_before=replies.more_before,
            more_after=False,
        ),
        me=ThreadState(following=bool(mark and mark[0]), read_no=mark[1] if mark else 0),
        withheld=not seen,
    )


def _seen(reading: Reading, standing: Standing, root: Row[*tuple[Any, ...]]) -> bool:
    """Whether the reader sees the replies below a message."""
    return topics.sees_answers(reading.facts, standing, message_facts(root))
