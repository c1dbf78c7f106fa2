"""Posts for later keep the pace of people, however many were planned for one minute."""

from __future__ import annotations

import pytest

from protocol.commands import GetHistory, PostMessage, SchedulePost
from tests.contract.planned_kit import SECOND, at, listed, pass_to, said
from tests.world import World

EIGHT = at("2026-10-20 08:00")
MANY = 6


@pytest.mark.attack
@pytest.mark.parametrize("late", [0, 3 * 3600])
async def test_many_for_one_minute_come_one_after_the_other(world: World, late: int) -> None:
    """Also when all of them are late, for nobody served when they were due."""
    ana, ben = world.person("Ana"), world.person("Ben")
    world.now = at("2026-10-19 12:00")
    room, other = world.room(ana, ben), world.room(ana, ben, name="Elsewhere")
    for where in [room] * MANY + [other]:
        world.do(ben, SchedulePost(room=where, body="Read this", words="Tuesday 8:00", zone="UTC"))
    start = EIGHT + late * SECOND
    tried = [await pass_to(world, start)]
    assert (len(said(world, ana, room)), len(said(world, ana, other))) == (1, 1)
    # What is said meanwhile counts as well.
    world.do(ben, PostMessage(room=room, body="And I am here"))
    for second in range(1, MANY + 2):
        before = len(said(world, ana, room))
        tried.append(await pass_to(world, start + second * SECOND))
        assert len(said(world, ana, room)) - before <= 1
    assert said(world, ana, room).count("Read this") == MANY
    assert listed(world, ben) == ()
    assert sum(tried) <= 3 * MANY, "nobody asks again and again"
    times = [one.at for one in world.ask(ana, GetHistory(room=room)).messages]
    assert times == sorted(times)
