"""Facts about what is looked at before others see it, and about posts that wait.

A room's moderator is compiled once for the versions of its settings and of the community's, like
the standings: a rule that was switched on binds the very next post on any node.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import func, select

from protocol.ids import COMMUNITY
from protocol.moderation import Moderation
from rooms.model import HeldFacts
from rooms.moderation import Moderator
from storage import codec
from storage.facts.remembered import StandingCache
from storage.facts.source import Source
from storage.tables import HELD, MESSAGE, MODERATION, STREAM

_moderation = msgspec.json.Decoder(Moderation)
_NOTHING = Moderation()
TEXTS = 50
"""Earlier texts that a rule about repetition looks at."""


def moderation(connection: Any, *places: str) -> list[Moderation]:
    """The settings of places, in their order."""
    query = select(MODERATION.c.place, MODERATION.c.data).where(MODERATION.c.place.in_(places))
    found = {row.place: _moderation.decode(row.data) for row in connection.execute(query)}
    return [found.get(place, _NOTHING) for place in places]


def held_facts(row: Any) -> HeldFacts:
    """A row of the table."""
    return HeldFacts(
        id=row.id, room=row.room_id, author=row.author_id, thread=row.thread_id,
        message=row.message_id, quote=row.quote_id, client_id=row.client_id, body=row.body,
        unit=codec.read_unit(row.unit), title=row.title,
        state=row.state, desk_seq=row.desk_seq, own_seq=row.own_seq,
    )  # fmt: skip


class Review:
    """Facts about moderation, as of one transaction."""

    _transaction: Source
    _cache: StandingCache

    def is_open(self, stream: str) -> bool:
        if stream in self._transaction.streams:
            return True
        query = select(STREAM.c.id).where(STREAM.c.id == stream)
        return self._transaction.rules_connection.execute(query).first() is not None

    def moderation(self, place: str) -> Moderation:
        return moderation(self._transaction.rules_connection, place)[0]

    def moderator(self, room: str) -> Moderator | None:
        streams = self._transaction.streams
        here, above = streams.get(room), streams.get(COMMUNITY)
        if here is None or above is None:
            return self._made(room)
        version = (here.rules_seq, above.rules_seq)
        known = self._cache.moderators.get(room, version)
        if known is None:
            made = self._made(room)
            unsettled = self._transaction.unsettled
            if room in unsettled or COMMUNITY in unsettled:
                return made
            known = (made,)
            self._cache.moderators.put(room, version, known)
        return known[0]

    def _made(self, room: str) -> Moderator | None:
        made = Moderator(*moderation(self._transaction.rules_connection, room, COMMUNITY))
        return None if made.idle else made

    def may_hold(self, room: str) -> bool:
        last = self._cache.moderators.last(room)
        return last is not None and last[0] is not None

    def _held(self, *where: Any, most: int = 500) -> tuple[HeldFacts, ...]:
        query = select(HELD).where(*where).order_by(HELD.c.at).limit(most)
        return tuple(held_facts(row) for row in self._transaction.connection.execute(query))

    def held(self, held: str) -> HeldFacts | None:
        return next(iter(self._held(HELD.c.id == held)), None)

    def held_edits(self, messages: Collection[str]) -> tuple[HeldFacts, ...]:
        wanted = [message for message in messages if message]
        return self._held(HELD.c.message_id.in_(wanted), HELD.c.state == "waiting")

    def held_in(self, room: str, before: int, most: int) -> tuple[HeldFacts, ...]:
        states = HELD.c.state.in_(("waiting", "declined"))
        return self._held(HELD.c.room_id == room, states, HELD.c.at < before, most=most)

    def held_by(self, person: str, most: int) -> tuple[HeldFacts, ...]:
        states = HELD.c.state.in_(("waiting", "declined"))
        return self._held(HELD.c.author_id == person, states, HELD.c.body.is_not(None), most=most)

    def waiting_of(self, person: str, most: int) -> int:
        return len(self._held(HELD.c.author_id == person, HELD.c.state == "waiting", most=most))

    def posts_by(self, person: str, room: str, most: int) -> int:
        some = (
            select(MESSAGE.c.id)
            .where(
                MESSAGE.c.author_id == person,
                MESSAGE.c.room_id == room,
                MESSAGE.c.deleted_by.is_(None),
            )
            .limit(most)
            .subquery()
        )
        query = select(func.count()).select_from(some)
        return int(self._transaction.connection.execute(query).scalar_one())

    def texts_by(self, person: str, room: str, since: int, besides: str) -> tuple[str, ...]:
        query = (
            select(MESSAGE.c.body)
            .where(
                MESSAGE.c.author_id == person,
                MESSAGE.c.room_id == room,
                MESSAGE.c.at >= since,
                MESSAGE.c.id != besides,
                MESSAGE.c.body.is_not(None),
            )
            .order_by(MESSAGE.c.at.desc())
            .limit(TEXTS)
        )
        return tuple(self._transaction.connection.execute(query).scalars())
