"""What is wrong with the bots that somebody answers for: they could not be told of events."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select

from protocol.trouble import BotTrouble
from rooms.cards import rfc3339
from storage.outgoing import COMMAND
from storage.queries.reading import Reading
from storage.tables import BOT, DEAD_LETTER, OUTGOING, PERSON


def troubles(reading: Reading, *, runs_community: bool) -> tuple[BotTrouble, ...]:
    """The reader's bots in trouble, the longest first; for those who run the community also bots
    that nobody answers for."""
    mine: ColumnElement[bool] = BOT.c.owner_id == reading.person
    if runs_community:
        mine = or_(mine, BOT.c.owner_id == "")
    query = (
        select(
            BOT.c.person_id, OUTGOING.c.state, OUTGOING.c.why, OUTGOING.c.tried_at,
            PERSON.c.name,
            func.count(DEAD_LETTER.c.seq).label("letters"),
            func.min(DEAD_LETTER.c.at).label("since"),
            func.max(DEAD_LETTER.c.why)
            .filter(DEAD_LETTER.c.kind == COMMAND)
            .label("command_why"),
        )
        .join(PERSON, PERSON.c.id == BOT.c.person_id)
        # A command with an address of its own is lost by bots that are told nowhere else, too.
        .outerjoin(OUTGOING, OUTGOING.c.bot_id == BOT.c.person_id)
        .outerjoin(DEAD_LETTER, DEAD_LETTER.c.bot_id == BOT.c.person_id)
        .where(mine)
        .group_by(
            BOT.c.person_id, OUTGOING.c.state, OUTGOING.c.why, OUTGOING.c.tried_at, PERSON.c.name
        )
        .having(or_(func.count(DEAD_LETTER.c.seq) > 0, OUTGOING.c.state == "paused"))
    )  # fmt: skip
    found = [
        BotTrouble(
            bot=row.person_id,
            name=row.name,
            letters=row.letters,
            paused=row.state == "paused",
            why=row.why or row.command_why or "",
            since=rfc3339(row.since or row.tried_at or 0),
        )
        for row in reading.connection.execute(query)
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.bot)))
