"""A backup is whole, a restore brings exactly it back, and nobody mistakes it for what was."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from chat.later import recurring
from chat.nightly import BACKUP, back_up
from chat.settings import Settings
from jobs import Kind, Runner, daily
from protocol.commands import CursorIn, GetRoom, PostMessage
from rooms.errors import Refusal
from storage import backup, upkeep
from storage.backup.archive import MANIFEST, census
from storage.database import Database
from storage.queries.watching import watch
from storage.tables import METADATA
from tests.contract.jobs_kit import SECOND, node, settled
from tests.world import World, client_id

AT = 1_800_000_000_000_000


@pytest.fixture
def database(database_url: str):
    """Made by the migrations, as everywhere but in tests."""
    made = Database(database_url)
    upkeep.prepare(made)
    yield made
    made.close()


def reset(world: World, person: str, cursor: CursorIn) -> str | None:
    with world.database.read() as connection:
        return watch(connection, person, [cursor], 1_000)[0].reset


def texts(world: World, person: str, room: str) -> list[str | None]:
    return [m.body for m in world.ask(person, GetRoom(room=room, limit=100)).page.messages]


@pytest.mark.promise_p3
@pytest.mark.promise_p4
def test_an_old_client_sees_the_restored_log_and_nothing_else(world: World, tmp_path: Path) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    before = PostMessage(room=room, body="before", client_id=client_id())
    world.do(ana, before)
    at_backup = world.ask(ana, GetRoom(room=room)).cursor
    made = backup.make(world.database, tmp_path / "backups", AT)
    after = PostMessage(room=room, body="after 0", client_id=client_id())
    gone = world.do(ana, after)
    for number in range(1, 100):
        world.post(ana, room, f"after {number}")
    old = world.ask(ana, GetRoom(room=room)).cursor
    manifest = backup.restore(world.database, made)
    assert manifest.at == AT
    # Other posts under the numbers that the old client has seen.
    others = [f"other {number}" for number in range(100)]
    for words in others:
        world.post(ana, room, words)
    assert world.ask(ana, GetRoom(room=room)).cursor.seq == old.seq
    for cursor in (old, at_backup):
        named = CursorIn(stream=room, epoch=cursor.epoch, after_seq=cursor.seq)
        assert reset(world, ana, named) == "epoch"
    assert texts(world, ana, room) == others
    # What was carried out before the backup was; what came after it was not.
    assert world.do(ana, before).duplicate
    again = world.do(ana, after)
    assert (again.duplicate, again.result["message"] == gone.result["message"]) == (False, False)
    with world.database.read() as connection:
        assert backup.restored(connection)[0] == AT  # type: ignore[index]
    assert not upkeep.pending(world.database)


def test_everything_comes_back(world: World, tmp_path: Path) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben, name='Cafè % \\N\t"x"')
    for number in range(20):
        world.post(ben, room, f"Line\nbreaks \\ and {number} 🎉")
    with world.database.read() as connection:
        counted = census(connection, METADATA.tables)
    made = backup.make(world.database, tmp_path, AT)
    shown = world.ask(ben, GetRoom(room=room))
    with world.database.writing.begin() as connection:
        for table in METADATA.tables:
            if table not in ("secret", "audit"):  # the audit lets nothing go
                connection.exec_driver_sql(f'DELETE FROM "{table}"')
    backup.restore(world.database, made)
    with world.database.read() as connection:
        counts, heads = census(connection, METADATA.tables)
    counts["secret"] -= 1
    assert (counts, heads) == counted
    now = world.ask(ben, GetRoom(room=room))
    assert (now.page, now.room, now.members) == (shown.page, shown.room, shown.members)
    assert now.cursor.epoch != shown.cursor.epoch
    world.post(ben, room, "And on it goes")


def test_a_damaged_one_is_refused_and_changes_nothing(world: World, tmp_path: Path) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    made = backup.make(world.database, tmp_path, AT)
    world.post(ana, room, "kept")
    lying = tmp_path / "lying.zip"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(lying, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == MANIFEST:
                data = data.replace(b'"stream":', b'"stream":1')
            target.writestr(name, data)
    cut = tmp_path / "cut.zip"
    cut.write_bytes(made.read_bytes()[:-200])
    for bad in (lying, cut, tmp_path / "none.zip"):
        with pytest.raises(backup.BackupError) as caught:
            backup.restore(world.database, bad)
        assert "\n" not in str(caught.value)
    assert texts(world, ana, room) == ["kept"]
    assert not list(tmp_path.glob(".*"))


def test_nothing_is_restored_over_a_running_server(world: World, tmp_path: Path) -> None:
    ana = world.person("Ana")
    room = world.room(ana)
    made = backup.make(world.database, tmp_path, AT)
    world.post(ana, room, "kept")
    other = Database(world.database.url.render_as_string(hide_password=False))
    with other.read(), pytest.raises(backup.BackupError, match="in use"):
        backup.restore(world.database, made)
    other.close()
    assert texts(world, ana, room) == ["kept"]
    backup.restore(world.database, made)
    with pytest.raises(Refusal):
        world.ask("p_nobody", GetRoom(room=room))
    assert texts(world, ana, room) == []


def test_a_backup_is_private_and_the_oldest_go(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = [backup.make(world.database, folder, AT + n * 86_400_000_000) for n in range(4)]
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert backup.rotate(folder, 2) == made[:2]
    assert backup.stored(folder) == made[2:]
    assert backup.newest(folder) == made[-1]
    assert backup.rotate(folder, 0) == made[2:3]


async def test_every_night_one_is_made_and_the_oldest_goes(world: World, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, backup_keep=2)
    async with node(world.database) as one:
        app = SimpleNamespace(settings=settings, database=world.database, now=one.now)
        kinds = {BACKUP: Kind(partial(back_up, app), again=daily(3), at_once=False)}  # type: ignore[arg-type]
        [first] = recurring(kinds, one.time)
        await one.write(first)
        assert first.at % (24 * 3600 * SECOND) == 3 * 3600 * SECOND
        runner = Runner(one.store, one.now, kinds)
        assert await settled(runner) == 0
        for night in range(3):
            one.time = first.at + night * 24 * 3600 * SECOND
            assert await settled(runner) == 1
        assert len(backup.stored(settings.backups)) == 2
        app.settings = settings.model_copy(update={"backup_hour": -1})
        one.time += 24 * 3600 * SECOND
        assert await settled(runner) == 1
        assert backup.read_manifest(backup.newest(settings.backups)).at < one.time  # type: ignore[arg-type]


def test_a_full_disk_leaves_nothing_half(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device", "disk")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(backup.BackupError, match="No space left"):
        backup.make(world.database, tmp_path / "backups", AT)
    assert list((tmp_path / "backups").iterdir()) == []


def test_the_file_of_sqlite_is_a_database_that_any_tool_opens(world: World, tmp_path: Path) -> None:
    made = backup.make(world.database, tmp_path, AT)
    with zipfile.ZipFile(made) as file:
        names = set(file.namelist())
        if world.database.path is None:
            assert "message.copy" in names
            return
        file.extract("tertulia.db", tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "tertulia.db")) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
