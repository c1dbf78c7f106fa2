"""The lane for commands whose stream somebody else holds: they wait here, and nobody else does.

In order of arrival within each stream, on a few threads. It knows items and the names they wait
for, neither commands nor SQL.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Container, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
THREADS = 4


class Lane(Generic[T]):
    """Runs `work(item)`; an item runs when it is the first in every queue that it stands in."""

    def __init__(self, work: Callable[[T], None]) -> None:
        self._work = work
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="contended")
        self._queues: dict[str, deque[T]] = {}
        self._names: dict[T, tuple[str, ...]] = {}
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
        """Let items run as soon as it is their turn."""
        with self._lock:
            ready = [item for item in items if self._turn(item)]
        for item in ready:
            self._threads.submit(self._run, item)

    def stop(self) -> None:
        """Let everything run to its end."""
        self._threads.shutdown()

    def _turn(self, item: T) -> bool:
        names = self._names.get(item)
        if names is None or item in self._running:
            return False
        if any(self._queues[name][0] is not item for name in names):
            return False
        self._running.add(item)
        return True

    def _run(self, item: T) -> None:
        todo = deque([item])
        while todo:
            one = todo.popleft()
            try:
                self._work(one)
            finally:
                for following in self._leave(one):
                    if todo:
                        self._elsewhere(following, todo)
                    else:
                        todo.append(following)

    def _elsewhere(self, item: T, here: deque[T]) -> None:
        try:
            self._threads.submit(self._run, item)
        except RuntimeError:  # stopping: no thread takes new work
            here.append(item)

    def _leave(self, item: T) -> list[T]:
        """Those whose turn it is now that `item` is done."""
        with self._lock:
            self._running.discard(item)
            following: dict[T, None] = {}
            for name in self._names.pop(item):
                queue = self._queues[name]
                queue.popleft()
                if queue:
                    following[queue[0]] = None
                else:
                    del self._queues[name]
            return [one for one in following if self._turn(one)]
