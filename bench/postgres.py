"""A PostgreSQL or a Redis for the bench, held by a process that ends it when the bench is gone,
however.

Run as `python -m bench.postgres postgresql` (or `redis`): says where it is in one line of JSON, or
why there is none, and holds it until its stdin ends. Servers are looked for as tests do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

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
    with _held("postgresql") as told:
        yield Postgres(told["url"], told["pids"])


@contextmanager
def redis() -> Iterator[str]:
    """The URL of a Redis, started on any core; raises `NoPostgresError`."""
    with _held("redis") as told:
        yield told["url"]


@contextmanager
def _held(kind: str) -> Iterator[dict[str, Any]]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-m", "bench.postgres", kind]
    with Child(command, os.sched_getaffinity(0), None, **pipes) as holder:
        assert holder.process.stdout
        assert holder.process.stdin
        told = json.loads(holder.process.stdout.readline() or b'{"failed": "it ended at once"}')
        if "failed" in told:
            raise NoPostgresError(told["failed"])
        try:
            yield told
        finally:
            holder.process.stdin.close()
            holder.process.wait(30)


def hold(kind: str) -> None:
    """Start it, tell, wait for the end of stdin, stop it."""
    from tests import servers

    on_terminate()
    try:
        running = servers.own_redis() if kind == "redis" else servers.postgres()
    except servers.UnavailableError as error:
        print(json.dumps({"failed": str(error)}), flush=True)
        return
    try:
        pids = [running.process.pid] if running.process else []
        if kind == "redis":
            print(json.dumps({"url": running.url, "pids": pids}), flush=True)
            sys.stdin.read()
        else:
            url = servers.create_database(running.url)
            print(json.dumps({"url": servers.libpq_url(url), "pids": pids}), flush=True)
            sys.stdin.read()
            servers.drop_database(running.url, url)
    finally:
        running.stop()


if __name__ == "__main__":
    hold(sys.argv[1])
