"""`python -m tests.chaos`: one run, or every mutant. The last line is the verdict.

The exit code: 0 it held (or every mutant was caught); 1 it did not; 2 something could not be shown;
3 a server that it needs cannot be had here.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from tests import servers
from tests.chaos import mutants
from tests.chaos.checks import MOST
from tests.chaos.run import Plan, Result, carry_out

SHORT: dict[str, Any] = {"nodes": 2, "clients": 8, "rooms": 4, "seconds": 0, "calm": 0.5}
"""What shows a mutant."""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--seconds", type=float, help="60, and with --rolling 0")
    parser.add_argument("--brief", action="store_true", help="every fault once, and no more")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", choices=("scale", "sqlite"), default="scale")
    parser.add_argument("--clients", type=int, default=24)
    parser.add_argument("--rooms", type=int, default=8)
    parser.add_argument("--rate", type=float, default=150, help="commands a second")
    parser.add_argument("--hands", type=int, default=4, help="commands of one person at once")
    parser.add_argument("--calm", type=float, default=1.5, help="seconds between two faults")
    parser.add_argument("--storm", action="store_true", help="families of faults at once")
    parser.add_argument("--kinds", help="only these faults, with commas between")
    parser.add_argument("--rolling", choices=("restart", "upgrade"), help="before the faults")
    parser.add_argument("--mutant", choices=sorted(mutants.MUTANTS))
    parser.add_argument("--mutants", action="store_true", help="every mutant must be caught")
    parser.add_argument("--keep", type=Path, help="a folder for the history and the nodes' logs")
    return parser.parse_args()


def tell(result: Result) -> None:
    """What a run came to, in lines."""
    print("faults:", ", ".join(f"{kind} {n}" for kind, n in sorted(result.faults.items())))
    for what, value in result.figures.items():
        print(f"{what}: {value}")
    for what in result.missing:
        print(f"NOT SHOWN {what}")
    for check, found in result.findings.items():
        print(f"{check}: {f'{_count(found)} findings' if found else 'ok'}")
        for finding in found[:5]:
            print(f"  {finding}")


def _count(found: list[str]) -> str:
    return f"{len(found)} or more" if len(found) == MOST else str(len(found))


def verdict(result: Result) -> int:
    """The last line, and the exit code."""
    plan, found = result.plan, result.findings
    ways = [plan.profile, *([f"rolling {plan.rolling}"] if plan.rolling else [])]
    ways += ["brief"] if plan.brief else [f"{plan.seconds:g} s"] if plan.seconds else []
    what = f"{', '.join(ways)}, seed {plan.seed}"
    holes = [*found["dense"], *found["order"]][:MOST]
    came_to = (
        f"{result.figures['people']} people, {result.figures['acknowledged']} acknowledged, "
        f"{_count(found['kept'])} lost, {_count(found['once'])} doubled, {_count(holes)} holes"
    )
    if result.failed:
        print(f"chaos: FAILED ({what}): {', '.join(result.failed)}; {came_to}")
        return 1
    if result.missing:
        print(f"chaos: INCOMPLETE ({what}): {'; '.join(result.missing)}; {came_to}")
        return 2
    print(f"chaos: HELD ({what}): {came_to}")
    return 0


def run(plan: Plan) -> Result:
    """A run in a loop of its own; a signal ends it in order, so that nothing stays behind."""

    async def running() -> Result:
        task = asyncio.ensure_future(carry_out(plan, lambda line: print(line, flush=True)))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await task

    return uvloop.run(running())


def mutant(name: str, plan: Plan) -> bool:
    """Whether a mutant is caught by what must catch it."""
    row = mutants.MUTANTS[name]
    faults = {"kinds": row.faults, "strikes": row.strikes}
    result = run(replace(plan, profile=row.profile, mutant=name, **faults))  # type: ignore[arg-type]
    caught = sorted(row.caught_by & set(result.failed))
    for check in result.failed:
        found = result.findings[check]
        print(f"  {check}: {_count(found)}, the first: {found[0]}")
    print(f"{name}: {'caught by ' + ', '.join(caught) if caught else 'NOT CAUGHT'}", flush=True)
    return bool(caught)


def all_mutants(plan: Plan) -> int:
    """The last line, and the exit code."""
    missed = [name for name in mutants.MUTANTS if not mutant(name, plan)]
    count = len(mutants.MUTANTS)
    if missed:
        print(f"chaos: FAILED: {len(missed)} of {count} mutants not caught: {', '.join(missed)}")
        return 1
    print(f"chaos: HELD: {count} of {count} mutants were caught")
    return 0


def main() -> int:
    """Do what was asked for."""
    asked = arguments()
    if asked.seconds is None:
        asked.seconds = 0 if asked.rolling or asked.brief else 60
    plan = Plan(
        profile=asked.profile, seconds=asked.seconds, seed=asked.seed, clients=asked.clients,
        rooms=asked.rooms, rate=asked.rate, hands=asked.hands, calm=asked.calm, storm=asked.storm,
        brief=asked.brief, rolling=asked.rolling, mutant=asked.mutant,
        kinds=tuple(asked.kinds.split(",")) if asked.kinds else None,
        folder=asked.keep,
    )  # fmt: skip
    try:
        if asked.mutants:
            return all_mutants(replace(plan, **SHORT))
        if asked.mutant:
            return 0 if mutant(asked.mutant, replace(plan, **SHORT)) else 1
        result = run(plan)
    except servers.UnavailableError as error:
        print(f"chaos: INCOMPLETE: {error}")
        return 3
    except asyncio.CancelledError:
        print("chaos: INCOMPLETE: ended by a signal")
        return 2
    tell(result)
    return verdict(result)


if __name__ == "__main__":
    sys.exit(main())
