"""Which node talks to a bot, and how far the bot has come, on both databases."""

from __future__ import annotations

import pytest

from storage.database import Database
from storage.slack import links
from storage.slack.links import Place

pytestmark = pytest.mark.slack


def take(database: Database, holder: str, now: int, until: int) -> bool:
    with database.writing.begin() as connection:
        return links.take(connection, "p_bot", holder, now, until)


def test_one_node_at_a_time_talks_to_a_bot(database: Database) -> None:
    assert take(database, "n_1", 10, 20)
    assert take(database, "n_1", 15, 25), "its own, longer"
    # Over SQLite there is one server: what a dead one held is free at once.
    alone = database.dialect == "sqlite"
    assert take(database, "n_2", 20, 30) == alone
    assert take(database, "n_2", 26, 40), "not renewed in time"
    with database.writing.begin() as connection:
        links.let_go(connection, "p_bot", "n_1")
    assert take(database, "n_3", 27, 40) == alone, "who held it before lets nothing go"
    with database.writing.begin() as connection:
        links.let_go(connection, "p_bot", "n_2")
        links.let_go(connection, "p_bot", "n_3")
    assert take(database, "n_3", 27, 40)


def test_only_who_holds_a_bot_writes_its_places(database: Database) -> None:
    assert take(database, "n_1", 10, 20)
    moved = {"r_1": Place("e", 5, (7, 9)), "r_2": Place("e", 1)}
    with database.writing.begin() as connection:
        assert links.keep(connection, "p_bot", "n_1", moved)
        assert links.keep(connection, "p_bot", "n_1", {"r_1": Place("f", 9)})
        assert not links.keep(connection, "p_bot", "n_2", {"r_2": Place("e", 100)})
        assert not links.keep(connection, "p_other", "n_1", {"r_2": Place("e", 100)})
    with database.read() as connection:
        assert links.places(connection, "p_bot") == {"r_1": Place("f", 9), "r_2": Place("e", 1)}
        assert links.places(connection, "p_other") == {}
    with database.writing.begin() as connection:
        assert links.keep(connection, "p_bot", "n_1", {"r_2": None})
    with database.read() as connection:
        assert set(links.places(connection, "p_bot")) == {"r_1"}
