"""What a second node costs: the load of `fanout_equal_load`, on one node and on two.

Owns the procedure. 1,000 connections watch one room, 100 messages a second in an open loop, over
PostgreSQL. On two nodes half of the connections are on each, and everybody posts in turn, so that
half of all deliveries cross the bus. Told are CPU per delivery (both nodes together, without
Redis and PostgreSQL) against one node's, and by how much p99 is later. Both nodes share one core.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.children import free_port
from bench.contestants.base import Need
from bench.contestants.tertulia import Tertulia
from bench.fanout import SIZE, checked
from bench.measuring import Bench
from bench.postgres import NoPostgresError, postgres, redis
from bench.session import explained, serving, session

SCENARIO = "two_nodes"
NAMES = ("one_node", "two_nodes")
WATCHING = 1_000
RATE = 100


def measure(bench: Bench, scratch: Path) -> None:
    """All rounds: one node, then two."""
    if not bench.wanted(SCENARIO):
        return
    with ExitStack() as stack:
        try:
            database = stack.enter_context(postgres())
            bus = stack.enter_context(redis())
        except NoPostgresError as error:
            for name in NAMES:
                bench.skip(name, str(error), SCENARIO)
            return
        folder = scratch / "nodes"
        folder.mkdir()
        for number in range(bench.effort.rounds):
            for name in NAMES:
                with explained(name, folder):
                    _round(bench, name, folder, database.url, bus)
            bench.say(f"two nodes: round {number + 1} of {bench.effort.rounds}")
    one, two = (bench.results[SCENARIO][name] for name in NAMES)
    two["cpu_ratio"] = [
        median(one["deliveries_per_cpu_s"]) / each for each in two["deliveries_per_cpu_s"]
    ]
    two["added_p99_ms"] = [each - median(one["p99_ms"]) for each in two["p99_ms"]]


def _round(bench: Bench, name: str, folder: Path, database: str, bus: str) -> None:
    several = name == NAMES[1]
    contestant = Tertulia("tertulia", 0, database, bus if several else "")
    with ExitStack() as stack:
        running = stack.enter_context(session(contestant, folder, Need(1, WATCHING)))
        pids = running.server.pids()
        if several:
            port = free_port()
            second = folder / "second"
            second.mkdir(exist_ok=True)
            pids += stack.enter_context(serving(contestant, second, port)).pids()
            running.tell(do="also", port=port)
        running.tell(do="connect", rooms=1, each=WATCHING)
        effort = bench.effort
        found = running.tell(
            do="run", loop="open", rate=RATE, size=SIZE, warm=effort.warm, seconds=effort.equal,
            drain=effort.drain, pids=pids,
        )  # fmt: skip
    kept = ("deliveries_per_s", "deliveries_per_cpu_s", "p50_ms", "p99_ms", "server_cpu",
            "load_cpu")  # fmt: skip
    bench.add(SCENARIO, name, {metric: found[metric] for metric in kept})
    checked(bench, name, found)
