"""The jobs that tell the bots of the house: what was said to them, asked of them, who came.

A job's key names what it tells of; the text is read when it is told, and nothing is told of what is
gone by then or where the room has the bot switched off (promises P5, P8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from chat.house.accounts import arrival
from jobs import Due
from rooms.actions import welcoming
from rooms.house import REMINDER
from storage.jobs.store import SYSTEM, once
from storage.queries import house
from storage.queries.house import Told
from storage.transaction import Job, Locks

if TYPE_CHECKING:
    from chat.app import App


async def hear(app: App, due: Due) -> None:
    """What was said to a bot; the job's key is the message."""
    await _tell(app, due, await app.database.ask(house.heard, due.key, _bot(due)))


async def asked(app: App, due: Due) -> None:
    """A button, a form or a command; the job's key is the interaction."""
    await _tell(app, due, await app.database.ask(house.asked, due.key))


async def came(app: App, due: Due) -> None:
    """Who came within a minute; the job's payload names them."""
    told = await app.database.ask(house.came, due.payload["room"], due.payload["came"])
    await _tell(app, due, told, together=True)


async def gather(app: App, due: Due) -> None:
    """The minute is over; the job's key is the room."""
    since = due.due_at - welcoming.WAITS
    job = Job(
        SYSTEM,
        lambda _: Locks(write=(due.key,), share=()),
        lambda facts: welcoming.gathered(facts, due.key, since),
    )
    await app.run(once(due, job))


async def _tell(app: App, due: Due, told: Told | None, *, together: bool = False) -> None:
    if told is None:
        return
    if not told.there:
        await app.run(arrival(told.bot))
    # The SDK is loaded by whoever needs it: many communities have no bot switched on.
    from tertulia_bot import Event, Person

    from chat.house.carrier import carried

    bot = carried(app.dispatch, told.bot)
    events = msgspec.convert(told.events, list[Event])
    people = msgspec.convert(msgspec.to_builtins(told.people), list[Person])
    name = f"{due.kind} {due.key}"
    if together:
        await bot.hear_together(name, events, *people)
    else:
        await bot.hear(name, events[0], *people)


def _bot(due: Due) -> str:
    return str(due.payload.get("bot", REMINDER.id))
