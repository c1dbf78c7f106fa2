"""Writing the database's files anew from the command line, while a server runs or does not."""

from __future__ import annotations

from functools import partial

from chat.cli.base import carry_out, now
from storage import compacting
from storage.database import Database
from storage.jobs import rows
from storage.jobs.store import writing

_LEASE = 3600 * 1_000_000
"""Microseconds after which a server takes up what was interrupted here."""
_EVER = 2**62


def write_anew(database: Database) -> str:
    """Do it, whatever the size of the files; why it could not be done, or an empty text."""
    if compacting.no_space(database):
        return "The disk is too full: the file is copied twice while it is written anew."
    # Taken as a server would take it: what is deleted meanwhile is done the next night.
    until = now() + _LEASE
    take = partial(rows.take, kinds=[compacting.KIND], now=_EVER, until=until, most=1)
    taken = carry_out(database, writing(take))
    if database.path is None:
        compacting.vacuum(database, full=True)
    elif not compacting.compact(database):
        for due in taken:
            back = partial(rows.again, due=due, at=due.due_at, error=None)
            carry_out(database, writing(back))
        return "Somebody was reading or writing all the time, or the disk is full: run it again."
    for due in taken:
        carry_out(database, writing(partial(rows.finish, due=due)))
    carry_out(database, writing(compacting.done_by_hand))
    return ""
