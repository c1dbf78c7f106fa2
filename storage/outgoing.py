"""Telling bots at their own address: what waits for each, how far it was told, what was given up.

Only places are kept (stream and number), never what an event says: it is read anew when it is sent,
so what was deleted meanwhile is not sent (promise P8). Every function is one piece of SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, delete, or_, select, update

from protocol.parts import Bounds
from rooms import policy
from storage import codec, streams
from storage.queries.reading import Reading
from storage.streams import StoredEvent
from storage.tables import BOT, DEAD_LETTER, JOB, MEMBER, OUTGOING, OUTGOING_CURSOR, STREAM
from storage.upsert import insert_missing, put

ATTEMPTS = 4
"""Of one event; one alone while the receiver fails."""
PAUSED_AFTER = 5
"""Events given up one after the other."""
KEPT = 200
"""Dead letters of one bot."""
COMMAND = "slash.run"
"""The kind of a dead letter that is a command's with an address of its own (`storage.slashes`)."""
_OWN = frozenset({"interaction.made", "room.added", "room.dropped"})
"""Of its own stream; the rest there is between the server and the bot's connections."""


class Waiting(NamedTuple):
    """What a bot is to be told next."""

    url: str
    secret: str
    shape: str
    failures: int
    events: Sequence[StoredEvent]
    """Oldest first; those to be passed over too."""
    kinds: frozenset[str]

    def tells(self, bot: str, event: StoredEvent) -> bool:
        """Whether it is told of an event at all."""
        if event.actor == bot or (event.stream == bot and event.kind not in _OWN):
            return False
        if self.kinds and event.kind not in self.kinds:
            return False
        # A text that is gone since was edited or deleted: what came after says so.
        if event.kind not in ("message.posted", "message.edited", "interaction.made"):
            return True
        data = msgspec.json.decode(event.data)
        if event.kind == "interaction.made":
            # What has an address of its own goes there (`storage.slashes`).
            return not data.get("own", False)
        return data.get("body") is not None or data.get("ask", False)


def addressed(connection: Connection, bot: str) -> Waiting | None:
    """Where a bot is told, with no events; None where it is not to be told now."""
    row = connection.execute(
        select(OUTGOING, BOT.c.signing_secret)
        .join(BOT, BOT.c.person_id == OUTGOING.c.bot_id)
        .where(OUTGOING.c.bot_id == bot, OUTGOING.c.state.in_(("on", "failing")))
    ).first()
    if row is None:
        return None
    return Waiting(
        url=row.url,
        secret=row.signing_secret,
        shape=row.shape,
        failures=row.failures,
        events=(),
        kinds=frozenset(codec.strings(row.kinds)),
    )


def waiting(connection: Connection, bot: str, most: int) -> Waiting | None:
    """The next `most` events of a bot; None where it is not to be told now."""
    found = addressed(connection, bot)
    if found is None:
        return None
    events: list[StoredEvent] = []
    since = seen_since(connection, bot)
    for stream, told in _cursors(connection, bot, readable(connection, bot)).items():
        after = max(told, since.get(stream, 0) - 1)
        events += streams.events_after(connection, stream, after, most=most)
    first = sorted(events, key=lambda event: (event.at, event.stream, event.seq))
    return found._replace(events=first[:most])


def readable(connection: Connection, bot: str) -> list[str]:
    """The streams that a bot may be told of now: its own, and rooms that it reads as a member."""
    reading = Reading(connection, bot)
    person = reading.facts.person(bot)
    if person is None or person.status != "active":
        return []
    if "read" not in (person.bounds or Bounds()).scopes:
        return [bot]
    inside = select(MEMBER.c.room_id).where(MEMBER.c.person_id == bot, MEMBER.c.state == "member")
    rooms = [
        room
        for room in connection.execute(inside).scalars()
        if policy.refusal(reading.facts.standing(room, bot), "read") is None
    ]
    return [bot, *rooms]


def seen_since(connection: Connection, bot: str) -> dict[str, int]:
    """Where the rooms begin that it sees from when it came: it may have been away since it was last
    told."""
    query = select(MEMBER.c.room_id, MEMBER.c.visible_from_seq).where(MEMBER.c.person_id == bot)
    return {row.room_id: row.visible_from_seq for row in connection.execute(query)}


def _cursors(connection: Connection, bot: str, wanted: Sequence[str]) -> dict[str, int]:
    query = select(OUTGOING_CURSOR.c.stream_id, OUTGOING_CURSOR.c.seq)
    found = {
        row.stream_id: row.seq
        for row in connection.execute(query.where(OUTGOING_CURSOR.c.bot_id == bot))
    }
    return {stream: found[stream] for stream in wanted if stream in found}


def begin(connection: Connection, bot: str, *, anew: bool = False) -> None:
    """Follow every stream of a bot that is not followed yet, from its head on; `anew`: all of
    them."""
    wanted = readable(connection, bot)
    for stream, head in streams.heads(connection, wanted).items():
        row = {"bot_id": bot, "stream_id": stream, "seq": head}
        if anew:
            put(connection, OUTGOING_CURSOR, row)
        else:
            insert_missing(connection, OUTGOING_CURSOR, row)
    connection.execute(
        delete(OUTGOING_CURSOR).where(
            OUTGOING_CURSOR.c.bot_id == bot, OUTGOING_CURSOR.c.stream_id.not_in(wanted)
        )
    )


def unfollowed(connection: Connection, bot: str) -> bool:
    """Whether a bot has come into a room, or gone from one, since `begin`."""
    query = select(OUTGOING_CURSOR.c.stream_id).where(OUTGOING_CURSOR.c.bot_id == bot)
    return set(connection.execute(query).scalars()) != set(readable(connection, bot))


def advance(connection: Connection, bot: str, places: dict[str, int]) -> None:
    """Told so far."""
    for stream, seq in places.items():
        connection.execute(
            update(OUTGOING_CURSOR)
            .where(
                OUTGOING_CURSOR.c.bot_id == bot,
                OUTGOING_CURSOR.c.stream_id == stream,
                OUTGOING_CURSOR.c.seq < seq,
            )
            .values(seq=seq)
        )


def went_well(connection: Connection, bot: str, now: int) -> None:
    """The receiver answered as it should."""
    _outgoing(connection, bot, state="on", failures=0, dead=0, why="", tried_at=now)


def failed(connection: Connection, bot: str, event: StoredEvent, how: Failure) -> str:
    """An attempt failed: `again` later, or the event is given up (`dead`), or all (`paused`)."""
    row = connection.execute(
        select(OUTGOING.c.failures, OUTGOING.c.dead).where(OUTGOING.c.bot_id == bot)
    ).first()
    if row is None:
        return "paused"
    failures = row.failures + 1
    if failures < (1 if row.dead else ATTEMPTS) and not how.final:
        _outgoing(connection, bot, state="failing", failures=failures, why=how.why,
                  tried_at=how.at)  # fmt: skip
        return "again"
    letter = {
        "bot_id": bot, "stream_id": event.stream, "seq": event.seq, "kind": event.kind,
        "attempts": failures, "why": how.why, "status": how.status, "at": how.at,
    }  # fmt: skip
    put(connection, DEAD_LETTER, letter)
    advance(connection, bot, {event.stream: event.seq})
    dead = row.dead + 1
    paused = dead >= PAUSED_AFTER
    _outgoing(connection, bot, state="paused" if paused else "failing", failures=0, dead=dead,
              why=how.why, tried_at=how.at)  # fmt: skip
    forget_old(connection, bot)
    return "paused" if paused else "dead"


class Failure(NamedTuple):
    """How an attempt failed."""

    why: str
    status: int | None
    at: int
    final: bool = False
    """The receiver asked not to be asked again."""


def _outgoing(connection: Connection, bot: str, **values: Any) -> None:
    connection.execute(update(OUTGOING).where(OUTGOING.c.bot_id == bot).values(**values))


def forget_old(connection: Connection, bot: str) -> None:
    """The oldest letters, where there are more than are kept."""
    oldest = (
        select(DEAD_LETTER.c.at)
        .where(DEAD_LETTER.c.bot_id == bot)
        .order_by(DEAD_LETTER.c.at.desc())
        .offset(KEPT)
        .limit(1)
    )
    at = connection.execute(oldest).scalar_one_or_none()
    if at is not None:
        connection.execute(
            delete(DEAD_LETTER).where(DEAD_LETTER.c.bot_id == bot, DEAD_LETTER.c.at <= at)
        )


def followed(connection: Connection) -> dict[str, list[str]]:
    """Streams, each with the bots that are told of it."""
    query = (
        select(OUTGOING_CURSOR.c.stream_id, OUTGOING_CURSOR.c.bot_id)
        .join(OUTGOING, OUTGOING.c.bot_id == OUTGOING_CURSOR.c.bot_id)
        .where(OUTGOING.c.state.in_(("on", "failing")))
    )
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.stream_id, []).append(row.bot_id)
    return found


def behind(connection: Connection, kind: str) -> list[str]:
    """Bots for whom something waits and for whom nobody is due: a node died in between, or they
    came into a room."""
    lag = and_(
        OUTGOING_CURSOR.c.stream_id == STREAM.c.id, OUTGOING_CURSOR.c.seq < STREAM.c.head_seq
    )
    joined = ~(
        select(OUTGOING_CURSOR.c.seq)
        .where(
            OUTGOING_CURSOR.c.bot_id == MEMBER.c.person_id,
            OUTGOING_CURSOR.c.stream_id == MEMBER.c.room_id,
        )
        .exists()
    )
    waits = (
        select(OUTGOING_CURSOR.c.bot_id)
        .join(STREAM, lag)
        .where(OUTGOING_CURSOR.c.bot_id == OUTGOING.c.bot_id)
        .exists()
    )
    came = (
        select(MEMBER.c.room_id)
        .where(MEMBER.c.person_id == OUTGOING.c.bot_id, MEMBER.c.state == "member", joined)
        .exists()
    )
    letters = (
        select(DEAD_LETTER.c.seq)
        .where(
            DEAD_LETTER.c.bot_id == OUTGOING.c.bot_id,
            DEAD_LETTER.c.again.is_(True),
            DEAD_LETTER.c.kind != COMMAND,
        )
        .exists()
    )
    due = (
        select(JOB.c.key)
        .where(JOB.c.kind == kind, JOB.c.key == OUTGOING.c.bot_id, JOB.c.ready_at.is_not(None))
        .exists()
    )
    query = select(OUTGOING.c.bot_id).where(
        OUTGOING.c.state.in_(("on", "failing")), or_(waits, came, letters), ~due
    )
    return list(connection.execute(query).scalars())
