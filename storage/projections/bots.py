"""What was asked of bots, what they said to one person, and the commands they offer."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from protocol.events import (
    InteractionAnswered,
    InteractionExpired,
    InteractionMade,
    WhisperGone,
    WhisperShown,
)
from rooms.cards import microseconds
from rooms.records import Offer
from storage import codec
from storage.streams import StoredEvent
from storage.tables import INTERACTION, SLACK_VIEW, SLASH, WHISPER
from storage.upsert import put

_made = msgspec.json.Decoder(InteractionMade)
_expired = msgspec.json.Decoder(InteractionExpired)
_answered = msgspec.json.Decoder(InteractionAnswered)
_shown = msgspec.json.Decoder(WhisperShown)
_gone = msgspec.json.Decoder(WhisperGone)


def made(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """It waits for its bot."""
    for event in events:
        asked = _made.decode(event.data)
        connection.execute(
            insert(INTERACTION),
            {
                "id": asked.id, "bot_id": event.stream, "person_id": asked.person,
                "room_id": asked.room, "thread_id": asked.thread or "",
                "message_id": asked.message or "", "bot_seq": event.seq, "answers": 0,
                "expires_at": microseconds(asked.expires_at),
            },
        )  # fmt: skip


def answered(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """Once more."""
    for event in events:
        connection.execute(
            update(INTERACTION)
            .where(INTERACTION.c.id == _answered.decode(event.data).id)
            .values(answers=INTERACTION.c.answers + 1)
        )


def expired(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """It can be answered no longer."""
    for event in events:
        done = _expired.decode(event.data).id
        connection.execute(delete(INTERACTION).where(INTERACTION.c.id == done))


def shown(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """A whisper stands, or says something else."""
    for event in events:
        told = _shown.decode(event.data)
        row = {
            "id": told.id, "person_id": event.stream, "bot_id": told.bot, "room_id": told.room,
            "thread_id": told.thread or "", "body": told.body or "",
            "blocks": codec.blocks(told.blocks), "dialog": told.dialog, "at": event.at,
            "seq": event.seq,
        }  # fmt: skip
        put(connection, WHISPER, row)


def gone(connection: Connection, events: Sequence[StoredEvent]) -> None:
    """It stands no longer, nor what a bot kept of the view that it was (`storage.slack.views`)."""
    gone = [_gone.decode(event.data).id for event in events]
    connection.execute(delete(WHISPER).where(WHISPER.c.id.in_(gone)))
    connection.execute(delete(SLACK_VIEW).where(SLACK_VIEW.c.whisper_id.in_(gone)))


def offered(connection: Connection, offer: Offer, _: int) -> None:
    """The commands of a bot in a room, in place of those before."""
    these = (SLASH.c.bot_id == offer.bot, SLASH.c.room_id == offer.room)
    before = connection.execute(select(SLASH.c.name, SLASH.c.url).where(*these)).all()
    urls = {row.name: row.url for row in before}
    connection.execute(delete(SLASH).where(*these))
    rows = [
        {
            "bot_id": offer.bot, "room_id": offer.room, "name": name, "hint": hint, "help": told,
            "place": place, "url": urls.get(name, "") if url is None else url,
        }
        for place, (name, hint, told, url) in enumerate(offer.commands)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(SLASH), rows)


PROJECTORS = {
    "interaction.made": made,
    "interaction.answered": answered,
    "interaction.expired": expired,
    "whisper.shown": shown,
    "whisper.gone": gone,
}
