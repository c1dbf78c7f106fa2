"""Backups: a whole database in one file, made while it is used, and put back.

`archive` is the file (a zip with a manifest), `sqlite` and `postgres` fill it and empty it,
`keeping` is which files stay. Knows no settings and no schedule.
"""

from __future__ import annotations

from storage.backup.archive import BackupError, Manifest, read_manifest
from storage.backup.keeping import newest, rotate, stored
from storage.backup.making import is_new, make, restore, restored

__all__ = [
    "BackupError",
    "Manifest",
    "is_new",
    "make",
    "newest",
    "read_manifest",
    "restore",
    "restored",
    "rotate",
    "stored",
]
