"""The book a club reads: its units (chapters, parts), and how far each reader is.

Facilitators name the units. A message may be marked with one, and whoever has not reached it is
shown it folded: a courtesy between readers, not a secret, since the text stands in the room's log.
How far one has read is one's own mark: nobody else is told.
"""

from __future__ import annotations

import msgspec

from protocol.parts import Unit
from rooms import text
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import RoomFacts
from rooms.tools.base import Action, Asked, Change, Document, Happened, Step, Tool

MOST_UNITS = 120
MOST_BOOKS = 100
TITLE = 120
UNIT = 80


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """A book and its units, in order; they are counted from 1."""

    title: str
    units: tuple[str, ...]


class Shelf(Document, frozen=True):
    """The books of the club, counted from 1; the last is the current one."""

    books: tuple[Book, ...] = ()


class Start(Action, frozen=True, tag="start"):
    """Facilitators: begin a new book."""

    title: str
    units: list[str]


class Revise(Action, frozen=True, tag="revise"):
    """Facilitators: put right the title or the units of the current book."""

    title: str
    units: list[str]


Actions = Start | Revise


class Started(Change, frozen=True, tag="started"):
    """A new book is the current one."""

    title: str
    units: tuple[str, ...]


class Revised(Change, frozen=True, tag="revised"):
    """The current book, as it is from here on."""

    title: str
    units: tuple[str, ...]


Changes = Started | Revised


class Reached(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I have read up to and with unit `no` of book `book`; 0: nothing yet."""

    book: int
    no: int


def _named(title: str, units: list[str]) -> tuple[str, tuple[str, ...]]:
    if not 1 <= len(units) <= MOST_UNITS:
        raise Refusal("too_many" if units else "too_few", what="units", max=MOST_UNITS, min=1,
                      actual=len(units))  # fmt: skip
    named = tuple(text.line("units", unit, UNIT, 1) for unit in units)
    return text.line("title", title, TITLE, 1), named


def decide(asked: Asked, action: Actions) -> list[Step]:
    """A new book, or the current one put right."""
    asked.facilitator()
    title, units = _named(action.title, action.units)
    shelf: Shelf = asked.state
    if isinstance(action, Start):
        if len(shelf.books) >= MOST_BOOKS:
            raise Refusal("too_many", what="books", max=MOST_BOOKS, actual=MOST_BOOKS + 1)
        return [Step(Started(title=title, units=units))]
    if not shelf.books:
        raise Refusal("not_found", what="book")
    same = shelf.books[-1] == Book(title=title, units=units)
    return [] if same else [Step(Revised(title=title, units=units))]


def fold(state: Shelf, change: Changes, happened: Happened) -> Shelf:  # noqa: ARG001
    """The shelf after a change; the browser client has the same in `web/src/tools/book.ts`."""
    before = state.books if isinstance(change, Started) else state.books[:-1]
    return Shelf(books=(*before, Book(title=change.title, units=change.units)))


def remark(state: Shelf, mark: dict[str, int] | None, wanted: Reached) -> dict[str, int]:
    """Units reached by book, as `{"1": 24, "2": 3}`."""
    if not 1 <= wanted.book <= len(state.books):
        raise Refusal("not_found", what="book")
    if not 0 <= wanted.no <= len(state.books[wanted.book - 1].units):
        raise Refusal("invalid", field="mark.no", problem="the book has no such unit")
    return {**(mark or {}), str(wanted.book): wanted.no}


def unit(facts: Facts, room: RoomFacts, wanted: Unit | None) -> Unit | None:
    """The unit a message is to be marked with, if the room reads a book that has it."""
    if wanted is None:
        return None
    if TOOL.name not in room.options.tools:
        raise Refusal("tool_off")
    shelf: Shelf = TOOL.read(facts.tool(room.id, TOOL.name))
    if not 1 <= wanted.book <= len(shelf.books):
        raise Refusal("not_found", what="book")
    if not 1 <= wanted.no <= len(shelf.books[wanted.book - 1].units):
        raise Refusal("invalid", field="unit.no", problem="the book has no such unit")
    return wanted


def ahead(facts: Facts, room: str, reader: str, marked: Unit) -> str:
    """The name of a unit that a reader has not reached; empty where they have."""
    kept = facts.tool_mark(room, TOOL.name, reader)
    reached: dict[str, int] = msgspec.json.decode(kept) if kept else {}
    if marked.no <= reached.get(str(marked.book), 0):
        return ""
    shelf: Shelf = TOOL.read(facts.tool(room, TOOL.name))
    units = shelf.books[marked.book - 1].units if 1 <= marked.book <= len(shelf.books) else ()
    return units[marked.no - 1] if 1 <= marked.no <= len(units) else str(marked.no)


def carried(facts: Facts, before: str, room: RoomFacts, marked: Unit | None) -> Unit | None:
    """The unit of a message that comes from the room `before`: kept where the new room reads the
    same book, by its title and the unit's name."""
    if marked is None or TOOL.name not in room.options.tools:
        return None
    old: Shelf = TOOL.read(facts.tool(before, TOOL.name))
    new: Shelf = TOOL.read(facts.tool(room.id, TOOL.name))
    if not (1 <= marked.book <= len(old.books)):
        return None
    book = old.books[marked.book - 1]
    if not (1 <= marked.no <= len(book.units)):
        return None
    name = book.units[marked.no - 1]
    for number, one in enumerate(new.books, 1):
        if one.title == book.title and name in one.units:
            return Unit(book=number, no=one.units.index(name) + 1)
    return None


TOOL = Tool(
    name="book",
    state=Shelf,
    actions=Actions,
    changes=Changes,
    decide=decide,
    fold=fold,
    marks=Reached,
    remark=remark,
)
