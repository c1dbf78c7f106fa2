"""Backups of PostgreSQL: COPY of every table in one snapshot, through the driver alone.

Not `pg_dump`: it is not where the server runs in a container, and must not be older than the
database. The schema is not in the file: migrations make it, up to the step that the file names.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.pool import NullPool

from storage import codec, migrations
from storage.backup import archive
from storage.backup.archive import BackupError, Manifest
from storage.database import Database
from storage.tables import METADATA

_STEP = "alembic_version"
_RESTORING = 0x7E27_0002
_OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'tertulia'"""


def fill(database: Database, target: Path, at: int) -> Path:
    """Copy all tables as of one moment into an archive, which has its passing name still."""
    with (
        _connected(database) as connection,
        archive.writing(target) as (file, part),
    ):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        looked = inspect(connection)
        columns = {
            table: [column["name"] for column in looked.get_columns(table)]
            for table in sorted(looked.get_table_names())
            if table in METADATA.tables
        }
        counts, heads = archive.census(connection, columns)
        for table, names in columns.items():
            with file.open(f"{table}.copy", "w", force_zip64=True) as out:
                for piece in _copy(connection, f"COPY {_listed(table, names)} TO STDOUT"):
                    out.write(piece)
        manifest = Manifest(
            dialect="postgresql", schema=migrations.current(connection) or "", at=at,
            counts=counts, heads=heads, columns=columns, sequences=_sequences(connection),
        )  # fmt: skip
        file.writestr(archive.MANIFEST, codec.dump(manifest))
    return part


def prove(database: Database, manifest: Manifest, path: Path) -> None:
    """Restore it into a schema of its own, look whether all is there, and let go of it."""
    name = f"tertulia_trial_{os.urandom(6).hex()}"
    with _connected(database) as connection:
        connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
        connection.exec_driver_sql(f'SET LOCAL search_path TO "{name}"')
        _load(connection, manifest, path)
        archive.compare(manifest, connection)
        connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')


def put_back(database: Database, manifest: Manifest, path: Path) -> None:
    """In one transaction: everything goes, the backup comes."""
    from storage.backup.making import mark

    with _connected(database) as connection:
        if connection.exec_driver_sql(_OTHERS).scalar_one():
            raise BackupError("The database is in use: stop every server first")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_RESTORING})")
        for table in inspect(connection).get_table_names():
            if table in METADATA.tables or table == _STEP:
                connection.exec_driver_sql(f'DROP TABLE "{table}" CASCADE')
        for name in inspect(connection).get_sequence_names():
            connection.exec_driver_sql(f'DROP SEQUENCE IF EXISTS "{name}"')
        _load(connection, manifest, path)
        archive.compare(manifest, connection)
        migrations.upgrade(connection)
        mark(connection, manifest)


def _load(connection: Connection, manifest: Manifest, path: Path) -> None:
    """The schema as it was, and all rows."""
    if manifest.schema not in migrations.known():
        raise BackupError(f"The backup's schema {manifest.schema} is newer than this program")
    migrations.upgrade(connection, manifest.schema)
    with zipfile.ZipFile(path) as file:
        for table, names in manifest.columns.items():
            # A step may have put rows there; what is append-only refuses even an empty deletion.
            if connection.exec_driver_sql(f'SELECT 1 FROM "{table}" LIMIT 1').first():  # noqa: S608
                connection.exec_driver_sql(f'DELETE FROM "{table}"')  # noqa: S608
            into = f"COPY {_listed(table, names)} FROM STDIN"
            with (
                file.open(f"{table}.copy") as data,
                _cursor(connection) as cursor,
                cursor.copy(into) as copy,
            ):
                while piece := data.read(1 << 20):
                    copy.write(piece)
    for name, value in manifest.sequences.items():
        connection.exec_driver_sql("SELECT setval(%s, %s)", (f'"{name}"', value))


def _listed(table: str, names: list[str]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f'"{table}" ({columns})'


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _copy(connection: Connection, statement: str) -> Iterator[bytes]:
    with _cursor(connection) as cursor, cursor.copy(statement) as copy:
        yield from map(bytes, copy)


def _sequences(connection: Connection) -> dict[str, int]:
    rows = connection.exec_driver_sql(
        "SELECT sequencename, last_value FROM pg_sequences "
        "WHERE schemaname = current_schema() AND last_value IS NOT NULL"
    )
    return {row[0]: int(row[1]) for row in rows}


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    """One transaction without the limits of time that commands have."""
    engine = create_engine(
        database.url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "options": "-c timezone=UTC -c statement_timeout=0 -c application_name=tertulia-backup",
            "connect_timeout": 5,
        },
    )
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
