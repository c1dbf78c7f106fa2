"""The SDK against the real server: what it promises over restarts, and the example as printed."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from tertulia_bot import (
    Cursor,
    Event,
    Http,
    RefusedError,
    Renewed,
    SessionEndedError,
    SignInNeededError,
)

from protocol.commands import GetOverview
from protocol.views import Person
from tests.e2e.town import PATIENCE, Inside, Server, Town
from tests.e2e.wire import api, client

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The SDK cannot tell the databases apart, but where the server is killed."""
EXAMPLE = Path(__file__).resolve().parents[2] / "bots" / "examples" / "hello.py"


def card(town: Town, person: str) -> Person:
    """As the person sees it: a town gives everybody a number."""
    me: Person = town.ask(person, GetOverview()).me
    return me


@on_sqlite
async def test_typed_verbs(town: Town, inside: Inside) -> None:
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with client(inside.url, town.key(ana)) as one, client(inside.url, town.key(ben)) as two:
        assert one.welcome.person == ana
        first = await one.post(room, "What shall we read?")
        quoted = await two.post(room, "This", quote=first.message)
        await two.reply(await two.message(first.message), "Poems")
        await one.react(quoted.message, "📚")
        await one.edit(first.message, "What shall we read next?")
        await one.pin(first.message)
        await one.delete(quoted.message)
        snapshot = await two.room(room)
        page = await two.history(room, limit=1)
        thread = await two.thread(first.message)
        overview = await two.overview()
        found = await two.find("poems from:ben")
        with pytest.raises(RefusedError) as caught:
            await two.edit(first.message, "Mine now")
    root, gone = snapshot.page.messages
    assert (root.body, root.pinned) == ("What shall we read next?", True)
    assert root.replies is not None
    assert root.replies.count == 1
    assert (gone.body, gone.deleted_by, gone.reactions) == (None, "facilitator", {})
    assert [m.id for m in page.messages] == [gone.id]
    assert page.more_before
    assert [m.body for m in thread.page.messages] == ["Poems"]
    assert [entry.room.id for entry in overview.rooms] == [room]
    assert caught.value.code == "not_allowed"
    assert [(f.excerpt, f.thread, f.marks) for f in found.results] == [
        ("Poems", first.message, ((0, 5),))
    ]
    assert (found.rooms[0].id, found.next) == (room, None)


@pytest.mark.promise_p3
@pytest.mark.promise_p4
async def test_a_killed_server_costs_no_event_and_doubles_none(town: Town, server: Server) -> None:
    """Posts are under way while the server is killed and comes back, twice over."""
    ana, ben = town.person("Ana"), town.person("Ben")
    room = town.room(ana, ben)
    async with client(server.url, town.key(ana)) as one, client(server.url, town.key(ben)) as two:
        await two.watch(room)
        bodies = []
        for life in range(2):
            some = [f"{life}.{number}" for number in range(20)]
            bodies += some
            posts = [asyncio.create_task(one.post(room, body)) for body in some]
            await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
            server.kill()
            await asyncio.to_thread(server.start)
            await asyncio.gather(*posts)
        events = [await two.event("message.posted", PATIENCE) for _ in bodies]
        last = await two.post(room, "the end")
        assert (await two.event("message.posted", PATIENCE)).seq == last.seq
    assert sorted(event.data["body"] for event in events) == sorted(bodies)
    assert [event.no for event in events] == list(range(1, len(bodies) + 1))


@pytest.mark.promise_p4
@on_sqlite
async def test_a_cursor_of_another_day_brings_what_was_missed(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    room, key = town.room(ana), town.key(ana)
    async with client(inside.url, key) as first:
        await first.watch(room)
        await first.post(room, "one")
        await first.event("message.posted", PATIENCE)
        cursors = first.cursors
    async with client(inside.url, key) as other:
        await other.post(room, "two")
    async with client(inside.url, key) as again:
        for cursor in cursors:
            await again.watch(cursor.stream, cursor)
        assert (await again.event(timeout=PATIENCE)).data["body"] == "two"


@on_sqlite
async def test_a_log_of_another_epoch_gives_a_snapshot(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    room = town.room(ana)
    async with client(inside.url, town.key(ana)) as one:
        posted = await one.post(room, "before")
        await one.watch(room, Cursor(stream=room, epoch="another", seq=1))
        renewed = await one.next(PATIENCE)
        assert isinstance(renewed, Renewed)
        assert renewed.snapshot.page.messages[-1].id == posted.message
        after = await one.post(room, "after")
        assert (await one.event("message.posted", PATIENCE)).seq == after.seq


@pytest.mark.promise_p7
@on_sqlite
async def test_an_ended_token_stops_the_client(town: Town, inside: Inside) -> None:
    ana = town.person("Ana")
    key = town.key(ana)
    async with client(inside.url, key) as one, api(inside.url, town.session(ana)) as http:
        tokens = (await http.get("/me/tokens")).json()["tokens"]
        for token in tokens:
            await http.delete(f"/me/tokens/{token['id']}")
        with pytest.raises(SessionEndedError):
            await one.next(PATIENCE)
    with pytest.raises(SignInNeededError):
        async with client(inside.url, key):
            pass


@on_sqlite
async def test_an_admin_makes_a_bot_and_signs_in_by_password(town: Town, inside: Inside) -> None:
    owner = town.person("Ana", "owner")
    town.password(owner)
    async with Http(inside.url) as http:
        await http.sign_in(card(town, owner).username, "correct horse battery")
        token = await http.new_bot("hello", "Hello")
    async with client(inside.url, token) as bot:
        assert (await bot.overview()).me.role == "bot"


@on_sqlite
async def test_the_example_works_as_printed(town: Town, server: Server) -> None:
    ana, bot = town.person("Ana"), town.person("Hello", "bot")
    room = town.room(ana)
    greeting = f"Hello, {card(town, ana).name}!"
    environment = os.environ | {"TERTULIA_URL": server.url, "TERTULIA_TOKEN": town.key(bot)}
    example = await asyncio.create_subprocess_exec(
        sys.executable, str(EXAMPLE), env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with client(server.url, town.key(ana)) as one:
            await one.watch(room)
            await one.invite(room, bot)
            joined = await one.event("member.joined", PATIENCE)
            await one.post(room, "!hello")
            await one.post(room, "Good morning!")

            async def of_the_bot(kind: str) -> Event:
                while (event := await one.event(kind, PATIENCE)).actor != bot:
                    pass
                return event

            assert joined.actor == bot
            assert (await of_the_bot("message.posted")).data["body"] == greeting
            assert (await of_the_bot("reaction.added")).data["emoji"] == "☀️"
    finally:
        example.terminate()
        _, said = await example.communicate()
    assert example.returncode == 0, said.decode()
