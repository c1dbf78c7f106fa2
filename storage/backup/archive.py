"""The file of a backup: a zip with `manifest.json` and what the database gave.

A file with its final name is whole: it is written under another, synced, tried, and renamed. The
manifest says what must be there, so that a restored database can be held against it.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from storage.upkeep import UpkeepError

FORMAT = 1
MANIFEST = "manifest.json"


class BackupError(UpkeepError):
    """A backup cannot be made or used. The message is one line, meant for the operator."""


class Manifest(msgspec.Struct, kw_only=True):
    """What a backup holds."""

    format: int = FORMAT
    dialect: str
    schema: str
    """The migration that the database stood at."""
    at: int
    """Microseconds since 1970, UTC."""
    counts: dict[str, int]
    """Rows of each table."""
    heads: str
    """A digest of where every stream stands."""
    columns: dict[str, list[str]] = {}
    """PostgreSQL: the columns of each table, in the order of their data."""
    sequences: dict[str, int] = {}


def census(connection: Connection, tables: Iterable[str]) -> tuple[dict[str, int], str]:
    """Rows of these tables, and the digest of all heads."""
    counts = {
        name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one())  # noqa: S608
        for name in sorted(tables)
    }
    digest = hashlib.sha256()
    rows = connection.exec_driver_sql("SELECT id, head_seq, first_seq FROM stream ORDER BY id")
    # Sorted here: two databases need not sort text alike.
    for row in sorted(tuple(row) for row in rows):
        digest.update(repr(row).encode())
    return counts, digest.hexdigest()


def compare(manifest: Manifest, connection: Connection) -> None:
    """Raises `BackupError` unless a restored database holds what the manifest says."""
    counts, heads = census(connection, manifest.counts)
    wrong = [name for name, count in counts.items() if count != manifest.counts[name]]
    if wrong or heads != manifest.heads:
        raise BackupError(f"The backup does not hold what it should: {', '.join(wrong) or 'heads'}")


@contextmanager
def writing(target: Path) -> Iterator[tuple[zipfile.ZipFile, Path]]:
    """A new archive under a passing name, which is returned too; synced at the end."""
    part = target.with_name(f".{target.name}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(descriptor, "r+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield archive, part
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def publish(part: Path, target: Path) -> None:
    """Give it its name, so that it survives a power cut under it."""
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_manifest(path: Path) -> Manifest:
    """What a file holds. Raises `BackupError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = msgspec.json.decode(archive.read(MANIFEST), type=Manifest)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, KeyError, msgspec.DecodeError) as error:
        raise BackupError(f"{path} is no backup of Tertulia ({type(error).__name__})") from error
    if found.format > FORMAT:
        raise BackupError(f"{path} was made by a newer Tertulia")
    return found
