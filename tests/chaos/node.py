"""The server under test: `python -m tests.chaos.node FOLDER [--mutant NAME] [--next] serve`.

The same program as `tertulia serve`, with three things that no user can have: a clock that FOLDER's
`clock` moves (eight bytes, microseconds), a witness that answers SIGUSR1 by writing FOLDER's
`witness` (what the writer's connection is set to, commits and syncs counted), and, when asked for,
one of `tests.chaos.mutants` or a step of the schema that only the next release knows (`--next`).
"""

from __future__ import annotations

import mmap
import signal
import struct
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

OFFSET = struct.Struct("q")


class Witness(msgspec.Struct):
    """What a node says of itself; `syncs` and `wrote` are for SQLite only."""

    settings: list[tuple[str, str, bool]]
    wrote: int
    """Transactions that were committed and had appended something."""
    syncs: int
    """Syncs of the write-ahead log."""
    repaired: int = 0
    """Events that were fetched because the bus lost or delayed them."""
    waited: int = 0
    alone: int = 0


def moved_clock(path: Path) -> Any:
    """The clock port's `now`, plus what stands in a file that the nemesis writes."""
    import time

    if not path.exists():
        path.write_bytes(OFFSET.pack(0))
    with path.open("r+b") as file:
        shared = mmap.mmap(file.fileno(), OFFSET.size, prot=mmap.PROT_READ)

    def now(_: object) -> int:
        return time.time_ns() // 1000 + int(OFFSET.unpack_from(shared)[0])

    return now


def count_writes(counted: Counter[str]) -> None:
    """Count transactions that moved a stream and were committed."""
    from storage.transaction import Transaction
    from storage.writer import Writer

    moved = threading.local()
    finish, attempt = Transaction.finish, Writer._attempt

    def finishing(self: Transaction) -> None:
        finish(self)
        moved.any = bool(self._moved)

    def attempting(self: Writer, *args: Any, **more: Any) -> Any:
        moved.any = False
        later = attempt(self, *args, **more)
        counted["wrote"] += moved.any
        return later

    Transaction.finish = finishing  # type: ignore[method-assign]
    Writer._attempt = attempting  # type: ignore[method-assign]


def witnessed(folder: Path, counted: Counter[str], syncs: Counter[int]) -> None:
    """Write what is asked for by a signal, on a thread: asking the database takes time."""
    from chat.app import App
    from storage import upkeep
    from tests.contract.sqlite_syncs import WAL

    apps: list[App] = []
    made = App.__init__

    def making(self: App, *args: Any, **more: Any) -> None:
        made(self, *args, **more)
        apps.append(self)

    def tell() -> None:
        app = apps[-1]
        writer = app.writer.counters
        said = Witness(
            upkeep.durability(app.database), counted["wrote"], syncs[WAL],
            app.fanout.gate.repaired, writer.waited, writer.alone,
        )  # fmt: skip
        fresh = folder / "witness.new"
        fresh.write_bytes(msgspec.json.encode(said))
        fresh.rename(folder / "witness")

    App.__init__ = making  # type: ignore[method-assign]
    signal.signal(signal.SIGUSR1, lambda *_: threading.Thread(target=tell).start())


def main() -> None:
    """Patch what is to be patched, then be `tertulia`."""
    from chat import cli
    from chat.app import App
    from tests.chaos import mutants, upgrade
    from tests.contract.sqlite_syncs import counted as counted_syncs

    folder, rest = Path(sys.argv[1]), sys.argv[2:]
    counted: Counter[str] = Counter()
    with counted_syncs() as syncs:
        App.now = moved_clock(folder / "clock")  # type: ignore[method-assign]
        count_writes(counted)
        witnessed(folder, counted, syncs)
        if rest[0] == "--mutant":
            mutants.MUTANTS[rest[1]].patch()
            rest = rest[2:]
        if rest[0] == "--next":
            upgrade.be_the_next_release()
            rest = rest[1:]
        sys.argv = ["tertulia", *rest]
        cli.main()


if __name__ == "__main__":
    main()
