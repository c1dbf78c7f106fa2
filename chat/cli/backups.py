"""`tertulia backup` and `tertulia restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chat.cli.base import OperatorError, now, opened


def backup(
    folder: Annotated[Path | None, typer.Option(help="Instead of TERTULIA_BACKUP_FOLDER.")] = None,
) -> None:
    """Back the community up into one file, while the server runs; the file is tried."""
    from storage import backup as backups

    with opened() as (settings, database):
        made = backups.make(database, folder or settings.backups, now())
        typer.echo(f"{made}  ({made.stat().st_size / 2**20:.1f} MiB)")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `tertulia backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="Do not back up first what is there now.")
    ] = False,
) -> None:
    """Put a backup in the place of the community as it is now. The server must be stopped."""
    from chat.settings import load
    from rooms.cards import rfc3339
    from storage import backup as backups
    from storage.database import Database

    settings = load()
    manifest = backups.read_manifest(file)
    from_when = rfc3339(manifest.at)[:16].replace("T", " ") + " UTC"
    database = Database(settings.url)
    kept: Path | None = None
    try:
        if not yes:
            where = database.path or settings.shown()["database_url"]
            typer.confirm(
                f"What is in {where} since {from_when} will be gone for everybody. Go on?",
                abort=True,
            )
        if not discard and not backups.is_new(database):
            try:
                kept = backups.make(database, settings.backups / "before-restore", now())
            except backups.BackupError as error:
                raise OperatorError(
                    f"What is there now cannot be backed up ({error}): --discard goes on without."
                ) from error
        try:
            backups.restore(database, file)
        except backups.BackupError:
            # All is as it was: one copy more would be no use, and keep what people delete.
            if kept is not None:
                kept.unlink(missing_ok=True)
                kept = None
            raise
    finally:
        database.close()
        # However it ended: whoever has to go back must know where that is.
        if kept is not None:
            typer.echo(f"As it was before: {kept}")
    typer.echo(f"The community is as it was at {from_when}. People are told when they come back.")
