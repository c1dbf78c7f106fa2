"""Who talks to a bot, and how far it has come: statements for the writer, and one to read.

A place is `(seq, done)`: everything up to `seq` was acknowledged, and of what follows `done`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, select, text

from storage.tables import SLACK_CURSOR, SLACK_LINK
from storage.upsert import put

_TAKE = text(
    "INSERT INTO slack_link (bot_id, holder, until) VALUES (:bot, :holder, :until) "
    "ON CONFLICT (bot_id) DO UPDATE SET holder = excluded.holder, until = excluded.until "
    "WHERE slack_link.holder = excluded.holder OR slack_link.until < :now"
)


class Place(NamedTuple):
    """How far a bot has taken a stream."""

    epoch: str
    seq: int
    done: tuple[int, ...] = ()


def take(connection: Connection, bot: str, holder: str, now: int, until: int) -> bool:
    """Hold a bot until `until`, or longer; False while another node does. Where only one server
    can run (SQLite), what a dead one held is free at once."""
    if connection.dialect.name == "sqlite":
        now = 2**62
    given = {"bot": bot, "holder": holder, "until": until, "now": now}
    return connection.execute(_TAKE, given).rowcount > 0


def let_go(connection: Connection, bot: str, holder: str) -> None:
    """Hold it no longer."""
    mine = (SLACK_LINK.c.bot_id == bot, SLACK_LINK.c.holder == holder)
    connection.execute(delete(SLACK_LINK).where(*mine))


def places(connection: Connection, bot: str) -> dict[str, Place]:
    """A bot's places, by stream."""
    rows = connection.execute(select(SLACK_CURSOR).where(SLACK_CURSOR.c.bot_id == bot))
    return {
        row.stream_id: Place(row.epoch, row.seq, tuple(msgspec.json.decode(row.done)))
        for row in rows
    }


def keep(connection: Connection, bot: str, holder: str, moved: Mapping[str, Place | None]) -> bool:
    """Write places down, if the bot is still ours; None: it has no place there any more."""
    mine = (SLACK_LINK.c.bot_id == bot, SLACK_LINK.c.holder == holder)
    if connection.execute(select(SLACK_LINK.c.bot_id).where(*mine)).first() is None:
        return False
    gone = [stream for stream, place in moved.items() if place is None]
    if gone:
        there = (SLACK_CURSOR.c.bot_id == bot, SLACK_CURSOR.c.stream_id.in_(gone))
        connection.execute(delete(SLACK_CURSOR).where(*there))
    for stream, place in moved.items():
        if place is None:
            continue
        row = {
            "bot_id": bot, "stream_id": stream, "epoch": place.epoch, "seq": place.seq,
            "done": msgspec.json.encode(place.done).decode(),
        }  # fmt: skip
        put(connection, SLACK_CURSOR, row)
    return True
