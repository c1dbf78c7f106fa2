"""What every command needs: the open database, jobs carried out, names looked up, errors in words.

The command line writes to the same database as a running server, in transactions of its own; the
server notices within its repair interval (5 s). Libraries are imported where they are used.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from chat.settings import Settings
    from protocol.views import Person
    from storage.database import Database
    from storage.listing import RoomLine
    from storage.transaction import Job


class OperatorError(Exception):
    """Something the operator has to put right; the message is one line."""


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The settings and the database, which is up to date and set up."""
    from chat.settings import load
    from storage import upkeep
    from storage.accounts import queries
    from storage.database import Database

    settings = load()
    database = Database(settings.url)
    try:
        if database.path is not None and not database.path.exists():
            raise OperatorError(
                f"There is no community at {database.path} yet: `tertulia serve` makes one "
                "(TERTULIA_DATA names the folder)."
            )
        upkeep.prepare(database)
        with database.read() as connection:
            if queries.community_face(connection) is None:
                raise OperatorError("The community is not set up yet: `tertulia owner-link`.")
        yield settings, database
    finally:
        database.close()


def carry_out(database: Database, job: Job) -> Any:
    """Carry out one job; its result. Raises `Refusal`."""
    from storage.writer import carry_out_now

    (outcome,) = carry_out_now(database, [job], now())
    if outcome.error is not None:
        raise outcome.error
    return outcome.result


def person(database: Database, username: str) -> Person:
    """Somebody by username, with or without `@`, or by id."""
    from storage.accounts import queries

    with database.read() as connection:
        found = queries.by_username(connection, username.removeprefix("@"))
        found = found or queries.person(connection, username)
    if found is None or found.status == "deleted":
        raise OperatorError(f"There is nobody called {username}: see `tertulia user list`.")
    return found


def room(database: Database, text: str) -> RoomLine:
    """A room by its name or id."""
    from storage import listing

    with database.read() as connection:
        found = listing.rooms_called(connection, text)
    if not found:
        raise OperatorError(f"There is no room called {text}: see `tertulia room list`.")
    if len(found) > 1:
        ids = ", ".join(line.id for line in found)
        raise OperatorError(f"Several rooms are called {text}: name one by its id ({ids}).")
    return found[0]


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table, as wide as the terminal; to a file or pipe one line a row, tabs between."""
    import sys

    listed = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [[*columns], *listed]:
            typer.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in listed:
        table.add_row(*map(escape, row))
    Console().print(table)


def day(text: str) -> str:
    """An RFC 3339 time, for people."""
    return text[:16].replace("T", " ") + " UTC"


def explained(error: BaseException) -> str | None:
    """What an error says to the operator, in one line; None for one that nobody foresaw."""
    from chat.listener import ListenError
    from chat.server import StartupError
    from chat.settings import SettingsError
    from rooms.errors import Refusal
    from storage.upkeep import UpkeepError, database_says

    if isinstance(error, OperatorError | SettingsError | UpkeepError | ListenError | StartupError):
        return " ".join(str(error).split())
    if isinstance(error, Refusal):
        return error.message
    if says := database_says(error):
        return f"The database says: {says}"
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return None
