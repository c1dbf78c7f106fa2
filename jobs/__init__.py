"""What must happen later, once in a cluster: reminders, ends of sanctions, sweeps, backups.

A row says what is due and when; whichever node comes first takes it under a lease, does it, and
finishes it. This package owns the rules (`Kind`, `backoff`), the port to where rows are kept
(`ports`) and the runner. It must not know SQL, rooms, or what any kind of job does.
"""

from __future__ import annotations

from jobs.kinds import LEASE, Handler, Kind, Table, backoff, daily, every
from jobs.ports import Backlog, Due, FailedJob, Store
from jobs.runner import Runner

__all__ = [
    "LEASE",
    "Backlog",
    "Due",
    "FailedJob",
    "Handler",
    "Kind",
    "Runner",
    "Store",
    "Table",
    "backoff",
    "daily",
    "every",
]
