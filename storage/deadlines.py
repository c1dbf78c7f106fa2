"""Cuts a database connection whose server does not answer in time.

Time-outs of the server's own (storage.database) do not help where the server is frozen, or the link
is open on one side only: the kernel at the other end acknowledges every byte, and nobody answers.
A client of libpq would wait for ever, and with it the thread that writes for the whole node. One
thread looks at all connections in use; what it cuts ends in an ordinary error. Knows no SQL.
"""

from __future__ import annotations

import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LOOK = 0.25
"""Seconds between two looks while anything is watched."""


class Deadlines:
    """Connections in use, by when they must be done."""

    def __init__(self) -> None:
        self.cut = 0
        """Connections that were cut."""
        self._due: dict[int, tuple[float, int]] = {}
        self._keys = itertools.count()
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, descriptor: int, seconds: float) -> Iterator[None]:
        """While inside: the socket is cut after so many seconds."""
        # A duplicate: once the driver closes its own, the number may be somebody else's socket.
        mine = os.dup(descriptor)
        key = next(self._keys)
        with self._lock:
            self._due[key] = (time.monotonic() + seconds, mine)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="deadlines", daemon=True)
                self._thread.start()
        self._wanted.set()
        try:
            yield
        finally:
            with self._lock:
                del self._due[key]
            os.close(mine)

    def _look(self) -> None:
        while True:
            self._wanted.wait()
            time.sleep(LOOK)
            now = time.monotonic()
            with self._lock:
                if not self._due:
                    self._wanted.clear()
                for key, (due, descriptor) in self._due.items():
                    if due <= now:
                        self._due[key] = (float("inf"), descriptor)
                        self.cut += 1
                        _cut(descriptor)


def _cut(descriptor: int) -> None:
    found = socket.socket(fileno=os.dup(descriptor))
    with found, suppress(OSError):  # the server was faster
        found.shutdown(socket.SHUT_RDWR)
