"""`python -m bench [SUITE] [--quick] [--json FILE] [--picture FILE]`: side-by-side measurements.

Owns arguments and where the figures go. What is measured is in fanout.py, durable.py, storm.py,
history.py, search.py and two_nodes.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from tertulia_bot import TertuliaError

from bench import durable, fanout, history, search, storm, two_nodes
from bench.children import cores, on_terminate, raise_file_limit
from bench.contestants import CONTESTANTS
from bench.measuring import FULL, QUICK, Bench
from bench.picture import picture
from bench.table import summary, table
from bench.targets import judged

SUITES = {
    "all": (
        *fanout.SCENARIOS,
        durable.SCENARIO,
        storm.SCENARIO,
        history.SCENARIO,
        search.SCENARIO,
        two_nodes.SCENARIO,
    ),
    "fanout": fanout.SCENARIOS,
    "durable": (durable.SCENARIO,),
    "storm": (storm.SCENARIO,),
    "history": (history.SCENARIO,),
    "search": (search.SCENARIO,),
    "two_nodes": (two_nodes.SCENARIO,),
    "idle": ("idle",),
}
PARTS = (fanout, durable, storm, history, search, two_nodes)


def arguments(argv: list[str]) -> argparse.Namespace:
    """What was asked for; exits with a line where it makes no sense."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    parser.add_argument("suite", nargs="?", choices=SUITES, default="all", metavar="SUITE",
                        help=f"one of {', '.join(SUITES)}; all, if none is named")  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="also draw them there, as SVG")
    parser.add_argument("--quick", action="store_true", help="one short round of everything")
    parser.add_argument("--window", type=int, default=fanout.WINDOWS["fanout_1x1000"], metavar="N",
                        help="messages under way in the room of 1,000 (default 64); "
                        "a sixteenth of it in each of 200")  # fmt: skip
    parser.add_argument("--only", type=_names(tuple(CONTESTANTS)), default=list(CONTESTANTS),
                        metavar="A,B", help=f"of {', '.join(CONTESTANTS)}")  # fmt: skip
    parser.add_argument("--scenarios", type=_names(SUITES["all"]), metavar="A,B",
                        help=f"of {', '.join(SUITES['all'])}")  # fmt: skip
    args = parser.parse_args(argv)
    args.scenarios = args.scenarios or list(SUITES[args.suite])
    return args


def _names(known: tuple[str, ...]):  # type: ignore[no-untyped-def]  # noqa: ANN202
    def parse(text: str) -> list[str]:
        names = text.split(",")
        if unknown := [name for name in names if name not in known]:
            raise argparse.ArgumentTypeError(f"unknown: {unknown[0]}; known: {', '.join(known)}")
        return names

    return parse


def main(argv: list[str]) -> int:
    """Run, print, write; the exit code."""
    args = arguments(argv)
    on_terminate()
    files = raise_file_limit()
    for_server, for_load = cores()
    where = (
        "a core each for server and load"
        if for_server != for_load
        else ("ONE core for server and load: the figures say little")
    )
    print(f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
          f"{os.cpu_count()} cores; {where}; {files} open files", flush=True)  # fmt: skip
    bench = Bench(
        effort=QUICK if args.quick else FULL,
        names=args.only,
        scenarios=args.scenarios,
        windows={"fanout_1x1000": args.window, "fanout_200x10": max(1, args.window // 16)},
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    began, failed = time.monotonic(), False
    with tempfile.TemporaryDirectory(prefix="tertulia-bench-") as scratch:
        for part in PARTS:
            try:
                part.measure(bench, Path(scratch))
            except (RuntimeError, OSError, TertuliaError) as error:
                # What the other parts measured in twenty minutes is worth telling.
                print(f"bench: {error}", file=sys.stderr)
                failed = True
            except KeyboardInterrupt:
                print("bench: interrupted; nothing is left running", file=sys.stderr)
                return 130
            _keep(bench, args)
    _tell(bench, args, time.monotonic() - began)
    return int(failed)


def _keep(bench: Bench, args: argparse.Namespace) -> None:
    """What there is so far, in the files that were asked for."""
    results = bench.medians()
    if args.json:
        args.json.write_text(json.dumps(results, indent=2) + "\n")
    if args.picture:
        args.picture.write_text(picture(results))


def _tell(bench: Bench, args: argparse.Namespace, seconds: float) -> None:
    results = bench.medians()
    print(f"\n{table(results)}")
    taking_part = {name for by_name in results.values() for name in by_name}
    for name in (name for name in args.only if name in taking_part):
        print(f"{name}: {CONTESTANTS[name].note}")
    print(f"\n{summary(results)}")
    for line in judged(results):
        print(line)
    for line in bench.all_notes():
        print("note:", line)
    effort = bench.effort
    print(f"medians of {effort.rounds} rounds ({effort.posting_rounds} of durable posts), "
          f"{seconds:.0f} s in all")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
