"""The tools of rooms on both databases: what they decide, what they forbid, what they let go of."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from protocol import commands as c
from protocol.parts import Unit
from rooms.errors import Refusal
from storage.tables import EVENT, TOOL, TOOL_MARK
from tests.world import World


def use(world: World, who: str, room: str, tool: str, /, **action: Any) -> None:
    """Something done with a tool."""
    world.do(who, c.UseTool(room=room, tool=tool, action=action))


def state(world: World, who: str, room: str, tool: str) -> Any:
    """A tool as its panel shows it."""
    found = world.ask(who, c.GetRoom(room=room)).tools
    return next((one.state for one in found if one.tool == tool), None)


def refused(code: str) -> Any:
    return pytest.raises(Refusal, match=rf"^{re.escape(code)}:")


@pytest.fixture
def people(world: World) -> list[str]:
    return [world.person(name) for name in ("Ana", "Ben", "Cleo", "Dina")]


@pytest.fixture
def room(world: World, people: list[str]) -> str:
    return world.room(*people, kind="workshop", access="open")


def test_hands_are_called_in_turn(world: World, people: list[str], room: str) -> None:
    ana, ben, cleo, dina = people
    for _ in range(3):
        world.post(ben, room)
    use(world, ben, room, "hands", do="raise")
    use(world, cleo, room, "hands", do="raise", why="clarify")
    use(world, cleo, room, "hands", do="raise", why="reply")
    hands = state(world, dina, room, "hands").hands
    assert [(hand.person, hand.why, hand.spoke) for hand in hands] == [
        (ben, "new", 3), (cleo, "reply", 0),
    ]  # fmt: skip
    with refused("not_allowed"):
        use(world, ben, room, "hands", do="call")
    with refused("not_allowed"):
        use(world, ben, room, "hands", do="lower", person=cleo)
    use(world, ana, room, "hands", do="order", order="quiet")
    use(world, ana, room, "hands", do="call")
    assert state(world, ben, room, "hands").called == cleo
    use(world, cleo, room, "hands", do="finish")
    world.do(ben, c.LeaveRoom(room=room))
    left = state(world, ana, room, "hands")
    assert (left.hands, left.called) == ((), None)


@pytest.mark.promise_p5
def test_in_a_go_round_only_who_has_the_floor_writes(
    world: World, people: list[str], room: str
) -> None:
    ana, ben, cleo, dina = people
    root = world.post(cleo, room, "Before")
    with refused("no_round"):
        use(world, ana, room, "round", do="end")
    use(world, ana, room, "round", do="begin", people=[ben, cleo])
    with refused("round_running"):
        use(world, ana, room, "round", do="begin", people=[cleo])
    world.post(ben, room, "My turn")
    world.post(ana, room, "I facilitate")
    for out in (cleo, dina):
        with refused("not_your_turn"):
            world.post(out, room, "Not mine")
        with refused("not_your_turn"):
            world.post(out, room, "Nor in a thread", thread=root)
    with refused("not_your_turn"):
        world.do(cleo, c.EditMessage(message=root, body="Nor by an edit"))
    world.do(cleo, c.AddReaction(message=root, emoji="👍"))
    with refused("not_allowed"):
        use(world, cleo, room, "round", do="next", person=ben)
    use(world, ben, room, "round", do="next", person=ben)
    use(world, ana, room, "round", do="next", person=ben)
    with refused("not_your_turn"):
        world.post(ben, room, "Mine is over")
    world.post(cleo, room, "Now mine")
    use(world, cleo, room, "round", do="pass")
    assert state(world, ben, room, "round").going is None
    world.post(dina, room, "It is over")


@pytest.mark.promise_p5
def test_a_turn_ends_with_its_time(world: World, people: list[str], room: str) -> None:
    ana, ben, cleo, dina = people
    use(world, ana, room, "round", do="begin", people=[ben, cleo], seconds=60)
    with refused("too_early"):
        use(world, dina, room, "round", do="lapse", person=ben)
    with refused("not_your_turn"):
        world.post(cleo, room)
    world.now += 60_000_000
    with refused("not_your_turn"):
        world.post(ben, room, "Too late, though nobody has said so")
    world.post(cleo, room, "The next one need not wait for it")
    use(world, dina, room, "round", do="lapse", person=ben)
    use(world, cleo, room, "round", do="lapse", person=ben)
    going = state(world, ana, room, "round").going
    assert (going.waiting, going.spoken) == ((cleo,), (ben,))
    world.now += 60_000_000
    world.post(dina, room, "The last turn is over, so anybody may")


def test_who_leaves_or_is_removed_gives_the_floor_on(
    world: World, people: list[str], room: str
) -> None:
    ana, ben, cleo, dina = people
    use(world, ana, room, "round", do="begin")
    assert state(world, ana, room, "round").going.waiting == (ben, cleo, dina)
    world.do(ana, c.RemoveMember(room=room, person=ben))
    world.do(dina, c.LeaveRoom(room=room))
    assert state(world, ana, room, "round").going.waiting == (cleo,)
    world.do(ana, c.RemoveMember(room=room, person=cleo))
    assert state(world, ana, room, "round").going is None


def test_a_round_takes_only_who_is_there_and_may_write(
    world: World, people: list[str], room: str
) -> None:
    ana, ben, *_ = people
    outsider = world.person("Olga")
    world.do(ana, c.SetRoomRole(room=room, person=ben, role="observer"))
    for wrong in (ben, outsider, "p_nobody"):
        with refused("not_found"):
            use(world, ana, room, "round", do="begin", people=[wrong])
    for who in (ben, outsider):
        with pytest.raises(Refusal):
            use(world, who, room, "hands", do="raise")


def test_actions_are_strict_and_tools_can_be_off(
    world: World, people: list[str], room: str
) -> None:
    ana, ben, *_ = people
    for wrong in ({"do": "shout"}, {}, {"do": "raise", "why": "because"}, {"do": "raise", "x": 1}):
        with refused("invalid"):
            world.do(ben, c.UseTool(room=room, tool="hands", action=wrong))
    for tool in ("tasks", "nothing"):
        with refused("tool_off"):
            world.do(ben, c.UseTool(room=room, tool=tool, action={"do": "note"}))
    use(world, ana, room, "round", do="begin", people=[ben])
    world.do(ana, c.ChangeRoom(room=room, tools=["hands"]))
    world.post(people[2], room, "A tool that is off forbids nothing")
    with refused("invalid"):
        world.do(ana, c.ChangeRoom(room=room, tools=["magic"]))


def test_a_book_and_its_marks(world: World, people: list[str]) -> None:
    ana, ben, *_ = people
    club = world.room(*people, kind="book_club", name="Club")
    with refused("not_allowed"):
        use(world, ben, club, "book", do="start", title="Emma", units=["1"])
    use(world, ana, club, "book", do="start", title="Emma", units=["1", "2"])
    said = world.post(ben, club, "She is wrong about him", unit=Unit(book=1, no=2))
    for wrong in (Unit(book=1, no=3), Unit(book=2, no=1), Unit(book=0, no=1)):
        with pytest.raises(Refusal):
            world.post(ben, club, "Nowhere", unit=wrong)
    world.do(ana, c.MarkTool(room=club, tool="book", mark={"book": 1, "no": 1}))
    assert world.ask(ana, c.GetRoom(room=club)).marks == {"book": {"1": 1}}
    assert world.ask(ben, c.GetRoom(room=club)).marks == {}
    # What is found is folded as it is in the room, and never for who wrote it.
    found = c.FindMessages(q="wrong")
    assert [world.ask(who, found).results[0].ahead for who in (ana, ben)] == ["2", ""]
    world.do(ana, c.MarkTool(room=club, tool="book", mark={"book": 1, "no": 2}))
    assert world.ask(ana, found).results[0].ahead == ""
    world.do(ben, c.EditMessage(message=said, body="She is wrong about him", unit=None))
    [message] = world.ask(ana, c.GetMessage(message=said)).messages
    assert (message.unit, message.body) == (None, "She is wrong about him")
    plain = world.room(*people, name="Plain")
    with refused("tool_off"):
        world.post(ana, plain, "No book here", unit=Unit(book=1, no=1))


@pytest.mark.promise_p8
def test_the_line_of_a_task_goes_with_it(world: World, people: list[str]) -> None:
    ana, ben, cleo, _ = people
    team = world.room(*people, kind="project_team", name="Team")
    said = world.post(ana, team, "We meet on Mondays")
    elsewhere = world.post(ana, world.room(*people, name="Other"), "Elsewhere")
    use(world, ben, team, "tasks", do="note", kind="action", body="first words", who=cleo)
    use(world, ben, team, "tasks", do="note", kind="decision", message=said)
    with refused("not_found"):
        use(world, ben, team, "tasks", do="note", kind="decision", message=elsewhere)
    use(world, ana, team, "tasks", do="alter", id=1, body="second words", who=cleo)
    assert not kept(world, "first words")
    with refused("not_allowed"):
        use(world, people[3], team, "tasks", do="drop", id=1)
    use(world, cleo, team, "tasks", do="drop", id=1)
    assert not kept(world, "second words")
    assert [item.id for item in state(world, ana, team, "tasks").items] == [2]


def kept(world: World, words: str) -> bool:
    """Whether these words stand anywhere in the log or in a tool."""
    with world.database.read() as connection:
        texts = [*connection.execute(select(EVENT.c.data)).scalars()]
        texts += connection.execute(select(TOOL.c.state)).scalars()
        texts += connection.execute(select(TOOL_MARK.c.mark)).scalars()
    return any(words in text for text in texts)
