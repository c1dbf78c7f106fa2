"""A PostgreSQL for the bench, held by a process that ends it when the bench is gone, however.

Run as `python -m bench.postgres`: says where it is in one line of JSON, or why there is none, and
holds it until its stdin ends. Servers are looked for as tests do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bench.children import Child, on_terminate


class NoPostgresError(Exception):
    """None can be had; the message says what was tried."""


class Postgres(NamedTuple):
    """An empty database, and the server's pid if it was started here."""

    url: str
    pids: list[int]


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Started, on any core; raises `NoPostgresError`."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-m", "bench.postgres"]
    with Child(command, os.sched_getaffinity(0), None, **pipes) as holder:
        assert holder.process.stdout
        assert holder.process.stdin
        told = json.loads(holder.process.stdout.readline() or b'{"failed": "it ended at once"}')
        if "failed" in told:
            raise NoPostgresError(told["failed"])
        try:
            yield Postgres(told["url"], told["pids"])
        finally:
            holder.process.stdin.close()
            holder.process.wait(30)


def hold() -> None:
    """Start it, tell, wait for the end of stdin, stop it."""
    from tests import servers

    on_terminate()
    try:
        running = servers.postgres()
    except servers.UnavailableError as error:
        print(json.dumps({"failed": str(error)}), flush=True)
        return
    try:
        url = servers.create_database(running.url)
        pids = [running.process.pid] if running.process else []
        print(json.dumps({"url": servers.libpq_url(url), "pids": pids}), flush=True)
        sys.stdin.read()
        servers.drop_database(running.url, url)
    finally:
        running.stop()


if __name__ == "__main__":
    hold()
