"""What `tertulia doctor` says of jobs and backups."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from chat.cli.checks import Finding, examine
from chat.settings import Settings
from rooms.records import Schedule
from storage import backup, upkeep
from storage import database as databases
from storage.database import Database
from storage.jobs import rows
from storage.jobs.store import recording
from storage.writer import carry_out_now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path / "data", port=0)
    database = Database(made.url)
    upkeep.prepare(database)
    database.close()
    return made


def says(settings: Settings, what: str) -> Finding:
    [found] = [finding for finding in examine(settings) if finding.what == what]
    return found


@pytest.mark.promise_p1
def test_a_server_that_answers_before_it_syncs_fails(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database_url.startswith("postgresql"):
        return  # tests/e2e/test_cli.py does so for SQLite
    kept = {what: good for what, _, good in _asked(database_url)}
    assert kept == {
        "fsync": True, "synchronous_commit": True, "full_page_writes": True, "clocks": True,
    }  # fmt: skip
    monkeypatch.setitem(databases.POSTGRES_OPTIONS, "synchronous_commit", "off")
    monkeypatch.setattr("storage.upkeep.time.time", time.monotonic)
    bad = {what for what, _, good in _asked(database_url) if not good}
    assert bad == {"synchronous_commit", "clocks"}


def _asked(url: str) -> list[tuple[str, str, bool]]:
    database = Database(url)
    try:
        return upkeep.durability(database)
    finally:
        database.close()


def test_dead_jobs_are_named(settings: Settings) -> None:
    now = time.time_ns() // 1000
    database = Database(settings.url)
    assert says(settings, "jobs").state == "ok"
    carry_out_now(database, [recording(Schedule(kind="note", key="a", at=now))], now)
    with database.writing.begin() as connection:
        [due] = rows.take(connection, ["note"], now, now, 1)
        rows.give_up(connection, due, "OSError")
    database.close()
    found = says(settings, "jobs")
    assert (found.state, "1 dead" in found.says, "jobs list" in found.says) == (
        "warning", True, True,
    )  # fmt: skip


def test_the_age_of_backups(settings: Settings) -> None:
    assert says(settings, "backups").says.startswith("none yet")
    database = Database(settings.url)
    made = backup.make(database, settings.backups, time.time_ns() // 1000)
    database.close()
    assert says(settings, "backups").state == "ok"
    old = time.time() - 3 * 86_400
    os.utime(made, (old, old))
    found = says(settings, "backups")
    assert (found.state, "3.0 days old" in found.says) == ("warning", True)
    none = settings.model_copy(update={"backup_hour": -1})
    assert "none are made" in says(none, "backups").says
