"""The reminder in a room's talk, as a switch: what it answers is in `bots/house/reminder.py`.

It keeps nothing of its own: a room's reminders are its own affair (`rooms/actions/planning.py`).
"""

from __future__ import annotations

from rooms.tools.base import Action, Asked, Change, Document, Happened, Step, Tool

NAME = "reminder"


class Reminder(Document, frozen=True):
    """Nothing."""


class Nothing(Action, frozen=True, tag="nothing"):
    """It is spoken to in the talk."""


class Unchanged(Change, frozen=True, tag="unchanged"):
    """It keeps nothing."""


def decide(asked: Asked, action: Nothing) -> list[Step]:  # noqa: ARG001
    """Nothing."""
    return []


def fold(state: Reminder, change: Unchanged, happened: Happened) -> Reminder:  # noqa: ARG001
    """As it was."""
    return state


TOOL = Tool(
    name=NAME,
    state=Reminder,
    actions=Nothing,
    changes=Unchanged,
    decide=decide,
    fold=fold,
)
