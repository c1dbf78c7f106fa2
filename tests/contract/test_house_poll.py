"""The poll of the house in a real database: asked by a command or by words, voted by buttons."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from accounts import deletion
from accounts.people import changed
from protocol import commands as c
from protocol.moderation import Rule, Words
from rooms.house import POLL
from rooms.model import Decision
from storage.accounts import erasure
from storage.accounts import jobs as account_jobs
from storage.tables import EVENT
from storage.writer import carry_out_now
from tests.contract.house_kit import bots
from tests.contract.test_tools import refused, state
from tests.world import World

People = tuple[str, str, str]


@pytest.fixture
def people(world: World) -> People:
    """Ana facilitates a room that Ben is in; the poll is switched on."""
    ana, ben = world.person("Ana"), world.person("Ben")
    room = world.room(ana, ben)
    world.do(ana, c.ChangeRoom(room=room, tools=["poll"]))
    return ana, ben, room


async def run(world: World, who: str, room: str, text: str) -> None:
    world.do(who, c.RunSlash(room=room, name="poll", text=text))
    assert await bots(world) == 1


def shown(world: World, who: str, room: str) -> Any:
    [message] = world.ask(who, c.GetHistory(room=room)).messages
    assert message.author == POLL.id
    return message


async def test_asked_by_a_command_and_voted_by_a_button(world: World, people: People) -> None:
    ana, ben, room = people
    [listed] = world.ask(ben, c.ListRoomBots(room=room)).bots
    assert (listed.person.id, listed.house, listed.commands[0].name) == (POLL.id, True, "poll")
    await run(world, ben, room, '"Which day?" Monday | Tuesday --ends in 2 hours')
    [poll] = state(world, ana, room, "poll").polls
    assert (poll.by, poll.question, poll.options) == (ben, "Which day?", ("Monday", "Tuesday"))
    message = shown(world, ana, room)
    world.do(ana, c.Interact(message=message.id, action="vote1"))
    assert await bots(world) == 1
    [poll] = state(world, ana, room, "poll").polls
    assert poll.votes == {ana: (1,)}
    [whisper] = world.ask(ana, c.GetOverview()).whispers
    assert whisper.body.startswith("Your vote is in")


async def test_asked_by_words_and_answered_in_the_thread(world: World, people: People) -> None:
    ana, ben, room = people
    root = world.post(ben, room, "@poll Shall we read on?")
    await bots(world)
    [poll] = state(world, ana, room, "poll").polls
    assert (poll.by, poll.options) == (ben, ("Yes", "No"))
    [answer] = world.ask(ana, c.GetHistory(room=room, thread=root)).messages
    assert (answer.author, answer.blocks[1]["buttons"][0]["label"]) == (POLL.id, "Yes")
    other = world.post(ben, room, "!poll")
    await bots(world)
    [answer] = world.ask(ana, c.GetHistory(room=room, thread=other)).messages
    assert "/poll Shall we read on?" in (answer.body or "")


@pytest.mark.promise_p3
@pytest.mark.parametrize("cut", [1, 2])
async def test_one_poll_whatever_dies_in_between(world: World, people: People, cut: int) -> None:
    ana, ben, room = people
    world.do(ben, c.RunSlash(room=room, name="poll", text="Shall we? --ends in 2 hours"))
    await bots(world, cut=cut)
    for _ in range(2):
        # Later: what is left until its end is another number of seconds.
        await bots(world, later=10_000_000)
    assert len(state(world, ana, room, "poll").polls) == 1
    shown(world, ana, room)


@pytest.mark.attack
async def test_nobody_does_by_the_poll_what_they_may_not(world: World, people: People) -> None:
    ana, ben, room = people
    ask = c.RunSlash(room=room, name="poll", text="Shall we?")
    world.do(ben, ask)
    world.do(ana, c.Mute(room=room, person=ben, seconds=3600, reason="x"))
    await bots(world)
    assert state(world, ana, room, "poll") is None
    with refused("muted"):
        world.do(ben, ask)
    world.do(ana, c.ChangeRoom(room=room, tools=[]))
    with refused("no_such_command"):
        world.do(ana, ask)
    world.do(ana, c.ChangeRoom(room=room, tools=["poll"]))
    rule = Rule(id="", name="No", when=Words(words=("forbidden",)), action="block", message="No.",
                exempt=())  # fmt: skip
    world.do(ana, c.ChangeModeration(room=room, rules=[rule]))
    await run(world, ana, room, "Is that forbidden?")
    assert world.ask(ana, c.GetHistory(room=room)).messages == ()


@pytest.mark.promise_p8
@pytest.mark.parametrize("how", ["command", "words"])
async def test_the_question_goes_with_its_account(world: World, people: People, how: str) -> None:
    ana, ben, room = people
    if how == "command":
        await run(world, ben, room, "Shall we read Solaris? Surely | Never")
    else:
        world.post(ben, room, "@poll Shall we read Solaris? Surely | Never")
        await bots(world)
    # The first step of a deletion, without its password; then as its job does.
    gone = deletion.tombstone
    world._decide(lambda f: Decision(events=[changed(gone(f.person(ben)))]), "community", ben)
    for _ in range(2):
        with world.database.read() as connection:
            theirs = [message for message, _ in erasure.texts(connection, ben, 100)]
        erased = account_jobs.erase_texts(ben, [room], theirs)
        carry_out_now(world.database, [erased], world.now)
    page = world.ask(ana, c.GetHistory(room=room))
    assert [message.body for message in page.messages] == [None]
    with world.database.read() as connection:
        query = select(EVENT.c.data).where(EVENT.c.kind == "message.posted")
        assert "Surely" not in "".join(connection.execute(query).scalars())
