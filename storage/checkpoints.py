"""Folding SQLite's write-ahead log into its file, beside the writer and not in its way.

Left to itself SQLite does this inside the commit that makes the log long, which then takes tens of
milliseconds, and everybody who posts meanwhile waits. Here a thread does nearly all of it with a
connection of its own (`PASSIVE` waits for nobody). But SQLite begins its log anew only where all
of it was folded, and while people post there is always a little more: that little the writer folds
itself, between two transactions (`finish`). Its own threshold is far away and only a backstop.
Knows no tables.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

log = structlog.get_logger()

EVERY = 0.5
"""Seconds between looks."""
MANY = 10
"""Commits that are worth folding at the next look; fewer wait for the second."""
LONG = 15_000
"""Pages (60 MB) from which on a log is begun anew: the writer then waits for the disk, 10 ms or so,
which is worth it once a second and not more often."""


class Checkpoints:
    """Folds the log of `path` while `commits()` goes up."""

    def __init__(
        self, path: Path, commits: Callable[[], int], every: float = EVERY, long: int = LONG
    ) -> None:
        self.done = 0
        self.begun_anew = 0
        self._path = path
        self._commits = commits
        self._every = every
        self._long = long
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
        self._connection: sqlite3.Connection | None = None
        self._using = threading.Lock()
        self._left = False

    def start(self) -> None:
        """Begin."""
        self._connection = self._open()
        self._thread.start()

    def stop(self) -> None:
        """End; idempotent."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._using:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def finish(self) -> None:
        """Fold what the thread left of a long log, so that the next commit begins it anew. For the
        writer's thread, between two transactions; waits for nobody and costs nothing at rest."""
        if self._left and self._using.acquire(blocking=False):
            try:
                self._left = False
                self.begun_anew += self._fold() is not None
            finally:
                self._using.release()

    def _run(self) -> None:
        seen = looks = 0
        while not self._stop.wait(self._every):
            now, looks = self._commits(), looks + 1
            if now == seen or (now - seen < MANY and looks % 2):
                continue
            with self._using:
                pages = self._fold()
                self._left = pages is not None and pages >= self._long
            if pages is not None:
                seen = now
                self.done += 1

    def _fold(self) -> int | None:
        """Pages in the log, which are in the file now; None if that failed or it has ended."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            log.warning("checkpoint_failed", error=error)
            return None
        pages: int = row[1]
        return pages

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=1.0, isolation_level=None, check_same_thread=False
        )
        # What is folded must be safe before the log is written over (P1).
        connection.execute("PRAGMA synchronous=FULL").close()
        return connection
