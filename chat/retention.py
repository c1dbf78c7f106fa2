"""Clearing rooms that keep their talk for a time: piece by piece, once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs import Due
from protocol.ids import COMMUNITY, facilitators_stream
from rooms.actions import retention
from rooms.facts import Facts
from rooms.model import Decision
from storage.jobs.store import once
from storage.transaction import Job, Locks

if TYPE_CHECKING:
    from chat.app import App


def trimming(room: str) -> Job:
    """One piece of one room."""

    def locks(facts: Facts) -> Locks:
        authors = {held.author for held in retention.waiting(facts, room)}
        return Locks(write=(*sorted(authors), room, facilitators_stream(room)), share=(COMMUNITY,))

    return Job("system", locks, lambda facts: retention.trim(facts, room))


async def trim(app: App, due: Due) -> None:
    """Clear what is too old in the room that is the job's key; tomorrow again."""
    while True:
        done = (await app.run(trimming(due.key))).result
        if not done["more"]:
            break
    ending = Job("system", lambda _: Locks(share=()), _nothing)
    await app.run(once(due, ending, app.now() + retention.DAY if done["kept"] else None))


def _nothing(_: Facts) -> Decision:
    return Decision()
