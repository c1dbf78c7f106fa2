"""One call of the bench: how much effort, what came out, and what a reader must know of it.

Owns results, notes and medians. Knows neither servers nor how anything is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

FOREIGN = 0.10
"""So much of a core may other programs use before it is said."""

Say = Callable[[str], None]
Results = dict[str, dict[str, dict[str, list[float]]]]
Told = Mapping[str, Mapping[str, Mapping[str, float | str]]]
"""Scenario, contestant, metric: number; a contestant that could not be had has its `skipped`."""


@dataclass(frozen=True)
class Effort:
    """How long and how often; times in seconds."""

    rounds: int = 3
    warm: float = 1.0
    equal: float = 5.0
    maximum: float = 3.0
    drain: float = 8.0
    settle: float = 2.0
    idle: int = 10_000
    lone: int = 40
    """Messages sent one by one into quiet rooms."""
    posting_rounds: int = 5
    posting: float = 4.0
    storm: int = 10_000
    """Clients that come back at once."""
    events: int = 1_000_000
    """Messages in the larger of two databases."""
    asks: int = 300
    """Queries of each kind to each of them."""


FULL = Effort()
QUICK = Effort(
    rounds=1, warm=0.5, equal=3.0, maximum=2.0, settle=1.0, idle=2_000, lone=20,
    posting_rounds=1, posting=3.0, storm=2_000, events=200_000, asks=100,
)  # fmt: skip


@dataclass
class Bench:
    """What was asked for, and what came out."""

    effort: Effort
    names: list[str]
    scenarios: list[str]
    say: Say
    windows: dict[str, int]
    """Messages under way in each room, by scenario."""
    results: Results = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)
    """How much of a core other programs used, run by run."""
    skipped: dict[tuple[str, str], str] = field(default_factory=dict)
    """Contestants that cannot be had in a scenario, and why."""

    def add(self, scenario: str, name: str, figures: dict[str, float]) -> None:
        """One more measurement of these metrics."""
        kept = self.results.setdefault(scenario, {}).setdefault(name, {})
        for metric, value in figures.items():
            kept.setdefault(metric, []).append(value)

    def note(self, line: str) -> None:
        """Something a reader of the figures must know; said once."""
        if line not in self.notes:
            self.notes.append(line)

    def all_notes(self) -> list[str]:
        """Also how quiet the machine was."""
        loud = max(self.foreign, default=0.0)
        if loud <= FOREIGN:
            return self.notes
        usual = median(self.foreign)
        return [*self.notes, (f"other programs used {usual:.0%} of a core meanwhile, at worst "
                f"{loud:.0%}: repeat this on a quiet machine")]  # fmt: skip

    def skip(self, name: str, why: str, *scenarios: str) -> None:
        """A contestant takes no part (any more) in those of these scenarios that are wanted."""
        for scenario in scenarios:
            if scenario in self.scenarios:
                self.skipped[scenario, name] = why
                if name in self.results.get(scenario, {}):
                    self.note(f"{name} in {scenario} did not finish: {why}")

    def skips(self, scenario: str, name: str) -> bool:
        """Whether it takes no part."""
        return (scenario, name) in self.skipped

    def wanted(self, *scenarios: str) -> bool:
        """Whether any of these was asked for."""
        return any(scenario in self.scenarios for scenario in scenarios)

    def medians(self) -> Told:
        """As the JSON has it."""
        told: dict[str, dict[str, Mapping[str, float | str]]] = {
            scenario: {
                name: {metric: round(median(values), 3) for metric, values in kept.items()}
                for name, kept in by_name.items()
            }
            for scenario, by_name in self.results.items()
        }
        for (scenario, name), why in self.skipped.items():
            told.setdefault(scenario, {}).setdefault(name, {"skipped": why})
        return told
