"""Commands that have an address of their own: what waits to be sent there, and what could not be.

Nothing of what somebody typed is kept here: it is read from the log when it is sent, so that what
expired is not sent (promise P8). Every function is one piece of SQL.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, select

from storage import outgoing, streams
from storage.clock import binding_now
from storage.facts.bots import own_address
from storage.outgoing import Failure, Waiting
from storage.queries.reading import Reading
from storage.streams import StoredEvent
from storage.tables import BOT, DEAD_LETTER, INTERACTION, SLACK_LINK
from storage.upsert import put


def waiting(connection: Connection, interaction: str) -> Waiting | None:
    """A command that waits to be sent to its own address, with its one event; None: it is not to be
    sent. It expired, its bot was told or has answered, or the address has ended."""
    row = connection.execute(
        select(INTERACTION.c.bot_id, INTERACTION.c.bot_seq, BOT.c.signing_secret)
        .join(BOT, BOT.c.person_id == INTERACTION.c.bot_id)
        .where(INTERACTION.c.id == interaction, INTERACTION.c.answers == 0)
    ).first()
    if row is None or _connected(connection, row.bot_id):
        return None
    bot = row.bot_id
    person = Reading(connection, bot).facts.person(bot)
    events = streams.events_after(connection, bot, row.bot_seq - 1, most=1)
    if person is None or person.status != "active" or not events:
        return None
    made = msgspec.json.decode(events[0].data)
    url = own_address(connection, bot, made["room"], made["name"])
    if not url:
        return None
    return Waiting(url, row.signing_secret, "slack", 0, events, frozenset())


def _connected(connection: Connection, bot: str) -> bool:
    """Whether a bot has sockets (Socket Mode): then all that is asked of it comes over them."""
    until = select(SLACK_LINK.c.until).where(SLACK_LINK.c.bot_id == bot)
    held = connection.execute(until).scalar_one_or_none()
    return held is not None and held > binding_now(connection)


def answered(connection: Connection, bot: str, interaction: str) -> bool:
    """Whether a command was answered already, or may be answered no longer."""
    mine = (INTERACTION.c.id == interaction, INTERACTION.c.bot_id == bot)
    answers = connection.execute(select(INTERACTION.c.answers).where(*mine)).scalar_one_or_none()
    return answers is None or answers > 0


def lost(connection: Connection, bot: str, event: StoredEvent, attempts: int, how: Failure) -> None:
    """It could not be sent: a letter, for whoever looks after the bot."""
    letter = {
        "bot_id": bot, "stream_id": event.stream, "seq": event.seq, "kind": outgoing.COMMAND,
        "attempts": attempts, "why": how.why, "status": how.status, "at": how.at, "again": False,
    }  # fmt: skip
    put(connection, DEAD_LETTER, letter)
    outgoing.forget_old(connection, bot)


def settled(connection: Connection, bot: str, seq: int) -> None:
    """Its letter was taken, or there is nothing left to send."""
    connection.execute(
        delete(DEAD_LETTER).where(
            DEAD_LETTER.c.bot_id == bot, DEAD_LETTER.c.stream_id == bot, DEAD_LETTER.c.seq == seq
        )
    )


def lost_ones(connection: Connection, bot: str) -> tuple[tuple[str, int], ...]:
    """Commands that could not be sent and may still be answered: interactions, each with its place
    in the bot's stream."""
    query = (
        select(INTERACTION.c.id, INTERACTION.c.bot_seq)
        .join(DEAD_LETTER, DEAD_LETTER.c.seq == INTERACTION.c.bot_seq)
        .where(
            INTERACTION.c.bot_id == bot,
            DEAD_LETTER.c.bot_id == bot,
            DEAD_LETTER.c.stream_id == bot,
            DEAD_LETTER.c.kind == outgoing.COMMAND,
        )
        .order_by(INTERACTION.c.bot_seq)
    )
    return tuple((row.id, row.bot_seq) for row in connection.execute(query))
