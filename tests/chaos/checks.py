"""What must hold after a run: pure functions from histories and the log to what is wrong.

One function a promise, one row in CHECKS; each returns sentences, none where all is well. They know
records and events only, so that a hand-made bad history shows that each can fail
(`tests/chaos/test_checks.py`). What is taken from people (P5, P7) is in `tests.chaos.binding`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from rooms.cards import rfc3339
from tests.chaos import binding
from tests.chaos.evidence import Run, commands
from tests.chaos.history import NOBODY, Ended, Invoked, Saw, Watched
from tests.chaos.log import Projected
from tests.unit.fold import Folded, folded

KINDS = {
    "message.post": "message.posted", "message.edit": "message.edited",
    "message.delete": "message.deleted", "reaction.add": "reaction.added",
    "reaction.remove": "reaction.removed", "room.remove": "member.left",
    "sanction.ban": "member.left", "room.join": "member.joined", "room.archive": "room.changed",
    "room.restore": "room.changed", "room.lock": "room.changed", "room.unlock": "room.changed",
    "pass.end": "member.left", "pass.revoke": "member.left", "visit.begin": "member.joined",
}  # fmt: skip
"""Command to the event in the room's stream by which it is known."""
NAMED = KINDS | {
    "room.remove": "sanction.given", "sanction.ban": "sanction.given",
    "sanction.mute": "sanction.given", "sanction.lift": "sanction.lifted",
    "room.invite": "room.added", "person.suspend": "sanction.given",
    "person.block": "quiet.changed", "person.unblock": "quiet.changed",
    "pass.make": "pass.changed", "pass.revoke": "pass.changed",
}  # fmt: skip
"""Command to the event that its answer names, in whatever stream."""


def kept(run: Run) -> Iterator[str]:
    """P1: what was acknowledged is in the log, where the answer said."""
    for command, answer in commands(run.history):
        if answer is None or answer.code or not answer.seq:
            continue
        events = run.log.events.get(answer.stream) or run.log.others.get(answer.stream, [])
        found = events[answer.seq - 1] if answer.seq <= len(events) else None
        what = f"{command.type} of {command.client} at {answer.stream}:{answer.seq}"
        if found is None:
            yield f"{what} was acknowledged and is not in the log"
        elif (found.actor, found.kind) != (command.client, NAMED[command.type]):
            yield f"{what} was acknowledged, but there stands {found.kind} of {found.actor}"


def once(run: Run) -> Iterator[str]:
    """P3: no event without a command, and none twice.

    A refusal is not remembered (docs/decisions/0046): where a command was sent again while an
    earlier copy of it stood in a queue elsewhere, it may be refused and carried out later, once.
    """
    claimed: dict[tuple[str, int], Invoked] = {}
    unknown: Counter[tuple[str, str, str]] = Counter()
    posted: Counter[tuple[str, str]] = Counter()
    for command, answer in commands(run.history):
        if answer is not None and not answer.attempts:
            continue
        if answer is None or answer.code == "?" or (answer.code and answer.attempts > 1):
            unknown[command.client, command.room, KINDS.get(command.type, "")] += 1
        elif not answer.code and not answer.seq and command.type == "visit.begin":
            # HTTP says who has come in, and not where that stands.
            unknown[command.client, command.room, KINDS[command.type]] += 1
        elif not answer.code and answer.seq:
            if answer.stream != command.room and command.type in KINDS:
                # Its answer names the event in the person's stream; this is the room's.
                unknown[command.client, command.room, KINDS[command.type]] += 1
            key = (answer.stream, answer.seq)
            if key in claimed:
                yield f"two commands were answered with {key}: {claimed[key].op} and {command.op}"
            claimed[key] = command
    for room in run.log.events:
        for event in run.log.new(room):
            if event.kind == "message.posted":
                posted[event.actor, str(json.loads(event.data).get("client_id"))] += 1
            if (room, event.seq) in claimed:
                continue
            # Whoever asked to come in and was not answered does not know who they would have been.
            for who in (event.actor, NOBODY):
                if unknown[who, room, event.kind] > 0:
                    unknown[who, room, event.kind] -= 1
                    break
            else:
                yield f"{room}:{event.seq} {event.kind} of {event.actor}: no command asked for it"
    for (person, client_id), count in posted.items():
        if count > 1:
            yield f"{person} posted {client_id} once; it stands in the log {count} times"


def answered(run: Run) -> Iterator[str]:
    """Every command is answered in the end."""
    for command, answer in commands(run.history):
        if answer is None:
            yield f"{command.type} of {command.client} (at {command.t:.1f} s) has no answer"


def dense(run: Run) -> Iterator[str]:
    """P2: numbers without a hole, times that only go forward, message numbers that are dense."""
    for room, events in (run.log.events | run.log.others).items():
        numbers = [event.seq for event in events]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{room}: seq has holes or doubles"
        if run.log.heads.get(room) != len(numbers):
            yield f"{room}: the head is {run.log.heads.get(room)}, the log has {len(numbers)}"
        for before, after in pairwise(events):
            if after.at <= before.at:
                yield f"{room}:{after.seq} is not later than the event before it"


def order(run: Run) -> Iterator[str]:
    """P2, P4: what a client saw is the log, in order, without a hole on any connection."""
    at = {
        (room, event.seq): rfc3339(event.at)
        for room, events in run.log.events.items()
        for event in events
    }
    last: dict[tuple[str, int, str], int] = {}
    for saw in run.history.of(Saw):
        if saw.stream not in run.log.events:
            continue
        if at.get((saw.stream, saw.seq)) != saw.at:
            yield f"{saw.client} saw {saw.stream}:{saw.seq} of {saw.at}; the log has another"
        if not saw.line:
            continue
        key = (saw.client, saw.line, saw.stream)
        before = last.get(key)
        # Whoever resumes may be sent again what it has; a step forward must be of one.
        if before is not None and saw.seq > before + 1:
            yield f"{saw.client} saw {saw.stream}:{saw.seq} after {before} on line {saw.line}"
        last[key] = max(saw.seq, before or 0)
    for watched in run.history.of(Watched):
        if watched.had < watched.seq:
            yield (
                f"{watched.client} was told it had {watched.stream} up to {watched.seq}, "
                f"and had {watched.had}"
            )
    for ended in run.history.of(Ended):
        if ended.why.startswith("reset"):
            yield f"{ended.client} was told to start over in {ended.stream}: {ended.why}"


def folds(run: Run) -> Iterator[str]:
    """P4: every client ends with what the log says, and so do projections and snapshots."""
    for room, events in run.log.events.items():
        try:
            truth = folded(events)
        except (AssertionError, KeyError, ValueError) as error:
            yield f"{room}: the log itself does not fold: {error!r}"
            continue
        for (person, where), fold in run.folds.items():
            if where == room:
                yield from _differ(f"{person} in {room}", fold, truth)
        shown = run.projected.get(room)
        if shown is not None:
            yield from _differ(f"the projection of {room}", shown, truth)


def _differ(whose: str, fold: Folded | Projected, truth: Folded) -> Iterator[str]:
    if fold.seq != truth.seq:
        yield f"{whose} stands at {fold.seq}, the log at {truth.seq}"
        return
    if fold.members != truth.members or fold.head_no != truth.head_no:
        yield f"{whose}: members or head differ from the log"
    if fold.messages != truth.messages:
        differing = [
            key
            for key in fold.messages.keys() | truth.messages.keys()
            if fold.messages.get(key) != truth.messages.get(key)
        ]
        yield f"{whose}: {len(differing)} messages differ from the log, {differing[:3]}"


def durable(run: Run) -> Iterator[str]:
    """P1: the settings it rests on, on the writer's connection, and a sync for every commit."""
    for name, witness in run.witnesses.items():
        for what, value, good in witness.settings:
            if not good and what != "clocks":
                yield f"{name}: {what} is {value}"
        if run.dialect == "sqlite" and witness.syncs < witness.wrote:
            yield f"{name}: {witness.wrote} commits, {witness.syncs} syncs of the log"


def tails(run: Run) -> Iterator[str]:
    """P4: with Redis gone in mid-traffic, everybody has everything within 10 s, by repair alone."""
    yield from run.tails


Check = Callable[[Run], Iterator[str]]
CHECKS: dict[str, Check] = {
    "kept": kept, "once": once, "answered": answered, "dense": dense, "order": order,
    "folds": folds, **binding.CHECKS, "durable": durable, "tails": tails,
}  # fmt: skip
MOST = 20
"""Findings of one check that are kept: the first ones tell."""


def judge(run: Run) -> dict[str, list[str]]:
    """Every check's findings, the first few of each."""
    found: dict[str, list[Any]] = {}
    for name, check in CHECKS.items():
        found[name] = [finding for finding, _ in zip(check(run), range(MOST), strict=False)]
    return found
