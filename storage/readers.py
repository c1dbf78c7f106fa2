"""Reading threads: questions that come together are answered in one read transaction.

A question costs its query; the way to a thread, the connection and the transaction cost more than
that. So a thread takes what waits, up to `TOGETHER`, and answers it in one transaction, which
begins after the questions were asked: everybody sees what was committed before they asked. While
the processor is busy it lets a few more arrive first, as the writer does.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from rooms.errors import Refusal

log = structlog.get_logger()

TOGETHER = 16
"""Questions answered in one transaction at most."""
PATIENCE = 5.0
"""Seconds after which a question is refused while the database is away."""
SOON = 1.0
"""A transaction that was lost within so many seconds is tried once more: questions do no harm."""

HELP = 0.02
"""Seconds that a thread lets another one answer alone before it helps."""
GATHER = 0.002
"""Seconds, times what `Slower` makes of it, that questions gather in a busy process."""

Question = Callable[[Connection], Any]
Slower = Callable[[float], float]
"""The same number of seconds while the process has time, more while it has not."""


@dataclass(slots=True)
class _Asked:
    question: Question
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    since: float
    answer: Any = None
    error: BaseException | None = None


class Readers:
    """Threads that answer questions; `reading` opens a connection in a read transaction.

    With `alone`, one thread answers at a time, unless it takes long: where all the work is done in
    this process, two would only take the interpreter from each other. Where the database is `away`,
    by the error that says so, the answer is `unavailable`.
    """

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        threads: int,
        away: Callable[[BaseException | None], bool] = lambda _: False,
        *,
        alone: bool = False,
    ) -> None:
        self.transactions = 0
        self.questions = 0
        self.slower: Callable[[], Slower] = lambda: float
        """Makes one for each thread that is started."""
        self._reading = reading
        self._away = away
        self._failing = False
        self._turn = threading.Lock()
        self._alone = alone
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self._count = threads
        self._threads: list[threading.Thread] = []

    def ask(self, question: Question) -> asyncio.Future[Any]:
        """Queue a question; the future has its answer or raises what it raised."""
        if not self._threads:
            self._start()
        loop = asyncio.get_running_loop()
        asked = _Asked(question, loop, loop.create_future(), time.monotonic())
        self._queue.put(asked)
        return asked.future

    def close(self) -> None:
        """Answer what is queued and end the threads; idempotent."""
        threads, self._threads = self._threads, []
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            thread.join()

    def _start(self) -> None:
        self._threads = [
            threading.Thread(target=self._run, name=f"read_{n}", daemon=True)
            for n in range(self._count)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        slower = self.slower()
        while True:
            first = self._queue.get()
            if first is None:
                return
            mine = self._alone and self._turn.acquire(timeout=HELP)
            try:
                wait = slower(GATHER)
                if wait > GATHER and self._queue.qsize() < TOGETHER:
                    time.sleep(wait)
                batch = self._with_others(first)
                self._answer(batch)
            finally:
                if mine:
                    self._turn.release()
            _deliver(batch)

    def _with_others(self, first: _Asked) -> list[_Asked]:
        batch = [first]
        while len(batch) < TOGETHER:
            try:
                another = self._queue.get_nowait()
            except Empty:
                break
            if another is None:
                # The end is for one thread: leave it to the next who looks.
                self._queue.put(None)
                break
            batch.append(another)
        return batch

    def _answer(self, batch: list[_Asked]) -> None:
        # Whoever gave up waiting, as after a cut, has no use for an answer: under a storm, work
        # for the departed would keep those who are still there waiting until they depart too.
        waiting = [asked for asked in batch if not asked.future.cancelled()]
        if self._failing:
            waiting = self._patient(waiting)
        again = True
        while waiting:
            began = time.monotonic()
            try:
                waiting = self._together(waiting)
            except Exception as error:  # noqa: BLE001 - raised where it was asked
                self._failing = True
                if not (again and time.monotonic() - began < SOON):
                    log.warning("database_away", questions=len(waiting), error=error)
                    _refuse(waiting)
                    return
                again = False
            else:
                self._failing = False

    def _patient(self, batch: list[_Asked]) -> list[_Asked]:
        """Those that have not waited too long already."""
        oldest = time.monotonic() - PATIENCE
        _refuse([asked for asked in batch if asked.since < oldest])
        return [asked for asked in batch if asked.since >= oldest]

    def _together(self, batch: list[_Asked]) -> list[_Asked]:
        """Answer in one transaction; returns those that a failed one left unanswered.

        Raises what says that the database is away; then nothing is answered.
        """
        self.transactions += 1
        done = 0
        try:
            with self._reading() as connection:
                for asked in batch:
                    self.questions += 1
                    try:
                        asked.answer = asked.question(connection)
                    except DBAPIError:
                        raise
                    except Exception as error:  # noqa: BLE001 - raised where it was asked
                        asked.error = error
                    done += 1
        except Exception as error:
            if self._away(error):
                raise
            # The transaction is spent: this one failed, the others are asked anew.
            if done < len(batch):
                batch[done].error = error
                return batch[done + 1 :]
        return []


def _refuse(batch: list[_Asked]) -> None:
    for asked in batch:
        asked.error = Refusal("unavailable", retry_after=2.0)


def _deliver(batch: list[_Asked]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Asked]] = {}
    for asked in batch:
        by_loop.setdefault(asked.loop, []).append(asked)
    for loop, some in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, some)


def _settle(batch: list[_Asked]) -> None:
    for asked in batch:
        if asked.future.done():
            continue
        if asked.error is not None:
            asked.future.set_exception(asked.error)
        else:
            asked.future.set_result(asked.answer)
