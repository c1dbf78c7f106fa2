"""Topics of a forum, the liveliest first; and the topics whose answers somebody sees.

Pages by key (when something was last said, and the number), so that a page costs the same in a
forum of any age.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select, tuple_

from protocol.commands import ListTopics
from protocol.ids import answers_stream
from protocol.listings import TopicsPage
from rooms import policy
from rooms.errors import Refusal
from rooms.kinds import kind_of
from rooms.model import Standing
from storage.queries import messages
from storage.queries.reading import Reading
from storage.queries.rooms import cursor, thread_states
from storage.tables import MESSAGE


def listing(connection: Connection, person: str, query: ListTopics) -> TopicsPage:
    """A page of topics."""
    reading = Reading(connection, person)
    standing = reading.room(query.room)
    member = standing.member if standing.is_member else None
    limit = messages.clamp(query.limit)
    where: list[Any] = [
        MESSAGE.c.room_id == query.room,
        MESSAGE.c.active_at.is_not(None),
        MESSAGE.c.no >= (member.visible_from_no if member else 1),
        # A topic that was deleted stays as long as there are answers to it.
        or_(MESSAGE.c.deleted_by.is_(None), MESSAGE.c.reply_count > 0),
    ]
    if query.open:
        where += [MESSAGE.c.solved.is_(None), MESSAGE.c.answer_id.is_(None)]
        where.append(MESSAGE.c.deleted_by.is_(None))
    if query.after is not None:
        where.append(tuple_(MESSAGE.c.active_at, MESSAGE.c.no) < tuple_(*_key(query.after)))
    order = (MESSAGE.c.active_at.desc(), MESSAGE.c.no.desc())
    rows = connection.execute(select(MESSAGE).where(*where).order_by(*order).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    found = messages.views(reading, rows[:limit])
    return TopicsPage(
        cursor=cursor(reading, query.room),
        topics=tuple(found),
        threads=thread_states(reading, [topic.id for topic in found]),
        people=messages.cards(reading, messages.people_of(found)),
        next=None if last is None else f"{last.active_at}.{last.no}",
    )


def _key(after: str) -> tuple[int, int]:
    try:
        at, no = (int(part) for part in after.split("."))
    except ValueError:
        raise Refusal("invalid", field="after", problem="take `next` of the page before") from None
    if not (0 <= at < 2**62 and 0 <= no < 2**62):
        raise Refusal("invalid", field="after", problem="take `next` of the page before")
    return at, no


def answers_seen(reading: Reading, standings: Sequence[Standing]) -> list[str]:
    """Streams of answers, in these rooms, that somebody sees: `rooms.topics.sees_answers` of many
    at once."""
    forums = [s for s in standings if kind_of(s.room.kind).topics]
    if not forums:
        return []
    led = [s.room.id for s in forums if "facilitator" in policy.hats(s)]
    own = MESSAGE.alias()
    answered = exists().where(
        own.c.author_id == reading.person,
        own.c.room_id == MESSAGE.c.room_id,
        own.c.thread_id == MESSAGE.c.id,
        own.c.deleted_by.is_(None),
    )
    since = or_(
        *(
            and_(MESSAGE.c.room_id == s.room.id, MESSAGE.c.posted_seq >= messages.first_seq(s))
            for s in forums
        )
    )
    query = select(MESSAGE.c.id).where(
        since,
        MESSAGE.c.active_at.is_not(None),
        MESSAGE.c.answers.is_not(None),
        or_(
            MESSAGE.c.answers == "shown",
            MESSAGE.c.author_id == reading.person,
            MESSAGE.c.room_id.in_(led),
            answered,
        ),
    )
    return [answers_stream(row.id) for row in reading.connection.execute(query)]
