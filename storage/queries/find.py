"""Finding messages: only rooms that the reader may read are asked, and each match is judged again.

The judgement is the one of every other way to a message (`rooms.policy` and `messages.visible`), so
what one may not read is neither found nor counted, whatever the index holds. Pages by key.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from protocol import limits
from protocol.commands import FindMessages
from protocol.listings import Found, FoundMessage
from rooms import policy, text
from rooms.cards import rfc3339, room_card
from rooms.errors import Refusal
from rooms.finding import Asked, asked, excerpt
from rooms.model import Standing
from rooms.tools import book
from rooms.topics import whole
from rooms.words import folded, words
from storage import codec, search
from storage.facts.rights import ROOM_COLUMNS, member_facts, room_facts
from storage.queries import messages, topics
from storage.queries.reading import Reading
from storage.tables import FINDING, MEMBER, MESSAGE, PERSON, ROOM

NAMED = 64
"""Places that are looked up in the index one by one, at most."""
PEOPLE = 50
"""People that one `from:` may mean."""

_READABLE = (
    select(
        *ROOM_COLUMNS,
        MEMBER.c.person_id, MEMBER.c.role, MEMBER.c.state, MEMBER.c.visible_from_seq,
        MEMBER.c.visible_from_no, MEMBER.c.read_no, MEMBER.c.unread_from,
    )
    .join_from(
        ROOM,
        MEMBER,
        (MEMBER.c.room_id == ROOM.c.id) & (MEMBER.c.person_id == bindparam("me")),
        isouter=True,
    )
    .where(or_(MEMBER.c.state == "member", ROOM.c.access == "open"))
)  # fmt: skip


def find(connection: Connection, person: str, query: FindMessages, now: int | None = None) -> Found:
    """A page of what was asked for, the newest first. `now` in microseconds, for `today`."""
    reading = Reading(connection, person)
    typed = text.sized("q", query.q, limits.FIND)
    limit = messages.clamp(query.limit)
    who, community = reading.facts.person(person), reading.facts.community()
    if who is None or who.status != "active":
        raise Refusal("session_ended" if who is None else policy.inactive(who.status))
    moment = time.time_ns() // 1000 if now is None else now
    look = asked(typed, moment, who.time_zone or community.time_zone)
    if look.empty:
        return Found(results=(), people=(), rooms=(), next=None, asked=False)
    standings = _readable(reading)
    scope = _scope(reading, look, standings)
    below = _below(connection, query.after)
    found: list[FoundMessage] = []
    while scope is not None and len(found) <= limit:
        wanted = limit + 1 - len(found)
        hits = search.find(connection, look.wanted, scope, below, wanted)
        found += _judged(reading, look, standings, hits)
        if len(hits) < wanted:
            break
        below = hits[-1].no
    more = len(found) > limit
    return _answer(reading, standings, found[:limit], more)


def _readable(reading: Reading) -> dict[str, Standing]:
    """Where the reader stands in every room that they may read."""
    who = reading.facts.person(reading.person)
    assert who is not None
    found = {}
    bans = reading.bans()
    for row in reading.connection.execute(_READABLE, {"me": reading.person}):
        member = None if row.person_id is None else member_facts(row)
        standing = Standing(
            person=who,
            room=room_facts(row),
            member=member,
            banned_until=bans.get(row.id, 0),
            at=reading.clock() if bans else 0,
        )
        if policy.refusal(standing, "read") is None:
            found[row.id] = standing
    return found


def _scope(reading: Reading, look: Asked, standings: dict[str, Standing]) -> search.Scope | None:
    """Where to look; None where nothing can be found: no such person or room."""
    chosen = {room: s for room, s in standings.items() if _is_place(s, look.places)}
    authors = _authors(reading, look.senders)
    if not chosen or (look.senders and not authors):
        return None
    rooms = {room: messages.first_seq(s) for room, s in chosen.items()}
    rooms |= dict.fromkeys(topics.answers_seen(reading, list(chosen.values())), 0)
    return search.Scope(
        rooms=rooms,
        named=bool(look.places) and len(rooms) <= NAMED,
        authors=authors,
        after=look.after,
        before=look.before,
    )


def _is_place(standing: Standing, names: tuple[str, ...]) -> bool:
    return not names or any(
        name == standing.room.id or _begins(name, standing.room.name) for name in names
    )


def _begins(typed: str, name: str) -> bool:
    """Whether words of a name begin with what was typed."""
    start, whole = " ".join(words(typed)), " ".join(words(name))
    return bool(start) and (whole.startswith(start) or f" {start}" in whole)


def _authors(reading: Reading, names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        return ()
    found: list[str] = []
    wanted = [name.removeprefix("@") for name in names]
    usernames = {codec.folded(name) for name in wanted}
    rows = reading.connection.execute(
        select(PERSON.c.id, PERSON.c.username_folded, PERSON.c.name).where(
            PERSON.c.status != "deleted"
        )
    ).all()
    exact = [row.id for row in rows if row.username_folded in usernames or row.id in wanted]
    if any(folded(name) == "me" for name in wanted):
        found.append(reading.person)
    found += exact
    if not found:
        found = [row.id for row in rows if any(_begins(name, row.name) for name in wanted)]
    return tuple(dict.fromkeys(found))[:PEOPLE]


def _below(connection: Connection, after: str | None) -> int | None:
    """Where the page before ended: at a message, which may be gone meanwhile."""
    if after is None:
        return None
    last = (
        select(FINDING.c.no, FINDING.c.message_id)
        .where(FINDING.c.message_id <= after)
        .order_by(FINDING.c.message_id.desc())
        .limit(1)
    )
    row = connection.execute(last).first()
    if row is None:
        return 0
    return int(row.no) if row.message_id == after else int(row.no) + 1


def _judged(
    reading: Reading, look: Asked, standings: dict[str, Standing], hits: list[search.Hit]
) -> list[FoundMessage]:
    """What the reader may read of the matches, in their order, each with its excerpt."""
    if not hits:
        return []
    ids = [hit.message for hit in hits]
    rows = {
        row.id: row
        for row in reading.connection.execute(select(MESSAGE).where(MESSAGE.c.id.in_(ids)))
    }
    found = []
    for row in (rows[id_] for id_ in ids if id_ in rows):
        standing = standings.get(row.room_id)
        if row.body is None or standing is None or not messages.visible(reading, standing, row):
            continue
        part = excerpt(whole(row.title, row.body), look.wanted)
        found.append(
            FoundMessage(
                message=row.id, room=row.room_id, thread=row.thread_id or None, no=row.no,
                author=row.author_id, at=rfc3339(row.at), excerpt=part.text, marks=part.marks,
                mentions=codec.strings(row.mentions), ahead=_ahead(reading, row),
            )
        )  # fmt: skip
    return found


def _ahead(reading: Reading, row: Any) -> str:
    """The chapter that a message speaks of, where the reader has not got so far."""
    unit = codec.read_unit(row.unit)
    if unit is None or row.author_id == reading.person:
        return ""
    return book.ahead(reading.facts, row.room_id, reading.person, unit)


def _answer(
    reading: Reading, standings: dict[str, Standing], found: list[FoundMessage], more: bool
) -> Found:
    people = {f.author for f in found}
    people.update(who for f in found for who in f.mentions if who.startswith("p_"))
    rooms = [standings[room].room for room in dict.fromkeys(f.room for f in found)]
    people.update(who for room in rooms for who in room.direct)
    return Found(
        results=tuple(found),
        people=messages.cards(reading, people),
        rooms=tuple(room_card(room) for room in rooms),
        next=found[-1].message if more else None,
        asked=True,
    )
