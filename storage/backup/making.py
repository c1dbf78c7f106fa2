"""Making a backup and putting one back, whichever database it is.

A backup is tried before it has its name: it is restored to a place beside, and what is there is
compared with what was there when it was made.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, inspect, select, update

from storage import streams
from storage.backup import archive, postgres, sqlite
from storage.backup.archive import BackupError, Manifest
from storage.backup.keeping import name_for
from storage.database import Database
from storage.tables import SECRET, STREAM
from storage.upsert import put

RESTORED = "restored"
"""The name of the mark that a restore leaves."""


class _Adapter(Protocol):
    def fill(self, database: Database, target: Path, at: int) -> Path: ...

    def prove(self, database: Database, manifest: Manifest, path: Path) -> None: ...

    def put_back(self, database: Database, manifest: Manifest, path: Path) -> None: ...


_ADAPTERS: dict[str, _Adapter] = {"sqlite": sqlite, "postgresql": postgres}


def make(database: Database, folder: Path, at: int) -> Path:
    """Back the database up into a file of `folder` while it is used; `at` is now.

    Blocks for as long as it takes: call it in a thread. Raises `BackupError`.
    """
    adapter = _ADAPTERS[database.dialect]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / name_for(at)
        part = adapter.fill(database, target, at)
        try:
            adapter.prove(database, archive.read_manifest(part), part)
            archive.publish(part, target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        where = error.filename or folder
        raise BackupError(f"{where}: {error.strerror or error}") from error
    return target


def is_new(database: Database) -> bool:
    """Whether there is nothing yet that a restore would take the place of."""
    if database.path is not None and not database.path.exists():
        return True
    with database.read() as connection:
        return not inspect(connection).has_table(STREAM.name)


def restore(database: Database, path: Path) -> Manifest:
    """Put a backup in the place of all that is there. Nobody else may be using the database.

    Every stream gets a new epoch, so that whoever saw what came after the backup begins anew.
    Raises `BackupError`, and then everything is as it was.
    """
    manifest = archive.read_manifest(path)
    if manifest.dialect != database.dialect:
        raise BackupError(
            f"{path} is a backup of {manifest.dialect}, and this database is {database.dialect}"
        )
    database.close()
    _ADAPTERS[database.dialect].put_back(database, manifest, path)
    return manifest


def mark(connection: Connection, manifest: Manifest) -> None:
    """New epochs; from when this is, and since when it is so."""
    for stream in connection.execute(select(STREAM.c.id)).scalars().all():
        epoch = streams.new_epoch()
        connection.execute(update(STREAM).where(STREAM.c.id == stream).values(epoch=epoch))
    now = time.time_ns() // 1000
    put(connection, SECRET, {"name": RESTORED, "value": f"{manifest.at} {now}"})


def restored(connection: Connection) -> tuple[int, int] | None:
    """From when the backup is that this database was restored from, and when it was; None: never.
    Microseconds since 1970."""
    found = connection.execute(select(SECRET.c.value).where(SECRET.c.name == RESTORED)).scalar()
    if found is None:
        return None
    backed_up, at = found.split()
    return int(backed_up), int(at)
