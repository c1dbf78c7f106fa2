"""What bots and people may name in commands around bots: threads of the room, addresses that are
some. What is not refused here would fail a batch of others on one of the databases."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.blocks import Button, Buttons
from protocol.commands import PostMessage, SetReminder, ShowWhisper
from rooms.errors import Refusal
from tests.world import World

pytestmark = pytest.mark.attack


def refused(world: World, person: str, command: Any) -> str:
    with pytest.raises(Refusal) as caught:
        world.do(person, command)
    return caught.value.code


def test_threads_are_threads_of_the_room(world: World) -> None:
    ana, bot = world.person("Ana"), world.person("Helper", "bot")
    room, other = world.room(ana, bot, access="open"), world.room(ana, name="Other")
    there, elsewhere = world.post(ana, room), world.post(ana, other)
    world.do(bot, ShowWhisper(room=room, person=ana, body="psst", thread=there))
    for thread in ("x" * 5_000, elsewhere):
        whisper = ShowWhisper(room=room, person=ana, body="psst", thread=thread)
        assert refused(world, bot, whisper) == "not_found"
        mine = SetReminder(words="in 20 minutes to stir", whom="me", room=room, thread=thread)
        assert refused(world, ana, mine) == "not_found"
    nowhere = SetReminder(words="in 20 minutes to stir", whom="me", thread="x" * 5_000)
    assert refused(world, ana, nowhere) == "missing_field"


@pytest.mark.parametrize("url", ["http://[", "javascript:alert(1)", "https://" + "x" * 3_000])
def test_a_link_that_is_none_is_refused(world: World, url: str) -> None:
    bot = world.person("Helper", "bot")
    room = world.room(world.person("Ana"), bot, access="open")
    drawn = (Buttons(buttons=(Button(id="go", label="Go", url=url),)),)
    assert refused(world, bot, PostMessage(room=room, body="", blocks=drawn)) == "invalid"
