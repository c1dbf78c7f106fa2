"""The port of the bus. It carries bytes on named channels, at most once, in no promised order.

Nothing may rely on it: whoever misses something finds the hole in the numbers and reads SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Receive = Callable[[str, bytes], None]
"""`receive(channel, data)`, called on the event loop."""


class Bus(Protocol):
    """What a bus offers."""

    async def start(self, receive: Receive, doubt: Callable[[], None]) -> None:
        """Begin; `doubt` is called when something may have been lost."""
        ...

    def publish(self, channel: str, data: bytes) -> None:
        """Send to every node subscribed to `channel`, this one perhaps included; never raises."""
        ...

    async def subscribe(self, channel: str) -> None:
        """Returns when what is published from now on will be received."""
        ...

    def unsubscribe(self, channel: str) -> None:
        """Stop receiving a channel, soon."""
        ...

    async def stop(self) -> None:
        """End; idempotent."""
        ...
