"""What a contestant is: how its server is started, and what its clients send.

Owns the interface, half of which runs beside the server (`command`, `prepare`) and half in the
load process (the rest). A new contestant is a module with one subclass and a row in
`CONTESTANTS`.
"""

# ruff: noqa: ARG002 (some contestants need what others may ignore)

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Need:
    """What a scenario asks of a server before the clock runs: so many rooms, so many clients."""

    rooms: int
    clients: int
    background: int = 0
    """Further rooms that each client watches without looking at them, where a server knows that."""
    people: int = 0
    """So many people of their own behind the clients; 0: some stand for all."""
    events: int = 0
    """Messages that are there already, over all rooms."""


@dataclass
class Plan:
    """What `prepare` found out and the load must know; goes to it as JSON."""

    rooms: list[str]
    tokens: list[str] = field(default_factory=list)
    background: int = 0
    cursors: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Where a room's log stands before the first message: epoch and seq."""


class Contestant(ABC):
    """One server and the language its clients speak."""

    name: str
    note: str = ""
    """What a reader of the table should know of it."""
    resumes = False
    """Whether it gives those who come back what they missed."""

    # --- beside the server ---

    def obstacle(self) -> str | None:
        """Why it cannot take part on this machine; None: it can. May fetch what it needs."""
        return None

    @abstractmethod
    def command(self, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
        """The server's command line, and what to add to its environment."""

    def ready_path(self) -> str | None:
        """A path that answers 200 once it takes traffic; None: an open port is enough."""
        return None

    def prepare(self, folder: Path, port: int, need: Need) -> Plan:
        """Make rooms and accounts; called once a start, and again on the same folder."""
        return Plan(rooms=[f"room{number}" for number in range(need.rooms)])

    def populate(self, folder: Path, need: Need) -> None:  # noqa: B027 (most need nothing)
        """Put into its data, while it is stopped, what would take too long by way of the server;
        called after `prepare` where `need` names people or events."""

    # --- in the load process ---

    def target(self, plan: Plan, client: int, room: str) -> tuple[str, dict[str, str]]:
        """Path and headers of a client's upgrade request."""
        return f"/ws/{room}", {}

    def steps(self, plan: Plan, client: int, room: str) -> list[bytes | None]:
        """What a client sends after the upgrade to receive the room, each after the answer to the
        one before; None: nothing is sent, only an answer awaited."""
        return []

    def done(self, step: int, payload: bytes) -> bool:
        """Whether this frame is the answer to a step."""
        return True

    def post(self, room: str, body: bytes, number: int) -> bytes:
        """The payload that posts `body` (ASCII without quotes or backslashes)."""
        return body

    def refused(self, payload: bytes) -> bool:
        """Whether a frame that carries no message says that a post was refused."""
        return False

    def acknowledged(self, payload: bytes) -> int | None:
        """The number of the post that this frame says was accepted, and kept."""
        return None

    def resume(
        self, plan: Plan, client: int, room: str, seen: Callable[[str], int]
    ) -> list[bytes | None]:
        """As `steps`, of a client that comes back; `seen`: messages of a room that it has."""
        return self.steps(plan, client, room)

    def answer(self, payload: bytes) -> bytes | None:
        """What to send back at once for a frame that carries no message (an application's ping)."""
        return None
