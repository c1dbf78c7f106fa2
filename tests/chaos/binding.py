"""What must hold of power over people: nothing enters that was forbidden (P5), and whose access
ended sees nothing more (P7).

Pure functions like those of `tests.chaos.checks`, which has the rest. What binds in a room stands
in its log; what binds beside it (a mute, a suspension, a block) is held to the commands that surely
came after it and before its lifting.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from storage.streams import StoredEvent
from tests.chaos.evidence import Run
from tests.chaos.history import Answered, Fault, Invoked

SPEAKING = frozenset({
    "message.posted", "message.edited", "reaction.added", "reaction.removed", "message.pinned",
    "message.unpinned",
})  # fmt: skip
"""What a mute, a lock, a block and the archive forbid."""
WITHIN, WITHIN_WITHOUT_BUS = 1.0, 5.0
"""P7, in seconds."""
AFTERMATH = 6.0
"""Seconds around a fault in which it may still be felt: a heartbeat, then a repair."""
FOR_EVER = float("inf")


def removed(run: Run) -> Iterator[str]:
    """P5: nothing of somebody removed, banned or whose visit ended enters the log until they are
    back."""
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


# --- what binds beside the room's log


class Bond(NamedTuple):
    """What lifts it, which events it forbids (None: all), and whether to both people; without
    `here`, in all rooms."""

    lifted_by: str
    forbids: frozenset[str] | None
    both: bool = False
    here: bool = True

    def forbidden(self, event: StoredEvent, given: Invoked) -> bool:
        """Whether an event should not have been after this was given."""
        if self.forbids is not None and event.kind not in self.forbids:
            return False
        return event.actor == given.target or (self.both and event.actor == given.client)


BONDS: dict[str, Bond] = {
    "sanction.mute": Bond("sanction.lift", SPEAKING),
    "sanction.ban": Bond("sanction.lift", frozenset({"member.joined"})),
    "person.suspend": Bond("sanction.lift", None, here=False),
    "person.block": Bond("person.unblock", SPEAKING, both=True),
}
"""The command that gives it, and what it is."""


def bound(run: Run, types: tuple[str, ...]) -> Iterator[str]:
    """P5: nothing of what is forbidden enters between acknowledgement and lifting.

    A mute stands in no room's log. But whoever's command began after its acknowledgement and was
    answered before it was lifted has its place in the log between the two: what stands between
    such places does so as well.
    """
    for type_ in types:
        bond = BONDS[type_]
        for given, answer in run.carried_out(type_):
            ended = lifted(run, given, answer)
            for room in [given.room] if bond.here else run.log.events:
                first, last = run.places(room, answer.t, ended)
                # What has a place of its own is between the two, even if it is the only one.
                for event in run.log.events.get(room, [])[max(0, first - 1) : last]:
                    if bond.forbidden(event, given):
                        yield f"{room}:{event.seq} {event.kind} of {event.actor}: {type_}"


def lifted(run: Run, given: Invoked, answer: Answered) -> float:
    """When somebody began to lift it."""
    if given.type not in BONDS:
        return FOR_EVER
    lifts = run.carried_out(BONDS[given.type].lifted_by)
    return min(
        (lift.t for lift, _ in lifts
         if (lift.room, lift.target) == (given.room, given.target) and lift.t > answer.t),
        default=FOR_EVER,
    )  # fmt: skip


# --- who sees nothing more


REMOVALS = ("room.remove", "sanction.ban", "pass.end", "pass.revoke")
ENDINGS = ("person.suspend", "pass.end", "pass.revoke")
"""What ends every line of somebody."""


def left(run: Run) -> Iterator[str]:
    """P7: who was removed sees nothing from then on, and soon knows that they do not watch."""
    removals: dict[tuple[str, str], list[tuple[Invoked, Answered]]] = defaultdict(list)
    for type_ in REMOVALS:
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
            asked = returns.get((room, person, back), FOR_EVER)
            meanwhile = run.seen(person, room, command.t, asked)
            for saw in meanwhile:
                if gone < saw.seq < back:
                    yield f"{person} saw {room}:{saw.seq}, having been removed at {gone}"
            within = felt_within(run, command, answer)
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


def closed(run: Run) -> Iterator[str]:
    """P7: of somebody suspended, or whose visit was ended, every line ends, and none begins."""
    for type_ in ENDINGS:
        for command, answer in run.carried_out(type_):
            back = lifted(run, command, answer)
            within = felt_within(run, command, answer)
            for came in run.lines(command.target):
                if came.t > back:
                    continue
                if came.asked > answer.t:
                    yield f"{command.target} came in {came.asked - answer.t:.2f} s after {type_}"
                    continue
                late = min(came.ended, back) - max(answer.t, came.t)
                if late > within:
                    yield f"{command.target} had a line for {late:.2f} s after {type_}"


def felt_within(run: Run, command: Invoked, answer: Answered) -> float:
    """Seconds after the acknowledgement in which an open line may not have felt it yet, with what
    a busy machine took from everybody."""
    starved = run.starved(command.t - AFTERMATH, answer.t + AFTERMATH)
    return promised_within(run, command, answer) + starved


def promised_within(run: Run, command: Invoked, answer: Answered) -> float:
    """Seconds after the acknowledgement in which an open line feels it.

    With more broken than the bus there is no bound in time (a frozen node, a slow line): only in
    order, which the numbers show.
    """
    troubles = {
        fault.troubles
        for fault in run.history.of(Fault)
        if fault.begin < answer.t + AFTERMATH and fault.end > command.t - AFTERMATH
    }
    if troubles - {"bus", "clock"}:
        return FOR_EVER
    return WITHIN_WITHOUT_BUS if "bus" in troubles else WITHIN


CHECKS: dict[str, Callable[[Run], Iterator[str]]] = {
    "removed": removed, "archived": archived, "locked": locked,
    "sanctioned": partial(bound, types=("sanction.mute", "sanction.ban")),
    "suspended": partial(bound, types=("person.suspend",)),
    "blocked": partial(bound, types=("person.block",)),
    "left": left, "closed": closed,
}  # fmt: skip
