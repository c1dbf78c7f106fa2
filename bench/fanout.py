"""The fan-out scenarios: which runs are made against which contestant, in what order.

Owns the procedure. Every contestant gets the same load from the same generator, one after the
other, and the rounds go over all of them before the next round begins, so that a slow quarter of
an hour of the machine hits everybody. The figures told are medians over the rounds.

`fanout_equal_load`: open loop, 100 messages a second into one room of 1,000; and single messages
into quiet rooms of ten. `fanout_1x1000`, `fanout_200x10`: the maximum, closed loop with a bounded
window, the same for everybody: so many messages a room are under way, and the next is posted when
all deliveries of one have arrived. `idle`: PSS of the server at 10,000 joined connections minus
that at none, divided.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.children import pss_bytes
from bench.contestants import CONTESTANTS, OURS
from bench.contestants.base import Contestant, Need
from bench.measuring import Bench
from bench.session import Session, explained, session

SIZE = 120
"""Bytes of a message's text: a sentence or two."""

SCENARIOS = ("fanout_equal_load", "fanout_1x1000", "fanout_200x10", "idle")
WINDOWS = {"fanout_1x1000": 64, "fanout_200x10": 4}
"""Messages under way in each room; 64,000 and 8,000 deliveries."""
METRICS = ("deliveries_per_s", "deliveries_per_cpu_s", "p50_ms", "p99_ms")


def measure(bench: Bench, scratch: Path) -> None:
    """All rounds over all contestants that can be had."""
    if not bench.wanted(*SCENARIOS):
        return
    for name in bench.names:
        if why := CONTESTANTS[name].obstacle():
            bench.skip(name, why, *SCENARIOS)
    out = {name for _, name in bench.skipped}
    for number in range(bench.effort.rounds):
        for name in bench.names:
            if name in out:
                continue
            began = time.monotonic()
            folder = scratch / name
            folder.mkdir(exist_ok=True)
            try:
                with explained(name, folder):
                    _round(bench, CONTESTANTS[name], folder, first=number == 0)
            except RuntimeError as error:
                if name in OURS:
                    raise
                # Theirs must not cost us the other figures; it is told in the table.
                bench.skip(name, str(error).splitlines()[0], *SCENARIOS)
                out.add(name)
            took = time.monotonic() - began
            bench.say(f"round {number + 1} of {bench.effort.rounds}: {name}, {took:.0f} s")


def _round(bench: Bench, contestant: Contestant, folder: Path, *, first: bool) -> None:
    name = contestant.name
    if bench.wanted("fanout_equal_load", "fanout_1x1000"):
        with session(contestant, folder, Need(1, 1_000)) as running:
            running.tell(do="connect", rooms=1, each=1_000)
            if bench.wanted("fanout_equal_load"):
                _equal(bench, name, running)
            if bench.wanted("fanout_1x1000"):
                _maximum(bench, "fanout_1x1000", name, running)
    if bench.wanted("fanout_equal_load", "fanout_200x10"):
        with session(contestant, folder, Need(200, 2_000)) as running:
            running.tell(do="connect", rooms=200, each=10)
            if bench.wanted("fanout_equal_load"):
                _lone(bench, name, running)
            if bench.wanted("fanout_200x10"):
                _maximum(bench, "fanout_200x10", name, running)
    if bench.wanted("idle") and first:
        _idle(bench, contestant, folder)


def _equal(bench: Bench, name: str, running: Session) -> None:
    effort = bench.effort
    found = running.tell(
        do="run", loop="open", rate=100, size=SIZE, warm=effort.warm, seconds=effort.equal,
        drain=effort.drain, pids=running.server.pids(),
    )  # fmt: skip
    _keep(bench, "fanout_equal_load", name, found)


def _lone(bench: Bench, name: str, running: Session) -> None:
    found = running.tell(do="lone", messages=bench.effort.lone, size=SIZE)
    bench.add("fanout_equal_load", name, found)


def _maximum(bench: Bench, scenario: str, name: str, running: Session) -> None:
    effort, window = bench.effort, bench.windows[scenario]
    found = running.tell(
        do="run", loop="closed", window=window, size=SIZE, warm=effort.warm,
        seconds=effort.maximum, drain=effort.drain, pids=running.server.pids(), every=1,
    )  # fmt: skip
    _keep(bench, scenario, name, found | {"window": window})


def _keep(bench: Bench, scenario: str, name: str, found: dict[str, Any]) -> None:
    kept = {metric: found[metric] for metric in METRICS}
    bench.add(scenario, name, kept | {k: found[k] for k in ("server_cpu", "load_cpu")})
    if "window" in found:
        bench.add(scenario, name, {"window": found["window"]})
    checked(bench, f"{name} in {scenario}", found)


def checked(bench: Bench, where: str, found: dict[str, Any]) -> None:
    """Raises RuntimeError for refused posts; notes what a reader must know."""
    if found["refused"]:
        raise RuntimeError(f"{where}: posts were refused: {found['refused'][0]}")
    if not found["complete"]:
        bench.note(f"{where}: {found['missing']} deliveries missing or not once, "
                   f"{found['lost']} connections lost")  # fmt: skip
    if found["misordered"]:
        bench.note(f"{where}: {found['misordered']} receivers saw another order than the rest")
    bench.foreign.append(found["foreign_cpu"])
    if found["load_cpu"] > 0.95:
        bench.note(f"{where}: the load was {found['load_cpu']:.0%} busy and may be what limits")


def _idle(bench: Bench, contestant: Contestant, folder: Path) -> None:
    """200 rooms; who knows background rooms has each client watch nine besides its own."""
    count = bench.effort.idle
    with session(contestant, folder, Need(200, count, background=9)) as running:
        pids = running.server.pids()
        nothing = pss_bytes(pids)
        opened = running.tell(do="connect", rooms=200, each=count // 200)
        found = running.tell(do="memory", pids=pids, settle=bench.effort.settle)
    if found["connected"] != count:
        bench.note(f"{contestant.name} in idle: {found['connected']} of {count} stayed connected")
    each = (found["pss"] - nothing) / count
    bench.add("idle", contestant.name, {
        "idle_bytes_per_connection": each, "connections": count,
        "joins_per_s": count / opened["seconds"],
    })  # fmt: skip
