"""The sign-on storm: all clients were cut off and come back at once.

Owns the procedure. Ten thousand people of their own, each in ten rooms, lose the line; five
messages a room are said while they are away; they return as fast as the load can open sockets, with
their cursors, while fifty others who never left go on talking. Then the same after a restart of
the server, with nobody left. Who keeps no log of what was missed only has to take them in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.contestants import CONTESTANTS, OURS
from bench.contestants.base import Contestant, Need
from bench.contestants.tertulia import PER_ROOM
from bench.fanout import SIZE
from bench.measuring import Bench
from bench.session import Session, explained, serving, session

SCENARIO = "signon_storm"
BACKGROUND = 9
STAYING = 5
"""Rooms of ten whose people never leave."""
MISSED = 5
"""Messages of each room that were said meanwhile."""
RATE = 200
"""Messages a second during the storm: half among those who stayed, half into the other rooms."""
LIMIT = 90.0
"""Seconds until a storm is given up."""


def measure(bench: Bench, scratch: Path) -> None:
    """Every contestant once."""
    if not bench.wanted(SCENARIO):
        return
    for name in bench.names:
        if why := CONTESTANTS[name].obstacle():
            bench.skip(name, why, SCENARIO)
            continue
        folder = scratch / f"{name}-storm"
        folder.mkdir()
        try:
            with explained(name, folder):
                _storm(bench, CONTESTANTS[name], folder)
        except RuntimeError as error:
            if name in OURS:
                raise
            bench.skip(name, str(error).splitlines()[0], SCENARIO)
        bench.say(f"sign-on storm: {name}")


def _storm(bench: Bench, contestant: Contestant, folder: Path) -> None:
    count = bench.effort.storm
    rooms = count // PER_ROOM
    people = count + STAYING * PER_ROOM if contestant.resumes else 0
    need = Need(rooms + STAYING, count, background=BACKGROUND, people=people)
    with session(contestant, folder, need) as running:
        running.tell(do="connect", rooms=rooms, each=PER_ROOM)
        running.tell(do="connect", rooms=STAYING, each=PER_ROOM)
        found = _tell(bench, running, running.server.pids(), stay=STAYING)
        kept = _figures(bench, contestant, found, count)
        latencies, acks = found["latencies"], found["acks"]
        kept |= {"others_p50_ms": _share(latencies, 0.5), "others_p99_ms": _share(latencies, 0.99)}
        if acks:
            kept["others_ack_p99_ms"] = _share(acks, 0.99)
        if contestant.resumes:
            running.server.stop()
            with serving(contestant, folder, running.port) as server:
                found = _tell(bench, running, server.pids(), stay=0)
                restarted = _figures(bench, contestant, found, count + STAYING * PER_ROOM)
            kept["restart_back_s"] = restarted["back_s"]
    bench.add(SCENARIO, contestant.name, kept)


def _tell(bench: Bench, running: Session, pids: list[int], *, stay: int) -> dict[str, Any]:
    return running.tell(
        do="storm", stay=stay, missed=MISSED, rate=RATE, size=SIZE, limit=LIMIT,
        settle=bench.effort.settle, drain=bench.effort.drain, pids=pids,
    )  # fmt: skip


def _figures(
    bench: Bench, contestant: Contestant, found: dict[str, Any], count: int
) -> dict[str, float]:
    name = contestant.name
    bench.foreign.append(found["foreign_cpu"])
    if found["refused"]:
        raise RuntimeError(f"refused while coming back: {found['refused'][0]}")
    if found["back"] < count:
        bench.note(f"{name} in {SCENARIO}: only {found['back']} of {count} were back "
                   f"after {LIMIT:.0f} s")  # fmt: skip
    if not found["complete"]:
        bench.note(f"{name} in {SCENARIO}: {found['missing']} deliveries missing or not once")
    if found["misordered"]:
        bench.note(f"{name} in {SCENARIO}: {found['misordered']} saw another order than the rest")
    waits = [seconds * 1e9 for seconds in found["waits"]]
    return {
        "back_s": found["seconds"],
        "back_per_s": found["back"] / found["seconds"],
        "wait_p50_ms": _share(waits, 0.5),
        "wait_p99_ms": _share(waits, 0.99),
        "dropped": found["dropped"],
        "retries": found["retries"],
        "missing": found["missing"],
        "connections": count,
        "server_cpu": found["server_cpu"],
        "load_cpu": found["load_cpu"],
    }


def _share(ordered: list[float], share: float) -> float:
    """Of sorted nanoseconds, in milliseconds."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e6 if ordered else 0.0
