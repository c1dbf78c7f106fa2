"""What a bot hears together: everybody who comes within a minute is one call, not thirty.

Owns what waits until its time is over. It waits in memory, one heap a stream: what waits when the
bot ends is not told. The waiting itself is passed in; without it, `let_go` ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from tertulia_bot.models import Event

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)
Sleep = Callable[[float], Awaitable[None]]


class _Heap(NamedTuple):
    stream: str
    handler: Handler


class Gathering:
    """Decorate functions with `gather`: `async def f(events)`."""

    def __init__(self) -> None:
        self._gatherers: dict[str, list[tuple[Handler, float]]] = {}
        self._heaps: dict[_Heap, list[Event]] = {}
        self._timers: set[asyncio.Task[None]] = set()
        self._patience: Sleep | None = None

    def gather(self, kind: str, *, seconds: float) -> Callable[[H], H]:
        """Call it once with all events of this kind that come within so many seconds of the first,
        in one room; not one's own."""

        def add(handler: H) -> H:
            self._gatherers.setdefault(kind, []).append((handler, seconds))
            return handler

        return add

    async def hear_together(self, events: Sequence[Event]) -> None:
        """Events of one kind and stream that somebody else has gathered."""
        for handler, _ in self._gatherers.get(events[0].kind, []):
            await self._call(handler, list(events))

    async def let_go(self) -> None:
        """Whatever waits is told now."""
        for heap in list(self._heaps):
            await self._tell(heap)

    def _keep(self, event: Event) -> None:
        for handler, seconds in self._gatherers.get(event.kind, []):
            heap = _Heap(event.stream, handler)
            waiting = self._heaps.setdefault(heap, [])
            waiting.append(event)
            if len(waiting) == 1 and self._patience is not None:
                timer = asyncio.create_task(self._after(self._patience, seconds, heap))
                self._timers.add(timer)
                timer.add_done_callback(self._timers.discard)

    async def _after(self, sleep: Sleep, seconds: float, heap: _Heap) -> None:
        await sleep(seconds)
        await self._tell(heap)

    async def _tell(self, heap: _Heap) -> None:
        await self._call(heap.handler, self._heaps.pop(heap, []))

    async def _call(self, handler: Handler, *args: Any, **named: Any) -> None:
        raise NotImplementedError
