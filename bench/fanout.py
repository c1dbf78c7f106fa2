"""The fan-out scenarios: which runs are made against which contestant, in what order.

Owns the procedure. Every contestant gets the same load from the same generator, one after the
other, and the rounds go over all of them before the next round begins, so that a slow quarter of
an hour of the machine hits everybody. The figures told are medians over the rounds.

`fanout_equal_load`: open loop, 100 messages a second into one room of 1,000. `fanout_1x1000`,
`fanout_200x10`: the maximum, closed loop with a bounded window, the same for everybody: so many
messages a room are under way, and the next is posted when all deliveries of one have arrived.
`idle`: PSS of the server at 10,000 joined connections minus that at none, divided.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.children import Child, cores, free_port, pss_bytes, wait_for_port
from bench.contestants import CONTESTANTS
from bench.contestants.base import Contestant, Need

FOREIGN = 0.10
"""So much of a core may other programs use before it is said."""
SIZE = 120
"""Bytes of a message's text: a sentence or two."""

SCENARIOS = ("fanout_equal_load", "fanout_1x1000", "fanout_200x10", "idle")
WINDOWS = {"fanout_1x1000": 64, "fanout_200x10": 4}
"""Messages under way in each room; 64,000 and 8,000 deliveries."""
METRICS = ("deliveries_per_s", "deliveries_per_cpu_s", "p50_ms", "p99_ms")

Say = Callable[[str], None]
Results = dict[str, dict[str, dict[str, list[float]]]]


@dataclass(frozen=True)
class Effort:
    """How long and how often; times in seconds."""

    rounds: int = 3
    warm: float = 1.0
    equal: float = 5.0
    maximum: float = 3.0
    drain: float = 8.0
    idle: int = 10_000
    settle: float = 2.0


FULL = Effort()
QUICK = Effort(rounds=1, warm=0.5, equal=3.0, maximum=2.0, idle=2_000, settle=1.0)


@dataclass
class Bench:
    """One call of the bench: what was asked for, and what came out."""

    effort: Effort
    names: list[str]
    scenarios: list[str]
    say: Say
    results: Results = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    windows: dict[str, int] = field(default_factory=lambda: dict(WINDOWS))
    foreign: list[float] = field(default_factory=list)
    """How much of a core other programs used, run by run."""

    def add(self, scenario: str, name: str, figures: dict[str, float]) -> None:
        """One more measurement of these metrics."""
        kept = self.results.setdefault(scenario, {}).setdefault(name, {})
        for metric, value in figures.items():
            kept.setdefault(metric, []).append(value)

    def note(self, line: str) -> None:
        """Something a reader of the figures must know; said once."""
        if line not in self.notes:
            self.notes.append(line)

    def all_notes(self) -> list[str]:
        """Also how quiet the machine was."""
        loud = max(self.foreign, default=0.0)
        if loud <= FOREIGN:
            return self.notes
        usual = median(self.foreign)
        return [*self.notes, (f"other programs used {usual:.0%} of a core meanwhile, at worst "
                f"{loud:.0%}: repeat this on a quiet machine")]  # fmt: skip

    def medians(self) -> dict[str, dict[str, dict[str, float]]]:
        """As the JSON has it."""
        return {
            scenario: {
                name: {metric: round(median(values), 3) for metric, values in kept.items()}
                for name, kept in by_name.items()
            }
            for scenario, by_name in self.results.items()
        }


class Session:
    """A server and the load against it."""

    def __init__(self, server: Child, load: Child) -> None:
        self.server = server
        self.load = load

    def tell(self, **command: Any) -> dict[str, Any]:
        """A command to the load process, and its answer; RuntimeError when it failed."""
        assert self.load.process.stdin
        assert self.load.process.stdout
        self.load.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.load.process.stdin.flush()
        line = self.load.process.stdout.readline()
        if not line:
            raise RuntimeError("the load process has ended")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        return answer


@contextmanager
def session(contestant: Contestant, folder: Path, need: Need) -> Iterator[Session]:
    """A started and prepared server on one core, a load process on another."""
    for_server, for_load = cores()
    port = free_port()
    command, env = contestant.command(folder, port)
    with ExitStack() as stack:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": stack.enter_context(_log(folder))}
        server = stack.enter_context(Child(command, for_server, env, **quiet))
        wait_for_port(server, port, contestant.ready_path())
        plan = contestant.prepare(folder, port, need)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        load = stack.enter_context(
            Child([sys.executable, "-m", "bench.load"], for_load, None, **pipes)
        )
        running = Session(server, load)
        running.tell(name=contestant.name, plan=plan.__dict__, port=port)
        yield running


def _log(folder: Path) -> Any:
    return (folder / "server.log").open("ab")


def measure(bench: Bench) -> None:
    """All rounds over all contestants."""
    with tempfile.TemporaryDirectory(prefix="tertulia-bench-") as scratch:
        folders = {name: Path(scratch) / name for name in bench.names}
        for folder in folders.values():
            folder.mkdir()
        for number in range(bench.effort.rounds):
            for name in bench.names:
                began = time.monotonic()
                _round(bench, CONTESTANTS[name], folders[name], last=number == 0)
                took = time.monotonic() - began
                bench.say(f"round {number + 1} of {bench.effort.rounds}: {name}, {took:.0f} s")


def _round(bench: Bench, contestant: Contestant, folder: Path, *, last: bool) -> None:
    single = {"fanout_equal_load", "fanout_1x1000"} & set(bench.scenarios)
    try:
        if single:
            with session(contestant, folder, Need(1, 1_000)) as running:
                running.tell(do="connect", rooms=1, each=1_000)
                if "fanout_equal_load" in bench.scenarios:
                    _equal(bench, contestant.name, running)
                if "fanout_1x1000" in bench.scenarios:
                    _maximum(bench, "fanout_1x1000", contestant.name, running)
        if "fanout_200x10" in bench.scenarios:
            with session(contestant, folder, Need(200, 2_000)) as running:
                running.tell(do="connect", rooms=200, each=10)
                _maximum(bench, "fanout_200x10", contestant.name, running)
        if "idle" in bench.scenarios and last:
            _idle(bench, contestant, folder)
    except RuntimeError as error:
        tail = (folder / "server.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{contestant.name}: {error}\n{tail}") from error


def _equal(bench: Bench, name: str, running: Session) -> None:
    effort = bench.effort
    found = running.tell(
        do="run", loop="open", rate=100, size=SIZE, warm=effort.warm, seconds=effort.equal,
        drain=effort.drain, pids=running.server.pids(),
    )  # fmt: skip
    _keep(bench, "fanout_equal_load", name, found)


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
    where = f"{name} in {scenario}"
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
