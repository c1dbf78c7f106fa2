"""Messages as readers see them: rows to views, with the people and quotations they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from protocol import limits
from protocol.views import Message, Page, Person, Quote, Replies
from rooms import policy, topics
from rooms.cards import person_card, rfc3339
from rooms.errors import Refusal
from rooms.model import Standing
from storage import codec
from storage.facts.talk import message_facts
from storage.queries.reading import Reading
from storage.tables import MESSAGE, REACTION

_MESSAGES = select(MESSAGE)
_REACTIONS = (
    select(REACTION.c.message_id, REACTION.c.emoji, REACTION.c.person_id)
    .where(REACTION.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(REACTION.c.seq)
)


def views(reading: Reading, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Message]:
    """Views of message rows, in the order of the rows."""
    ids = [row.id for row in rows if row.deleted_by is None]
    reactions: dict[str, dict[str, tuple[str, ...]]] = {}
    if ids:
        for r in reading.connection.execute(_REACTIONS, {"ids": ids}):
            of = reactions.setdefault(r.message_id, {})
            of[r.emoji] = (*of.get(r.emoji, ()), r.person_id)
    return [_view(row, reactions.get(row.id, {})) for row in rows]


def _view(row: Row[*tuple[Any, ...]], reactions: dict[str, tuple[str, ...]]) -> Message:
    replies = None
    if row.reply_head:
        replies = Replies(
            count=row.reply_count,
            last_no=row.reply_head,
            last_at=rfc3339(row.reply_at),
            people=codec.strings(row.repliers),
            rev=row.reply_rev,
        )
    return Message(
        id=row.id,
        room=row.room_id,
        no=row.no,
        thread=row.thread_id or None,
        author=row.author_id,
        body=row.body,
        at=rfc3339(row.at),
        rev=row.rev,
        mentions=codec.strings(row.mentions),
        quote=Quote(message=row.quote_id, room=row.quote_room) if row.quote_id else None,
        edited_at=None if row.edited_at is None else rfc3339(row.edited_at),
        deleted_by=row.deleted_by,
        moved=row.moved_id,
        first_at=None if row.first_at is None else rfc3339(row.first_at),
        pinned=row.pinned_seq is not None,
        reactions=reactions,
        replies=replies,
        client_id=row.client_id,
        unit=codec.read_unit(row.unit),
        title=row.title,
        solved=bool(row.solved),
        answer=row.answer_id,
        answers=row.answers,
        blocks=codec.read_blocks(row.blocks),
    )


def people_of(messages: Iterable[Message]) -> set[str]:
    """Everyone a client has to name to draw these messages."""
    found: set[str] = set()
    for m in messages:
        found.add(m.author)
        found.update(who for who in m.mentions if who.startswith("p_"))
        for people in m.reactions.values():
            found.update(people)
        if m.replies:
            found.update(m.replies.people)
    return found


def cards(reading: Reading, ids: Iterable[str]) -> tuple[Person, ...]:
    """Cards of people, in the order of their ids."""
    people = reading.facts.people(set(ids))
    return tuple(person_card(people[person]) for person in sorted(people))


def quoted(reading: Reading, messages: Iterable[Message]) -> list[Message]:
    """The quoted messages that the reader may read; a deleted one is a stub."""
    wanted = {m.quote.message for m in messages if m.quote}
    if not wanted:
        return []
    rows = reading.connection.execute(_MESSAGES.where(MESSAGE.c.id.in_(wanted))).all()
    standings: dict[str, Standing | None] = {}
    readable = []
    for row in rows:
        if row.room_id not in standings:
            standings[row.room_id] = reading.facts.standing(row.room_id, reading.person)
        standing = standings[row.room_id]
        if standing is None or policy.refusal(standing, "read") is not None:
            continue
        if visible(reading, standing, row):
            readable.append(row)
    return views(reading, readable)


def visible(reading: Reading, standing: Standing, row: Row[*tuple[Any, ...]]) -> bool:
    """Whether a message lies in the part of the history that this reader may see, and is not kept
    back from them."""
    if not row.apart:
        return bool(row.posted_seq >= first_seq(standing))
    if not topics.visible(reading.facts, standing, message_facts(row)):
        return False
    topic = reading.facts.message(row.thread_id)
    return topic is not None and topics.sees_answers(reading.facts, standing, topic)


def first_seq(standing: Standing) -> int:
    """The first event of the room that this reader may see."""
    return standing.member.visible_from_seq if standing.member else 0


def page(reading: Reading, found: Sequence[Message], more_before: bool, more_after: bool) -> Page:
    """A page with all that it takes to draw it."""
    quotations = quoted(reading, found)
    return Page(
        messages=tuple(found),
        people=cards(reading, people_of([*found, *quotations])),
        quoted=tuple(quotations),
        more_before=more_before,
        more_after=more_after,
    )


def readable_message(reading: Reading, message: str) -> tuple[Standing, Row[*tuple[Any, ...]]]:
    """A message's row, if the reader may see it; raises `Refusal`."""
    row = reading.connection.execute(_MESSAGES.where(MESSAGE.c.id == message)).first()
    if row is None:
        raise Refusal("not_found", what="message")
    standing = reading.facts.standing(row.room_id, reading.person)
    if policy.refusal(standing, "read") is not None or standing is None:
        raise Refusal("not_found", what="message")
    message_ = message_facts(row)
    if not topics.visible(reading.facts, standing, message_):
        raise Refusal("not_found", what="message")
    topics.check_seen(reading.facts, standing, message_)
    return standing, row


def by_number(room: str, thread: str) -> Select[Any]:
    """The messages of a room's main timeline (`thread` empty) or of a thread."""
    return _MESSAGES.where(MESSAGE.c.room_id == room, MESSAGE.c.thread_id == thread)


def clamp(limit: int) -> int:
    """How many messages a page may have."""
    if limit < 1:
        raise Refusal("invalid", field="limit", problem="at least 1")
    return min(limit, limits.PAGE)
