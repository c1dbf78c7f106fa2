"""Backups of SQLite: its own backup interface, and the file put in the place of the old one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from storage import codec, migrations
from storage.backup import archive
from storage.backup.archive import BackupError, Manifest
from storage.database import Database

DATA = "tertulia.db"


def fill(database: Database, target: Path, at: int) -> Path:
    """Copy the file as of one moment into an archive, which has its passing name still."""
    assert database.path is not None
    copy = target.with_name(f".{target.name}.part-copy")
    try:
        with closing(sqlite3.connect(database.path)) as source, closing(_new(copy)) as into:
            # In one step: whoever writes meanwhile is not in it, and need not wait.
            source.backup(into)
            into.execute("PRAGMA journal_mode=DELETE").close()
        with _opened(copy) as connection:
            tables = [name for name in inspect(connection).get_table_names() if "_fts" not in name]
            counts, heads = archive.census(connection, tables)
            schema = migrations.current(connection) or ""
        manifest = Manifest(dialect="sqlite", schema=schema, at=at, counts=counts, heads=heads)
        with archive.writing(target) as (file, part):
            file.write(copy, DATA)
            file.writestr(archive.MANIFEST, codec.dump(manifest))
    finally:
        copy.unlink(missing_ok=True)
    return part


def prove(database: Database, manifest: Manifest, path: Path) -> None:  # noqa: ARG001
    """Unpack it beside, and look whether it is whole."""
    trial = path.with_name(f"{path.name}-trial")
    try:
        _unpack(path, trial)
        _whole(manifest, trial)
    finally:
        trial.unlink(missing_ok=True)


def put_back(database: Database, manifest: Manifest, path: Path) -> None:
    """Put the file in the place of the old one, which nobody may have open."""
    from storage.backup.making import mark

    here = database.path
    assert here is not None
    here.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = here.with_name(f".{here.name}.restoring")
    try:
        _unpack(path, fresh)
        _whole(manifest, fresh)
        with _opened(fresh) as connection:
            _up_to_date(connection, manifest)
            mark(connection, manifest)
        with _alone(here):
            with fresh.open("rb") as file:
                os.fsync(file.fileno())
            archive.publish(fresh, here)
    finally:
        for leftover in here.parent.glob(f"{fresh.name}*"):
            leftover.unlink(missing_ok=True)


def _up_to_date(connection: Connection, manifest: Manifest) -> None:
    if manifest.schema not in migrations.known():
        raise BackupError(f"The backup's schema {manifest.schema} is newer than this program")
    migrations.upgrade(connection)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """While inside, nobody else has the database open, and its log is folded into it.

    SQLite gives up WAL mode only to the last connection there is
    (https://sqlite.org/wal.html), so asking for that is asking whether a server runs.
    """
    if not path.exists():
        yield
        return
    with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as old:
        try:
            old.execute("PRAGMA journal_mode=DELETE").close()
            old.execute("BEGIN EXCLUSIVE").close()
        except sqlite3.OperationalError as error:
            raise BackupError(f"{path} is in use: stop the server first") from error
        except sqlite3.DatabaseError:
            pass  # It is broken: that may be why somebody restores.
        yield
    for beside in (f"{path}-wal", f"{path}-shm", f"{path}-journal"):
        Path(beside).unlink(missing_ok=True)


def _new(path: Path) -> sqlite3.Connection:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return sqlite3.connect(path)


def _unpack(path: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(path) as file, file.open(DATA) as data:
            descriptor = os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                shutil.copyfileobj(data, out, 1 << 20)
    except (KeyError, zipfile.BadZipFile) as error:
        raise BackupError(f"{path} is damaged") from error


def _whole(manifest: Manifest, path: Path) -> None:
    with _opened(path) as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if found != "ok":
            raise BackupError(f"The backup is damaged: {found}")
        archive.compare(manifest, connection)


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    """One transaction on a file that is nobody else's."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)), poolclass=NullPool, hide_parameters=True
    )
    with engine.begin() as connection:
        yield connection
    engine.dispose()
