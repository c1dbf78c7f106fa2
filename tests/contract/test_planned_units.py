"""A post for later that speaks of a chapter: it is folded when it comes, or it does not come."""

from __future__ import annotations

import pytest

from protocol import commands as c
from protocol.parts import Unit
from rooms.errors import Refusal
from tests.contract.planned_kit import at, listed, pass_to
from tests.world import World

TOLD = Unit(book=1, no=2)


@pytest.fixture
def club(world: World) -> tuple[str, str, str]:
    """Ana and Ben read a book of two chapters at noon of 19 October 2026."""
    ana, ben = world.person("Ana"), world.person("Ben")
    world.now = at("2026-10-19 12:00")
    room = world.room(ana, ben, kind="book_club")
    start = {"do": "start", "title": "Emma", "units": ["One", "Two"]}
    world.do(ana, c.UseTool(room=room, tool="book", action=start))
    return ana, ben, room


def later(room: str, unit: Unit) -> c.SchedulePost:
    return c.SchedulePost(room=room, body="He did it", words="Tuesday 8:00", zone="UTC", unit=unit)


async def test_it_speaks_of_its_chapter_when_it_comes(
    world: World, club: tuple[str, str, str]
) -> None:
    ana, ben, room = club
    for wrong in (Unit(book=1, no=3), Unit(book=2, no=1)):
        with pytest.raises(Refusal):
            world.do(ben, later(room, wrong))
    planned = world.do(ben, later(room, TOLD)).result["planned"]
    world.do(ben, c.ChangePlanned(planned=planned, body="He did it, after all"))
    assert [one.unit for one in listed(world, ben)] == [TOLD]
    await pass_to(world, at("2026-10-20 08:00"))
    [message] = world.ask(ana, c.GetHistory(room=room)).messages
    assert (message.body, message.unit) == ("He did it, after all", TOLD)


async def test_without_its_chapter_it_comes_back_to_its_author(
    world: World, club: tuple[str, str, str]
) -> None:
    ana, ben, room = club
    world.do(ben, later(room, TOLD))
    shorter = {"do": "revise", "title": "Emma", "units": ["One"]}
    world.do(ana, c.UseTool(room=room, tool="book", action=shorter))
    await pass_to(world, at("2026-10-20 08:00"))
    assert world.ask(ana, c.GetHistory(room=room)).messages == ()
    [one] = listed(world, ben)
    assert (one.why, one.body, one.unit) == ("unit_gone", "He did it", TOLD)
