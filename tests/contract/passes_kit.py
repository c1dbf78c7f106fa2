"""A guest pass, and somebody who comes by it, in a world without a server."""

from __future__ import annotations

from typing import Any

from accounts.model import Newcomer
from protocol import commands as c
from protocol.ids import new_id
from protocol.visits import BeginVisit
from storage.accounts import jobs
from storage.transaction import Job
from storage.writer import carry_out_now
from tests.world import World


def carry_out(world: World, job: Job) -> Any:
    """A job's result, a second later; raises its `Refusal`."""
    world.now += 1_000_000
    return carry_out_now(world.database, [job], world.now)[0].result


def passed(world: World, facilitator: str, room: str, **terms: Any) -> str:
    """A pass's code."""
    code: str = world.do(facilitator, c.MakePass(room=room, **terms)).result["code"]
    return code


def visitor(world: World, code: str, name: str = "Vera") -> str:
    """Somebody comes by a pass; their id."""
    arrival = Newcomer(secret_hash=new_id("x"), device="test")
    person = carry_out(world, jobs.begin_visit(code, BeginVisit(name=name), arrival))["person"]
    return str(person.id)
