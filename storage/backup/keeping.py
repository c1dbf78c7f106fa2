"""Which backups there are, and which of them go. Names carry their time, so they sort by it."""

from __future__ import annotations

import time
from pathlib import Path

PREFIX, SUFFIX = "tertulia-", ".zip"


def name_for(at: int) -> str:
    """The file's name for a backup made at `at` (microseconds since 1970)."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(at / 1_000_000))
    return f"{PREFIX}{stamp}{SUFFIX}"


def stored(folder: Path) -> list[Path]:
    """Backups in a folder, oldest first."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))


def newest(folder: Path) -> Path | None:
    """The newest one."""
    return next(reversed(stored(folder)), None)


def rotate(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep`, and what an interrupted one left; what was deleted.

    At least one stays, however small `keep`.
    """
    gone = stored(folder)[: -max(1, keep)]
    # What is still being written is younger than a day.
    parts = [
        part
        for part in folder.glob(f".{PREFIX}*.part*")
        if time.time() - part.stat().st_mtime > 24 * 3600
    ]
    for old in (*gone, *parts):
        old.unlink(missing_ok=True)
    return gone
