"""The welcome: what it says to newcomers besides their names and the room's purpose.

Switched on, a bot of the house greets whoever comes (`bots/house/welcome.py`). Facilitators
say what else newcomers should know.
"""

from __future__ import annotations

import msgspec

from rooms import text
from rooms.tools.base import Action, Asked, Change, Document, Happened, Step, Tool

NAME = "welcome"
WORDS = 1_000
MOST = 500
"""Newcomers looked at for one greeting."""


class Welcome(Document, frozen=True):
    """`body`: what newcomers are told; `body_seq` the event that holds it."""

    body: str | None = None
    by: str = ""
    body_seq: int = 0


class Tell(Action, frozen=True, tag="tell"):
    """Facilitators: what newcomers are told; empty for nothing besides."""

    body: str


class Told(Change, frozen=True, tag="told"):
    """From here on newcomers are told the event's body."""


def decide(asked: Asked, action: Tell) -> list[Step]:
    """What an action does."""
    asked.facilitator()
    body = text.paragraph("body", action.body, WORDS) or None
    if body == asked.state.body:
        return []
    old = (asked.state.body_seq,) if asked.state.body_seq else ()
    return [Step(Told(), body=body, redacts=old)]


def fold(state: Welcome, change: Told, happened: Happened) -> Welcome:  # noqa: ARG001
    """The document after a change; browsers have the same in `web/src/tools/welcome.ts`."""
    seq = happened.seq if happened.body is not None else 0
    return msgspec.structs.replace(state, body=happened.body, by=happened.actor, body_seq=seq)


def forgets(state: Welcome, person: str) -> list[Step]:
    """What somebody wrote goes with their account."""
    if state.by != person or state.body is None:
        return []
    return [Step(Told(), redacts=(state.body_seq,))]


TOOL = Tool(
    name=NAME,
    state=Welcome,
    actions=Tell,
    changes=Told,
    decide=decide,
    fold=fold,
    forgets=forgets,
)
