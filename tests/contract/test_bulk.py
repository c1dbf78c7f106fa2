"""Prepared statements: their rows, and that their errors are those of SQLAlchemy."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.bulk import Rows, Statement, insertion, tuples
from storage.database import Database
from storage.tables import STREAM

_OPENED = insertion(
    STREAM, "id", "kind", "epoch", "head_seq", "first_seq", "head_no", "last_at", "rules_seq"
)
_ASKED = Statement("SELECT id, head_seq AS head FROM stream WHERE id = :?")
_MOVED = Rows(
    "UPDATE stream SET head_seq = v.column1 FROM (:rows) AS v WHERE stream.id = v.column2",
    "bigint", "text",
)  # fmt: skip
_SECRET = "r_what_somebody_wrote"


def _row(name: str, head: int = 0) -> tuple[object, ...]:
    return (name, "room", "e", head, 1, 0, 0, 0)


def test_rows_have_names(database: Database) -> None:
    with database.writing.begin() as connection:
        _OPENED.run(connection, [_row("r_one", 7), _row("r_two")])
        row = _ASKED.first(connection, ("r_one",))
        assert (row.id, row.head) == ("r_one", 7)
        assert _ASKED.first(connection, ("r_none",)) is None
        assert [r.head for r in _ASKED.all(connection, ("r_two",))] == [0]
        assert tuples(connection, "SELECT count(*) FROM stream", ()) == [(2,)]


@pytest.mark.parametrize("many", [0, 1, 3, 4, 16, 39])
def test_every_row_is_carried_out_once_and_in_order(database: Database, many: int) -> None:
    names = [f"r_{n:02}" for n in range(many)]
    with database.writing.begin() as connection:
        _OPENED.run(connection, [_row(name, n) for n, name in enumerate(names)])
        found = tuples(connection, "SELECT id, head_seq FROM stream ORDER BY head_seq", ())
        assert found == [(name, n) for n, name in enumerate(names)]
        _MOVED.run(connection, [(2**40 + n, name) for n, name in enumerate(names) if n % 2])
        found = tuples(connection, "SELECT id, head_seq FROM stream ORDER BY id", ())
        assert found == [(name, 2**40 + n if n % 2 else n) for n, name in enumerate(names)]


def test_small_and_large_numbers_share_a_plan(database: Database) -> None:
    if database.dialect != "postgresql":
        return  # SQLite plans without looking at values
    between = Statement("SELECT id FROM stream WHERE head_seq BETWEEN :? AND :?")
    with database.writing.begin() as connection:
        for low in (1, 2**20, 2**40):
            for high in (1, 2**20, 2**40):
                for _ in range(6):  # The driver prepares what was asked a few times.
                    between.all(connection, (low, high))
        query = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%BETWEEN $1%'"
        assert tuples(connection, query, ()) == [(1,)]


def test_one_bad_row_undoes_those_before_it(database: Database) -> None:
    rows = [_row(f"r_{n:02}") for n in range(20)]
    with pytest.raises(IntegrityError), database.writing.begin() as connection:
        _OPENED.run(connection, [*rows, rows[0]])
    with database.read() as connection:
        assert tuples(connection, "SELECT count(*) FROM stream", ()) == [(0,)]


def test_an_error_is_sqlalchemys_and_tells_nothing_of_what_was_written(database: Database) -> None:
    def twice(connection: Connection) -> None:
        _OPENED.run(connection, [_row(_SECRET), _row(_SECRET)])

    with pytest.raises(IntegrityError) as caught, database.writing.begin() as connection:
        twice(connection)
    assert not caught.value.connection_invalidated
    assert caught.value.params is None
    with database.read() as connection:
        assert _ASKED.first(connection, (_SECRET,)) is None


def test_a_connection_that_was_cut_is_given_up(fresh_postgres: str) -> None:
    database = Database(fresh_postgres)
    try:
        with database.writing.connect() as mine, database.writing.connect() as other:
            [(pid,)] = tuples(mine, "SELECT pg_backend_pid()", ())
            tuples(other, "SELECT pg_terminate_backend($1::integer)", (pid,))
            with pytest.raises(OperationalError) as caught:
                tuples(mine, "SELECT 1", ())
        assert caught.value.connection_invalidated
        assert database.away(caught.value)
        with database.writing.connect() as connection:
            assert tuples(connection, "SELECT 1", ()) == [(1,)]
    finally:
        database.close()
