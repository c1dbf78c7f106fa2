"""Which streams somebody may watch, and from where: asked before anything is served.

One query finds where all named streams stand, one the reader's rows in them: coming back costs
what was missed, not how many rooms were quiet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from protocol.commands import CursorIn
from protocol.ids import (
    ADMINS,
    COMMUNITY,
    facilitators_stream,
    room_of_facilitators_stream,
    topic_of_answers_stream,
)
from rooms import policy, topics
from rooms.errors import Refusal
from rooms.model import MessageFacts, PersonFacts, RoomFacts, Standing
from storage import codec
from storage.bulk import Statement
from storage.database import KEPT
from storage.facts.remembered import Remembered
from storage.facts.rights import BINDS, member_facts, rooms_named
from storage.facts.talk import message_facts
from storage.queries import messages
from storage.queries.reading import Reading


class Watch(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The answer for one stream."""

    stream: str
    refused: str | None = None
    """An error code, when it may not be watched."""
    reset: str | None = None
    """Why the cursor cannot be served: take a snapshot."""
    epoch: str = ""
    head: int = 0
    head_no: int = 0
    after: int | None = None
    """Serve events after this; None for only what is to come."""
    visitor: bool = False
    under: str | None = None
    """A stream that has to be watched as well: whoever loses that one loses this one too."""


_WATCHED = Statement(
    """SELECT k.value AS stream, s.epoch, s.head_seq, s.first_seq, s.head_no,
        r.id, CASE WHEN s.id = r.id THEN s.rules_seq END AS rules_seq,
        m.person_id, m.role, m.state, m.visible_from_seq, m.visible_from_no, m.read_no,
        m.unread_from,"""
    + BINDS.format(room="r.id", person=":?")
    + """FROM :each AS k
    LEFT JOIN stream s ON s.id = k.value
    LEFT JOIN room r
        ON r.id = CASE WHEN k.value LIKE 'fr!_%' ESCAPE '!' THEN substr(k.value, 2) ELSE k.value END
    LEFT JOIN member m ON m.room_id = r.id AND m.person_id = :?"""
)


def watch(
    connection: Connection, person: str, cursors: Sequence[CursorIn], most: int
) -> list[Watch]:
    """Decide for each cursor; `most` missed events are replayed."""
    reading = Reading(connection, person)
    who = reading.facts.person(person)
    if who is None or who.status != "active":
        raise Refusal("session_ended" if who is None else policy.inactive(who.status))
    ids = codec.dump([cursor.stream for cursor in cursors])
    rows = {row.stream: row for row in _WATCHED.all(connection, (person, person, ids, person))}
    rooms = _rooms(connection, rows.values())
    watches = []
    for cursor in cursors:
        row = rows[cursor.stream]
        if topic_of_answers_stream(cursor.stream):
            watches.append(_answers(reading, cursor, row, most))
        else:
            standing = _standing(reading, who, row, rooms.get(row.id))
            watches.append(_one(reading, who, cursor, row, standing, most))
    return watches


def _rooms(connection: Connection, rows: Iterable[Any]) -> dict[str, RoomFacts]:
    """The rooms of these rows. Thousands who come back ask for the same ones, so they are kept by
    the version of their rules, as the writer keeps them."""
    kept: Remembered[RoomFacts] = connection.get_execution_options()[KEPT].setdefault(
        "rooms", Remembered()
    )
    versions = {row.id: row.rules_seq for row in rows if row.id is not None}
    found = {room: kept.get(room, version) for room, version in versions.items()}
    rooms = {room: facts for room, facts in found.items() if facts is not None}
    for facts in rooms_named(connection, versions.keys() - rooms.keys()):
        rooms[facts.id] = facts
        if (version := versions[facts.id]) is not None:
            kept.put(facts.id, version, facts)
    return rooms


def _answers(reading: Reading, cursor: CursorIn, row: Any, most: int) -> Watch:
    """Answers to a topic. Whoever sees them for what they are, not for an answer of their own,
    loses them with the desk of the room or of the community."""
    stream, topic = cursor.stream, topic_of_answers_stream(cursor.stream)
    try:
        standing, found = messages.readable_message(reading, topic or "")
    except Refusal as refusal:
        return Watch(stream=stream, refused=refusal.code)
    root = message_facts(found)
    if row.epoch is None:
        return Watch(stream=stream, refused="not_found")
    if not topics.sees_answers(reading.facts, standing, root):
        return Watch(stream=stream, refused="answer_first")
    return Watch(
        stream=stream,
        reset=_reset(cursor, row, 0, most),
        epoch=row.epoch,
        head=row.head_seq,
        head_no=row.head_no,
        after=cursor.after_seq,
        under=_under(reading, standing, root),
    )


def _under(reading: Reading, standing: Standing, topic: MessageFacts) -> str:
    """The stream with which the right to watch ends."""
    member = standing.member
    plain = replace(
        standing,
        person=replace(standing.person, role="member"),
        member=member and replace(member, role="member"),
    )
    if topics.sees_answers(reading.facts, plain, topic):
        return topic.room
    leads = member is not None and member.role == "facilitator"
    return facilitators_stream(topic.room) if leads else ADMINS


def _standing(
    reading: Reading, who: PersonFacts, row: Any, room: RoomFacts | None
) -> Standing | None:
    if room is None:
        return None
    member = None if row.person_id is None else member_facts(row)
    standing = Standing(
        person=who,
        room=room,
        member=member,
        muted_until=row.muted_until or 0,
        banned_until=row.banned_until or 0,
    )
    return replace(standing, at=reading.clock()) if standing.timed else standing


def _one(
    reading: Reading,
    who: PersonFacts,
    cursor: CursorIn,
    row: Any,
    standing: Standing | None,
    most: int,
) -> Watch:
    stream = cursor.stream
    desk = room_of_facilitators_stream(stream) is not None
    code: str | None
    if stream == who.id:
        code = None
    elif stream == ADMINS:
        code = policy.community_refusal(who, reading.facts.community(), "watch_admins")
    elif stream == COMMUNITY:
        code = policy.community_refusal(who, reading.facts.community(), "watch_community")
    else:
        code = policy.refusal(standing, "watch_desk" if desk else "read")
    if code is not None or row.epoch is None:
        return Watch(stream=stream, refused=code or "not_found")
    hidden = 0
    if standing and standing.member and standing.is_member:
        hidden = standing.member.visible_from_seq
        if desk and hidden:
            hidden = _since(reading, stream, row)
    return Watch(
        stream=stream,
        reset=_reset(cursor, row, hidden, most),
        epoch=row.epoch,
        head=row.head_seq,
        head_no=row.head_no,
        after=cursor.after_seq,
        visitor=standing is not None and not standing.is_member,
    )


_FIRST_SINCE = Statement(
    """SELECT min(e.seq) AS seq FROM event e WHERE e.stream_id = :? AND e.at >=
        (SELECT m.since FROM member m WHERE m.room_id = :? AND m.person_id = :?)"""
)


def _since(reading: Reading, desk: str, row: Any) -> int:
    """Where a facilitators' stream begins for somebody who sees the room from when they joined:
    what messages said before an edit stands in it."""
    found = _FIRST_SINCE.first(reading.connection, (desk, row.id, reading.person))
    seq = None if found is None else found.seq
    return int(row.head_seq) + 1 if seq is None else int(seq)


def _reset(cursor: CursorIn, state: Any, hidden: int, most: int) -> str | None:
    after = cursor.after_seq
    if after is None:
        return None
    if after < 0 or after > state.head_seq or (cursor.epoch or state.epoch) != state.epoch:
        return "epoch"
    if after + 1 < state.first_seq:
        return "trimmed"
    if after + 1 < hidden:
        return "hidden"
    # Whoever watches a background room needs no replay, however far behind.
    if cursor.mode == "full" and state.head_seq - after > most:
        return "too_far"
    return None
