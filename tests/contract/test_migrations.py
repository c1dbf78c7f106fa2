"""Migrations make exactly the tables that the code reads, and refuse what they do not know."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from storage import migrations, upkeep
from storage.database import Database
from storage.tables import METADATA


@pytest.fixture
def empty(database_url: str):
    made = Database(database_url)
    yield made
    made.close()


def test_the_migrated_schema_is_the_one_in_the_code(empty: Database) -> None:
    upkeep.prepare(empty)
    with empty.reading.connect() as connection:
        opts = {"compare_server_default": True, "include_object": migrations.compared}
        compared = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(compared, METADATA) == []
        assert migrations.current(connection) == migrations.head()
    assert not upkeep.pending(empty)


def test_commands_carried_out_are_known_in_their_new_order(empty: Database) -> None:
    known = [("b", "p_one"), ("a", "p_two"), ("a", "p_one")]
    with empty.writing.begin() as connection:
        migrations.upgrade(connection, "0022")
        for client, actor in known:
            connection.exec_driver_sql(
                "INSERT INTO command_once (actor_id, client_id, fingerprint, outcome, at) "
                f"VALUES ('{actor}', '{client}', 'f', 'first answer', 1)"
            )
        migrations.upgrade(connection)
        columns = "client_id, actor_id, fingerprint, outcome, at"
        query = f"SELECT {columns} FROM command_once ORDER BY client_id, actor_id"
        found = connection.exec_driver_sql(query).all()
    assert found == [(*key, "f", "first answer", 1) for key in sorted(known)]


def test_preparing_again_changes_nothing(empty: Database) -> None:
    upkeep.prepare(empty)
    secret = upkeep.secret(empty)
    upkeep.prepare(empty)
    assert upkeep.secret(empty) == secret
    assert len(secret) == 32


def test_a_newer_database_is_refused_in_one_line(empty: Database) -> None:
    upkeep.prepare(empty)
    with empty.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(upkeep.NewerDatabaseError, match="9999") as caught:
        upkeep.prepare(empty)
    assert "\n" not in str(caught.value)


def test_an_older_one_is_migrated_after_a_snapshot_or_waits_for_the_command(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep.prepare(empty)
    secret = upkeep.secret(empty)
    done: list[object] = []
    monkeypatch.setattr(migrations, "head", lambda: "9998")
    monkeypatch.setattr(migrations, "upgrade", done.append)
    if empty.path is None:
        with pytest.raises(upkeep.OutdatedDatabaseError, match="tertulia migrate"):
            upkeep.prepare(empty)
        assert not done
        return
    upkeep.prepare(empty)
    assert len(done) == 1
    (taken,) = empty.path.parent.glob("*.before-*.db")
    copy = sqlite3.connect(taken)
    assert copy.execute("SELECT value FROM secret").fetchone() == (secret.hex(),)
    copy.close()


def test_two_nodes_migrate_at_once(database_url: str) -> None:
    nodes = [Database(database_url), Database(database_url)]
    failed: list[Exception] = []

    def migrate(node: Database) -> None:
        try:
            upkeep.migrate(node)
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=migrate, args=(node,)) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert not upkeep.pending(nodes[0])
    for node in nodes:
        node.close()


@pytest.mark.promise_p8
def test_a_checkpoint_empties_the_log(empty: Database) -> None:
    upkeep.prepare(empty)
    assert upkeep.checkpoint(empty)
    if empty.path is not None:
        log = empty.path.with_name(empty.path.name + "-wal")
        assert not log.exists() or log.stat().st_size == 0
