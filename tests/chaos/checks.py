"""What must hold after a run: pure functions from histories and the log to what is wrong.

One function a promise, one row in CHECKS; each returns sentences, none where all is well. They know
records and events only, so that a hand-made bad history shows that each can fail
(`tests/chaos/test_checks.py`).
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from rooms.cards import rfc3339
from storage.streams import StoredEvent
from tests.chaos.evidence import Run, commands
from tests.chaos.history import Answered, Ended, Fault, Invoked, Saw, Watched
from tests.chaos.log import Projected
from tests.unit.fold import Folded, folded

KINDS = {
    "message.post": "message.posted", "message.edit": "message.edited",
    "message.delete": "message.deleted", "reaction.add": "reaction.added",
    "reaction.remove": "reaction.removed", "room.remove": "member.left",
    "sanction.ban": "member.left", "room.join": "member.joined", "room.archive": "room.changed",
    "room.restore": "room.changed", "room.lock": "room.changed", "room.unlock": "room.changed",
}  # fmt: skip
"""Command to the event in the room's stream by which it is known."""
NAMED = KINDS | {
    "room.remove": "sanction.given", "sanction.ban": "sanction.given",
    "sanction.mute": "sanction.given", "sanction.lift": "sanction.lifted",
    "room.invite": "room.added",
}  # fmt: skip
"""Command to the event that its answer names, in whatever stream."""
SPEAKING = frozenset({
    "message.posted", "message.edited", "reaction.added", "reaction.removed", "message.pinned",
    "message.unpinned",
})  # fmt: skip
"""What a mute, a lock and the archive forbid."""
WITHIN, WITHIN_WITHOUT_BUS = 1.0, 5.0
"""P7, in seconds."""
AFTERMATH = 6.0
"""Seconds around a fault in which it may still be felt: a heartbeat, then a repair."""


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
        if answer is None or answer.code == "?" or (answer.code and answer.attempts > 1):
            unknown[command.client, command.room, KINDS.get(command.type, "")] += 1
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
            asked = (event.actor, room, event.kind)
            if unknown[asked] > 0:
                unknown[asked] -= 1
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


def removed(run: Run) -> Iterator[str]:
    """P5: nothing of a removed person enters the log until they are back."""
    for room in run.log.events:
        away: set[str] = set()
        for event in run.log.events[room]:
            if event.kind == "member.left":
                away.add(json.loads(event.data)["person"])
            elif event.kind == "member.joined":
                away.discard(json.loads(event.data)["person"]["id"])
            elif event.actor in away:
                yield f"{room}:{event.seq} {event.kind} of {event.actor}, who had been removed"


def archived(run: Run) -> Iterator[str]:
    """P5: nothing is said in an archived room, and nobody comes in."""
    for room, events in run.log.events.items():
        closed = False
        for event in events:
            if event.kind == "room.changed":
                closed = bool(json.loads(event.data)["room"]["archived"])
            elif closed and event.kind in SPEAKING | {"member.joined"}:
                yield f"{room}:{event.seq} {event.kind} in an archived room"


def locked(run: Run) -> Iterator[str]:
    """P5: in a locked room only facilitators speak."""
    for room, events in run.log.events.items():
        locked, guides = False, set[str]()
        for event in events:
            if event.kind == "room.changed":
                locked = json.loads(event.data)["room"].get("locked") is not None
            elif event.kind == "member.joined":
                data = json.loads(event.data)
                if data["role"] == "facilitator":
                    guides.add(data["person"]["id"])
            elif locked and event.kind in SPEAKING and event.actor not in guides:
                yield f"{room}:{event.seq} {event.kind} of {event.actor} in a locked room"


def sanctioned(run: Run) -> Iterator[str]:
    """P5: nothing of somebody muted enters the log, and nobody banned comes in.

    A mute stands in no room's log. But whoever's command began after its acknowledgement and was
    answered before it was lifted has its place in the log between the two: what stands between
    such places does so as well.
    """
    lifts = run.carried_out("sanction.lift")
    for type_, forbidden in (("sanction.mute", SPEAKING), ("sanction.ban", {"member.joined"})):
        for command, answer in run.carried_out(type_):
            ended = min(
                (lift.t for lift, _ in lifts
                 if (lift.room, lift.target) == (command.room, command.target)
                 and lift.t > answer.t),
                default=float("inf"),
            )  # fmt: skip
            first, last = run.places(command.room, answer.t, ended)
            for event in run.log.events.get(command.room, [])[first:last]:
                if event.actor == command.target and event.kind in forbidden:
                    yield f"{command.room}:{event.seq} {event.kind} of {event.actor}: {type_}"


def left(run: Run) -> Iterator[str]:
    """P7: who was removed sees nothing from then on, and soon knows that they do not watch."""
    removals: dict[tuple[str, str], list[tuple[Invoked, Answered]]] = defaultdict(list)
    for type_ in ("room.remove", "sanction.ban"):
        for command, answer in run.carried_out(type_):
            removals[command.room, command.target].append((command, answer))
    for found in removals.values():
        found.sort(key=lambda one: one[0].t)
    returns = {
        (command.room, command.client, answer.seq): command.t
        for command, answer in run.carried_out("room.join")
    }
    for room, events in run.log.events.items():
        turns: Counter[str] = Counter()
        for person, gone, back in _absences(events):
            # One moderator a room, one removal after the other: the n-th is the n-th.
            asked_for = removals[room, person]
            turns[person] += 1
            if turns[person] > len(asked_for):
                continue
            command, answer = asked_for[turns[person] - 1]
            asked = returns.get((room, person, back), float("inf"))
            meanwhile = run.seen(person, room, command.t, asked)
            for saw in meanwhile:
                if gone < saw.seq < back:
                    yield f"{person} saw {room}:{saw.seq}, having been removed at {gone}"
            within = _within(run, command, answer)
            if any(saw.line and saw.t > answer.t + within for saw in meanwhile):
                yield f"{person} was sent {room} more than {within} s after being removed"


def _absences(events: Iterable[StoredEvent]) -> Iterator[tuple[str, int, int]]:
    """`(person, seq of the removal, seq of the return)`."""
    away: dict[str, int] = {}
    for event in events:
        if event.kind == "member.left":
            away[json.loads(event.data)["person"]] = event.seq
        elif event.kind == "member.joined":
            person = json.loads(event.data)["person"]["id"]
            if person in away:
                yield person, away.pop(person), event.seq
    # Whoever is still away at the end comes last in their own order as well.
    yield from ((person, seq, 2**62) for person, seq in away.items())


def _within(run: Run, command: Invoked, answer: Answered) -> float:
    """Seconds after the acknowledgement in which older events may still arrive.

    With more broken than the bus there is no bound in time (a frozen node, a slow line): only in
    order, which the numbers show.
    """
    troubles = {
        fault.troubles
        for fault in run.history.of(Fault)
        if fault.begin < answer.t + AFTERMATH and fault.end > command.t - AFTERMATH
    }
    if troubles - {"bus", "clock"}:
        return float("inf")
    return (WITHIN_WITHOUT_BUS if "bus" in troubles else WITHIN) + run.lag


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
    "folds": folds, "removed": removed, "archived": archived, "locked": locked,
    "sanctioned": sanctioned, "left": left, "durable": durable, "tails": tails,
}  # fmt: skip
MOST = 20
"""Findings of one check that are kept: the first ones tell."""


def judge(run: Run) -> dict[str, list[str]]:
    """Every check's findings, the first few of each."""
    found: dict[str, list[Any]] = {}
    for name, check in CHECKS.items():
        found[name] = [finding for finding, _ in zip(check(run), range(MOST), strict=False)]
    return found
