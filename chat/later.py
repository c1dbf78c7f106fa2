"""The table: kind of job to who does it, how often it is tried, and when it comes again.

What is to happen later is a row here and a `Schedule` in the decision that wants it. Whoever does
it can be called twice (a node may die before it says that it was done): in the database it uses
`storage.jobs.store.once`, outside of it the job's key.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from accounts import passes, suspension
from accounts.deletion import ERASE
from accounts.model import DAY
from accounts.suspension import SETTLE
from chat.compacting import compact
from chat.deliveries import SWEEP, SWEPT, TELL
from chat.house import asked, came, gather, hear
from chat.nightly import BACKUP, back_up
from chat.push import pushing
from chat.reminding import ring
from chat.retention import trim
from chat.slack import views
from jobs import Due, Kind, Table, daily, every
from protocol.ids import COMMUNITY, facilitators_stream
from rooms.actions import bots, holding, reports
from rooms.actions.addressing import HEAR
from rooms.actions.bots import EXPIRE as EXPIRE_INTERACTION
from rooms.actions.bots import FADE, SEND
from rooms.actions.holding import EXPIRE
from rooms.actions.planning import RING
from rooms.actions.reports import FORGET
from rooms.actions.retention import TRIM
from rooms.actions.welcoming import CAME, GREET
from rooms.facts import Facts
from rooms.house import ASKED
from rooms.model import Decision
from rooms.records import Schedule
from storage import compacting
from storage.accounts import jobs, sweep
from storage.jobs.store import SYSTEM, once, writing
from storage.transaction import Job, Locks

if TYPE_CHECKING:
    from chat.app import App

_DAY_SECONDS = DAY / 1_000_000


def kinds(app: App) -> Table:
    """Every kind of job that this program knows."""
    return {
        ERASE: Kind(app.erasure.by_job),
        SETTLE: Kind(partial(_settle, app)),
        EXPIRE: Kind(partial(_expire_held, app)),
        passes.OVER: Kind(partial(_visit_over, app)),
        TRIM: Kind(partial(trim, app)),
        RING: Kind(partial(ring, app)),
        HEAR: Kind(partial(hear, app)),
        ASKED: Kind(partial(asked, app)),
        GREET: Kind(partial(gather, app)),
        CAME: Kind(partial(came, app)),
        FORGET: Kind(partial(_forget_evidence, app)),
        TELL: Kind(app.deliveries.by_job),
        SEND: Kind(app.commands.by_job),
        SWEEP: Kind(app.deliveries.sweep, again=every(SWEPT), at_once=False),
        EXPIRE_INTERACTION: Kind(partial(_expire_interaction, app)),
        FADE: Kind(partial(_fade, app)),
        BACKUP: Kind(
            partial(back_up, app),
            attempts=4,
            again=daily(max(0, app.settings.backup_hour)),
            at_once=False,
        ),
        compacting.KIND: Kind(partial(compact, app)),
        pushing.TALK: Kind(app.push.talk, outside=True),
        pushing.REPORT: Kind(app.push.report, outside=True),
        pushing.REMINDER: Kind(app.push.reminder, outside=True),
        pushing.SAMPLE: Kind(app.push.sample, attempts=1, outside=True),
        pushing.SWEEP: Kind(app.push.sweep, again=every(pushing.SWEPT_EVERY)),
        views.SWEEP: Kind(partial(views.sweep, app), again=every(_DAY_SECONDS)),
        "account.sweep": Kind(partial(_sweep, app), again=every(_DAY_SECONDS)),
    }


def recurring(table: Table, now: int) -> list[Schedule]:
    """What comes again and again must stand there once; where it does, it is left alone."""
    return [
        Schedule(kind=name, key="", at=now if kind.at_once else kind.again(now), keep=True)
        for name, kind in table.items()
        if kind.again is not None
    ]


async def _expire_held(app: App, due: Due) -> None:
    def locks(facts: Facts) -> Locks:
        held = facts.held(due.key)
        if held is None:
            return Locks(share=())
        return Locks(write=(held.author, held.room, facilitators_stream(held.room)))

    await app.run(once(due, Job(SYSTEM, locks, lambda facts: holding.expire(facts, due.key))))


async def _visit_over(app: App, due: Due) -> None:
    await app.run(once(due, jobs.visit_over(due.key)))


async def _expire_interaction(app: App, due: Due) -> None:
    def locks(facts: Facts) -> Locks:
        found = facts.interaction(due.key)
        return Locks(share=()) if found is None else Locks(write=(found.bot,), share=())

    await app.run(once(due, Job(SYSTEM, locks, lambda facts: bots.expire(facts, due.key))))


async def _fade(app: App, due: Due) -> None:
    def locks(facts: Facts) -> Locks:
        found = facts.whisper(due.key)
        return Locks(share=()) if found is None else Locks(write=(found.person,), share=())

    await app.run(once(due, Job(SYSTEM, locks, lambda facts: bots.fade(facts, due.key))))


async def _forget_evidence(app: App, due: Due) -> None:
    job = Job(SYSTEM, lambda _: Locks(share=()), lambda facts: reports.forget(facts, due.key))
    await app.run(once(due, job))
    # What was seen leaves the files too, not the table alone.
    app.purge.needed()


async def _settle(app: App, due: Due) -> None:
    act = partial(_settled, due.key)
    await app.run(once(due, Job(SYSTEM, lambda _: Locks((COMMUNITY, due.key), ()), act)))


def _settled(person: str, facts: Facts) -> Decision:
    return suspension.settle(facts, person)


async def _sweep(app: App, _: Due) -> None:
    before = app.now() - sweep.KEPT
    while (await app.run(writing(partial(sweep.expired, before=before)))).result:
        pass
