"""What a run came to in figures: what was done, how long it took, what the checks had to go by.

Counts only; whether it is good is for `tests.chaos.checks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.chaos import binding, evidence
from tests.chaos.client import Client
from tests.chaos.history import Saw

POWERS = (*binding.BONDS, *binding.REMOVALS)


def told(run: evidence.Run, clients: Sequence[Client]) -> dict[str, Any]:
    """The lines of a report, in order."""
    answers = [answer for _, answer in evidence.commands(run.history) if answer is not None]
    codes = Counter(answer.code or "ok" for answer in answers)
    return {
        "people": len(clients),
        "rooms": len(run.log.events),
        "acknowledged": codes.pop("ok", 0),
        "answered again (duplicate)": sum(1 for answer in answers if answer.duplicate),
        "refused": dict(sorted(codes.items())),
        "answered `internal` on the way": sum(client.internal for client in clients),
        "events in the log": sum(len(events) for events in run.log.events.values()),
        "events seen": len(run.history.of(Saw)),
        "lines lost": sum(client.lost for client in clients),
        "events repaired": sum(witness.repaired for witness in run.witnesses.values()),
        "forbidden, removed, ended": {
            power: count for power in POWERS if (count := len(run.carried_out(power)))
        },
        "seconds in which an end had to be felt": _bounds(run),
        "p50, p99, longest wait (s)": _waits(clients),
        "own lag, longest of a node (s)": (
            round(run.lag, 3), round(max((late for _, late in run.lags), default=0.0), 3),
        ),
    }  # fmt: skip


def _bounds(run: evidence.Run) -> dict[str, int]:
    """How many ends were held to which bound, before what a busy machine adds."""
    ends = [end for power in binding.REMOVALS for end in run.carried_out(power)]
    ends += run.carried_out("person.suspend")
    found = Counter(binding.promised_within(run, command, answer) for command, answer in ends)
    return {f"{bound:g}": found[bound] for bound in sorted(found)}


def _waits(clients: Sequence[Client]) -> tuple[float, ...]:
    waits = sorted(wait for client in clients for wait in client.latencies) or [0.0]
    last = len(waits) - 1
    return tuple(round(waits[min(last, int(len(waits) * q))], 3) for q in (0.5, 0.99, 1.0))
