"""Messages by the time at which they were posted, for programs that know no other name for them.

In a stream `at` grows with `seq` and on a timeline with `no`, so a time is found by halving: some
twenty looks by key at a million messages, and no index that every post would pay for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
from sqlalchemy import Connection, select

from protocol.views import Page, Person
from rooms.errors import Refusal
from storage import streams
from storage.queries import messages
from storage.queries.history import Place
from storage.queries.reading import Reading
from storage.tables import EVENT, MEMBER, MESSAGE


class _Posted(msgspec.Struct):
    id: str = ""


_posted = msgspec.json.Decoder(_Posted)


def message_at(connection: Connection, person: str, room: str, at: int) -> Page:
    """The message of a room that was posted at `at` (microseconds since 1970), a reply too, as a
    page of one; raises `Refusal`."""
    reading = Reading(connection, person)
    reading.room(room)
    id_ = _id_at(connection, room, at) or _kept_back(connection, person, room, at)
    if id_ is None:
        raise Refusal("not_found", what="message")
    _, row = messages.readable_message(reading, id_)
    if row.room_id != room or row.at != at:
        raise Refusal("not_found", what="message")
    return messages.page(reading, messages.views(reading, [row]), False, False)


def _id_at(connection: Connection, room: str, at: int) -> str | None:
    state = streams.states(connection, [room]).get(room)
    if state is None:
        return None
    event = select(EVENT.c.at, EVENT.c.kind, EVENT.c.data).where(EVENT.c.stream_id == room)

    def at_of(seq: int) -> int:
        return int(connection.execute(event.where(EVENT.c.seq == seq)).one().at)

    first, head = state.first_seq, state.head_seq
    seq = _halved(first, head, at, at_of)
    found = connection.execute(event.where(EVENT.c.seq == seq)).first()
    if found is None or found.at != at or found.kind != "message.posted":
        return None
    return _posted.decode(found.data).id


def _kept_back(connection: Connection, person: str, room: str, at: int) -> str | None:
    """An answer of one's own that stands in a stream of its topic, not in the room's."""
    own = (MESSAGE.c.author_id == person, MESSAGE.c.room_id == room, MESSAGE.c.at == at)
    found: str | None = connection.execute(select(MESSAGE.c.id).where(*own)).scalars().first()
    return found


def _halved(low: int, high: int, at: int, at_of: Callable[[int], int]) -> int:
    """The first of `low..high` whose time is `at` or later; `high + 1` where none is."""
    high += 1
    while low < high:
        middle = (low + high) // 2
        if at_of(middle) < at:
            low = middle + 1
        else:
            high = middle
    return low


def number_at(connection: Connection, person: str, place: Place, at: int) -> int:
    """The number of the first message on a timeline that was posted at `at` or later; one more than
    the newest where there is none. Raises `Refusal`."""
    Reading(connection, person).room(place[0])
    rows = select(MESSAGE.c.no, MESSAGE.c.at).where(
        MESSAGE.c.room_id == place[0], MESSAGE.c.thread_id == place[1]
    )
    newest = connection.execute(rows.order_by(MESSAGE.c.no.desc()).limit(1)).first()
    if newest is None:
        return 1

    def at_of(no: int) -> int:
        # What was cleared leaves holes before the oldest that is kept.
        after = rows.where(MESSAGE.c.no >= no).order_by(MESSAGE.c.no).limit(1)
        return int(connection.execute(after).one().at)

    return _halved(1, newest.no, at, at_of)


def cards(connection: Connection, person: str, ids: Iterable[str]) -> tuple[Person, ...]:
    """People by id, for whoever may look into the directory; raises `Refusal`."""
    reading = Reading(connection, person)
    reading.in_community("directory")
    return messages.cards(reading, ids)


def shared_rooms(connection: Connection, person: str, other: str) -> set[str]:
    """Rooms that both are members of."""
    mine = select(MEMBER.c.room_id).where(MEMBER.c.person_id == person, MEMBER.c.state == "member")
    theirs = select(MEMBER.c.room_id).where(
        MEMBER.c.person_id == other, MEMBER.c.state == "member", MEMBER.c.room_id.in_(mine)
    )
    return set(connection.execute(theirs).scalars())
