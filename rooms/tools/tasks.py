"""Decisions and action items of a team, noted from what was said: who, by when, done.

An item points at its message, whose text is read where it stands, or carries a line of its own, or
both. Its line is somebody's text: it leaves the log when it is reworded, dropped, or its author's
account is deleted (promise P8).
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from rooms import text
from rooms.errors import Refusal
from rooms.tools.base import Action, Asked, Change, Document, Happened, Step, Tool

MOST_ITEMS = 300
LINE = 300
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")

Kind = Literal["decision", "action"]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item. `due` is a day, `2026-11-30`. `body_seq`: the event that holds its line."""

    id: int
    kind: Kind
    by: str
    message: str | None = None
    body: str | None = None
    body_seq: int = 0
    who: str | None = None
    due: str | None = None
    done: bool = False


class Tasks(Document, frozen=True):
    """The items in order of noting; `last` is the newest's id, dropped ones counted."""

    items: tuple[Item, ...] = ()
    last: int = 0


class Note(Action, frozen=True, tag="note"):
    """Note a decision or an action item, from a message of the room or in a line of its own."""

    kind: Kind
    message: str | None = None
    body: str = ""
    who: str | None = None
    due: str | None = None


class Alter(Action, frozen=True, tag="alter"):
    """Say anew what an item says, who does it and by when."""

    id: int
    body: str = ""
    who: str | None = None
    due: str | None = None


class Tick(Action, frozen=True, tag="tick"):
    """Done, or not done after all."""

    id: int
    done: bool


class Drop(Action, frozen=True, tag="drop"):
    """Take an item off the list: who noted it, who should do it, or a facilitator."""

    id: int


Actions = Note | Alter | Tick | Drop


class Noted(Change, frozen=True, tag="noted"):
    """A new item; its line, if it has one, is the event's body."""

    id: int
    kind: Kind
    message: str | None = None
    who: str | None = None
    due: str | None = None


class Altered(Change, frozen=True, tag="altered"):
    """Who and by when, from here on; with `reworded` the line is the event's body."""

    id: int
    who: str | None = None
    due: str | None = None
    reworded: bool = False


class Ticked(Change, frozen=True, tag="ticked"):
    """Done, or not."""

    id: int
    done: bool


class Dropped(Change, frozen=True, tag="dropped"):
    """Off the list, and its line is gone."""

    id: int


Changes = Noted | Altered | Ticked | Dropped


def decide(asked: Asked, action: Actions) -> list[Step]:
    """What an action does. Anyone who may write here may note, alter and tick."""
    if isinstance(action, Note):
        return _note(asked, action)
    item = next((item for item in asked.state.items if item.id == action.id), None)
    if item is None:
        raise Refusal("not_found", what="item")
    if isinstance(action, Alter):
        return _alter(asked, action, item)
    if isinstance(action, Tick):
        if item.kind == "decision":
            raise Refusal("invalid", field="id", problem="a decision is not done, it is made")
        return [Step(Ticked(id=item.id, done=action.done))] if action.done != item.done else []
    if asked.me not in (item.by, item.who):
        asked.facilitator()
    return [Step(Dropped(id=item.id), redacts=_line(item))]


def _note(asked: Asked, action: Note) -> list[Step]:
    state: Tasks = asked.state
    if len(state.items) >= MOST_ITEMS:
        raise Refusal("too_many", what="items", max=MOST_ITEMS, actual=MOST_ITEMS + 1)
    body = text.line("body", action.body, LINE) or None
    if action.message is not None:
        found = asked.facts.message(action.message)
        member = asked.standing.member
        since = member.visible_from_seq if member else 0
        here = found is not None and found.room == asked.standing.room.id and not found.apart
        if found is None or not here or found.posted_seq < since:
            raise Refusal("not_found", what="message")
        if found.deleted:
            raise Refusal("already_deleted")
    elif body is None:
        raise Refusal("too_short", field="body", min=1, actual=0)
    noted = Noted(
        id=state.last + 1,
        kind=action.kind,
        message=action.message,
        who=_member(asked, action.who),
        due=_day(action.due),
    )
    return [Step(noted, body)]


def _alter(asked: Asked, action: Alter, item: Item) -> list[Step]:
    body = text.line("body", action.body, LINE) or None
    if body is None and item.message is None:
        raise Refusal("too_short", field="body", min=1, actual=0)
    who = _member(asked, action.who) if action.who != item.who else item.who
    due = _day(action.due)
    if (body, who, due) == (item.body, item.who, item.due):
        return []
    if body == item.body:
        return [Step(Altered(id=item.id, who=who, due=due))]
    return [Step(Altered(id=item.id, who=who, due=due, reworded=True), body, _line(item))]


def _member(asked: Asked, person: str | None) -> str | None:
    if person is None:
        return None
    row = asked.facts.members(asked.standing.room.id, [person]).get(person)
    if row is None or row.state != "member":
        raise Refusal("not_found", what="person in this room")
    return person


def _day(due: str | None) -> str | None:
    if due is not None and not _DAY.fullmatch(due):
        raise Refusal("invalid", field="action.due", problem="a day, such as 2026-11-30")
    return due


def _line(item: Item) -> tuple[int, ...]:
    return (item.body_seq,) if item.body is not None else ()


def fold(state: Tasks, change: Changes, happened: Happened) -> Tasks:
    """The list after a change; the browser client has the same in `web/src/tools/tasks.ts`."""
    if isinstance(change, Noted):
        item = Item(
            id=change.id, kind=change.kind, by=happened.actor, message=change.message,
            body=happened.body, body_seq=happened.seq, who=change.who, due=change.due,
        )  # fmt: skip
        return Tasks(items=(*state.items, item), last=change.id)
    if isinstance(change, Dropped):
        left = tuple(item for item in state.items if item.id != change.id)
        return msgspec.structs.replace(state, items=left)
    return msgspec.structs.replace(
        state,
        items=tuple(
            _changed(item, change, happened) if item.id == change.id else item
            for item in state.items
        ),
    )


def _changed(item: Item, change: Altered | Ticked, happened: Happened) -> Item:
    if isinstance(change, Ticked):
        return msgspec.structs.replace(item, done=change.done)
    item = msgspec.structs.replace(item, who=change.who, due=change.due)
    if not change.reworded:
        return item
    return msgspec.structs.replace(item, body=happened.body, body_seq=happened.seq)


def forgets(state: Tasks, person: str) -> list[Step]:
    """A deleted account's lines go; an item that points at a message stays without its line."""
    steps = []
    for item in state.items:
        if item.by != person or item.body is None:
            continue
        if item.message is None:
            steps.append(Step(Dropped(id=item.id), redacts=_line(item)))
        else:
            kept = Altered(id=item.id, who=item.who, due=item.due, reworded=True)
            steps.append(Step(kept, redacts=_line(item)))
    return steps


def expires(state: Tasks, upto: int) -> list[Step]:
    """What was noted, or last reworded, so long ago is off the list, done or not."""
    return [Step(Dropped(id=item.id)) for item in state.items if item.body_seq <= upto]


TOOL = Tool(
    name="tasks",
    state=Tasks,
    actions=Actions,
    changes=Changes,
    decide=decide,
    fold=fold,
    forgets=forgets,
    expires=expires,
)
