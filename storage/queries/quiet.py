"""What the reader would rather not hear, for the first screen."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from protocol.views import Quiet
from rooms.cards import rfc3339
from storage.tables import QUIET

_MINE = select(QUIET.c.what, QUIET.c.target_id, QUIET.c.mentions, QUIET.c.at).where(
    QUIET.c.person_id == bindparam("me")
)


def quiets(connection: Connection, person: str) -> tuple[Quiet, ...]:
    """Mutes and blocks of a person, the newest first."""
    rows = connection.execute(_MINE.order_by(QUIET.c.at.desc()), {"me": person})
    return tuple(
        Quiet(what=r.what, id=r.target_id, mentions=bool(r.mentions), at=rfc3339(r.at))
        for r in rows
    )
