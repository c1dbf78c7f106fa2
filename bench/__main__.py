"""`python -m bench fanout [--quick] [--json FILE]`: the command line, and what is printed.

Owns arguments, the bound on the whole, and where the figures go. What is measured is in
fanout.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

from bench.children import cores, on_terminate, raise_file_limit
from bench.contestants import CONTESTANTS
from bench.fanout import FULL, QUICK, SCENARIOS, WINDOWS, Bench, measure
from bench.table import table


def arguments(argv: list[str]) -> argparse.Namespace:
    """What was asked for; exits with a line where it makes no sense."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    suites = parser.add_subparsers(dest="suite", required=True)
    fanout = suites.add_parser("fanout", help="one room of 1,000, 200 rooms of 10, idle memory")
    fanout.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    fanout.add_argument("--quick", action="store_true", help="one short round: under 90 s")
    fanout.add_argument("--window", type=int, default=WINDOWS["fanout_1x1000"], metavar="N",
                        help="messages under way in the room of 1,000 (default 64); "
                        "a sixteenth of it in each of 200")  # fmt: skip
    for option, known in (("only", tuple(CONTESTANTS)), ("scenarios", SCENARIOS)):
        fanout.add_argument(f"--{option}", type=_names(known), default=list(known),
                            metavar="A,B", help=f"of {', '.join(known)}")  # fmt: skip
    return parser.parse_args(argv)


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
          f"{os.cpu_count()} cores; {where}; {files} open files")  # fmt: skip
    bench = Bench(
        effort=QUICK if args.quick else FULL,
        names=args.only,
        scenarios=args.scenarios,
        windows={"fanout_1x1000": args.window, "fanout_200x10": max(1, args.window // 16)},
        say=lambda line: print(line, file=sys.stderr, flush=True),
    )
    began = time.monotonic()
    try:
        measure(bench)
    except RuntimeError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted; nothing is left running", file=sys.stderr)
        return 130
    results = bench.medians()
    print(f"\n{table(results)}")
    for name in args.only:
        print(f"{name}: {CONTESTANTS[name].note}")
    for line in bench.all_notes():
        print("note:", line)
    print(f"medians of {bench.effort.rounds} rounds, {time.monotonic() - began:.0f} s in all")
    if args.json:
        args.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
