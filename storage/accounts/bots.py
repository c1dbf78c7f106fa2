"""Writing bots, and what is left of one when it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from accounts import model
from rooms.model import Record
from storage import codec, letters
from storage.outgoing import begin
from storage.tables import (
    API_TOKEN,
    BOT,
    DEAD_LETTER,
    OUTGOING,
    OUTGOING_CURSOR,
    PERSON,
    SLACK_CURSOR,
    SLACK_LINK,
    SLACK_VIEW,
    SLASH,
    WEBHOOK,
)
from storage.upsert import put


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
    """What a bot was, and whose bots a person's were. What it said to one person and what was asked
    of it stand in streams: they go after it, step by step (`rooms.actions.bots.erased`)."""
    for column in (
        SLASH.c.bot_id, WEBHOOK.c.bot_id, OUTGOING.c.bot_id, OUTGOING_CURSOR.c.bot_id,
        DEAD_LETTER.c.bot_id, BOT.c.person_id, SLACK_LINK.c.bot_id, SLACK_CURSOR.c.bot_id,
        SLACK_VIEW.c.bot_id, SLACK_VIEW.c.person_id,
    ):  # fmt: skip
        connection.execute(delete(column.table).where(column == person))
    connection.execute(update(BOT).where(BOT.c.owner_id == person).values(owner_id=""))


def _new_webhook(connection: Connection, new: model.NewWebhook, now: int) -> None:
    row = {
        "id": new.id, "bot_id": new.bot, "room_id": new.room, "secret_hash": new.secret_hash,
        "created_at": now, "last_used_at": None, "revoked_at": None,
    }  # fmt: skip
    connection.execute(insert(WEBHOOK), row)


def _end_webhook(connection: Connection, end: model.EndWebhook, now: int) -> None:
    connection.execute(update(WEBHOOK).where(WEBHOOK.c.id == end.id).values(revoked_at=now))


def _webhook_used(connection: Connection, used: model.WebhookUsed, now: int) -> None:
    connection.execute(update(WEBHOOK).where(WEBHOOK.c.id == used.id).values(last_used_at=now))


def _new_outgoing(connection: Connection, new: model.NewOutgoing, _: int) -> None:
    row = {
        "bot_id": new.bot, "url": new.url, "state": "on", "shape": new.shape,
        "kinds": codec.dump(new.kinds), "failures": 0, "dead": 0, "why": "", "tried_at": None,
    }  # fmt: skip
    put(connection, OUTGOING, row)
    begin(connection, new.bot, anew=True)


def _end_outgoing(connection: Connection, end: model.EndOutgoing, _: int) -> None:
    for column in (OUTGOING.c.bot_id, OUTGOING_CURSOR.c.bot_id, DEAD_LETTER.c.bot_id):
        connection.execute(delete(column.table).where(column == end.bot))


def _resume_outgoing(connection: Connection, again: model.ResumeOutgoing, _: int) -> None:
    connection.execute(
        update(OUTGOING)
        .where(OUTGOING.c.bot_id == again.bot)
        .values(state="on", failures=0, dead=0, why="")
    )
    begin(connection, again.bot, anew=True)


def _mark_letters(connection: Connection, wanted: model.MarkLetters, _: int) -> None:
    letters.mark(connection, wanted.bot)


def _drop_letters(connection: Connection, wanted: model.DropLetters, _: int) -> None:
    letters.let_go(connection, wanted.bot)


BOT_WRITERS: dict[type[Record], Callable[[Connection, Any, int], None]] = {
    model.NewBot: _new,
    model.ChangedBot: _changed,
    model.NewWebhook: _new_webhook,
    model.EndWebhook: _end_webhook,
    model.WebhookUsed: _webhook_used,
    model.NewOutgoing: _new_outgoing,
    model.EndOutgoing: _end_outgoing,
    model.ResumeOutgoing: _resume_outgoing,
    model.MarkLetters: _mark_letters,
    model.DropLetters: _drop_letters,
}
