"""Views that bots opened: statements."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, update

from storage.queries.reading import Reading
from storage.tables import SLACK_VIEW, WHISPER
from storage.upsert import put


class Opened(NamedTuple):
    """A view that stands before somebody's eyes."""

    whisper: str
    bot: str
    room: str
    person: str


def keep(connection: Connection, opened: Opened, view: str, at: int) -> None:
    """Write one down."""
    row = {
        "whisper_id": opened.whisper, "bot_id": opened.bot, "room_id": opened.room,
        "person_id": opened.person, "view": view, "at": at,
    }  # fmt: skip
    put(connection, SLACK_VIEW, row)


def change(connection: Connection, whisper: str, view: str) -> None:
    """Another view in its place."""
    mine = SLACK_VIEW.c.whisper_id == whisper
    connection.execute(update(SLACK_VIEW).where(mine).values(view=view))


def sweep(connection: Connection, before: int) -> None:
    """Those opened before then."""
    connection.execute(delete(SLACK_VIEW).where(SLACK_VIEW.c.at < before))


def opened(connection: Connection, bot: str, whisper: str) -> tuple[Opened, str] | None:
    """A bot's view, as JSON."""
    mine = (SLACK_VIEW.c.whisper_id == whisper, SLACK_VIEW.c.bot_id == bot)
    row = connection.execute(select(SLACK_VIEW).where(*mine)).first()
    if row is None:
        return None
    return Opened(row.whisper_id, row.bot_id, row.room_id, row.person_id), row.view


def asker(connection: Connection, bot: str, interaction: str) -> tuple[str, str] | None:
    """Who asked this of a bot, and in which room; None where it may be answered no longer."""
    found = Reading(connection, bot).facts.interaction(interaction)
    return None if found is None or found.bot != bot else (found.person, found.room)


def whispered(
    connection: Connection, bot: str, whisper: str
) -> tuple[int, tuple[dict[str, Any], ...]]:
    """When a bot said something to one person, in microseconds since 1970, and its blocks."""
    found = Reading(connection, bot).facts.whisper(whisper)
    if found is None or found.bot != bot:
        return 0, ()
    at = select(WHISPER.c.at).where(WHISPER.c.id == whisper)
    return int(connection.execute(at).scalar() or 0), found.blocks
