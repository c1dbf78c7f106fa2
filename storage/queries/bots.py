"""Reading bots: for those who look after them, and for those who are in a room with them.

Secrets are not among it but the signing secret, which is asked for by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, or_, select

from protocol import bots as wire
from protocol.blocks import Whisper
from protocol.parts import Bounds
from protocol.queries import ListRoomBots
from protocol.views import Person
from rooms.cards import person_card, rfc3339
from rooms.errors import Refusal
from rooms.house import HOUSE
from rooms.model import PersonFacts
from rooms.policy import community_refusal, refusal
from storage import codec
from storage.accounts.queries import tokens_of
from storage.queries.reading import Reading
from storage.tables import (
    BOT,
    DEAD_LETTER,
    MEMBER,
    OUTGOING,
    PERSON,
    ROOM,
    SLASH,
    WEBHOOK,
    WHISPER,
)

DEAD_LETTERS = 50
"""Shown of one bot, the newest."""


def managed(connection: Connection, person: str, room: str | None) -> wire.Bots:
    """The bots of a room or, with None, of everywhere that somebody may look after."""
    reading = Reading(connection, person)
    query = select(BOT).join(PERSON, PERSON.c.id == BOT.c.person_id)
    query = query.where(PERSON.c.status != "deleted").order_by(PERSON.c.name_folded)
    if room is not None:
        standing = reading.facts.standing(room, person)
        if not _runs(reading) and refusal(standing, "manage_bots") is not None:
            raise Refusal("not_allowed" if refusal(standing, "read") is None else "not_found",
                          what="room")  # fmt: skip
        query = query.where(BOT.c.room_id == room)
    elif not _runs(reading):
        raise Refusal("not_allowed")
    rows = connection.execute(query).all()
    return wire.Bots(bots=tuple(_bot(reading, row) for row in rows))


def one(connection: Connection, person: str, bot: str) -> wire.Bot:
    """A bot that somebody looks after; raises `not_found` for all others."""
    reading = Reading(connection, person)
    return _bot(reading, looked_after(reading, bot))


def signing_secret(connection: Connection, person: str, bot: str) -> str:
    """What requests to a bot are signed with, for those who may have its secrets."""
    return str(_entrusted(connection, person, bot).signing_secret)


def may_name_addresses(connection: Connection, person: str, bot: str) -> None:
    """Refuse those who may not say where a bot is told."""
    _entrusted(connection, person, bot)


def _entrusted(connection: Connection, person: str, bot: str) -> Row[*tuple[Any, ...]]:
    reading = Reading(connection, person)
    row = looked_after(reading, bot)
    if row.room_id is not None and not _guides(reading, row.room_id):
        raise Refusal("not_allowed")
    return row


def looked_after(reading: Reading, bot: str) -> Row[*tuple[Any, ...]]:
    """The row of a bot that the reader may look after; raises `not_found` for all others."""
    row = reading.connection.execute(select(BOT).where(BOT.c.person_id == bot)).first()
    if row is None or not (_runs(reading) or _guides(reading, row.room_id)):
        raise Refusal("not_found", what="bot")
    return row


def _runs(reading: Reading) -> bool:
    who = reading.facts.person(reading.person)
    return community_refusal(who, reading.facts.community(), "bot.create") is None


def _guides(reading: Reading, room: str | None) -> bool:
    if room is None:
        return False
    return refusal(reading.facts.standing(room, reading.person), "manage_bots") is None


def _bot(reading: Reading, row: Row[*tuple[Any, ...]]) -> wire.Bot:
    found = reading.facts.people([row.person_id, row.owner_id])
    person = found[row.person_id]
    bounds = person.bounds or Bounds()
    return wire.Bot(
        person=person_card(person),
        owner=_card(found.get(row.owner_id)),
        room=_named(reading, [row.room_id])[0] if row.room_id else None,
        rooms=None if bounds.rooms is None else tuple(_named(reading, bounds.rooms)),
        scopes=cast("tuple[wire.BotScope, ...]", bounds.scopes),
        rate=row.rate,
        created_at=rfc3339(row.created_at),
        tokens=tokens_of(reading.connection, row.person_id),
        webhooks=webhooks(reading.connection, row.person_id),
        outgoing=outgoing(reading.connection, row.person_id),
        commands=_commands(reading, row.person_id),
    )


def _commands(reading: Reading, bot: str) -> tuple[wire.BotCommands, ...]:
    """What a bot offers everywhere, then what it offers in single rooms."""
    query = select(SLASH).where(SLASH.c.bot_id == bot)
    found: dict[str, list[wire.Offered]] = {}
    for row in reading.connection.execute(query.order_by(SLASH.c.place, SLASH.c.name)):
        one = wire.Offered(name=row.name, hint=row.hint, help=row.help, url=row.url)
        found.setdefault(row.room_id, []).append(one)
    everywhere = found.pop("", [])
    rooms = [wire.BotCommands(room=None, commands=tuple(everywhere))] if everywhere else []
    rooms += [
        wire.BotCommands(room=room, commands=tuple(found[room.id]))
        for room in _named(reading, list(found))
    ]
    return tuple(rooms)


def _card(person: PersonFacts | None) -> Person | None:
    return None if person is None or person.status == "deleted" else person_card(person)


def _named(reading: Reading, ids: Sequence[str]) -> list[wire.RoomNamed]:
    query = select(ROOM.c.id, ROOM.c.name).where(ROOM.c.id.in_(list(ids)))
    rows = reading.connection.execute(query.order_by(ROOM.c.name_folded))
    return [wire.RoomNamed(id=row.id, name=row.name) for row in rows]


def webhooks(connection: Connection, bot: str) -> tuple[wire.Webhook, ...]:
    """A bot's incoming addresses that work."""
    query = select(WEBHOOK).where(WEBHOOK.c.bot_id == bot, WEBHOOK.c.revoked_at.is_(None))
    return tuple(
        wire.Webhook(
            id=row.id,
            room=row.room_id,
            created_at=rfc3339(row.created_at),
            last_used_at=None if row.last_used_at is None else rfc3339(row.last_used_at),
        )
        for row in connection.execute(query.order_by(WEBHOOK.c.created_at))
    )


def outgoing(connection: Connection, bot: str) -> wire.Outgoing | None:
    """Where a bot is told of events."""
    row = connection.execute(select(OUTGOING).where(OUTGOING.c.bot_id == bot)).first()
    letters = _letters(connection, bot)
    if row is None:
        if not letters:
            return None
        return wire.Outgoing(
            url="", kinds=(), shape="slack", state="on", why=letters[0].why,
            tried_at=letters[0].at, dead_letters=letters,
        )  # fmt: skip
    return wire.Outgoing(
        url=row.url, kinds=codec.strings(row.kinds), shape=row.shape, state=row.state, why=row.why,
        tried_at=None if row.tried_at is None else rfc3339(row.tried_at), dead_letters=letters,
    )  # fmt: skip


def _letters(connection: Connection, bot: str) -> tuple[wire.DeadLetter, ...]:
    """What could not be delivered, the newest first."""
    dead = (
        select(DEAD_LETTER)
        .where(DEAD_LETTER.c.bot_id == bot)
        .order_by(DEAD_LETTER.c.at.desc())
        .limit(DEAD_LETTERS)
    )
    return tuple(
        wire.DeadLetter(
            stream=letter.stream_id, seq=letter.seq, kind=letter.kind,
            attempts=letter.attempts, why=letter.why, status=letter.status,
            at=rfc3339(letter.at), again=letter.again,
        )
        for letter in connection.execute(dead)
    )  # fmt: skip


def whispers(connection: Connection, person: str) -> tuple[Whisper, ...]:
    """What bots said to somebody alone, oldest first."""
    query = select(WHISPER).where(WHISPER.c.person_id == person).order_by(WHISPER.c.at)
    return tuple(
        Whisper(
            id=row.id, bot=row.bot_id, room=row.room_id, body=row.body,
            blocks=codec.read_blocks(row.blocks), thread=row.thread_id or None,
            dialog=row.dialog, at=rfc3339(row.at),
        )
        for row in connection.execute(query)
    )  # fmt: skip


class Hook(NamedTuple):
    """An incoming address that works."""

    id: str
    bot: str
    room: str
    rate: int
    seen_at: int


def webhook(connection: Connection, secret_hash: str) -> Hook | None:
    """The incoming address of a secret, while it works and its bot is active."""
    query = (
        select(WEBHOOK, BOT.c.rate)
        .join(BOT, BOT.c.person_id == WEBHOOK.c.bot_id)
        .where(WEBHOOK.c.secret_hash == secret_hash, WEBHOOK.c.revoked_at.is_(None))
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    person = Reading(connection, row.bot_id).facts.person(row.bot_id)
    if person is None or person.status != "active":
        return None
    return Hook(row.id, row.bot_id, row.room_id, row.rate or 0, row.last_used_at or 0)


# --- for everybody in the room --------------------------------------------------------------------

_OUT: ColumnElement[bool] = exists().where(
    OUTGOING.c.bot_id == PERSON.c.id, OUTGOING.c.state != "unverified"
)


def of_room(connection: Connection, person: str, query: ListRoomBots) -> wire.RoomBots:
    """Which bots are in a room, what they may and what they offer."""
    reading = Reading(connection, person)
    standing = reading.room(query.room)
    found = connection.execute(
        select(PERSON.c.id, BOT.c.owner_id, _OUT.label("out"))
        .join(MEMBER, and_(MEMBER.c.person_id == PERSON.c.id, MEMBER.c.room_id == query.room))
        .join(BOT, BOT.c.person_id == PERSON.c.id, isouter=True)
        .where(PERSON.c.role == "bot", MEMBER.c.state == "member", PERSON.c.status == "active")
        .order_by(MEMBER.c.since)
    ).all()
    ids = [row.id for row in found]
    people = reading.facts.people([*ids, *(row.owner_id for row in found if row.owner_id)])
    offered = _offered(connection, query.room, ids)
    those = [
        _room_bot(people[row.id], people.get(row.owner_id), bool(row.out), offered) for row in found
    ]
    return wire.RoomBots(bots=(*those, *_of_the_house(reading, standing.room.options.tools)))


def _of_the_house(reading: Reading, tools: tuple[str, ...]) -> list[wire.RoomBot]:
    """Those that the room has switched on; some have no account before they are spoken to."""
    there = [bot for bot in HOUSE.values() if bot.tool in tools]
    people = reading.facts.people([bot.id for bot in there]) if there else {}
    return [
        wire.RoomBot(
            person=person_card(people[bot.id])
            if bot.id in people
            else Person(id=bot.id, username=bot.username, name=bot.name, role="bot"),
            owner=None, reads=True, writes=True, sends_out=False, house=True,
            commands=tuple(wire.Slash(name=n, hint=hint, help=h) for n, hint, h in bot.offers),
        )
        for bot in there
    ]  # fmt: skip


def _room_bot(
    bot: PersonFacts,
    owner: PersonFacts | None,
    out: bool,
    offered: dict[str, list[wire.Slash]],
) -> wire.RoomBot:
    scopes = (bot.bounds or Bounds()).scopes
    return wire.RoomBot(
        person=person_card(bot),
        owner=_card(owner),
        reads="read" in scopes,
        writes="write" in scopes,
        sends_out=out and "read" in scopes,
        commands=tuple(offered.get(bot.id, ())),
    )


def _offered(connection: Connection, room: str, bots: Sequence[str]) -> dict[str, list[wire.Slash]]:
    query = (
        select(SLASH)
        .where(SLASH.c.bot_id.in_(list(bots)), or_(SLASH.c.room_id == room, SLASH.c.room_id == ""))
        .order_by(SLASH.c.bot_id, SLASH.c.place, SLASH.c.name)
    )
    found: dict[str, list[wire.Slash]] = {}
    for row in connection.execute(query):
        of = found.setdefault(row.bot_id, [])
        if all(one.name != row.name for one in of):
            of.append(wire.Slash(name=row.name, hint=row.hint, help=row.help))
    return found
