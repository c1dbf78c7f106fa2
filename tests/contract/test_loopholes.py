"""Small ways around what a room is held to, each closed."""

from __future__ import annotations

import pytest

from protocol import commands as c
from protocol.ids import facilitators_stream
from protocol.moderation import Holds, Rule, Words
from protocol.parts import Unit
from rooms.errors import Refusal
from tests.world import World


def refused(world: World, person: str, command: c.Command) -> str:
    """The code of the refusal that must come."""
    with pytest.raises(Refusal) as refusal:
        world.do(person, command)
    return refusal.value.code


def test_what_is_taken_back_while_it_waits_was_said_all_the_same(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.do(ana, c.ChangeRoom(room=room, slow_mode=60))
    world.do(ana, c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    say = c.PostMessage(room=room, body="Hm")
    held = world.do(ben, say).result["held"]
    world.do(ben, c.WithdrawHeld(held=held))
    assert refused(world, ben, say) == "slow_mode"
    world.now += 60 * 1_000_000
    world.do(ben, say)


@pytest.mark.parametrize("how", ["edit again", "write anew"])
def test_a_rule_that_mutes_mutes_whatever_way_the_text_came(world: World, how: str) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    said = world.post(ben, room, "Soup")
    rules = [Rule(name="No cabbage", when=Words(words=("cabbage",)), action="timeout")]
    holds = Holds(everyone=True)
    world.do(ana, c.ChangeModeration(room=room, rules=rules, holds=holds))
    if how == "edit again":
        world.do(ben, c.EditMessage(message=said, body="Broth"))
        world.do(ben, c.EditMessage(message=said, body="Cabbage"))
    else:
        held = world.do(ben, c.PostMessage(room=room, body="Broth")).result["held"]
        world.do(ben, c.EditHeld(held=held, body="Cabbage"))
    assert refused(world, ben, c.PostMessage(room=room, body="And so on")) == "muted"


def test_a_thread_that_moves_keeps_the_chapter_it_speaks_of(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    one, two, talk = (
        world.room(ana, ben, kind="book_club"),
        world.room(ana, kind="book_club"),
        world.room(ana),
    )
    for room, title, units in (
        (one, "Emma", ["One", "Two"]),
        (two, "Middlemarch", ["One"]),
        (two, "Emma", ["Preface", "One", "Two"]),
    ):
        start = {"do": "start", "title": title, "units": units}
        world.do(ana, c.UseTool(room=room, tool="book", action=start))
    post = c.PostMessage(room=one, body="She did it", unit=Unit(book=1, no=2))
    root = world.do(ben, post).result["message"]
    world.do(ana, c.MoveThread(thread=root, room=two))
    [moved] = world.ask(ana, c.GetMessage(message=root)).messages
    assert moved.unit == Unit(book=2, no=3)
    world.do(ana, c.MoveThread(thread=root, room=talk))
    [moved] = world.ask(ana, c.GetMessage(message=root)).messages
    assert moved.unit is None, "nobody reads a book there"


@pytest.mark.attack
def test_who_joined_late_reads_no_earlier_versions_from_before(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, history="joining")
    early = world.post(ana, room, "What was said before")
    world.do(ana, c.EditMessage(message=early, body="Something else"))
    world.do(ben, c.JoinRoom(room=room))
    world.do(ana, c.SetRoomRole(room=room, person=ben, role="facilitator"))
    desk = facilitators_stream(room)
    page = world.ask(ben, c.GetEvents(stream=desk, after_seq=0))
    assert (page.state, list(page.events)) == ("reset", [])
    late = world.post(ana, room, "Said since")
    world.do(ana, c.EditMessage(message=late, body="Put better"))
    after = page.cursor.seq
    page = world.ask(ben, c.GetEvents(stream=desk, after_seq=after))
    assert page.state == "current"
    assert [event.kind for event in page.events] == ["version.kept"]
    whole = world.ask(ana, c.GetEvents(stream=desk, after_seq=0))
    assert sum(event.kind == "version.kept" for event in whole.events) == 2
