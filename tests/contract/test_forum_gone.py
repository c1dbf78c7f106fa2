"""Answers that are kept back, when an account goes and when a backup comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from bots.slack.events import Happened
from chat import codec
from chat.slack.telling import Telling
from protocol import commands as c
from protocol.blocks import Button, Buttons
from protocol.ids import answers_stream
from protocol.moderation import Holds
from rooms.cards import microseconds
from storage import backup, upkeep
from storage.database import Database
from storage.queries.times import message_at
from storage.queries.watching import watch
from storage.streams import events_after
from tests.contract.accounts_kit import PASSWORD, House, everything
from tests.contract.forum_kit import CANARY, Forum
from tests.contract.test_accounts_deletion import world_of
from tests.contract.test_tools import refused
from tests.world import World, actor


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    """A house before set-up."""
    async with House(database) as made:
        yield made


def told(world: World, stream: str) -> str:
    """All that a stream holds."""
    with world.database.read() as connection:
        return repr([codec.event_bytes(event) for event in events_after(connection, stream, 0)])


@pytest.mark.promise_p8
async def test_the_answers_of_a_deleted_account_are_gone(house: House) -> None:
    owner = await house.set_up()
    cleo = await house.member(owner, "cleo")
    world = world_of(house)
    olga, me = owner.made["person"]["id"], cleo.made["person"]["id"]
    dina, emil = world.person("Dina"), world.person("Emil")
    room = world.room(olga, me, dina, emil, kind="forum", name="Questions", answer_first=True)
    topic = world.post(olga, room, "What did you see?", title="The first walk")
    answer = world.post(me, room, f"A heron, {CANARY}", thread=topic)
    world.do(me, c.EditMessage(message=answer, body=f"A stork, {CANARY}"))
    other = world.post(dina, room, "A duck", thread=topic)
    world.post(me, room, f"{CANARY} too", thread=topic, quote=other)
    # A question of theirs, with an answer that stays; an answer that waits.
    asked = world.post(me, room, f"Why {CANARY}?", title=f"{CANARY}?")
    stays = world.post(dina, room, "Because", thread=asked)
    world.do(olga, c.ChangeModeration(room=room, holds=Holds(everyone=True)))
    world.do(me, c.PostMessage(room=room, body=f"{CANARY} waits", thread=topic))
    world.do(olga, c.ChangeModeration(room=room, holds=Holds()))
    assert CANARY in told(world, answers_stream(topic))
    assert (await cleo.delete("/me", {"password": PASSWORD})).json() == {}
    left = everything(house.database)
    assert CANARY not in left
    assert CANARY.casefold() not in left, "nor in the words that search knows"
    for stream in (answers_stream(topic), answers_stream(asked), room, f"f{room}"):
        assert CANARY not in told(world, stream)
    # What others said stands, and is withheld from whom it was withheld.
    [seen] = world.ask(dina, c.GetThread(thread=topic)).page.messages[1:2]
    assert seen.body == "A duck"
    assert world.ask(dina, c.GetMessage(message=stays)).messages[0].body == "Because"
    assert world.ask(emil, c.GetThread(thread=topic)).withheld
    [first, second] = world.ask(emil, c.ListTopics(room=room)).topics
    counts = {one.id: one.replies.count for one in (first, second)}
    assert counts == {topic: 1, asked: 1}, "everybody is told how many there are now"


def seen(world: World, who: str, stream: str, cursor: Any) -> tuple[str | None, str | None]:
    """Why a cursor is refused, and why it is reset."""
    named = c.CursorIn(stream=stream, epoch=cursor.epoch, after_seq=cursor.seq)
    with world.database.read() as connection:
        [found] = watch(connection, who, [named], 1_000)
    return found.refused, found.reset


def test_a_backup_brings_them_back_withheld_as_they_were(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    upkeep.prepare(database)
    forum = Forum(World(database))
    world = forum.world
    shown = world.ask(forum.cleo, c.GetThread(thread=forum.topic))
    made = backup.make(database, tmp_path / "backups", 1_800_000_000_000_000)
    # After the backup Emil answers and sees; and Cleo takes hers back.
    forum.answer(forum.emil, "A duck")
    world.do(forum.cleo, c.DeleteMessage(message=forum.first))
    assert len(forum.thread(forum.emil)) == 3
    backup.restore(database, made)
    assert seen(world, forum.cleo, forum.stream, shown.cursor) == (None, "epoch")
    assert seen(world, forum.emil, forum.stream, shown.cursor) == ("answer_first", None)
    again = world.ask(forum.cleo, c.GetThread(thread=forum.topic))
    assert (again.page.messages, again.root) == (shown.page.messages, shown.root)
    assert again.cursor.epoch != shown.cursor.epoch
    assert world.ask(forum.emil, c.GetThread(thread=forum.topic)).withheld
    with refused("answer_first"):
        world.ask(forum.emil, c.GetMessage(message=forum.first))
    assert world.ask(forum.emil, c.FindMessages(q=CANARY)).results == ()
    forum.answer(forum.emil, "A duck, again")
    assert len(forum.thread(forum.emil)) == 3
    database.close()


async def test_a_bot_of_slack_is_told_nothing_of_what_it_sees_no_longer(world: World) -> None:
    """A button of its answer was pressed, and the answer is gone by the time that it is told:
    nothing is said of that, and what comes next is."""
    forum = Forum(world)
    bot = world.person("Bo", "bot")
    world.do(forum.ana, c.InviteToRoom(room=forum.room, people=[bot]))
    world.do(bot, c.JoinRoom(room=forum.room))
    buttons = (Buttons(buttons=(Button(id="yes", label="Yes"),)),)
    answer = world.post(bot, forum.room, "Which?", thread=forum.topic, blocks=buttons)
    (pressed, *_) = world.do(forum.cleo, c.Interact(message=answer, action="yes")).events
    world.do(bot, c.DeleteMessage(message=answer))
    app: Any = SimpleNamespace(
        database=world.database, slack=SimpleNamespace(team="T1", response_url=lambda *_: ""),
        live=SimpleNamespace(community="Here"),
    )  # fmt: skip
    data = msgspec.json.decode(pressed.data)
    happened = Happened(
        pressed.stream, 1, pressed.kind, pressed.actor, "2026-11-27T20:00:00Z", data
    )
    assert await Telling(app, actor(bot)).told(happened) == []


def test_an_answer_that_is_kept_back_is_found_by_its_time_by_its_author(world: World) -> None:
    """For Slack's programs that is its name."""
    forum = Forum(world)
    shown = world.ask(forum.cleo, c.GetMessage(message=forum.first)).messages[0]
    with world.database.read() as connection:
        found = message_at(connection, forum.cleo, forum.room, microseconds(shown.at))
        assert found.messages[0].id == forum.first
        for other in (forum.dina, forum.emil):
            with refused("not_found"):
                message_at(connection, other, forum.room, microseconds(shown.at))
