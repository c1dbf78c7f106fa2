"""Jobs of the house's bots: the reminder answers what was said to it, the welcome greets.

They keep to what every bot may do: they read what was said in a room that has them switched on, act
by the commands of whoever spoke, and post. That they happen once is the jobs' promise.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chat.reminding import with_account
from jobs import Due
from protocol.ids import COMMUNITY, facilitators_stream
from rooms.actions import hearing, welcoming
from rooms.facts import Facts
from rooms.house import REMINDER, WELCOME, HouseBot
from rooms.model import Decision
from storage.jobs.store import SYSTEM, once
from storage.transaction import Job, Locks

if TYPE_CHECKING:
    from chat.app import App


def hearing_job(message: str) -> Job:
    """Carry out and answer what a message asks of the reminder."""

    def locks(facts: Facts) -> Locks:
        found = facts.message(message)
        if found is None:
            return Locks(share=())
        streams = (found.author, found.room, facilitators_stream(found.room))
        return _with_house(facts, REMINDER, *streams)

    return Job(SYSTEM, locks, partial(_acting, REMINDER, partial(_hear, message)))


def greeting_job(room: str, since: int) -> Job:
    """Greet those who came into a room since then."""
    greet = partial(_greet, room, since)
    return Job(SYSTEM, lambda f: _with_house(f, WELCOME, room), partial(_acting, WELCOME, greet))


async def hear(app: App, due: Due) -> None:
    """The job; its key is the message."""
    await app.run(once(due, hearing_job(due.key)))


async def greet(app: App, due: Due) -> None:
    """The job; its key is the room."""
    await app.run(once(due, greeting_job(due.key, due.due_at - welcoming.WAITS)))


def _hear(message: str, facts: Facts) -> Decision:
    return hearing.hear(facts, message)


def _greet(room: str, since: int, facts: Facts) -> Decision:
    return welcoming.greet(facts, room, since)


def _with_house(facts: Facts, bot: HouseBot, *streams: str) -> Locks:
    if facts.person(bot.id) is None:
        return Locks(write=(COMMUNITY, *streams), share=())
    return Locks(write=streams)


def _acting(bot: HouseBot, act: partial[Decision], facts: Facts) -> Decision:
    decision = act(facts)
    if decision.events:
        decision = with_account(facts, bot, decision)
    decision.actor = bot.id
    return decision
