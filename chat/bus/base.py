"""The port of the bus. It carries bytes on named channels, at most once, in no promised order.

Nothing may rely on it: whoever misses something finds the hole in the numbers and reads SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Receive = Callable[[str, bytes], None]
"""`receive(channel, data)`, called on the event loop."""


@dataclass(slots=True)
class Counters:
    """How a bus fares; read by `/metrics`, by the notice to admins and by tests."""

    connected: bool = True
    """Whether what is published elsewhere arrives here now, as far as anybody knows."""
    losses: int = 0
    """Times that the listening connection was lost or given up."""
    resubscribed: int = 0
    """Channels subscribed to anew after a loss."""
    doubts: int = 0
    """Times that something may have been lost, so that heads were compared."""
    dropped: int = 0
    """Messages that were not sent, because they waited too long or were too many."""


class Bus(Protocol):
    """What a bus offers."""

    counters: Counters

    async def start(self, receive: Receive, doubt: Callable[[], None]) -> None:
        """Begin; `doubt` is called when something may have been lost."""
        ...

    def reaches(self, channel: str) -> bool:
        """Whether another node may hear what is published there: else it need not be made."""
        ...

    def publish(self, channel: str, data: bytes) -> None:
        """Send to every other node that is subscribed to `channel`; never waits, never raises."""
        ...

    async def subscribe(self, channel: str) -> None:
        """Returns when what is published from now on will be received, or is known to be in
        doubt."""
        ...

    def unsubscribe(self, channel: str) -> None:
        """Stop receiving a channel, soon."""
        ...

    async def stop(self) -> None:
        """Send what waits, for a second at most, and end; idempotent."""
        ...
