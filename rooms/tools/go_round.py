"""The go-round: each speaks in turn, with time and pass.

Only who has the floor may write, facilitators apart. A turn that has a time ends with it: from that
moment the next in the round may write, and whoever's client notices first has the change recorded.
Knows no clock but the one passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from rooms.errors import Refusal
from rooms.model import Standing
from rooms.tools.base import Action, Asked, Change, Document, Happened, Step, Tool

SECOND = 1_000_000
MOST_PEOPLE = 60
LONGEST_TURN = 3_600

How = Literal["done", "passed", "lapsed", "left"]


class Going(msgspec.Struct, frozen=True, kw_only=True):
    """A go-round under way: the first of `waiting` has the floor since `since`, until `until` if
    turns have a time (microseconds since 1970)."""

    waiting: tuple[str, ...]
    since: int
    spoken: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    seconds: int = 0
    until: int | None = None


class Round(Document, frozen=True):
    """The go-round, if there is one."""

    going: Going | None = None


# --- what may be asked --------------------------------------------------------------------------


class Begin(Action, frozen=True, tag="begin"):
    """Facilitators: begin a go-round with these people in this order; with nobody named, with all
    members who may write and do not facilitate. `seconds` 0: a turn has no time."""

    people: tuple[str, ...] = ()
    seconds: int = 0


class Next(Action, frozen=True, tag="next"):
    """Who has the floor, or a facilitator: `person` has spoken, on to the next. Naming them keeps
    two who say so at once from passing somebody over."""

    person: str


class Pass(Action, frozen=True, tag="pass"):
    """Say nothing this time; before one's turn as well."""


class Lapse(Action, frozen=True, tag="lapse"):
    """Anyone: the time of `person` is over."""

    person: str


class More(Action, frozen=True, tag="more"):
    """Facilitators: give whoever has the floor more time."""

    seconds: int


class End(Action, frozen=True, tag="end"):
    """Facilitators: end the go-round."""


Actions = Begin | Next | Pass | Lapse | More | End


# --- what happens -------------------------------------------------------------------------------


class Begun(Change, frozen=True, tag="begun"):
    """A go-round began."""

    people: tuple[str, ...]
    since: int
    seconds: int = 0
    until: int | None = None


class Turned(Change, frozen=True, tag="turned"):
    """Somebody's turn is over, or will not come; the floor is the next one's since `since`."""

    person: str
    how: How
    since: int
    until: int | None = None


class Extended(Change, frozen=True, tag="extended"):
    """The turn lasts longer."""

    until: int


class Ended(Change, frozen=True, tag="ended"):
    """The go-round is over."""


Changes = Begun | Turned | Extended | Ended


def floor(state: Round, now: int) -> str | None:
    """Who has the floor; None where there is no go-round, or its last turn is over. A turn ends
    with its time, whether that was recorded yet or not."""
    go = state.going
    if go is None:
        return None
    lapsed = go.until is not None and now >= go.until
    left = go.waiting[int(lapsed) :]
    return left[0] if left else None


# --- deciding -----------------------------------------------------------------------------------


def decide(asked: Asked, action: Actions) -> list[Step]:
    """What an action does."""
    return [Step(change) for change in _DECIDE[type(action)](asked, action)]


def _time(seconds: int, shortest: int) -> int:
    if not shortest <= seconds <= LONGEST_TURN:
        raise Refusal("invalid", field="seconds", problem=f"{shortest} to {LONGEST_TURN}")
    return seconds * SECOND


def _begin(asked: Asked, action: Begin) -> list[Change]:
    asked.facilitator()
    length = _time(action.seconds, 0)
    if asked.state.going is not None:
        raise Refusal("round_running")
    rows = asked.facts.members(asked.standing.room.id, action.people or None)
    may = {
        person: row
        for person, row in rows.items()
        if row.state == "member" and row.role != "observer"
    }
    people = list(dict.fromkeys(action.people)) or [
        person for person, row in may.items() if row.role != "facilitator"
    ]
    for person in people:
        if person not in may:
            raise Refusal("not_found", what="person in this room")
    if not people:
        raise Refusal("too_few", what="people for a go-round", min=1, actual=0)
    if len(people) > MOST_PEOPLE:
        most = MOST_PEOPLE
        raise Refusal("too_many", what="people in a go-round", max=most, actual=len(people))
    until = asked.now + length if length else None
    return [Begun(people=tuple(people), seconds=action.seconds, since=asked.now, until=until)]


def _running(asked: Asked) -> Going:
    state: Round = asked.state
    if state.going is None:
        raise Refusal("no_round")
    return state.going


def _turn(go: Going, person: str, how: How, now: int) -> list[Change]:
    """The floor goes on; after the last one the go-round is over."""
    if go.waiting == (person,):
        return [Turned(person=person, how=how, since=now), Ended()]
    if go.waiting[0] != person:
        # Their turn has not come: the one who speaks keeps their time.
        return [Turned(person=person, how=how, since=go.since, until=go.until)]
    until = now + go.seconds * SECOND if go.seconds else None
    return [Turned(person=person, how=how, since=now, until=until)]


def _next(asked: Asked, action: Next) -> list[Change]:
    go = _running(asked)
    if action.person != asked.me:
        asked.facilitator()
    return _turn(go, action.person, "done", asked.now) if go.waiting[0] == action.person else []


def _pass(asked: Asked, action: Pass) -> list[Change]:  # noqa: ARG001
    go = _running(asked)
    return _turn(go, asked.me, "passed", asked.now) if asked.me in go.waiting else []


def _lapse(asked: Asked, action: Lapse) -> list[Change]:
    go = _running(asked)
    if go.waiting[0] != action.person or go.until is None:
        return []
    if asked.now < go.until:
        raise Refusal("too_early", retry_after=round((go.until - asked.now) / SECOND, 1))
    return _turn(go, action.person, "lapsed", asked.now)


def _more(asked: Asked, action: More) -> list[Change]:
    asked.facilitator()
    go = _running(asked)
    more = _time(action.seconds, 1)
    return [Extended(until=max(go.until or asked.now, asked.now) + more)]


def _end(asked: Asked, action: End) -> list[Change]:  # noqa: ARG001
    asked.facilitator()
    _running(asked)
    return [Ended()]


_DECIDE: dict[type[Action], Callable[[Asked, Any], list[Change]]] = {
    Begin: _begin, Next: _next, Pass: _pass, Lapse: _lapse, More: _more, End: _end,
}  # fmt: skip


# --- folding ------------------------------------------------------------------------------------


def fold(state: Round, change: Changes, happened: Happened) -> Round:  # noqa: ARG001
    """The document after a change; the browser client has the same in `web/src/tools/round.ts`."""
    if isinstance(change, Begun):
        going = Going(
            waiting=change.people, seconds=change.seconds, since=change.since, until=change.until
        )
        return Round(going=going)
    if isinstance(change, Ended) or state.going is None:
        return Round()
    if isinstance(change, Extended):
        return Round(going=msgspec.structs.replace(state.going, until=change.until))
    return Round(going=_turned(state.going, change))


def _turned(go: Going, change: Turned) -> Going:
    waiting = tuple(person for person in go.waiting if person != change.person)
    spoken, passed = go.spoken, go.passed
    if change.how == "passed":
        passed = (*passed, change.person)
    elif change.how != "left":
        spoken = (*spoken, change.person)
    return msgspec.structs.replace(
        go, waiting=waiting, spoken=spoken, passed=passed, since=change.since, until=change.until
    )


# --- what it means for the room -----------------------------------------------------------------


def forbids(state: Round, standing: Standing, facilitates: bool, now: int) -> str | None:
    """Writing without the floor."""
    has = floor(state, now)
    return None if facilitates or has in (None, standing.person.id) else "not_your_turn"


def leaves(state: Round, person: str, now: int) -> list[Step]:
    """Who is gone has no turn to come."""
    if state.going is None or person not in state.going.waiting:
        return []
    return [Step(change) for change in _turn(state.going, person, "left", now)]


TOOL = Tool(
    name="round",
    state=Round,
    actions=Actions,
    changes=Changes,
    decide=decide,
    fold=fold,
    forbids=forbids,
    leaves=leaves,
)
