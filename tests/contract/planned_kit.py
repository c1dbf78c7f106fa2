"""What tests of reminders share: a clock that is set, and jobs that ring when they are due."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from chat.reminding import ring, ringing_job
from jobs import Kind, Runner
from protocol.commands import GetHistory, ListPlanned, SetReminder
from protocol.planned import Planned
from rooms.actions.planning import RING
from storage.database import Database
from storage.transaction import Outcome
from storage.writer import carry_out_now
from tests.contract.jobs_kit import Node, node, settled
from tests.world import World

SECOND = 1_000_000


def at(text: str) -> int:
    """Microseconds of a time in UTC, such as 2026-11-27 13:00."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


def remind(world: World, person: str, words: str, **more: Any) -> str:
    """Set a reminder in words; its id."""
    found: str = world.do(person, SetReminder(words=words, **more)).result["planned"]
    return found


def ring_now(world: World, planned: str) -> Outcome:
    """What the job does, without the job."""
    return carry_out_now(world.database, [ringing_job(planned)], world.now)[0]


def listed(world: World, person: str, room: str | None = None) -> tuple[Planned, ...]:
    """What is planned, as somebody sees it."""
    found: tuple[Planned, ...] = world.ask(person, ListPlanned(room=room)).planned
    return found


def said(world: World, person: str, room: str) -> list[str]:
    """What stands in a room."""
    page = world.ask(person, GetHistory(room=room, limit=100))
    return [message.body or "" for message in page.messages]


def runner_of(one: Node) -> Runner:
    """A node's jobs, driven by hand; only those that ring."""
    return Runner(one.store, one.now, {RING: Kind(partial(ring, one))})  # type: ignore[arg-type]


async def pass_to(world: World, moment: int, database: Database | None = None) -> int:
    """The clock moves on, and a node does all that is due; how many jobs it did."""
    world.now = moment
    async with node(database or world.database) as one:
        one.time = moment
        return await settled(runner_of(one))
