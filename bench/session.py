"""A server on one core and the load on another: started, prepared, talked to, ended.

Owns the order in which that happens. Knows no scenario.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.children import Child, cores, free_port, wait_for_port
from bench.contestants.base import Contestant, Need, Plan


class Session:
    """A server and the load against it."""

    def __init__(self, name: str, server: Child, load: Child, port: int) -> None:
        self.name = name
        self.server = server
        self.load = load
        self.port = port

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
def serving(contestant: Contestant, folder: Path, port: int) -> Iterator[Child]:
    """A started server that takes traffic."""
    command, env = contestant.command(folder, port)
    with (folder / "server.log").open("ab") as log:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": log}
        with Child(command, cores()[0], env, **quiet) as server:
            wait_for_port(server, port, contestant.ready_path())
            yield server


def prepared(contestant: Contestant, folder: Path, need: Need) -> None:
    """Its data as `need` says, by one start and, where it wants more, behind its back."""
    port = free_port()
    with serving(contestant, folder, port):
        contestant.prepare(folder, port, need)
    contestant.populate(folder, need)


@contextmanager
def session(contestant: Contestant, folder: Path, need: Need) -> Iterator[Session]:
    """A started and prepared server on one core, a load process on another."""
    if need.people or need.events:
        prepared(contestant, folder, need)
    port = free_port()
    with ExitStack() as stack:
        server = stack.enter_context(serving(contestant, folder, port))
        plan = contestant.prepare(folder, port, need)
        yield Session(contestant.name, server, _loaded(stack, contestant, plan, port), port)


def _loaded(stack: ExitStack, contestant: Contestant, plan: Plan, port: int) -> Child:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    command = [sys.executable, "-m", "bench.load"]
    load = stack.enter_context(Child(command, cores()[1], None, **pipes))
    Session(contestant.name, load, load, port).tell(
        name=contestant.name, plan=plan.__dict__, port=port
    )
    return load


@contextmanager
def explained(name: str, folder: Path) -> Iterator[None]:
    """Errors with the contestant's name and the end of its log."""
    try:
        yield
    except RuntimeError as error:
        log = folder / "server.log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise RuntimeError(f"{name}: {error}\n{tail}") from error
