"""Sessions, links and invitations that ended long ago: nothing asks for them any more.

They name devices and say who let whom in, so they are not kept longer than a question about them
may come up. Whoever uses one that is gone hears what whoever uses an expired one hears.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select

from accounts.model import DAY
from storage.tables import INVITATION, ONE_TIME_LINK, PUSH_DEVICE, PUSH_MARK, SESSION

KEPT = 30 * DAY
"""How long after their end, in microseconds."""
AT_ONCE = 500
"""Rows of one table that go in one transaction."""
_ENDS = (
    (SESSION, func.coalesce(SESSION.c.ended_at, SESSION.c.expires_at)),
    (ONE_TIME_LINK, func.coalesce(ONE_TIME_LINK.c.used_at, ONE_TIME_LINK.c.expires_at)),
    (INVITATION, func.coalesce(INVITATION.c.revoked_at, INVITATION.c.expires_at)),
)


def expired(connection: Connection, before: int, most: int = AT_ONCE) -> int:
    """Delete some of what ended before `before`; how many rows. 0: there are no more."""
    gone = 0
    for table, end in _ENDS:
        some = select(table.c.id).where(end < before).limit(most)
        gone += connection.execute(delete(table).where(table.c.id.in_(some))).rowcount
    known = select(SESSION.c.id)
    for column in (PUSH_DEVICE.c.session_id, PUSH_MARK.c.session_id):
        connection.execute(delete(column.table).where(column.not_in(known)))
    return gone
