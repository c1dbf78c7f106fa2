"""Where the client stands in each stream it watches. Pure: no I/O, no clock.

Owns the rule "in order, once, without a hole": which event is new, which was seen, and when the
stream must be asked for again. It never learns what an event says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from tertulia_bot.models import Cursor

TRIES = 3
"""So often a hole is asked for in a row before a new snapshot is taken instead."""

PASSING = frozenset({"busy", "rate_limited", "shutting_down", "unavailable"})
"""Refusals of a stream that say nothing about the right to watch it."""


class Verdict(Enum):
    """What to do with an event, or with the answer to a subscription."""

    NEW = "new"
    OLD = "old"
    HOLE = "hole"
    CURRENT = "current"
    RENEW = "renew"
    DROPPED = "dropped"
    LATER = "later"


@dataclass(slots=True)
class Position:
    """`seq`: everything up to it was handed on; None until the first event or answer."""

    stream: str
    mode: str = "full"
    epoch: str | None = None
    seq: int | None = None
    tries: int = 0

    def cursor(self) -> dict[str, Any]:
        """As `subscribe` wants it."""
        cursor: dict[str, Any] = {"stream": self.stream, "mode": self.mode}
        if self.seq is not None:
            cursor |= {"epoch": self.epoch, "after_seq": self.seq}
        return cursor


class Positions:
    """All watched streams."""

    def __init__(self) -> None:
        self._by_stream: dict[str, Position] = {}

    def __contains__(self, stream: object) -> bool:
        return stream in self._by_stream

    def watch(self, stream: str, cursor: Cursor | None, mode: str = "full") -> None:
        """Stand at `cursor`, or with None where the server's head will be."""
        self._by_stream[stream] = Position(
            stream, mode, cursor.epoch if cursor else None, cursor.seq if cursor else None
        )

    def change_mode(self, stream: str, mode: str) -> None:
        """Watch in another mode from the same place."""
        self._by_stream[stream].mode = mode

    def mode(self, stream: str) -> str:
        """How the stream is watched: `full` or `summary`."""
        return self._by_stream[stream].mode

    def forget(self, stream: str) -> bool:
        """No longer watch; False when it was not watched."""
        return self._by_stream.pop(stream, None) is not None

    def streams(self) -> list[str]:
        """The ids of all watched streams."""
        return list(self._by_stream)

    def held(self) -> list[Cursor]:
        """Cursors to keep and come back with, of the streams whose place is known."""
        return [
            Cursor(stream=p.stream, epoch=p.epoch, seq=p.seq)
            for p in self._by_stream.values()
            if p.seq is not None
        ]

    def cursors(self, streams: list[str]) -> list[dict[str, Any]]:
        """What to subscribe with; streams that are not watched any more are left out."""
        return [self._by_stream[s].cursor() for s in streams if s in self._by_stream]

    def judge(self, stream: str, seq: int) -> Verdict:
        """Is this event the next one? Changes nothing: `advance` does, once it was handed on."""
        position = self._by_stream.get(stream)
        if position is None:
            return Verdict.OLD
        if position.seq is None or seq == position.seq + 1:
            return Verdict.NEW
        return Verdict.OLD if seq <= position.seq else Verdict.HOLE

    def advance(self, stream: str, seq: int) -> None:
        """The event was handed on."""
        position = self._by_stream[stream]
        position.seq = seq
        position.tries = 0

    def settle(self, state: dict[str, Any]) -> Verdict:
        """Take one entry of the answer to `subscribe`."""
        position = self._by_stream.get(state["stream"])
        if position is None:
            return Verdict.OLD
        if state["state"] == "refused":
            return Verdict.LATER if state.get("why") in PASSING else Verdict.DROPPED
        if state["state"] == "reset":
            return Verdict.RENEW
        position.epoch = state.get("epoch", position.epoch)
        head = state.get("seq")
        if position.mode != "full" or head is None:
            return Verdict.CURRENT
        if position.seq is None:
            position.seq = head
        if position.seq >= head:
            return Verdict.CURRENT
        position.tries += 1
        return Verdict.HOLE if position.tries < TRIES else Verdict.RENEW
