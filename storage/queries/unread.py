"""Unread mentions, from one place: badges, summaries and answers all count here.

Unread messages need no query: `head_no - read_no`.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select

from storage.tables import MEMBER, MENTION, MESSAGE, QUIET, THREAD_FOLLOW

_UNREAD = and_(
    MENTION.c.author_id != MEMBER.c.person_id,
    MENTION.c.target.in_([bindparam("me"), "room", "facilitators"]),
    or_(MENTION.c.target != "facilitators", MEMBER.c.role == "facilitator"),
    MENTION.c.no >= MEMBER.c.visible_from_no,
    MENTION.c.thread_id == "",
    ~exists().where(
        QUIET.c.person_id == MEMBER.c.person_id,
        QUIET.c.what.in_(("person", "block")),
        QUIET.c.target_id == MENTION.c.author_id,
    ),
)
_MINE = select(MENTION.c.room_id, func.count().label("n")).join_from(
    MEMBER, MENTION, MENTION.c.room_id == MEMBER.c.room_id
)
_ALL = _MINE.where(
    MEMBER.c.person_id == bindparam("me"), _UNREAD, MENTION.c.no > MEMBER.c.read_no
).group_by(MENTION.c.room_id)
_ONE = (
    select(func.count())
    .select_from(MEMBER.join(MENTION, MENTION.c.room_id == MEMBER.c.room_id))
    .where(
        MEMBER.c.person_id == bindparam("me"),
        MEMBER.c.room_id == bindparam("room"),
        _UNREAD,
        MENTION.c.no > bindparam("read_no"),
    )
)
_THREADS = (
    select(
        THREAD_FOLLOW.c.thread_id,
        THREAD_FOLLOW.c.room_id,
        (MESSAGE.c.reply_head - THREAD_FOLLOW.c.read_no).label("unread"),
        func.coalesce(MESSAGE.c.title, MESSAGE.c.body).label("body"),
        MESSAGE.c.unit,
    )
    .join_from(THREAD_FOLLOW, MESSAGE, MESSAGE.c.id == THREAD_FOLLOW.c.thread_id)
    # An answer makes its author follow, also one who has left the room meanwhile.
    .join(
        MEMBER,
        (MEMBER.c.room_id == THREAD_FOLLOW.c.room_id)
        & (MEMBER.c.person_id == THREAD_FOLLOW.c.person_id)
        & (MEMBER.c.state == "member"),
    )
    .where(
        THREAD_FOLLOW.c.person_id == bindparam("me"),
        THREAD_FOLLOW.c.following,
        MESSAGE.c.reply_head > THREAD_FOLLOW.c.read_no,
        MESSAGE.c.deleted_by.is_(None),
        # Whoever is mentioned in an answer follows it, and may not see what was answered.
        MESSAGE.c.posted_seq >= MEMBER.c.visible_from_seq,
    )
    .order_by(MESSAGE.c.reply_at.desc())
    .limit(100)
)


def mentions_after(connection: Connection, room: str, person: str, read_no: int) -> int:
    """Mentions of a person in a room's main timeline after `read_no`."""
    params = {"me": person, "room": room, "read_no": read_no}
    return int(connection.execute(_ONE, params).scalar_one())


def unread_mentions(connection: Connection, person: str) -> dict[str, int]:
    """Rooms to unread mentions, where there are any."""
    return {row.room_id: row.n for row in connection.execute(_ALL, {"me": person})}


def unread_threads(connection: Connection, person: str) -> list[tuple[str, str, int, str]]:
    """`(thread, room, unread, first message's text)` of followed threads with unread replies."""
    rows = connection.execute(_THREADS, {"me": person})
    return [
        # In a book club even the first words may tell too much.
        (row.thread_id, row.room_id, row.unread, "" if row.unit else row.body or "")
        for row in rows
    ]
