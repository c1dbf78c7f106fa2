"""What takes a text away has the database's files written anew, on both databases (P8)."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import select, update

from protocol.commands import DeleteMessage, MakeReport
from rooms.records import ForgetEvidence
from storage import compacting
from storage.database import Database
from storage.jobs.store import recording
from storage.tables import JOB
from storage.writer import carry_out_now
from tests.world import World

pytestmark = pytest.mark.promise_p8
TEXTS = ("message", "event", "finding", "command_once")


def owed(world: World) -> compacting.Owed | None:
    with world.database.read() as connection:
        return compacting.owed(connection)


def test_what_takes_text_away_is_owed_from_the_first_on(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    first, second = (world.post(ben, room, "said") for _ in range(2))
    assert owed(world) is None
    world.do(ben, DeleteMessage(message=first))
    since = world.now
    world.do(ben, DeleteMessage(message=second))
    assert owed(world) == compacting.Owed(since=since)
    with world.database.read() as connection:
        at = connection.execute(select(JOB.c.ready_at).where(JOB.c.kind == compacting.KIND))
        assert at.scalar_one() == compacting.night(since)
    # Given up, it is taken up with the next deletion; done by hand, it is owed no more.
    given_up = update(JOB).where(JOB.c.kind == compacting.KIND).values(ready_at=None)
    with world.database.writing.begin() as connection:
        connection.execute(given_up)
    third = world.post(ben, room, "said")
    world.do(ben, DeleteMessage(message=third))
    with world.database.writing.begin() as connection:
        compacting.done_by_hand(connection)
    assert owed(world) == compacting.Owed(since=world.now)
    with world.database.writing.begin() as connection:
        connection.execute(given_up)
        compacting.done_by_hand(connection)
    assert owed(world) is None


def test_what_has_no_event_is_owed_too(world: World) -> None:
    """Evidence of a report stands in no stream."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    about = MakeReport(message=world.post(ben, room, "said"), category="spam")
    report = world.do(ana, about).result["report"]
    assert owed(world) is None
    carry_out_now(world.database, [recording(ForgetEvidence(report=report))], world.now)
    assert owed(world) is not None


def test_a_table_that_is_written_anew_holds_no_deleted_text(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL: a plain vacuum is in nobody's way; a full one leaves the bytes behind."""
    assert {"planned", "held", "whisper", "report", *TEXTS} <= {*compacting.TABLES}
    monkeypatch.setattr(compacting, "TABLES", TEXTS)
    ana = world.person("Ana")
    room = world.room(ana)
    said = world.post(ana, room, "quetzalcanary " * 60)
    world.do(ana, DeleteMessage(message=said))
    assert compacting.compact(database)
    if database.dialect == "sqlite":
        return  # tests/contract/test_checkpoints.py looks into the file
    compacting.vacuum(database, full=True)
    with database.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        for table in TEXTS:
            content = connection.exec_driver_sql(
                "SELECT pg_read_binary_file(pg_relation_filepath(%(table)s))", {"table": table}
            )
            assert b"quetzalcanary" not in cast("bytes", content.scalar_one()), table
