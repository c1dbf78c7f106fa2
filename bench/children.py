"""Processes: started on a core of their own, measured through /proc, always stopped, by pid.

Owns everything that is Linux about the bench. Knows neither WebSockets nor contestants.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


def cores() -> tuple[set[int], set[int]]:
    """(for the server, for the load): a core each where there are two, else the same for both."""
    usable = sorted(os.sched_getaffinity(0))
    return ({usable[0]}, {usable[1]}) if len(usable) > 1 else (set(usable), set(usable))


def raise_file_limit() -> int:
    """As many open files as the hard limit allows; returns how many that is."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def cpu_seconds(pids: list[int]) -> float:
    """User and system time so far, threads and reaped children included (proc(5), stat)."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += sum(int(field) for field in fields[11:15])
    return total / TICKS


def precise_cpu_seconds(pid: int) -> float:
    """The same of one process and its living threads, to the nanosecond (proc(5), schedstat)."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def everybody_seconds() -> float:
    """User and system time of all processes of the machine so far (proc(5), stat)."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return sum(int(field) for field in fields[1:4]) / TICKS


def dropped_at_the_door() -> int:
    """How often the kernel dropped who found the queue of a listening socket full, so far, on the
    whole machine (`ListenOverflows`, /proc/net/netstat): whoever is dropped tries again."""
    names, values = Path("/proc/net/netstat").read_text().splitlines()[:2]
    return int(dict(zip(names.split(), values.split(), strict=True))["ListenOverflows"])


def pss_bytes(pids: list[int]) -> int:
    """Proportional set size (proc(5), smaps_rollup)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """The kernel ends a child whose parent is gone, even by SIGKILL (prctl(2))."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A child process on given cores. Leaving the context ends it: SIGTERM, then SIGKILL."""

    def __init__(
        self, command: list[str], on: set[int], env: dict[str, str] | None = None, **pipes: Any
    ) -> None:
        self._command = command
        self._on = on
        self._env = os.environ | {"PYTHONPATH": str(ROOT)} | (env or {})
        self._pipes = pipes

    def __enter__(self) -> Self:
        before = os.sched_getaffinity(0)
        # Inherited through fork, so that threads started early are pinned as well.
        os.sched_setaffinity(0, self._on)
        try:
            # A group of its own: Ctrl-C reaches the bench, and the bench ends its children.
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env, process_group=0,
                preexec_fn=_end_with_parent, **self._pipes,
            )  # fmt: skip
        finally:
            os.sched_setaffinity(0, before)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; at most 5 s of grace."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                stream.close()

    def pids(self) -> list[int]:
        """It and its descendants, now."""
        return tree(self.process.pid)


def wait_for_port(child: Child, port: int, path: str | None, seconds: float = 30) -> None:
    """Until the server takes connections, and `path` answers 200. RuntimeError if it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if child.process.poll() is not None:
            raise RuntimeError(f"the server ended at once with {child.process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as s:
                if path is None:
                    return
                s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
                if b" 200 " in s.recv(64):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"no server on port {port} after {seconds} s")


def on_terminate() -> None:
    """SIGTERM ends the bench as Ctrl-C does: through every context manager."""

    def stop(number: int, _: Any) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, stop)
