"""Facts about people, rooms and who is in them: what rights rest on.

Standings are cached across transactions and believed only while the `rules_seq` of the room and of
the community, read under lock, are those they were cached with: so a right that was taken is
seen by the very next command on any node.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from protocol.ids import COMMUNITY as COMMUNITY_STREAM
from rooms.errors import Refusal
from rooms.model import CommunityFacts, MemberFacts, PersonFacts, RoomFacts, Standing
from storage import codec
from storage.bulk import Statement
from storage.facts.quiet import blocked
from storage.facts.remembered import StandingCache
from storage.facts.source import Source
from storage.tables import COMMUNITY, MEMBER, PERSON, ROOM

_PERSON = select(
    PERSON.c.id, PERSON.c.username, PERSON.c.name, PERSON.c.role, PERSON.c.status,
    PERSON.c.pronouns, PERSON.c.bio, PERSON.c.time_zone, PERSON.c.status_until, PERSON.c.bounds,
)  # fmt: skip
ROOM_COLUMNS = (
    ROOM.c.id, ROOM.c.kind, ROOM.c.name, ROOM.c.purpose, ROOM.c.access, ROOM.c.posting,
    ROOM.c.history, ROOM.c.archived, ROOM.c.created_at, ROOM.c.member_count, ROOM.c.direct_key,
    ROOM.c.slow_mode, ROOM.c.locked_until, ROOM.c.lock_reason, ROOM.c.keep_days,
    ROOM.c.options,
)  # fmt: skip
"""What `room_facts` reads."""
_ROOM = select(*ROOM_COLUMNS)
_MEMBER = select(
    MEMBER.c.person_id, MEMBER.c.role, MEMBER.c.state, MEMBER.c.visible_from_seq,
    MEMBER.c.visible_from_no, MEMBER.c.read_no, MEMBER.c.unread_from,
)  # fmt: skip
_ONE_PERSON = Statement(
    "SELECT id, username, name, role, status, pronouns, bio, time_zone, status_until, "
    "bounds FROM person WHERE id = :?"
)
_ONE_ROOM = Statement(
    "SELECT id, kind, name, purpose, access, posting, history, archived, created_at, member_count, "
    "direct_key, slow_mode, locked_until, lock_reason, keep_days, options FROM room "
    "WHERE id = :?"
)
_NAMED_ROOMS = Statement(
    """SELECT r.id, r.kind, r.name, r.purpose, r.access, r.posting, r.history, r.archived,
        r.created_at, r.member_count, r.direct_key, r.slow_mode, r.locked_until, r.lock_reason,
        r.keep_days, r.options FROM :each AS k JOIN room r ON r.id = k.value"""
)
BINDS = """
    (SELECT max(s.ends_at) FROM sanction s WHERE s.room_id = {room} AND s.person_id = {person}
        AND s.kind = 'mute' AND s.lifted_at IS NULL) AS muted_until,
    (SELECT max(s.ends_at) FROM sanction s WHERE s.room_id = {room} AND s.person_id = {person}
        AND s.kind = 'ban' AND s.lifted_at IS NULL) AS banned_until
"""
"""Columns that say until when somebody is bound in a room, members or not."""
_ONE_MEMBER = Statement(
    """SELECT m.person_id, m.role, m.state, m.visible_from_seq, m.visible_from_no, m.read_no,
        m.unread_from,"""
    + BINDS.format(room="k.room", person="k.person")
    + """FROM (SELECT CAST(:? AS TEXT) AS room, CAST(:? AS TEXT) AS person) AS k
    LEFT JOIN member m ON m.room_id = k.room AND m.person_id = k.person"""
)
_NEWEST_VIEW = Statement(
    "SELECT max(visible_from_seq) AS seq FROM member WHERE room_id = :? AND state = 'member'"
)
_COMMUNITY = select(
    COMMUNITY.c.name, COMMUNITY.c.language, COMMUNITY.c.time_zone, COMMUNITY.c.minors,
    COMMUNITY.c.who_opens_rooms, COMMUNITY.c.direct_rooms, COMMUNITY.c.sign_up,
)  # fmt: skip


AFTERWARDS = {"suspended": "active", "active": "ended"}
"""What a status becomes when its time is over."""


def person_facts(row: Any, clock: Callable[[], int]) -> PersonFacts:
    """A row of `_PERSON` as it is now; `clock` is asked only where that matters."""
    status, until = row.status, row.status_until or 0
    if until and clock() >= until:
        status, until = AFTERWARDS.get(status, status), 0
    return PersonFacts(
        id=row.id, username=row.username, name=row.name, role=row.role, status=status,
        pronouns=row.pronouns, bio=row.bio, time_zone=row.time_zone,
        status_until=until, bounds=codec.read_bounds(row.bounds),
    )  # fmt: skip


def room_facts(row: Any) -> RoomFacts:
    """A row of `_ROOM`."""
    return RoomFacts(
        id=row.id, kind=row.kind, name=row.name, purpose=row.purpose, access=row.access,
        posting=row.posting, history=row.history, archived=bool(row.archived),
        created_at=row.created_at, member_count=row.member_count,
        direct=tuple(row.direct_key.split()) if row.direct_key else (),
        slow_mode=row.slow_mode, locked_until=row.locked_until, lock_reason=row.lock_reason,
        keep_days=row.keep_days,
        options=codec.read_options(row.options),
    )  # fmt: skip


def rooms_named(connection: Connection, rooms: Collection[str]) -> list[RoomFacts]:
    """Those of these rooms that exist, in any order."""
    if not rooms:
        return []
    rows = _NAMED_ROOMS.all(connection, (codec.dump(list(rooms)),))
    return [room_facts(row) for row in rows]


def member_facts(row: Any) -> MemberFacts:
    """A row of `_MEMBER`."""
    return MemberFacts(
        person=row.person_id, role=row.role, state=row.state,
        visible_from_seq=row.visible_from_seq, visible_from_no=row.visible_from_no,
        read_no=row.read_no, unread_from=row.unread_from,
    )  # fmt: skip


class Rights:
    """Facts about people, rooms and members, as of one transaction."""

    def __init__(self, transaction: Source, cache: StandingCache) -> None:
        self._transaction = transaction
        self._cache = cache

    @property
    def now(self) -> int:
        return self._transaction.now

    def _rules_seq(self, stream: str) -> int | None:
        state = self._transaction.streams.get(stream)
        return None if state is None else state.rules_seq

    def _settled(self, stream: str) -> bool:
        """Whether what is read of a stream now may be remembered after this transaction."""
        return stream not in self._transaction.unsettled

    def community(self) -> CommunityFacts:
        rules = self._rules_seq(COMMUNITY_STREAM)
        known = None if rules is None else self._cache.community.get("", rules)
        if known is not None:
            return known
        row = self._transaction.rules_connection.execute(_COMMUNITY).first()
        if row is None:
            raise Refusal("set_up_needed")
        facts = CommunityFacts(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        if rules is not None and self._settled(COMMUNITY_STREAM):
            self._cache.community.put("", rules, facts)
        return facts

    def person(self, person: str) -> PersonFacts | None:
        row = _ONE_PERSON.first(self._transaction.rules_connection, (person,))
        return None if row is None else person_facts(row, self._transaction.clock)

    def people(self, ids: Collection[str]) -> dict[str, PersonFacts]:
        if not ids:
            return {}
        rows = self._transaction.rules_connection.execute(_PERSON.where(PERSON.c.id.in_(list(ids))))
        return {row.id: person_facts(row, self._transaction.clock) for row in rows}

    def room(self, room: str) -> RoomFacts | None:
        row = _ONE_ROOM.first(self._transaction.rules_connection, (room,))
        return None if row is None else room_facts(row)

    def standing(self, room: str, person: str) -> Standing | None:
        room_rules, rules = self._rules_seq(room), self._rules_seq(COMMUNITY_STREAM)
        if room_rules is None or rules is None:
            return self._standing(self.person(person), self.room(room))
        cache, version = self._cache, (room_rules, rules)
        known = cache.standings.get((room, person), version)
        if known is not None:
            return replace(known, at=self._transaction.clock()) if known.timed else known
        who = cache.people.get(person, rules) or self.person(person)
        where = cache.rooms.get(room, room_rules) or self.room(room)
        standing = self._standing(who, where)
        # What a person is may change with time without any version moving.
        lasting = standing is not None and not standing.person.status_until
        if standing is not None and lasting and self._settled(COMMUNITY_STREAM):
            cache.people.put(person, rules, standing.person)
            if self._settled(room):
                cache.rooms.put(room, room_rules, standing.room)
                # That a direct room is not allowed may end without any version moving.
                if standing.is_member and standing.direct_allowed:
                    cache.standings.put((room, person), version, standing)
        return standing

    def _standing(self, who: PersonFacts | None, where: RoomFacts | None) -> Standing | None:
        if who is None or where is None:
            return None
        row = _ONE_MEMBER.first(self._transaction.rules_connection, (where.id, who.id))
        standing = Standing(
            person=who,
            room=where,
            member=None if row.person_id is None else member_facts(row),
            direct_allowed=self._direct_allowed(where),
            muted_until=row.muted_until or 0,
            banned_until=row.banned_until or 0,
        )
        return replace(standing, at=self._transaction.clock()) if standing.timed else standing

    def _direct_allowed(self, room: RoomFacts) -> bool:
        if room.access != "direct":
            return True
        if len(room.direct) == 2 and blocked(self._transaction.rules_connection, *room.direct):
            return False
        setting = self.community().direct_rooms
        if setting == "with_facilitators":
            return self.guides_somewhere(room.direct)
        return setting == "everyone"

    def members(self, room: str, ids: Collection[str] | None = None) -> dict[str, MemberFacts]:
        query = _MEMBER.where(MEMBER.c.room_id == room)
        if ids is not None:
            query = query.where(MEMBER.c.person_id.in_(list(ids)))
        rows = self._transaction.rules_connection.execute(query.order_by(MEMBER.c.since))
        return {row.person_id: member_facts(row) for row in rows}

    def newest_view(self, room: str) -> int:
        row = _NEWEST_VIEW.first(self._transaction.rules_connection, (room,))
        return 0 if row is None else row.seq or 0

    def came_since(self, room: str, at: int, most: int) -> tuple[str, ...]:
        query = (
            select(MEMBER.c.person_id)
            .join(PERSON, PERSON.c.id == MEMBER.c.person_id)
            .where(MEMBER.c.room_id == room, MEMBER.c.state == "member", MEMBER.c.since >= at)
            .where(PERSON.c.role != "bot")
        )
        found = query.order_by(MEMBER.c.since, MEMBER.c.person_id).limit(most)
        return tuple(self._transaction.rules_connection.execute(found).scalars())

    def rooms_of(self, person: str) -> list[RoomFacts]:
        query = _ROOM.join_from(ROOM, MEMBER, MEMBER.c.room_id == ROOM.c.id).where(
            MEMBER.c.person_id == person
        )
        return [room_facts(row) for row in self._transaction.rules_connection.execute(query)]

    def direct_room(self, key: str) -> str | None:
        query = select(ROOM.c.id).where(ROOM.c.direct_key == key)
        return self._transaction.rules_connection.execute(query).scalar_one_or_none()

    def guides_somewhere(self, people: Collection[str]) -> bool:
        connection, ids = self._transaction.rules_connection, list(people)
        runs = select(PERSON.c.id).where(
            PERSON.c.id.in_(ids), PERSON.c.role.in_(("owner", "admin")), PERSON.c.status == "active"
        )
        if connection.execute(runs.limit(1)).first() is not None:
            return True
        guides = select(MEMBER.c.person_id).where(
            MEMBER.c.person_id.in_(ids),
            MEMBER.c.role == "facilitator",
            MEMBER.c.state == "member",
        )
        return connection.execute(guides.limit(1)).first() is not None

    def owners(self) -> int:
        query = (
            select(func.count())
            .select_from(PERSON)
            .where(PERSON.c.role == "owner", PERSON.c.status == "active")
        )
        return int(self._transaction.rules_connection.execute(query).scalar_one())
