"""All that is known of a run after its end, and the ways in which checks look things up in it.

Histories from outside, the log and the projections from SQL, what the nodes said of themselves.
Judges nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from tests.chaos.history import Answered, Came, Ended, History, Invoked, Saw
from tests.chaos.log import Log, Projected
from tests.chaos.node import Witness
from tests.unit.fold import Folded


class Line(NamedTuple):
    """A connection: asked for, welcomed, ended (seconds)."""

    asked: float
    t: float
    ended: float


@dataclass
class Run:
    """All that is known of a run after its end."""

    history: History
    log: Log
    folds: dict[tuple[str, str], Folded] = field(default_factory=dict)
    """By person and room, after the last resume."""
    projected: dict[str, Projected] = field(default_factory=dict)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    dialect: str = "postgresql"
    tails: list[str] = field(default_factory=list)
    """What had not reached a connected client in time, without its coming back."""
    lag: float = 0.0
    """The longest that this program itself kept what had arrived waiting, in seconds."""
    lags: list[tuple[float, float]] = field(default_factory=list)
    """When, and for how many seconds, a node was kept from doing anything, by whatever."""

    @cached_property
    def _carried_out(self) -> dict[str, list[tuple[Invoked, Answered]]]:
        found: dict[str, list[tuple[Invoked, Answered]]] = defaultdict(list)
        for command, answer in commands(self.history):
            if answer is not None and not answer.code:
                found[command.type].append((command, answer))
        return found

    def carried_out(self, type_: str) -> list[tuple[Invoked, Answered]]:
        """Commands of a type that were acknowledged."""
        return self._carried_out.get(type_, [])

    @cached_property
    def _placed(self) -> dict[str, list[tuple[float, float, int]]]:
        found: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
        for command, answer in commands(self.history):
            if answer is not None and not answer.code and answer.stream == command.room:
                found[command.room].append((command.t, answer.t, answer.seq))
        for places in found.values():
            places.sort()
        return found

    def places(self, room: str, after: float, before: float) -> tuple[int, int]:
        """The least and the greatest seq of commands that began and ended between two times."""
        places = self._placed.get(room, [])
        seqs: list[int] = []
        for begun, ended, seq in places[bisect_left(places, (after, 0.0, 0)) :]:
            if begun > before:
                break
            if seq and ended < before:
                seqs.append(seq)
        return min(seqs, default=0), max(seqs, default=0)

    def starved(self, begin: float, end: float) -> float:
        """Seconds that must be allowed for a machine that was busy elsewhere."""
        late = [lag for at, lag in self.lags if begin < at < end]
        return self.lag + max(late, default=0.0)

    @cached_property
    def _lines(self) -> dict[str, list[Line]]:
        ends = {
            (ended.client, ended.line): ended.t
            for ended in reversed(self.history.of(Ended))
            if ended.stream == "*" and ended.why.startswith("lost")
        }
        found: dict[str, list[Line]] = defaultdict(list)
        for came in self.history.of(Came):
            end = ends.get((came.client, came.line), float("inf"))
            found[came.client].append(Line(came.asked, came.t, end))
        return found

    def lines(self, person: str) -> list[Line]:
        """Every connection of somebody."""
        return self._lines.get(person, [])

    @cached_property
    def _sights(self) -> dict[tuple[str, str], list[Saw]]:
        found: dict[tuple[str, str], list[Saw]] = defaultdict(list)
        for saw in self.history.of(Saw):
            found[saw.client, saw.stream].append(saw)
        return found

    def seen(self, person: str, room: str, after: float, before: float) -> list[Saw]:
        """What somebody saw of a room in a span of time."""
        sights = self._sights.get((person, room), [])
        start = bisect_left(sights, after, key=lambda saw: saw.t)
        return sights[start : bisect_left(sights, before, key=lambda saw: saw.t)]


def commands(history: History) -> Iterator[tuple[Invoked, Answered | None]]:
    """Every command with its answer."""
    answers = {answer.op: answer for answer in history.of(Answered)}
    return ((one, answers.get(one.op)) for one in history.of(Invoked))
