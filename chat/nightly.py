"""The backup of every night, on whichever node comes first, and which of the old ones go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from jobs import Due
from storage import backup

if TYPE_CHECKING:
    from chat.app import App

log = structlog.get_logger()

BACKUP = "backup"


async def back_up(app: App, _: Due) -> None:
    """Make one and let the oldest go; nothing where the settings say that none are made."""
    settings = app.settings
    if settings.backup_hour < 0:
        return
    folder = settings.backups
    made = await asyncio.to_thread(backup.make, app.database, folder, app.now())
    gone = await asyncio.to_thread(backup.rotate, folder, settings.backup_keep)
    log.info("backed_up", bytes=made.stat().st_size, gone=len(gone))
