"""Finding messages: one port, one adapter a database, and how an index is built from messages.

`rooms.words` makes the words, `storage.queries.find` asks and judges. Words are letters and digits
only, so they hold no quotes; room and person ids come from our own tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from sqlalchemy import Connection, func, select

from rooms.words import Wanted, words
from storage.search import postgres, sqlite
from storage.search.base import Hit, Index, Scope, Text, spans
from storage.tables import FINDING, MESSAGE

_INDEXES: dict[str, Index] = {
    "sqlite": cast("Index", sqlite),
    "postgresql": cast("Index", postgres),
}
BUILT_AT_ONCE = 2_000
"""Messages of one step of building."""

__all__ = ["BUILT_AT_ONCE", "Hit", "Scope", "Text", "build", "find", "index", "words"]


def index(connection: Connection) -> Index:
    """The index of a connection's database."""
    return _INDEXES[connection.dialect.name]


def find(
    connection: Connection,
    wanted: Sequence[Wanted],
    scope: Scope,
    below: int | None,
    most: int,
) -> list[Hit]:
    """At most `most` messages, the newest first, numbered lower than `below`."""
    head = connection.execute(select(func.max(FINDING.c.no))).scalar() or 0
    low, high = 1, head if below is None else min(head, below - 1)
    found: list[Hit] = []
    if not scope.rooms:
        return found
    for span in spans(low, high):
        part = index(connection).search(connection, wanted, scope, span, most - len(found))
        found += part
        if len(found) >= most:
            break
    return found


def build(connection: Connection, progress: Callable[[int, int], None]) -> None:
    """Fill an empty index from the messages there are; `progress(done, of)` after each step."""
    total = connection.execute(select(func.count()).select_from(MESSAGE)).scalar_one()
    last, done = "", 0
    while True:
        # Ids are ordered by time.
        rows = connection.execute(
            select(
                MESSAGE.c.id, MESSAGE.c.room_id, MESSAGE.c.author_id, MESSAGE.c.at,
                MESSAGE.c.posted_seq, MESSAGE.c.body,
            )
            .where(MESSAGE.c.id > last)
            .order_by(MESSAGE.c.id)
            .limit(BUILT_AT_ONCE)
        ).all()  # fmt: skip
        if not rows:
            return
        texts = [Text(*row[:5], words(row.body)) for row in rows if row.body is not None]
        index(connection).add(connection, texts)
        last, done = rows[-1].id, done + len(rows)
        progress(done, total)
