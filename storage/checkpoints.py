"""Folding SQLite's write-ahead log into its file, beside the writer and not in its way.

Left to itself SQLite does this inside the commit that makes the log long, which then takes tens of
milliseconds: at a hundred commits a second that is one commit in a hundred. Here a thread does it
with a connection of its own (`PASSIVE` waits for nobody); the writer's own threshold is far away
and only a backstop. Knows no tables.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import structlog

log = structlog.get_logger()

EVERY = 1.0
"""Seconds between looks."""


class Checkpoints:
    """Folds the log of `path` while `commits()` goes up."""

    def __init__(self, path: Path, commits: Callable[[], int], every: float = EVERY) -> None:
        self.done = 0
        self._path = path
        self._commits = commits
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; idempotent."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        seen = 0
        with closing(self._open()) as connection:
            while not self._stop.wait(self._every):
                now = self._commits()
                if now == seen:
                    continue
                try:
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                except sqlite3.Error as error:
                    log.warning("checkpoint_failed", error=error)
                    continue
                seen = now
                self.done += 1

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=1.0, isolation_level=None)
        # What is folded must be safe before the log is written over (P1).
        connection.execute("PRAGMA synchronous=FULL").close()
        return connection
