"""Hands: raise one, see the queue, be called.

Next comes the first to have raised a hand, or who has spoken least lately: facilitators choose.
Who is called is shown, and nothing is forbidden to anybody: that is the go-round's (`go_round.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from rooms.errors import Refusal
from rooms.tools.base import Action, Asked, Change, Document, Happened, Step, Tool

MOST_HANDS = 200
LATELY = 200
"""The room's newest messages, among which it is counted who has spoken."""

Why = Literal["new", "reply", "clarify"]


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    """A raised hand. `at`: microseconds since 1970. `spoke`: how many of the newest messages were
    theirs when they raised it."""

    person: str
    why: Why
    at: int
    spoke: int


class Hands(Document, frozen=True):
    """The queue, in the order in which hands were raised, and who was called."""

    order: Literal["first", "quiet"] = "first"
    hands: tuple[Hand, ...] = ()
    called: str | None = None


# --- what may be asked --------------------------------------------------------------------------


class Raise(Action, frozen=True, tag="raise"):
    """Raise one's hand, or say anew why."""

    why: Why = "new"


class Lower(Action, frozen=True, tag="lower"):
    """Lower one's hand; as a facilitator anybody's."""

    person: str | None = None


class Order(Action, frozen=True, tag="order"):
    """Facilitators: who comes next, the first to raise a hand or who has spoken least lately."""

    order: Literal["first", "quiet"]


class Call(Action, frozen=True, tag="call"):
    """Facilitators: call the next, or the one named."""

    person: str | None = None


class Finish(Action, frozen=True, tag="finish"):
    """Who was called has spoken: they or a facilitator say so."""


class Clear(Action, frozen=True, tag="clear"):
    """Facilitators: lower all hands."""


Actions = Raise | Lower | Order | Call | Finish | Clear


# --- what happens -------------------------------------------------------------------------------


class Raised(Change, frozen=True, tag="raised"):
    """A hand is up."""

    person: str
    why: Why
    at: int
    spoke: int = 0


class Lowered(Change, frozen=True, tag="lowered"):
    """Hands are down."""

    people: tuple[str, ...]


class Ordered(Change, frozen=True, tag="ordered"):
    """Another order."""

    order: Literal["first", "quiet"]


class Called(Change, frozen=True, tag="called"):
    """Somebody was called, and their hand is down; None: nobody speaks by being called."""

    person: str | None = None


Changes = Raised | Lowered | Ordered | Called


def queue(state: Hands) -> list[Hand]:
    """The hands in the order in which they are called."""
    if state.order == "first":
        return list(state.hands)
    return sorted(state.hands, key=lambda hand: (hand.spoke, hand.at))


# --- deciding -----------------------------------------------------------------------------------


def decide(asked: Asked, action: Actions) -> list[Step]:
    """What an action does."""
    return [Step(change) for change in _DECIDE[type(action)](asked, action)]


def _raise(asked: Asked, action: Raise) -> list[Change]:
    state: Hands = asked.state
    mine = next((hand for hand in state.hands if hand.person == asked.me), None)
    if mine is not None and mine.why == action.why:
        return []
    if mine is None and len(state.hands) >= MOST_HANDS:
        raise Refusal("too_many", what="raised hands", max=MOST_HANDS, actual=MOST_HANDS + 1)
    spoke = asked.facts.lately(asked.standing.room.id, LATELY).get(asked.me, 0)
    at = asked.now if mine is None else mine.at
    return [Raised(person=asked.me, why=action.why, at=at, spoke=spoke)]


def _lower(asked: Asked, action: Lower) -> list[Change]:
    whose = action.person or asked.me
    if whose != asked.me:
        asked.facilitator()
    up = any(hand.person == whose for hand in asked.state.hands)
    return [Lowered(people=(whose,))] if up else []


def _order(asked: Asked, action: Order) -> list[Change]:
    asked.facilitator()
    return [] if asked.state.order == action.order else [Ordered(order=action.order)]


def _call(asked: Asked, action: Call) -> list[Change]:
    asked.facilitator()
    waiting = [hand.person for hand in queue(asked.state)]
    if action.person is not None and action.person not in waiting:
        raise Refusal("not_found", what="raised hand")
    if not waiting:
        return [Called()] if asked.state.called else []
    return [Called(person=action.person or waiting[0])]


def _finish(asked: Asked, action: Finish) -> list[Change]:  # noqa: ARG001
    if asked.state.called != asked.me:
        asked.facilitator()
    return [Called()] if asked.state.called else []


def _clear(asked: Asked, action: Clear) -> list[Change]:  # noqa: ARG001
    asked.facilitator()
    people = tuple(hand.person for hand in asked.state.hands)
    return [Lowered(people=people)] if people else []


_DECIDE: dict[type[Action], Callable[[Asked, Any], list[Change]]] = {
    Raise: _raise, Lower: _lower, Order: _order, Call: _call, Finish: _finish, Clear: _clear,
}  # fmt: skip


# --- folding ------------------------------------------------------------------------------------


def fold(state: Hands, change: Changes, happened: Happened) -> Hands:  # noqa: ARG001
    """The document after a change; the browser client has the same in `web/src/tools/hands.ts`."""
    match change:
        case Raised():
            kept = {hand.person: hand for hand in state.hands}
            kept[change.person] = Hand(
                person=change.person, why=change.why, at=change.at, spoke=change.spoke
            )
            return msgspec.structs.replace(state, hands=tuple(kept.values()))
        case Lowered():
            return _down(state, *change.people)
        case Ordered():
            return msgspec.structs.replace(state, order=change.order)
        case _:
            down = _down(state, change.person or "")
            return msgspec.structs.replace(down, called=change.person)


def _down(state: Hands, *people: str) -> Hands:
    left = tuple(hand for hand in state.hands if hand.person not in people)
    return msgspec.structs.replace(state, hands=left)


# --- what it means for the room -----------------------------------------------------------------


def leaves(state: Hands, person: str, now: int) -> list[Step]:  # noqa: ARG001
    """Who is gone has no hand up."""
    steps: list[Change] = []
    if any(hand.person == person for hand in state.hands):
        steps.append(Lowered(people=(person,)))
    if state.called == person:
        steps.append(Called())
    return [Step(change) for change in steps]


TOOL = Tool(
    name="hands",
    state=Hands,
    actions=Actions,
    changes=Changes,
    decide=decide,
    fold=fold,
    leaves=leaves,
)
