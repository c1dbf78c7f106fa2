"""The facilitators' desk: what waits for them in a room, and what a rule would have done."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from sqlalchemy import Connection, case, select

from protocol import limits
from protocol.commands import GetFacilitatorView, TryRule
from protocol.desk import Trial, TriedMessage
from protocol.ids import facilitators_stream
from protocol.moderation import Moderation
from protocol.views import FacilitatorSnapshot, JoinRequest
from rooms.actions.moderation import checked
from rooms.cards import person_card, rfc3339
from rooms.moderation import Author, Draft, Moderator
from storage.facts.review import TEXTS, moderation
from storage.queries import held, messages, reports, sanctions
from storage.queries.reading import Reading
from storage.queries.rooms import cursor
from storage.tables import MEMBER, MESSAGE, PERSON, ROOM

EXAMPLES = 20
EXCERPT = 200


def desk(connection: Connection, person: str, query: GetFacilitatorView) -> FacilitatorSnapshot:
    """What waits for the facilitators of a room."""
    reading = Reading(connection, person)
    reading.room(query.room, "watch_desk")
    waiting = connection.execute(
        select(MEMBER.c.person_id, MEMBER.c.since)
        .where(MEMBER.c.room_id == query.room, MEMBER.c.state == "requested")
        .order_by(MEMBER.c.since)
    ).all()
    people = reading.facts.people([row.person_id for row in waiting])
    posts, declined = held.of_room(connection, query.room), held.declined(connection, query.room)
    found = reports.at(connection, query.room, person)
    named = {post.author for post in (*posts, *(one.held for one in declined))}
    return FacilitatorSnapshot(
        cursor=cursor(reading, facilitators_stream(query.room)),
        requests=tuple(
            JoinRequest(person=person_card(people[row.person_id]), at=rfc3339(row.since))
            for row in waiting
        ),
        held=posts,
        declined=declined,
        moderation=moderation(connection, query.room)[0],
        reports=found,
        people=messages.cards(reading, named | reports.named(found)),
        appeals=sanctions.appeals(connection, query.room),
    )


def try_rule(connection: Connection, person: str, query: TryRule) -> Trial:
    """What a rule would have done to the newest messages that the reader may see. Without a room:
    of open rooms, and of those the reader is in; power over rules is no right to read."""
    reading = Reading(connection, person)
    own = MEMBER.alias()
    first = case((own.c.state == "member", own.c.visible_from_seq), else_=0)
    where: list[Any] = [MESSAGE.c.body.is_not(None)]
    since = MESSAGE.c.posted_seq >= first
    # Answers that are kept back have numbers of their own, and are for facilitators.
    apart = MESSAGE.c.apart.is_not(None)
    where.append(((first == 0) & apart) | (~apart & since) if query.room else ~apart & since)
    if query.room is not None:
        reading.room(query.room, "moderate")
        where.append(MESSAGE.c.room_id == query.room)
    else:
        reading.in_community("community.rules")
        mine = select(MEMBER.c.room_id).where(
            MEMBER.c.person_id == person, MEMBER.c.state == "member"
        )
        read_along = (ROOM.c.access == "open") & (ROOM.c.history == "all")
        where += [read_along | ROOM.c.id.in_(mine), ROOM.c.access != "direct"]
    [rule] = checked(reading.facts, [query.rule])
    rows = connection.execute(
        select(MESSAGE, PERSON.c.role, MEMBER.c.role.label("room_role"))
        .join(ROOM, ROOM.c.id == MESSAGE.c.room_id)
        .join(PERSON, PERSON.c.id == MESSAGE.c.author_id)
        .outerjoin(
            MEMBER,
            (MEMBER.c.room_id == MESSAGE.c.room_id) & (MEMBER.c.person_id == MESSAGE.c.author_id),
        )
        .outerjoin(own, (own.c.room_id == MESSAGE.c.room_id) & (own.c.person_id == person))
        .where(*where)
        # Ids are ordered by time, and have an index across rooms.
        .order_by((MESSAGE.c.at if query.room else MESSAGE.c.id).desc())
        .limit(limits.TRIED_MESSAGES)
    ).all()
    moderator = Moderator(Moderation(rules=(rule,)), Moderation())
    met = []
    before: dict[tuple[str, str], deque[tuple[int, str]]] = {}
    keys: dict[str, str] = {}
    for row in reversed(rows):
        said = before.setdefault((row.room_id, row.author_id), deque(maxlen=TEXTS))
        draft = Draft(row.body, partial(_since, said, row.at), keys)
        verdict = moderator.verdict(draft, _author(row))
        said.appendleft((row.at, row.body))
        if verdict is not None:
            met.append(_tried(row, verdict.matched))
    examples = tuple(reversed(met[-EXAMPLES:]))
    return Trial(
        looked_at=len(rows),
        met=len(met),
        examples=examples,
        people=messages.cards(reading, {one.author for one in examples}),
    )


def _since(said: deque[tuple[int, str]], at: int, seconds: int) -> tuple[str, ...]:
    since = at - seconds * 1_000_000
    return tuple(text for when, text in said if when >= since)


def _author(row: Any) -> Author:
    role, room_role = row.role, row.room_role
    kinds: set[str] = {role if role in ("bot", "guest") else "member"}
    if room_role == "facilitator" or (room_role and role in ("owner", "admin")):
        kinds.add("facilitator")
    return Author(frozenset(kinds), lambda _: 0)


def _tried(row: Any, matched: str) -> TriedMessage:
    return TriedMessage(
        message=row.id,
        room=row.room_id,
        thread=row.thread_id or None,
        no=row.no,
        author=row.author_id,
        excerpt=row.body[:EXCERPT],
        matched=matched,
    )
