"""Reading threads: questions that come together are answered in one read transaction.

A question costs its query; the way to a thread, the connection and the transaction cost more than
that. So a thread takes what waits, up to `TOGETHER`, and answers it in one transaction, which
begins after the questions were asked: everybody sees what was committed before they asked.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

TOGETHER = 16
"""Questions answered in one transaction at most."""

Question = Callable[[Connection], Any]


@dataclass(slots=True)
class _Asked:
    question: Question
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    answer: Any = None
    error: BaseException | None = None


class Readers:
    """Threads that answer questions; `reading` opens a connection in a read transaction."""

    def __init__(
        self, reading: Callable[[], AbstractContextManager[Connection]], threads: int
    ) -> None:
        self.transactions = 0
        self.questions = 0
        self._reading = reading
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self._count = threads
        self._threads: list[threading.Thread] = []

    def ask(self, question: Question) -> asyncio.Future[Any]:
        """Queue a question; the future has its answer or raises what it raised."""
        if not self._threads:
            self._start()
        loop = asyncio.get_running_loop()
        asked = _Asked(question, loop, loop.create_future())
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
        while True:
            first = self._queue.get()
            if first is None:
                return
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
            self._answer(batch)
            _deliver(batch)

    def _answer(self, batch: list[_Asked]) -> None:
        waiting = batch
        while waiting:
            waiting = self._together(waiting)

    def _together(self, batch: list[_Asked]) -> list[_Asked]:
        """Answer in one transaction; returns those that a failed one left unanswered."""
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
        except Exception as error:  # noqa: BLE001 - raised where it was asked
            # The transaction is spent: this one failed, the others are asked anew.
            if done < len(batch):
                batch[done].error = error
                return batch[done + 1 :]
        return []


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
