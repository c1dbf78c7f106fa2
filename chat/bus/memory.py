"""The bus within one process: the default, and in tests several nodes on one exchange."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from chat.bus.base import Counters, Receive


class Exchange:
    """What several in-process buses share."""

    def __init__(self) -> None:
        self.channels: dict[str, set[MemoryBus]] = {}


class MemoryBus:
    """A bus on an exchange; alone on it, publishing costs a look-up."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self.counters = Counters()
        self._exchange = exchange or Exchange()
        self._receive: Receive | None = None

    async def start(self, receive: Receive, doubt: Callable[[], None]) -> None:  # noqa: ARG002
        self._receive = receive

    def reaches(self, channel: str) -> bool:
        buses = self._exchange.channels.get(channel)
        return buses is not None and (len(buses) > 1 or self not in buses)

    def publish(self, channel: str, data: bytes) -> None:
        for bus in self._exchange.channels.get(channel, ()):
            if bus is not self and bus._receive is not None:  # noqa: SLF001 - the same class
                asyncio.get_running_loop().call_soon(bus._receive, channel, data)  # noqa: SLF001

    async def subscribe(self, channel: str) -> None:
        self._exchange.channels.setdefault(channel, set()).add(self)

    def unsubscribe(self, channel: str) -> None:
        buses = self._exchange.channels.get(channel)
        if buses is not None:
            buses.discard(self)
            if not buses:
                del self._exchange.channels[channel]

    async def stop(self) -> None:
        for channel in [c for c, buses in self._exchange.channels.items() if self in buses]:
            self.unsubscribe(channel)
        self._receive = None
