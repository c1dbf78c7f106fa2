"""Ringing what is planned, as a job: which streams it locks, and that the house's bots are there.

A bot of the house gets its account the first time it has something to say.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chat.house.accounts import with_account
from jobs import Due
from protocol.ids import COMMUNITY, facilitators_stream
from rooms.actions import ringing
from rooms.facts import Facts
from rooms.house import REMINDER
from rooms.model import Decision
from storage.jobs.store import SYSTEM, once
from storage.transaction import Job, Locks

if TYPE_CHECKING:
    from chat.app import App


def ringing_job(planned: str) -> Job:
    """Whatever is due now of what is planned."""
    return Job(SYSTEM, partial(_locks, planned), partial(_ring, planned))


async def ring(app: App, due: Due) -> None:
    """The job; its key is what is planned."""
    await app.run(once(due, ringing_job(due.key)))


def _locks(planned: str, facts: Facts) -> Locks:
    found = facts.planned(planned)
    if found is None:
        return Locks(share=())
    room = found.owner if found.owner.startswith("r_") else found.room
    streams = [found.owner]
    if found.what == "post":
        streams += [room, facilitators_stream(room)]
    if found.what == "reminder" and found.owner == room and facts.person(REMINDER.id) is None:
        return Locks(write=(COMMUNITY, *streams), share=())
    return Locks(write=tuple(streams))


def _ring(planned: str, facts: Facts) -> Decision:
    decision = ringing.ring(facts, planned)
    if any(getattr(event.data, "author", "") == REMINDER.id for event in decision.events):
        decision = with_account(facts, REMINDER, decision)
    decision.actor = _actor(facts, planned)
    return decision


def _actor(facts: Facts, planned: str) -> str:
    """A post is its author's doing, a reminder the bot's."""
    found = facts.planned(planned)
    return found.owner if found is not None and found.what == "post" else REMINDER.id
