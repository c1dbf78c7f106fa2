"""What is sent without waiting (PostgreSQL), and what becomes of its errors; on SQLite nothing is
sent ahead, and the same holds."""

from __future__ import annotations

import select
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy import select as query_of
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.bulk import Statement, insertion, tuples
from storage.database import Database
from storage.driver import send, settle
from storage.jobs.store import writing as job_writing
from storage.tables import STREAM
from storage.transaction import _FIND_ONCE, Outcome
from storage.writer import Writer
from tests.contract.writer_kit import Clock, done, post, writing
from tests.pglink import Link
from tests.unit.costs_kit import queued, told
from tests.world import World, job

TURNS_A_BATCH = 10
"""9: is the connection alive, begin, two locks, keys, what was written until then, numbers for the
index, the rest, commit. Each is time in which nothing is written, and lets the loop's thread in."""

_OPENED = insertion(
    STREAM, "id", "kind", "epoch", "head_seq", "first_seq", "head_no", "last_at", "rules_seq"
)
_HEAD = Statement("SELECT head_seq FROM stream WHERE id = :?")
_COUNT = "SELECT count(*) FROM stream"


def _open(connection: Connection, *names: str) -> None:
    _OPENED.run(connection, [(name, "room", "e", 7, 1, 0, 0, 0) for name in names])


def test_whoever_asks_sees_what_was_sent(database: Database) -> None:
    with database.writing.begin() as connection:
        _open(connection, "r_one")
        assert _HEAD.first(connection, ("r_one",)).head_seq == 7
        _open(connection, "r_two")
        query = query_of(STREAM.c.id).order_by(STREAM.c.id)
        assert connection.execute(query).scalars().all() == ["r_one", "r_two"]
        _open(connection, "r_three")
    with database.read() as connection:
        assert tuples(connection, _COUNT, ()) == [(3,)]


def _nobody(_: Connection) -> None:
    """The commit is what comes next."""


def _statement(connection: Connection) -> None:
    _HEAD.first(connection, ("r_one",))


def _sqlalchemy(connection: Connection) -> None:
    connection.execute(text(_COUNT))


def _another_row(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        assert select.select([driver.fileno()], [], [], 10)[0], "errors are told at once"
    _open(connection, "r_four")


@pytest.mark.parametrize("come", [_nobody, _statement, _sqlalchemy, _another_row, settle])
def test_a_bad_row_is_told_to_whoever_comes_next(
    database: Database, come: Callable[[Connection], None]
) -> None:
    """And the connection serves the next transaction."""

    def transaction(connection: Connection) -> None:
        with connection.begin():
            _open(connection, "r_one")
            _open(connection, "r_one", "r_two")
            _open(connection, "r_three")
            come(connection)

    with database.writing.connect() as connection:
        with pytest.raises(IntegrityError) as caught:
            transaction(connection)
        assert caught.value.params is None
        assert not connection.invalidated
        with connection.begin():
            assert tuples(connection, _COUNT, ()) == [(0,)]
            _open(connection, "r_one")
    with database.read() as connection:
        assert tuples(connection, _COUNT, ()) == [(1,)]


@pytest.mark.parametrize("names", [("r_one",), ("r_one", "r_one")])
def test_a_rollback_takes_what_was_sent_along(database: Database, names: tuple[str, ...]) -> None:
    def transaction(connection: Connection) -> None:
        with connection.begin():
            _open(connection, *names)
            raise ZeroDivisionError

    with database.writing.connect() as connection:
        with pytest.raises((ZeroDivisionError, IntegrityError)):
            transaction(connection)
        with connection.begin():
            assert tuples(connection, _COUNT, ()) == [(0,)]


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_cut_connection_is_given_up_with_what_was_sent(database: Database, when: str) -> None:
    if database.dialect != "postgresql":
        return  # There is no connection to cut.

    def transaction(mine: Connection, other: Connection) -> None:
        with mine.begin():
            [(pid,)] = tuples(mine, "SELECT pg_backend_pid()", ())
            if when == "meanwhile":
                _open(mine, "r_one")
                send(mine, "SELECT pg_terminate_backend(pg_backend_pid())", ())
            else:
                tuples(other, "SELECT pg_terminate_backend($1::integer, 5000)", (pid,))
            _open(mine, "r_two")
            settle(mine)

    with database.writing.connect() as mine, database.writing.connect() as other:
        with pytest.raises(OperationalError) as caught:
            transaction(mine, other)
        assert caught.value.connection_invalidated
        assert mine.invalidated
        assert database.away(caught.value)
    with database.writing.begin() as connection:
        assert tuples(connection, _COUNT, ()) == [(0,)]


def test_a_pipeline_that_cannot_be_left_is_given_up(database: Database) -> None:
    """Or the next to get the connection could do nothing with it."""
    if database.dialect != "postgresql":
        return

    def refuses(pipeline: psycopg.Pipeline, _: object) -> None:
        pipeline.level -= 1
        raise psycopg.OperationalError("cannot exit pipeline mode while busy")

    def transaction(connection: Connection) -> None:
        with connection.begin():
            _open(connection, "r_one")
            settle(connection)

    with database.writing.connect() as connection:
        with (
            patch.object(psycopg.Pipeline, "_exit", refuses),
            pytest.raises(OperationalError) as caught,
        ):
            transaction(connection)
        assert caught.value.connection_invalidated
    with database.writing.begin() as connection:
        assert tuples(connection, _COUNT, ()) == [(0,)]


async def test_what_was_lost_before_the_commit_is_tried_again(database: Database) -> None:
    """Only what was lost while committing may be so or not."""
    if database.dialect != "postgresql":
        return
    attempts = 0

    def cut_once(connection: Connection) -> None:
        nonlocal attempts
        attempts += 1
        _open(connection, "r_one")
        if attempts == 1:
            send(connection, "SELECT pg_terminate_backend(pg_backend_pid())", ())

    async with writing(World(database)) as running:
        [outcome] = await done(running.writer.submit(job_writing(cut_once)))
    assert isinstance(outcome, Outcome)
    assert attempts == 2
    with database.read() as connection:
        assert tuples(connection, "SELECT id FROM stream WHERE id = 'r_one'", ()) == [("r_one",)]


async def test_a_batch_waits_for_postgresql_a_few_times(database: Database, tmp_path: Path) -> None:
    if database.dialect != "postgresql":
        return
    world = World(database)
    people = [world.person(f"Person{n}") for n in range(40)]
    rooms = [world.room(person, name=f"Room {n}") for n, person in enumerate(people)]
    url = database.url.render_as_string(hide_password=False)
    with Link(url, tmp_path).running() as link:
        through = Database(link.url)
        writer = Writer(through, Clock(world), gather=0)
        for turn in range(8):  # The driver prepares what was asked a few times.
            jobs = [
                job(person, post(room, f"Post {turn}", f"c{turn}"))
                for person, room in zip(people, rooms, strict=True)
            ]
            batch = queued(writer, jobs)
            before = link.turns
            writer._carry_out(batch)
            assert all(entry.outcome and entry.outcome.error is None for entry in batch)
        through.close()
    assert told("turns of PostgreSQL a batch", link.turns - before) <= TURNS_A_BATCH


def test_keys_are_looked_up_one_by_one_however_small_the_table_was(database: Database) -> None:
    """A statement is planned when it is first used, and so on a new server for an empty table."""
    if database.dialect != "postgresql":
        return
    with database.writing.begin() as connection:
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        connection.exec_driver_sql(f"PREPARE once AS {_FIND_ONCE['postgresql']}")
        plan = connection.exec_driver_sql("EXPLAIN EXECUTE once ('[]')").scalars().all()
        connection.exec_driver_sql("DEALLOCATE once")
    assert any("Index Scan using command_once_pkey" in line for line in plan), plan
