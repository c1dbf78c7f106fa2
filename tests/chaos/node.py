"""The server under test: `python -m tests.chaos.node FOLDER [--mutant NAME] [--next] serve`.

The same program as `tertulia serve`, with four things that no user can have: a clock that FOLDER's
`clock` moves (eight bytes, microseconds), a witness that answers SIGUSR1 by writing FOLDER's
`witness` (what the writer's connection is set to, commits and syncs counted), a diary of when its
loop was late (`lags`: monotonic seconds, and how many), and, when asked for, one of
`tests.chaos.mutants` or a step of the schema that only the next release knows (`--next`).
"""

from __future__ import annotations

import asyncio
import mmap
import signal
import struct
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

OFFSET = struct.Struct("q")
LOOK, NOTED = 0.05, 0.1
"""Seconds between two looks at how late the loop is, and from when on it is written down."""


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


def keep_a_diary(folder: Path) -> None:
    """Write down when the loop was late, by whatever: a busy machine, or work of our own."""
    from chat.live import Live

    start = Live.start
    tasks: list[asyncio.Task[None]] = []

    async def looking() -> None:
        with (folder / "lags").open("a", buffering=1) as diary:
            while True:
                before = time.monotonic()
                await asyncio.sleep(LOOK)
                late = time.monotonic() - before - LOOK
                if late > NOTED:
                    diary.write(f"{before} {late}\n")

    async def starting(self: Live) -> None:
        tasks.append(asyncio.create_task(looking()))
        await start(self)

    Live.start = starting  # type: ignore[method-assign]


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
        keep_a_diary(folder)
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
