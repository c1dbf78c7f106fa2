"""Who runs beside whom when the tests run in several processes (`pytest -n`).

Owns one rule: a test marked `alone` measures time, so nothing of ours runs beside it. Every other
test shares the machine. Two locks on files, because one alone would let the many starve the few.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def taken(folder: Path, *, alone: bool) -> Iterator[None]:
    """A turn among the processes that share `folder`, by flock(2): it ends with its process."""
    with (folder / "turnstile").open("a") as turnstile, (folder / "machine").open("a") as machine:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fcntl.flock(machine, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(turnstile, fcntl.LOCK_UN)
        yield
