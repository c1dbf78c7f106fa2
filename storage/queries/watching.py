"""Which streams somebody may watch, and from where: asked before anything is served.

One query finds where all named streams stand, one the reader's rows in them: coming back costs
what was missed, not how many rooms were quiet.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from protocol.commands import CursorIn
from protocol.ids import COMMUNITY, room_of_facilitators_stream
from rooms import policy
from rooms.errors import Refusal
from rooms.model import PersonFacts, Standing
from storage import streams
from storage.facts import member_facts, room_facts
from storage.queries.reading import Reading
from storage.streams import StreamState
from storage.tables import MEMBER, ROOM


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


def watch(
    connection: Connection, person: str, cursors: Sequence[CursorIn], most: int
) -> list[Watch]:
    """Decide for each cursor; `most` missed events are replayed."""
    reading = Reading(connection, person)
    who = reading.facts.person(person)
    if who is None or who.status != "active":
        raise Refusal("session_ended" if who is None else "account_suspended")
    ids = [cursor.stream for cursor in cursors]
    states = streams.states(connection, ids)
    rooms = {room_of_facilitators_stream(stream) or stream for stream in ids if stream[:1] in "rf"}
    standings = _standings(connection, who, rooms)
    return [_one(reading, who, cursor, states, standings, most) for cursor in cursors]


def _standings(connection: Connection, who: PersonFacts, rooms: set[str]) -> dict[str, Standing]:
    ids = sorted(rooms)
    found = {
        row.id: room_facts(row)
        for row in connection.execute(select(ROOM).where(ROOM.c.id.in_(ids)))
    }
    mine = select(MEMBER).where(MEMBER.c.person_id == who.id, MEMBER.c.room_id.in_(ids))
    members = {row.room_id: member_facts(row) for row in connection.execute(mine)}
    return {
        room.id: Standing(person=who, room=room, member=members.get(room.id))
        for room in found.values()
    }


def _one(
    reading: Reading,
    who: PersonFacts,
    cursor: CursorIn,
    states: dict[str, StreamState],
    standings: dict[str, Standing],
    most: int,
) -> Watch:
    stream = cursor.stream
    desk_of = room_of_facilitators_stream(stream)
    standing = standings.get(desk_of or stream)
    code: str | None
    if stream == who.id:
        code = None
    elif stream == COMMUNITY:
        code = policy.community_refusal(who, reading.facts.community(), "watch_community")
    else:
        code = policy.refusal(standing, "watch_desk" if desk_of else "read")
    state = states.get(stream)
    if code is not None or state is None:
        return Watch(stream=stream, refused=code or "not_found")
    hidden = 0
    if standing and standing.member and standing.is_member and not desk_of:
        hidden = standing.member.visible_from_seq
    return Watch(
        stream=stream,
        reset=_reset(cursor, state, hidden, most),
        epoch=state.epoch,
        head=state.head_seq,
        head_no=state.head_no,
        after=cursor.after_seq,
        visitor=standing is not None and not standing.is_member,
    )


def _reset(cursor: CursorIn, state: StreamState, hidden: int, most: int) -> str | None:
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
