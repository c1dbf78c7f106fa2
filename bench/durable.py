"""Durable posts: how many a second are acknowledged, each committed before, and how soon.

Owns the procedure. 64 connections post, each into a room of its own that ten watch (the poster is
one of them); four posts of each are under way at once, in a closed loop: the maximum. Then open
loops: half of the rate that was asked for, whatever the maximum, half of the maximum, and four
fifths of it. Beside it, on the same disk, a bare `sqlite3` loop that does the same inserts in the
batch sizes which the server's metrics told.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

from bench.children import Child, cores, cpu_seconds, free_port, tree
from bench.contestants.base import Need
from bench.contestants.tertulia import Tertulia
from bench.fanout import SIZE, checked
from bench.measuring import Bench
from bench.postgres import NoPostgresError, Postgres, postgres
from bench.session import Session, explained, session

SCENARIO = "durable_posts"
POSTING = 64
WATCHING = 10
WINDOW = 4
NAMES = ("tertulia", "tertulia_postgresql", "sqlite3_loop")
ASKED = {"tertulia": 5_000, "tertulia_postgresql": 3_000}
"""Posts a second that a core is to manage at least."""


def measure(bench: Bench, scratch: Path) -> None:
    """All rounds: SQLite, the loop beside it, PostgreSQL."""
    if not bench.wanted(SCENARIO):
        return
    disk = _sync_ms(scratch)
    if disk < 0.02:
        bench.note(f"a sync takes {disk:.3f} ms here: this is no disk")
    with ExitStack() as stack:
        try:
            database = stack.enter_context(postgres())
        except NoPostgresError as error:
            database = Postgres("", [])
            bench.skip(NAMES[1], str(error), SCENARIO)
        names = [name for name in NAMES[:2] if not bench.skips(SCENARIO, name)]
        for number in range(bench.effort.posting_rounds):
            for name in names:
                folder = scratch / f"{name}-durable"
                folder.mkdir(exist_ok=True)
                on_postgres = name == NAMES[1]
                contestant = Tertulia(name, free_port(), database.url if on_postgres else "")
                with explained(name, folder):
                    _posts(bench, contestant, folder, database.pids if on_postgres else [])
                if not on_postgres:
                    _loop(bench, folder)
            bench.say(f"durable posts: round {number + 1} of {bench.effort.posting_rounds}")
    bench.add(SCENARIO, "sqlite3_loop", {"sync_ms": disk})
    kept = bench.results[SCENARIO]
    best = median(kept["sqlite3_loop"]["posts_per_s"])
    for name in names:
        each = [rate / best for rate in kept[name]["posts_per_s"]]
        kept[name]["of_sqlite3_loop"] = each


def _posts(bench: Bench, contestant: Tertulia, folder: Path, database: list[int]) -> None:
    name = contestant.name
    with session(contestant, folder, Need(POSTING, POSTING * WATCHING)) as running:
        running.tell(do="connect", rooms=POSTING, each=WATCHING)
        before = _counted(contestant.metrics_port)
        found, used = _run(bench, running, database, loop="closed", window=WINDOW)
        after = _counted(contestant.metrics_port)
        checked(bench, f"{name} in {SCENARIO}", found)
        commits, commands = (b - a for a, b in zip(before, after, strict=True))
        rate = found["posts_per_s"]
        kept = {
            "posts_per_s": rate,
            "posts_per_cpu_s": found["posts_per_cpu_s"],
            "deliveries_per_s": found["deliveries_per_s"],
            "max_ack_p99_ms": found["ack_p99_ms"],
            "batch": commands / max(1.0, commits),
            "server_cpu": found["server_cpu"],
            "load_cpu": found["load_cpu"],
        }
        if database:
            kept["database_cpu"] = used / found["seconds"]
        # What overload leaves behind is not the next run's to bear.
        asked = _at(bench, running, database, ASKED[name] / 2)
        half = _at(bench, running, database, rate / 2)
        busy = _at(bench, running, database, rate * 0.8)
    kept |= {
        "half_per_s": half["posts_per_s"],
        "ack_p50_ms": half["ack_p50_ms"],
        "ack_p99_ms": half["ack_p99_ms"],
        "half_cpu": half["server_cpu"],
        "busy_per_s": busy["posts_per_s"],
        "busy_p99_ms": busy["p99_ms"],
        "busy_ack_p99_ms": busy["ack_p99_ms"],
        "asked_per_s": asked["posts_per_s"],
        "asked_ack_p99_ms": asked["ack_p99_ms"],
        "window": WINDOW,
    }
    bench.add(SCENARIO, name, kept)


def _at(bench: Bench, running: Session, database: list[int], rate: float) -> dict[str, Any]:
    """An open loop of so many posts a second."""
    found, _ = _run(bench, running, database, loop="open", rate=rate)
    where = f"{running.name} in {SCENARIO} at {rate:,.0f}/s"
    checked(bench, where, found)
    if found["late_p99_ms"] > 5:
        bench.note(f"{where}: the load was late by up to {found['late_p99_ms']:.0f} ms")
    return found


def _run(
    bench: Bench, running: Session, database: list[int], **how: Any
) -> tuple[dict[str, Any], float]:
    """A run, and the CPU seconds of the database's own processes in it."""
    effort = bench.effort
    pids = [pid for one in database for pid in tree(one)]
    before, began = cpu_seconds(pids), time.monotonic()
    found = running.tell(
        do="run", acks=True, posters=1, size=SIZE, warm=effort.warm, seconds=effort.posting,
        drain=effort.drain, pids=running.server.pids(), every=1, **how,
    )  # fmt: skip
    used = (cpu_seconds(pids) - before) / (time.monotonic() - began) * found["seconds"]
    # The database is no stranger.
    found["foreign_cpu"] = max(0.0, found["foreign_cpu"] - used / found["seconds"])
    return found, used


def _counted(port: int) -> tuple[float, float]:
    """Transactions and commands so far, as the server's metrics tell."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    found = dict(re.findall(r"^tertulia_(commits|commands)_total ([\d.e+]+)$", text, re.MULTILINE))
    return float(found["commits"]), float(found["commands"])


def _loop(bench: Bench, folder: Path) -> None:
    source, target = folder / "data" / "tertulia.db", folder / "loop.db"
    batch = bench.results[SCENARIO]["tertulia"]["batch"][-1]
    command = [sys.executable, "-m", "bench.sqlite_loop", str(source), str(target), str(batch)]
    with Child(command, cores()[0], None, stdout=subprocess.PIPE) as loop:
        told, _ = loop.process.communicate()
    if loop.process.returncode:
        raise RuntimeError(f"the sqlite3 loop ended with {loop.process.returncode}")
    bench.add(SCENARIO, "sqlite3_loop", json.loads(told))
    for path in folder.glob("loop.db*"):
        path.unlink()


def _sync_ms(folder: Path) -> float:
    """The median time of a small append and its sync, on the disk of the data folders."""
    took = []
    path = folder / "sync"
    with path.open("wb", buffering=0) as file:
        for _ in range(50):
            began = time.monotonic()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            took.append(time.monotonic() - began)
    path.unlink()
    return median(took) * 1000
