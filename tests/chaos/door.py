"""What the clients of a run share: the ways in, one a node, and how many come in at a time."""

from __future__ import annotations

import asyncio

ENTERING, OF_MANY = 64, 16
"""Handshakes at a time, all clients together. Of thousands who come back at once few: a machine
that has its hands full does not get through more of them, and lets those in line wait too long."""
MANY = 500
"""Clients."""
PATIENT, OF_FEW = 20.0, 4.0
"""Seconds for a handshake or a ping where there are many, and where a frozen node is to be left."""
PINGED = 0.08
"""Seconds between two pings of all clients together; one client's are 2 s apart at least."""


class Door:
    """`ports` are where one can connect; `clients` is how many there will be."""

    def __init__(self, ports: list[int], clients: int) -> None:
        self.ports = ports
        many = clients > MANY
        self.turns = asyncio.Semaphore(OF_MANY if many else ENTERING)
        self.patience = PATIENT if many else OF_FEW
        self.ping = max(2.0, clients * PINGED)
