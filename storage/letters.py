"""Dead letters: events that a bot could not be told of, and what becomes of them.

A letter is a place (stream and number), never what stood there. It is sent again when somebody says
so, read anew, or let go. Whoever looks after the bot is told once an outage, not once a letter:
`telling` sees whether there is trouble before and after, and says so in the owner's own stream.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, func, select, update

from storage import outgoing, slashes, streams
from storage.outgoing import Failure, Waiting
from storage.streams import StoredEvent
from storage.tables import DEAD_LETTER, OUTGOING


def waiting(connection: Connection, bot: str) -> Waiting | None:
    """The letters of a bot that are to be sent again, as the log has them now, oldest first; None
    where it is not to be told now."""
    found = outgoing.addressed(connection, bot)
    if found is None or not _any_marked(connection, bot):
        return found
    return found._replace(events=_marked(connection, bot, outgoing.readable(connection, bot)))


def _any_marked(connection: Connection, bot: str) -> bool:
    one = select(DEAD_LETTER.c.seq).where(
        DEAD_LETTER.c.bot_id == bot,
        DEAD_LETTER.c.again.is_(True),
        DEAD_LETTER.c.kind != outgoing.COMMAND,
    )
    return connection.execute(one.limit(1)).first() is not None


def _marked(connection: Connection, bot: str, readable: Sequence[str]) -> list[StoredEvent]:
    places = connection.execute(
        select(DEAD_LETTER.c.stream_id, DEAD_LETTER.c.seq)
        .where(
            DEAD_LETTER.c.bot_id == bot,
            DEAD_LETTER.c.again.is_(True),
            DEAD_LETTER.c.kind != outgoing.COMMAND,
            DEAD_LETTER.c.stream_id.in_(list(readable)),
        )
        .order_by(DEAD_LETTER.c.at, DEAD_LETTER.c.stream_id, DEAD_LETTER.c.seq)
    ).all()
    since = outgoing.seen_since(connection, bot)
    found = []
    for stream, seq in places:
        if seq < since.get(stream, 0):
            continue
        events = streams.events_after(connection, stream, seq - 1, most=1)
        found += [event for event in events if event.seq == seq]
    return found


def mark(connection: Connection, bot: str) -> None:
    """All letters of a bot are to be sent again, and what came since; those that nothing stands
    behind any more go."""
    readable = outgoing.readable(connection, bot)
    connection.execute(update(DEAD_LETTER).where(DEAD_LETTER.c.bot_id == bot).values(again=True))
    kept = {(event.stream, event.seq) for event in _marked(connection, bot, readable)}
    kept |= {(bot, seq) for _, seq in slashes.lost_ones(connection, bot)}
    rows = select(DEAD_LETTER.c.stream_id, DEAD_LETTER.c.seq).where(DEAD_LETTER.c.bot_id == bot)
    for stream, seq in connection.execute(rows).all():
        if (stream, seq) not in kept:
            _gone(connection, bot, stream, seq)
    # The places stay where they are: what was committed while it was paused is told as well.
    connection.execute(
        update(OUTGOING)
        .where(OUTGOING.c.bot_id == bot)
        .values(state="on", failures=0, dead=0, why="")
    )


def let_go(connection: Connection, bot: str) -> None:
    """Nobody needs them any more."""
    connection.execute(delete(DEAD_LETTER).where(DEAD_LETTER.c.bot_id == bot))


def arrived(connection: Connection, bot: str, event: StoredEvent, now: int) -> None:
    """A letter was taken, or there is nothing left to tell of it."""
    _gone(connection, bot, event.stream, event.seq)
    outgoing.went_well(connection, bot, now)


def refused(connection: Connection, bot: str, event: StoredEvent, how: Failure) -> None:
    """A letter failed once more: it and those behind it stay until somebody asks again."""
    connection.execute(
        update(DEAD_LETTER)
        .where(
            DEAD_LETTER.c.bot_id == bot,
            DEAD_LETTER.c.stream_id == event.stream,
            DEAD_LETTER.c.seq == event.seq,
        )
        .values(attempts=DEAD_LETTER.c.attempts + 1, why=how.why, status=how.status, at=how.at)
    )
    others = (DEAD_LETTER.c.bot_id == bot, DEAD_LETTER.c.kind != outgoing.COMMAND)
    connection.execute(update(DEAD_LETTER).where(*others).values(again=False))
    # It is known to be away: each further event has one attempt.
    connection.execute(
        update(OUTGOING)
        .where(OUTGOING.c.bot_id == bot)
        .values(state="failing", dead=1, why=how.why, tried_at=how.at)
    )


def _gone(connection: Connection, bot: str, stream: str, seq: int) -> None:
    connection.execute(
        delete(DEAD_LETTER).where(
            DEAD_LETTER.c.bot_id == bot,
            DEAD_LETTER.c.stream_id == stream,
            DEAD_LETTER.c.seq == seq,
        )
    )


def trouble(connection: Connection, bot: str) -> tuple[bool, bool]:
    """Whether there are letters, and whether nothing is sent any more."""
    paused = select(OUTGOING.c.bot_id).where(OUTGOING.c.bot_id == bot, OUTGOING.c.state == "paused")
    letters = select(func.count()).select_from(DEAD_LETTER).where(DEAD_LETTER.c.bot_id == bot)
    return (
        int(connection.execute(letters).scalar_one()) > 0,
        bool(connection.execute(select(exists(paused))).scalar_one()),
    )
