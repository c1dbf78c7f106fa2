"""The lane for commands whose stream somebody else holds: they wait here, and nobody else does.

In order of arrival within each stream, on a few threads; those that wait for one name alone go
together when it is their turn. It knows items and the names they wait for, neither commands nor
SQL.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Container, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
THREADS = 4
TOGETHER = 64
"""Items that are worked on together at most."""


class Lane(Generic[T]):
    """Runs `work(items)`; an item runs when it is the first in every queue that it stands in,
    together with those behind it that wait for the same one name."""

    def __init__(self, work: Callable[[list[T]], None]) -> None:
        self._work = work
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="contended")
        self._queues: dict[str, deque[T]] = {}
        self._names: dict[T, tuple[str, ...]] = {}
        self._started: set[T] = set()
        self._running: set[T] = set()
        self._lock = threading.Lock()

    def take(
        self, item: T, wanted: Iterable[str], names: Iterable[str], busy: Container[str]
    ) -> bool:
        """Whether the item has to wait: then it stands in the queues of `names`; `start` it."""
        with self._lock:
            if not any(name in busy or name in self._queues for name in wanted):
                return False
            self._names[item] = tuple(dict.fromkeys(names))
            for name in self._names[item]:
                self._queues.setdefault(name, deque()).append(item)
            return True

    def start(self, items: Iterable[T]) -> None:
        """Let items run as soon as it is their turn, and never before."""
        with self._lock:
            some = list(items)
            self._started.update(some)
            ready = [item for item in some if self._turn(item)]
        for item in ready:
            self._threads.submit(self._run, item)

    def withdraw(self, items: Iterable[T]) -> None:
        """Items that were taken and not started shall not wait here after all."""
        with self._lock:
            following: dict[T, None] = {}
            for item in items:
                for name in self._names.pop(item, ()):
                    self._queues[name].remove(item)
                    self._head(name, following)
            ready = [item for item in following if self._turn(item)]
        for item in ready:
            self._threads.submit(self._run, item)

    def stop(self) -> None:
        """Let everything run to its end."""
        self._threads.shutdown()

    def _turn(self, item: T) -> bool:
        names = self._names.get(item)
        if names is None or item in self._running or item not in self._started:
            return False
        if any(self._queues[name][0] is not item for name in names):
            return False
        self._running.add(item)
        return True

    def _run(self, item: T) -> None:
        todo = deque([item])
        while todo:
            one = todo.popleft()
            some = self._together(one)
            try:
                self._work(some)
            finally:
                for following in self._leave(some):
                    if todo:
                        self._elsewhere(following, todo)
                    else:
                        todo.append(following)

    def _elsewhere(self, item: T, here: deque[T]) -> None:
        try:
            self._threads.submit(self._run, item)
        except RuntimeError:  # stopping: no thread takes new work
            here.append(item)

    def _together(self, item: T) -> list[T]:
        """The item, whose turn it is, and those that may go with it."""
        with self._lock:
            names = self._names[item]
            some = [item]
            if len(names) == 1:
                for other in islice(self._queues[names[0]], 1, TOGETHER):
                    if self._names[other] != names or other not in self._started:
                        break
                    some.append(other)
                self._running.update(some)
            return some

    def _leave(self, items: list[T]) -> list[T]:
        """Those whose turn it is now that these are done."""
        with self._lock:
            following: dict[T, None] = {}
            for item in items:
                self._running.discard(item)
                self._started.discard(item)
                for name in self._names.pop(item):
                    self._queues[name].popleft()
                    self._head(name, following)
            return [one for one in following if self._turn(one)]

    def _head(self, name: str, following: dict[T, None]) -> None:
        """Note who is first in a queue now; a queue without anybody ends."""
        queue = self._queues[name]
        if queue:
            following[queue[0]] = None
        else:
            del self._queues[name]
