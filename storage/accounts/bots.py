"""Writing bots, and what is left of one when it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from accounts import model
from rooms.model import Record
from storage import codec
from storage.tables import (
    API_TOKEN,
    BOT,
    DEAD_LETTER,
    INTERACTION,
    OUTGOING,
    OUTGOING_CURSOR,
    PERSON,
    SLASH,
    WEBHOOK,
    WHISPER,
)


def _new(connection: Connection, new: model.NewBot, now: int) -> None:
    connection.execute(
        insert(BOT),
        {
            "person_id": new.person, "owner_id": new.owner, "room_id": new.room, "rate": new.rate,
            "signing_secret": new.signing_secret, "created_at": now,
        },
    )  # fmt: skip
    bounds = codec.dump(new.bounds)
    connection.execute(update(PERSON).where(PERSON.c.id == new.person).values(bounds=bounds))


def _changed(connection: Connection, after: model.ChangedBot, _: int) -> None:
    values: dict[str, Any] = {"owner_id": after.owner, "rate": after.rate}
    if after.signing_secret is not None:
        values["signing_secret"] = after.signing_secret
    connection.execute(update(BOT).where(BOT.c.person_id == after.person).values(**values))
    if after.bounds is None:
        return
    connection.execute(
        update(PERSON).where(PERSON.c.id == after.person).values(bounds=codec.dump(after.bounds))
    )
    connection.execute(
        update(API_TOKEN)
        .where(API_TOKEN.c.person_id == after.person)
        .values(scopes=" ".join(after.bounds.scopes))
    )


def forget_bot(connection: Connection, person: str) -> None:
    """What a bot was, or what a person asked of bots and owned of them."""
    for column in (
        SLASH.c.bot_id, WEBHOOK.c.bot_id, OUTGOING.c.bot_id, OUTGOING_CURSOR.c.bot_id,
        DEAD_LETTER.c.bot_id, BOT.c.person_id, WHISPER.c.bot_id, WHISPER.c.person_id,
        INTERACTION.c.bot_id,
    ):  # fmt: skip
        connection.execute(delete(column.table).where(column == person))
    connection.execute(update(BOT).where(BOT.c.owner_id == person).values(owner_id=""))


BOT_WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    model.NewBot: _new,
    model.ChangedBot: _changed,
}
