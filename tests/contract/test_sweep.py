"""What ended long ago goes; what may still be asked for stays."""

from __future__ import annotations

from sqlalchemy import insert, select

from accounts.model import DAY
from storage.accounts.sweep import KEPT, expired
from storage.database import Database
from storage.tables import SESSION
from tests.world import START


def session(name: str, expires_at: int, ended_at: int | None = None) -> dict[str, object]:
    return {
        "id": name, "person_id": "p_1", "secret_hash": name, "device": "Firefox", "created_at": 0,
        "last_seen_at": 0, "expires_at": expires_at, "ended_at": ended_at,
    }  # fmt: skip


def test_only_what_ended_long_ago_goes(database: Database) -> None:
    before = START - KEPT
    with database.writing.begin() as connection:
        rows = [
            session("alive", START + DAY),
            session("just over", before + 1),
            session("long over", before - 1),
            session("long ended", START + DAY, before - 1),
            session("just ended", before - 1, before + 1),
        ]
        connection.execute(insert(SESSION), rows)
        assert [expired(connection, before, most=1) for _ in range(3)] == [1, 1, 0]
        left = set(connection.execute(select(SESSION.c.id)).scalars())
    assert left == {"alive", "just over", "just ended"}
