"""Several worker processes on one listening socket: starts them, replaces those that die, restarts
them one after the other, stops them in order.

The supervisor opens the sockets and hands them down, so that nobody who comes while a worker goes
is turned away. Each worker holds one end of a pair of sockets: through it it says that it is ready,
is asked to leave, and notices when the supervisor is gone. Knows processes and signals; what a
worker does is the command line that it is given.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog

log = structlog.get_logger()

READY, LEAVE = b"r", b"l"
SHORT_LIFE = 10.0
"""Seconds: who dies sooner is replaced only after a pause, which doubles each time."""
PAUSES = (0.5, 10.0)

Command = Callable[[int, int, Sequence[int]], Sequence[str]]
"""The command line of a worker: given its number, the descriptor of its link, and those of the
listening sockets. Numbers start at 0; the lowest that is free is used."""


class Worker:
    """A process and our end of its link."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.leaving = False
        self.process: Process | None = None
        self._link: socket.socket | None = None

    async def start(self, command: Command, listening: Sequence[int]) -> bool:
        """Start it and wait until it takes connections; False when it ended before."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._link = ours
        with theirs:
            self.process = await asyncio.create_subprocess_exec(
                *command(self.number, theirs.fileno(), listening),
                stdin=DEVNULL,
                pass_fds=(theirs.fileno(), *listening),
                # A Ctrl-C in the terminal is for the supervisor to pass on.
                start_new_session=True,
            )
        with contextlib.suppress(OSError):
            return await asyncio.get_running_loop().sock_recv(ours, 1) == READY
        return False

    def leave(self) -> None:
        """Ask it to say goodbye to its clients and end, while others take who comes."""
        self.leaving = True
        with contextlib.suppress(OSError):
            if self._link:
                self._link.send(LEAVE)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        with contextlib.suppress(ProcessLookupError):
            if self.process:
                self.process.send_signal(number)

    async def ended(self, seconds: float | None = None) -> None:
        """Wait until it has ended; kill it if that takes longer."""
        if self.process is None:
            return
        try:
            await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            log.warning("worker_killed", worker=self.number, pid=self.process.pid)
            self.send(signal.SIGKILL)
            await self.process.wait()
        if self._link:
            self._link.close()


class Supervisor:
    """Keeps `count` workers alive. `patience`: seconds that an orderly end may take; `started` is
    called when all take connections for the first time."""

    def __init__(
        self,
        command: Command,
        sockets: Sequence[socket.socket],
        count: int,
        patience: float,
        started: Callable[[], None] = lambda: None,
    ) -> None:
        self._command = command
        self._listening = [sock.fileno() for sock in sockets]
        self._count = count
        self._patience = patience
        self._started = started
        self._workers: list[Worker] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._rolling: asyncio.Task[None] | None = None
        self._roll_again = False
        self._stopping = asyncio.Event()

    async def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit code. SIGHUP restarts one after the other."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._roll)
        starting = [asyncio.create_task(self._add()) for _ in range(self._count)]
        good = None not in await asyncio.gather(*starting)
        if good:
            self._started()
            await self._stopping.wait()
        else:
            self._stop()
        await asyncio.gather(*(one.ended(self._patience) for one in list(self._workers)))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return 0 if good else 1

    def _stop(self) -> None:
        # Asked again, the workers end at once.
        self._stopping.set()
        for worker in self._workers:
            worker.leaving = True
            worker.send(signal.SIGTERM)

    async def _add(self) -> Worker | None:
        """One more worker; None if it did not start."""
        taken = {worker.number for worker in self._workers}
        worker = Worker(min(set(range(len(taken) + 1)) - taken))
        self._workers.append(worker)
        if not await worker.start(self._command, self._listening):
            await worker.ended(self._patience)
            self._workers.remove(worker)
            log.error("worker_did_not_start", worker=worker.number)
            return None
        assert worker.process is not None
        log.info("worker_started", worker=worker.number, pid=worker.process.pid)
        if self._stopping.is_set():
            worker.leaving = True
            worker.send(signal.SIGTERM)
        self._spawn(self._keep(worker))
        return worker

    async def _keep(self, worker: Worker) -> None:
        """See a worker to its end, and put another in its place if that was not meant."""
        loop = asyncio.get_running_loop()
        least, most = PAUSES
        pause, began = 0.0, loop.time()
        await worker.ended()
        self._workers.remove(worker)
        assert worker.process is not None
        if worker.leaving:
            return
        log.error("worker_died", worker=worker.number, code=worker.process.returncode)
        while not self._stopping.is_set():
            if loop.time() - began < SHORT_LIFE:
                pause = min(most, max(least, pause * 2))
                await asyncio.sleep(pause)
            began = loop.time()
            if await self._add() is not None:
                return

    def _roll(self) -> None:
        self._roll_again = True
        if self._rolling is None or self._rolling.done():
            self._rolling = self._spawn(self._restart())

    async def _restart(self) -> None:
        """Replace every worker: first the new one takes connections, then the old one leaves."""
        while self._roll_again and not self._stopping.is_set():
            self._roll_again = False
            for old in [one for one in self._workers if not one.leaving]:
                if await self._add() is None:
                    log.error("restart_given_up", because="the new worker did not start")
                    return
                old.leave()
                await old.ended(self._patience)
        log.info("restarted", workers=len(self._workers))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
