"""Facts about bots, what they offer, what was asked of them and what they said to one person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, or_, select

from rooms.bots import BotFacts, InteractionFacts, WhisperFacts
from storage import codec
from storage.facts.source import Source
from storage.tables import BOT, INTERACTION, MEMBER, MESSAGE, PERSON, SLASH, WEBHOOK, WHISPER


def _interaction(row: Any) -> InteractionFacts:
    return InteractionFacts(
        id=row.id, bot=row.bot_id, person=row.person_id, room=row.room_id,
        thread=row.thread_id, message=row.message_id, bot_seq=row.bot_seq,
        answers=row.answers, expires_at=row.expires_at,
    )  # fmt: skip


def _whisper(row: Any) -> WhisperFacts:
    return WhisperFacts(
        id=row.id, person=row.person_id, bot=row.bot_id, room=row.room_id,
        thread=row.thread_id, dialog=row.dialog, seq=row.seq,
        blocks=codec.read_blocks(row.blocks) or (),
    )  # fmt: skip


def own_address(connection: Connection, bot: str, room: str, name: str) -> str:
    """Where a command of a bot goes in a room; empty: it has no address of its own. What is offered
    in the room itself goes before what is offered everywhere."""
    query = (
        select(SLASH.c.url)
        .where(SLASH.c.bot_id == bot, SLASH.c.room_id.in_((room, "")), SLASH.c.name == name)
        .order_by(SLASH.c.room_id.desc())
    )
    return connection.execute(query.limit(1)).scalar_one_or_none() or ""


class Bots:
    """Facts about bots, as of one transaction."""

    _transaction: Source

    def bot(self, person: str) -> BotFacts | None:
        query = select(BOT.c.owner_id, BOT.c.room_id, BOT.c.rate).where(BOT.c.person_id == person)
        row = self._transaction.connection.execute(query).first()
        if row is None:
            return None
        return BotFacts(id=person, owner=row.owner_id, room=row.room_id, rate=row.rate)

    def bots_of(self, room: str | None) -> int:
        query = (
            select(func.count()).select_from(BOT).where(BOT.c.room_id.is_not_distinct_from(room))
        )
        return int(self._transaction.connection.execute(query).scalar_one())

    def slash(self, room: str, name: str) -> tuple[str, ...]:
        query = (
            select(SLASH.c.bot_id)
            .join(MEMBER, (MEMBER.c.person_id == SLASH.c.bot_id) & (MEMBER.c.room_id == room))
            .join(PERSON, PERSON.c.id == SLASH.c.bot_id)
            .where(
                SLASH.c.name == name,
                SLASH.c.room_id.in_((room, "")),
                MEMBER.c.state == "member",
                PERSON.c.status == "active",
            )
            .order_by(MEMBER.c.since, SLASH.c.bot_id)
        )
        return tuple(dict.fromkeys(self._transaction.connection.execute(query).scalars()))

    def own_address(self, bot: str, room: str, name: str) -> bool:
        return own_address(self._transaction.connection, bot, room, name) != ""

    def blocks(self, message: str) -> tuple[dict[str, Any], ...]:
        query = select(MESSAGE.c.blocks).where(MESSAGE.c.id == message)
        return (
            codec.read_blocks(self._transaction.connection.execute(query).scalar_one_or_none())
            or ()
        )

    def webhooks(self, bot: str) -> tuple[str, ...]:
        query = select(WEBHOOK.c.id).where(WEBHOOK.c.bot_id == bot, WEBHOOK.c.revoked_at.is_(None))
        return tuple(self._transaction.connection.execute(query).scalars())

    def interaction(self, interaction: str) -> InteractionFacts | None:
        query = select(INTERACTION).where(INTERACTION.c.id == interaction)
        row = self._transaction.connection.execute(query).first()
        return None if row is None else _interaction(row)

    def interactions_with(self, person: str, most: int) -> tuple[InteractionFacts, ...]:
        theirs = or_(INTERACTION.c.person_id == person, INTERACTION.c.bot_id == person)
        query = select(INTERACTION).where(theirs).order_by(INTERACTION.c.id).limit(most)
        return tuple(map(_interaction, self._transaction.connection.execute(query)))

    def interactions_of(self, person: str, since: int) -> int:
        query = (
            select(func.count())
            .select_from(INTERACTION)
            .where(INTERACTION.c.person_id == person, INTERACTION.c.expires_at > since)
        )
        return int(self._transaction.connection.execute(query).scalar_one())

    def whisper(self, whisper: str) -> WhisperFacts | None:
        row = self._transaction.connection.execute(
            select(WHISPER).where(WHISPER.c.id == whisper)
        ).first()
        return None if row is None else _whisper(row)

    def whispers_with(self, person: str, most: int) -> tuple[WhisperFacts, ...]:
        theirs = or_(WHISPER.c.person_id == person, WHISPER.c.bot_id == person)
        query = select(WHISPER).where(theirs).order_by(WHISPER.c.id).limit(most)
        return tuple(map(_whisper, self._transaction.connection.execute(query)))

    def whispers_to(self, person: str) -> int:
        query = select(func.count()).select_from(WHISPER).where(WHISPER.c.person_id == person)
        return int(self._transaction.connection.execute(query).scalar_one())
