"""Taking text out of events that stay (promise P8)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select, update

from storage import codec
from storage.tables import EVENT

_TEXT = ("body", "reason", "mentions", "matched", "quote", "title", "blocks", "values")


def redact(connection: Connection, stream: str, seqs: Sequence[int]) -> None:
    """Rewrite events without their text; `body` becomes null, which readers know."""
    where = (EVENT.c.stream_id == stream, EVENT.c.seq.in_(list(seqs)))
    for row in connection.execute(select(EVENT.c.seq, EVENT.c.data).where(*where)).all():
        data = msgspec.json.decode(row.data)
        kept = {key: value for key, value in data.items() if key not in _TEXT}
        connection.execute(
            update(EVENT)
            .where(EVENT.c.stream_id == stream, EVENT.c.seq == row.seq)
            .values(data=codec.dump({**kept, "body": None}))
        )
