"""Snapshots: a room, and the first screen."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, select

from protocol.commands import GetOverview, GetRoom
from protocol.ids import ADMINS, COMMUNITY
from protocol.views import (
    Cursor,
    FollowedThread,
    Member,
    Membership,
    Message,
    Overview,
    RoomEntry,
    RoomSnapshot,
    ThreadState,
)
from rooms import policy
from rooms.actions.acting import check_active
from rooms.cards import community_card, ending, person_card, rfc3339, room_card
from rooms.model import MemberFacts
from storage import streams
from storage.facts.rights import ROOM_COLUMNS, room_facts
from storage.queries import bots, held, messages, pairs, reports, sanctions, tools
from storage.queries.bot_trouble import troubles
from storage.queries.quiet import quiets
from storage.queries.reading import Reading
from storage.queries.unread import unread_mentions, unread_threads
from storage.tables import MEMBER, MESSAGE, PERSON, ROOM, STREAM, THREAD_FOLLOW

MEMBERS = 1_000
"""Members named in a snapshot, facilitators first; `member_count` counts all."""


def cursor(reading: Reading, stream: str) -> Cursor:
    """Where a stream stands in this transaction."""
    state = streams.states(reading.connection, [stream])[stream]
    reading.streams[stream] = state
    return Cursor(stream=stream, epoch=state.epoch, seq=state.head_seq)


def membership(member: MemberFacts, invited_by: str | None = None) -> Membership:
    """A reader's own row."""
    return Membership(
        role=member.role,
        state=member.state,
        read_no=member.read_no,
        unread_from=member.unread_from,
        visible_from_no=member.visible_from_no,
        invited_by=invited_by,
    )


_MEMBERS = (
    select(MEMBER.c.person_id, MEMBER.c.role)
    .where(MEMBER.c.room_id == bindparam("room"), MEMBER.c.state == "member")
    .order_by(case((MEMBER.c.role == "facilitator", 0), else_=1), MEMBER.c.since)
    .limit(MEMBERS)
)


def snapshot(connection: Connection, person: str, query: GetRoom) -> RoomSnapshot:
    """A room at its head."""
    from storage.queries import history

    reading = Reading(connection, person)
    standing = reading.room(query.room)
    at = cursor(reading, query.room)
    member = standing.member if standing.is_member else None
    first = member.visible_from_no if member else 1
    limit = messages.clamp(query.limit)
    place = (query.room, "")
    if query.around is not None:
        page = history.around(reading, place, first, query.around, limit)
    else:
        page = history.newest(reading, place, first, limit)
    members = tuple(
        Member(person=row.person_id, role=row.role)
        for row in connection.execute(_MEMBERS, {"room": query.room})
    )
    pins = _pins(reading, query.room, member.visible_from_seq if member else 0)
    named = {m.person for m in members} | messages.people_of(pins)
    if standing.room.options.coordinator:
        named.add(standing.room.options.coordinator)
    return RoomSnapshot(
        cursor=at,
        room=room_card(standing.room),
        me=membership(member) if member else None,
        head_no=reading.streams[query.room].head_no,
        page=page,
        members=members,
        people=messages.cards(reading, named - {p.id for p in page.people}),
        pins=tuple(pins),
        threads=thread_states(reading, [m.id for m in page.messages if m.replies]),
        tools=tools.states(reading, query.room),
        marks=tools.marks(reading, standing.room) if member else {},
    )


def _pins(reading: Reading, room: str, visible_from_seq: int) -> list[Message]:
    rows = reading.connection.execute(
        select(MESSAGE)
        .where(
            MESSAGE.c.room_id == room,
            MESSAGE.c.pinned_seq.is_not(None),
            MESSAGE.c.posted_seq >= visible_from_seq,
        )
        .order_by(MESSAGE.c.pinned_seq.desc())
    ).all()
    return messages.views(reading, rows)


def thread_states(reading: Reading, ids: list[str]) -> dict[str, ThreadState]:
    """Where the reader stands in threads; those they have nothing to do with are left out."""
    if not ids:
        return {}
    rows = reading.connection.execute(
        select(THREAD_FOLLOW.c.thread_id, THREAD_FOLLOW.c.following, THREAD_FOLLOW.c.read_no).where(
            THREAD_FOLLOW.c.person_id == reading.person, THREAD_FOLLOW.c.thread_id.in_(ids)
        )
    )
    return {
        row.thread_id: ThreadState(following=row.following, read_no=row.read_no) for row in rows
    }


_MY_ROOMS = (
    select(
        *ROOM_COLUMNS,
        MEMBER.c.role, MEMBER.c.state, MEMBER.c.read_no, MEMBER.c.unread_from,
        MEMBER.c.visible_from_no, MEMBER.c.invited_by,
        STREAM.c.epoch, STREAM.c.head_seq, STREAM.c.head_no, STREAM.c.last_at,
    )
    .join_from(MEMBER, ROOM, ROOM.c.id == MEMBER.c.room_id)
    .join(STREAM, STREAM.c.id == ROOM.c.id)
    .where(MEMBER.c.person_id == bindparam("me"))
    .order_by(ROOM.c.name_folded)
)  # fmt: skip


def overview(connection: Connection, person: str, query: GetOverview) -> Overview:  # noqa: ARG001
    """The first screen: me, the community, my rooms with unread counts, cursors."""
    reading = Reading(connection, person)
    me, community = reading.facts.person(person), reading.facts.community()
    check_active(me)
    assert me is not None
    mentions = unread_mentions(connection, person)
    quiet = quiets(connection, person)
    entries: list[RoomEntry] = []
    direct = {one.id for one in quiet if one.what != "room"}
    for row in connection.execute(_MY_ROOMS, {"me": person}):
        room = room_facts(row)
        direct.update(room.direct)
        if row.invited_by:
            direct.add(row.invited_by)
        mine = row.state == "member"
        entries.append(
            RoomEntry(
                room=room_card(room),
                me=Membership(
                    role=row.role, state=row.state, read_no=row.read_no,
                    unread_from=row.unread_from, visible_from_no=row.visible_from_no,
                    invited_by=row.invited_by,
                ),
                head_no=row.head_no if mine else 0,
                last_at=rfc3339(row.last_at),
                mentions=mentions.get(row.id, 0) if mine else 0,
                cursor=Cursor(stream=row.id, epoch=row.epoch, seq=row.head_seq),
            )
        )  # fmt: skip
    watched = [person] if me.role == "guest" else [person, COMMUNITY]
    if me.runs_community:
        watched.append(ADMINS)
    states = streams.states(connection, watched)
    email = connection.execute(select(PERSON.c.email).where(PERSON.c.id == person)).scalar_one()
    return Overview(
        me=person_card(me),
        email=email,
        community=community_card(community),
        rooms=tuple(entries),
        people=messages.cards(reading, direct),
        cursors=tuple(Cursor(stream=s.id, epoch=s.epoch, seq=s.head_seq) for s in states.values()),
        followed=tuple(
            FollowedThread(room=room, thread=thread, unread=unread, title=title[:80])
            for thread, room, unread, title in unread_threads(connection, person)
        ),
        waiting=held.own(connection, person),
        answered=reports.own(connection, person),
        may=policy.may(me, community),
        sanctions=sanctions.given_to(reading, person),
        quiet=quiet,
        visit_until=ending(me.status_until) if me.visits else None,
        whispers=bots.whispers(connection, person),
        coordinates=pairs.count(connection, person),
        bots=troubles(reading, runs_community=me.runs_community),
    )
