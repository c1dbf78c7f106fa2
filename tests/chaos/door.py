"""What the clients of a run share: the ways in, one a node, and how many come in at a time."""

from __future__ import annotations

import asyncio

ENTERING = 64
"""Handshakes at a time, all clients together: thousands who come back at once take turns."""
PINGED = 0.08
"""Seconds between two pings of all clients together; one client's are 2 s apart at least."""


class Door:
    """`ports` are where one can connect; `clients` is how many there will be."""

    def __init__(self, ports: list[int], clients: int) -> None:
        self.ports = ports
        self.turns = asyncio.Semaphore(ENTERING)
        self.ping = max(2.0, clients * PINGED)
