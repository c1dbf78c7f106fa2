"""Bots of the house, switched on in a room's settings: the reminder hears, the welcome greets."""

from __future__ import annotations

import pytest

from protocol import commands as c
from rooms.actions.addressing import HEAR
from rooms.house import REMINDER, WELCOME
from rooms.records import Schedule
from storage.jobs.store import recording
from storage.writer import carry_out_now
from tests.contract.house_kit import bots
from tests.contract.planned_kit import at, listed, pass_to
from tests.contract.test_tools import refused, state, use
from tests.world import World

People = tuple[str, str, str]


@pytest.fixture
def people(world: World) -> People:
    """Ana facilitates a room that Ben is in; both bots are switched on. Monday noon in Madrid."""
    ana, ben = world.person("Ana"), world.person("Ben")
    world.now = at("2026-10-19 10:00")
    room = world.room(ana, ben, purpose="Books, slowly")
    world.do(ana, c.ChangeRoom(room=room, tools=["reminder", "welcome"]))
    return ana, ben, room


async def told(world: World, person: str, room: str, words: str, thread: str = "") -> list[str]:
    """Say something; what the reminder answers."""
    root = world.post(person, room, words, thread=thread or None)
    await bots(world)
    page = world.ask(person, c.GetHistory(room=room, thread=thread or root, limit=100))
    since = _at(world, root)
    return [m.body or "" for m in page.messages if m.author == REMINDER.id and m.at > since]


def _at(world: World, message: str) -> str:
    with world.database.read() as connection:
        from rooms.cards import rfc3339
        from storage.facts import SqlFacts
        from storage.queries.reading import Reading

        facts = Reading(connection, "p_none").facts
        assert isinstance(facts, SqlFacts)
        return rfc3339(facts.posted_at(message))


async def test_a_conversation_with_the_reminder(world: World, people: People) -> None:
    ana, ben, room = people
    root = world.post(ben, room, "remind us every Thursday 16:00 to read chapter 5")
    assert await bots(world) == 1
    answer = world.ask(ana, c.GetHistory(room=room, thread=root)).messages
    assert [m.author for m in answer] == [REMINDER.id]
    assert answer[0].body is not None
    assert "**Every Thursday at 16:00 (Europe/Madrid)**" in answer[0].body
    assert "Next:\n- Thursday 22 October 2026, 16:00\n- Thursday 29 October" in answer[0].body
    one = listed(world, ana, room)[0]
    assert (one.body, one.by) == ("Read chapter 5", ben)
    assert await told(world, ben, room, "thank you!", root) == [], "people talk in threads"
    assert "Paused" in (await told(world, ben, room, "pause", root))[0]
    assert listed(world, ana, room)[0].paused
    assert "It goes on" in (await told(world, ben, room, "go on", root))[0]
    assert (
        "every friday" in (await told(world, ben, room, "every Friday at 15:00", root))[0].lower()
    )
    assert listed(world, ana, room)[0].when.rule == "FREQ=WEEKLY;BYDAY=FR"
    await told(world, ben, room, "say: read chapter 6", root)
    assert listed(world, ana, room)[0].body == "read chapter 6"
    assert "It will not come" in (await told(world, ana, room, "Stop it.", root))[0]
    assert listed(world, ana, room) == ()


async def test_its_buttons_do_what_one_says(world: World, people: People) -> None:
    ana, ben, room = people
    eva = world.person("Eva")
    world.do(eva, c.JoinRoom(room=room))
    root = world.post(ben, room, "remind us every Thursday 16:00 to read chapter 5")
    await bots(world)
    answer = world.ask(ben, c.GetHistory(room=room, thread=root)).messages[0]
    assert [block["type"] for block in answer.blocks] == ["section", "buttons"]

    async def press(who: str, name: str, message: str = answer.id) -> list[str]:
        """What was said then, in the thread or to whoever pressed alone."""
        before = len(world.ask(ben, c.GetHistory(room=room, thread=root)).messages)
        outcome = world.do(who, c.Interact(message=message, action=name))
        assert outcome.result["interaction"].startswith("x_")
        assert await bots(world) == 1
        said = world.ask(ben, c.GetHistory(room=room, thread=root)).messages[before:]
        whispered = world.ask(who, c.GetOverview()).whispers
        return [one.body or "" for one in (*said, *whispered)]

    assert await press(eva, "stop") == ["You may not do that here."]
    assert (await press(ben, "skip"))[0].startswith("Not the next time.")
    assert listed(world, ana, room)[0].when.skip == ("2026-10-22",)
    assert (await press(ana, "pause"))[0].startswith("Paused.")
    assert listed(world, ana, room)[0].paused
    paused = world.ask(ben, c.GetHistory(room=room, thread=root)).messages[-1].id
    assert (await press(ben, "go_on", paused))[0].startswith("It goes on.")
    assert not listed(world, ana, room)[0].paused
    assert await press(ben, "stop") == ["It will not come any more."]
    assert listed(world, ana, room) == ()
    assert "not" in (await press(ben, "go_on", paused))[0], "there is nothing any more"


async def test_what_it_does_not_understand_it_says(world: World, people: People) -> None:
    _, ben, room = people
    answers = await told(world, ben, room, "remind us to read")
    assert "every Thursday 16:00 to read chapter 5" in answers[0]
    assert (await told(world, ben, room, "@reminder, tomorrow at 9 to look"))[0].startswith(
        "I will"
    )
    assert (await told(world, ben, room, "remind me tomorrow to look"))[0].startswith(
        "I will remind you."
    )
    assert [one.body for one in listed(world, ben)] == ["Look"]
    assert await told(world, ben, room, "I wanted to remind us of something") == []


@pytest.mark.attack
async def test_it_does_nothing_that_whoever_asks_may_not(world: World, people: People) -> None:
    ana, ben, room = people
    root = world.post(ana, room, "remind us every Thursday 16:00 to read chapter 5")
    await bots(world)
    assert await told(world, ben, room, "stop", root) == ["You may not do that here."]
    assert len(listed(world, ana, room)) == 1
    # Between asking and being heard.
    message = world.post(ben, room, "remind us tomorrow to shout")
    world.do(ana, c.Mute(room=room, person=ben, seconds=3600))
    await bots(world)
    assert len(listed(world, ana, room)) == 1
    assert world.ask(ana, c.GetHistory(room=room, thread=message)).messages[0].author == REMINDER.id
    world.do(ana, c.ChangeRoom(room=room, tools=[]))
    await told(world, ana, room, "remind us tomorrow to read")
    assert len(listed(world, ana, room)) == 1


@pytest.mark.promise_p5
async def test_a_bot_of_the_house_that_is_suspended_is_silent(world: World, people: People) -> None:
    ana, ben, room = people
    olga = world.person("Olga", "owner")
    world.do(ben, c.SetReminder(words="every day at 9:00 to read", room=room, zone="UTC"))
    await told(world, ben, room, "@reminder tomorrow at 10 to look")
    world.do(world.person("Cleo"), c.JoinRoom(room=room))
    await bots(world, 61_000_000)
    spoke = len(world.ask(ana, c.GetHistory(room=room)).messages)
    held = [
        world.do(olga, c.SuspendPerson(person=bot.id, reason="Too loud")).result["sanction"]
        for bot in (REMINDER, WELCOME)
    ]
    assert await told(world, ben, room, "@reminder tomorrow at 11 to look") == []
    world.do(world.person("Dina"), c.JoinRoom(room=room))
    await bots(world, 61_000_000)
    await pass_to(world, at("2026-10-20 09:00"))
    assert len(world.ask(ana, c.GetHistory(room=room)).messages) == spoke + 1, "Ben alone spoke"
    for sanction in held:
        world.do(olga, c.LiftSanction(sanction=sanction))
    await pass_to(world, at("2026-10-21 09:00"))
    assert world.ask(ana, c.GetHistory(room=room)).messages[-1].author == REMINDER.id


@pytest.mark.promise_p3
@pytest.mark.parametrize("cut", [0, 1, 2])
async def test_it_hears_once_whatever_dies_in_between(
    world: World, people: People, cut: int
) -> None:
    """The node dies before it did anything, between setting and answering, or before it said so."""
    ana, ben, room = people
    message = world.post(ben, room, "remind us tomorrow to read")
    told = Schedule(kind=HEAR, key=message, at=world.now, payload={"bot": REMINDER.id})
    assert await bots(world, cut=cut) == 1
    for _ in range(2):
        carry_out_now(world.database, [recording(told)], world.now)
        assert await bots(world) == 1
    assert len(listed(world, ana, room)) == 1
    answers = world.ask(ana, c.GetHistory(room=room, thread=message)).messages
    assert [one.author for one in answers] == [REMINDER.id]


async def test_what_is_said_to_others_in_its_thread_is_not_for_it(
    world: World, people: People
) -> None:
    ana, ben, room = people
    root = world.post(ben, room, "remind us every Thursday 16:00 to read chapter 5")
    await bots(world)
    assert await told(world, ben, room, f"<@{ana}> stop it", root) == []
    assert len(listed(world, ana, room)) == 1


async def test_newcomers_are_greeted_together_and_by_name(world: World, people: People) -> None:
    ana, _, room = people
    use(world, ana, room, "welcome", do="tell", body="Say what you read last.")
    assert state(world, ana, room, "welcome").body == "Say what you read last."
    newcomers = [world.person(name) for name in ("Cleo", "Dina")]
    for person in newcomers:
        world.do(person, c.JoinRoom(room=room))
    assert await bots(world) == 0, "more may come"
    assert await bots(world, 61_000_000) == 2, "the minute ends, they are greeted"
    page = world.ask(ana, c.GetHistory(room=room))
    cleo, dina = newcomers
    names = f"Welcome, <@{cleo}> and <@{dina}>!"
    body = f"{names}\n\nThis room is for: Books, slowly\n\nSay what you read last."
    assert [(m.author, m.body) for m in page.messages] == [(WELCOME.id, body)]
    assert page.messages[0].mentions == (cleo, dina)
    eva = world.person("Eva")
    world.do(eva, c.JoinRoom(room=room))
    await bots(world, 61_000_000)
    assert world.ask(ana, c.GetHistory(room=room)).messages[-1].mentions == (eva,)
    assert await bots(world, 61_000_000) == 0


def test_only_facilitators_say_what_newcomers_are_told(world: World, people: People) -> None:
    ana, ben, room = people
    with refused("not_allowed"):
        use(world, ben, room, "welcome", do="tell", body="Hello")
    with refused("too_long"):
        use(world, ana, room, "welcome", do="tell", body="x" * 1_001)
    use(world, ana, room, "welcome", do="tell", body="Hello")
    use(world, ana, room, "welcome", do="tell", body="")
    assert state(world, ana, room, "welcome").body is None


async def test_many_are_counted(world: World, people: People) -> None:
    ana, _, room = people
    for n in range(13):
        world.do(world.person(f"P{n}"), c.JoinRoom(room=room))
    await bots(world, 61_000_000)
    body = world.ask(ana, c.GetHistory(room=room)).messages[0].body or ""
    assert body.endswith("and 3 others!\n\nThis room is for: Books, slowly")


async def test_a_forum_is_greeted_with_a_title(world: World, people: People) -> None:
    ana, ben, _ = people
    forum = world.room(ana, kind="forum", name="Questions")
    world.do(ana, c.ChangeRoom(room=forum, tools=["welcome"], posting="facilitators"))
    world.do(ben, c.JoinRoom(room=forum))
    await bots(world, 61_000_000)
    [topic] = world.ask(ana, c.GetHistory(room=forum)).messages
    assert (topic.author, topic.title) == (WELCOME.id, "Welcome")


@pytest.mark.attack
async def test_a_bot_of_the_house_is_nobody_where_it_is_off(world: World, people: People) -> None:
    ana, ben, room = people
    world.post(ben, room, "remind us tomorrow to read")
    await bots(world)
    other = world.room(ana, ben, name="Elsewhere")
    for where in (other, room):
        if where == room:
            world.do(ana, c.ChangeRoom(room=room, tools=["welcome"]))
        with refused("not_found"):
            world.do(REMINDER.id, c.PostMessage(room=where, body="I am everywhere"))
        with refused("not_found"):
            world.ask(REMINDER.id, c.GetHistory(room=where))
    world.do(ana, c.ChangeRoom(room=room, tools=["reminder"]))
    for verb in (
        c.ChangeRoom(room=room, name="Mine"), c.LockRoom(room=room),
        c.RemoveMember(room=room, person=ben), c.InviteToRoom(room=room, people=[ben]),
    ):  # fmt: skip
        with refused("not_a_member"):
            world.do(REMINDER.id, verb)


@pytest.mark.attack
async def test_only_whoever_said_it_asks_by_a_message(world: World, people: People) -> None:
    ana, ben, room = people
    message = world.post(ben, room, "Good evening")
    by_name = c.SetReminder(words="tomorrow at 9 to read", room=room, asked=message)
    with refused("not_allowed"):
        world.do(ana, by_name)
    assert world.do(ben, by_name).result["planned"] == "q" + message[1:]
    with refused("conflict"):
        world.do(ben, by_name)
