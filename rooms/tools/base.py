"""What a tool of a room is: a document, what may be asked of it, and what changes it.

A tool decides `Step`s from what was asked; each becomes one `tool.changed` event of the room, and
the tool's fold makes the next document of it. The rest of Tertulia knows a tool by this type only:
it must not learn what the documents say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Record, Standing


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Base of a tool's state. Every field has a default: nothing made is what nobody touched."""


class Action(msgspec.Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """Base of what may be asked of a tool; strict, as every command is."""


class Change(msgspec.Struct, frozen=True, kw_only=True, tag_field="what", omit_defaults=True):
    """Base of what happens in a tool. Stored for ever: a field that comes later has a default."""


class Asked(NamedTuple):
    """Who asks, of what, and when."""

    facts: Facts
    standing: Standing
    facilitates: bool
    state: Any

    @property
    def me(self) -> str:
        """The id of who asks."""
        return self.standing.person.id

    @property
    def now(self) -> int:
        """Microseconds since 1970, read under the room's lock."""
        return self.facts.now

    def facilitator(self) -> None:
        """Refuse whoever does not facilitate."""
        if not self.facilitates:
            raise Refusal("not_allowed")


class Step(NamedTuple):
    """A change to come, the text that goes with it, and events of the room whose text it takes.

    Without a change nothing of it is told to anybody: then it only keeps a `mark` of whoever acts,
    and writes `records`.
    """

    change: Change | None
    body: str | None = None
    redacts: tuple[int, ...] = ()
    mark: Any = None
    records: tuple[Record, ...] = ()


class Happened(NamedTuple):
    """Where a change stands in the room's log, for the fold."""

    seq: int
    actor: str
    body: str | None


class Tool(NamedTuple):
    """A tool. What it does not need it leaves out."""

    name: str
    state: type[Document]
    actions: Any
    """The union of its actions."""
    changes: Any
    """The union of its changes."""
    decide: Callable[[Asked, Any], list[Step]]
    fold: Callable[[Any, Any, Happened], Any]
    forbids: Callable[[Any, Standing, bool, int], str | None] | None = None
    """`(state, standing, facilitates, now)`: the code that says why they may not write now."""
    leaves: Callable[[Any, str, int], list[Step]] | None = None
    """`(state, person, now)`: what happens when somebody is no longer in the room."""
    forgets: Callable[[Any, str], list[Step]] | None = None
    """`(state, person)`: what takes the texts of a deleted account away (promise P8)."""
    expires: Callable[[Any, int], list[Step]] | None = None
    """`(state, upto)`: what takes away texts that were written in events up to `upto`, where a
    room keeps its talk for a time."""
    marks: type[msgspec.Struct] | None = None
    """What one may keep for oneself in it."""
    remark: Callable[[Any, Any, Any], Any] | None = None
    """`(state, mark before or None, wanted)`: the mark that is kept."""

    def read(self, text: str | None) -> Any:
        """A stored document; fields that it lacks have their defaults."""
        return self.state() if text is None else msgspec.json.decode(text, type=self.state)

    def asked(self, action: dict[str, Any]) -> Any:
        """An action, strictly; raises `Refusal`."""
        return _typed(action, self.actions, "action")

    def wanted(self, mark: dict[str, Any]) -> Any:
        """A mark, strictly; raises `Refusal`."""
        if self.marks is None:
            raise Refusal("invalid", field="tool", problem="it keeps no marks")
        return _typed(mark, self.marks, "mark")

    def folded(self, state: Any, change: dict[str, Any], happened: Happened) -> Any:
        """The document after a stored change."""
        return self.fold(state, msgspec.convert(change, self.changes), happened)


_AT = re.compile(r" - at `\$\.?([^`]*)`$")


def _typed(value: dict[str, Any], kind: Any, field: str) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        at = _AT.search(text)
        place = f"{field}.{at[1]}" if at and at[1] else field
        raise Refusal("invalid", field=place[:64], problem=_AT.sub("", text)[:200]) from error
