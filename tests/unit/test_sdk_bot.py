"""A bot hears what it was told to hear, answers once, and never itself."""

import asyncio
import contextlib
from typing import Any

import pytest
from tertulia_bot import Bot, Client
from tertulia_bot.commands import Command, UsageError, addressed

from tests.unit.sdk_fake import ME, FakeConnection, FakeServer, until

URL = "http://127.0.0.1:1"


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@contextlib.asynccontextmanager
async def running(bot: Bot, server: FakeServer):
    client = Client(URL, "secret", server.options())
    serving = asyncio.create_task(bot.serve(client))
    await until(lambda: server.connections and "r_1" in server.here.watched)
    yield
    # Whatever the bot still wants to say, it says before a message that it must not answer.
    await client.overview()
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


def greeter() -> Bot:
    bot = Bot()

    @bot.command("hello", help="greets")
    async def hello(message, *, name=""):
        await message.answer(f"Hello, {name or message.author.name}!")

    @bot.listen("good (morning|evening)")
    async def good(message):
        await message.reply(f"A good {message.match[1]} to you")

    return bot


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("!hello", "Hello, Ann!"),
        ("!HELLO Bo and Cy", "Hello, Bo and Cy!"),
        (f"<@{ME}> hello Bo", "Hello, Bo!"),
        ("A Good Evening, all", "A good Evening to you"),
        ("!help", "I am Bot. I know:\n- `!help` what I can do\n- `!hello [name…]` greets"),
        (f"<@{ME}>", "I am Bot. I know:\n- `!help` what I can do\n- `!hello [name…]` greets"),
    ],
)
async def test_it_answers(server, body, answer):
    async with running(greeter(), server):
        server.say(body)
        await until(server.said)
    assert server.said() == [answer]


async def test_it_answers_neither_itself_nor_bots_nor_what_is_not_for_it(server):
    server.log["community"].append(
        {"type": "event", "stream": "community", "seq": 1, "kind": "person.joined", "actor": "",
         "at": "", "v": 1, "data": {"person": {"id": "p_other", "role": "bot"}}}
    )  # fmt: skip
    async with running(greeter(), server):
        server.append("community", "person.joined", person={"id": "p_other", "role": "bot"})
        await until(lambda: server.here.watched >= {"r_1", "community"})
        server.say("good morning", ME)
        server.say("!unknown")
        server.say("wow!!! hello")
        server.say("!hello last")
        await until(lambda: "Hello, last!" in server.said())
        server.say("good morning", "p_other")
        server.say("!hello again")
        await until(lambda: "Hello, again!" in server.said())
    assert server.said() == ["good morning", "Hello, last!", "Hello, again!"]


async def test_a_reply_begins_a_thread_and_an_answer_stays_where_it_was_asked(server):
    async with running(greeter(), server):
        server.say("good morning")
        server.say("!hello", thread="m_root")
        await until(lambda: len(server.said()) == 2)
    threads = [e["data"]["thread"] for e in server.log["r_1"] if e["actor"] == ME]
    assert threads == ["m_1", "m_root"]


async def test_a_bot_that_reads_a_message_twice_answers_once(server):
    async with running(greeter(), server):
        server.say("!hello")
        await until(server.said)
    server.log["r_1"] = server.log["r_1"][:1]
    async with running(greeter(), server):
        server.here.push(server.log["r_1"][0] | {"seq": 2})
        await until(lambda: server.received[-1]["type"] == "message.post")
    assert len(server.once) == 1


async def test_wrong_use_is_told(server):
    bot = Bot()

    @bot.command("add")
    async def add(message, first, second):
        await message.answer(str(int(first) + int(second)))

    async with running(bot, server):
        server.say("!add 1")
        server.say("!add 1 2")
        await until(lambda: len(server.said()) == 2)
    assert server.said() == ["Like this: `!add <first> <second>`", "3"]


async def test_a_handler_that_fails_does_not_take_the_bot_down(server, caplog):
    bot = greeter()

    @bot.command("fail")
    async def fail(message):
        raise RuntimeError("oh")

    async with running(bot, server):
        server.say("!fail")
        server.say("!hello")
        await until(server.said)
    assert "fail failed" in caplog.text


async def test_events_of_any_kind(server):
    bot = Bot()
    heard = []

    @bot.on("reaction.added")
    async def reacted(event):
        heard.append(event.data["emoji"])

    async with running(bot, server):
        server.append("r_1", "reaction.added", ME, emoji="own")
        server.append("r_1", "reaction.added", emoji="tada")
        await until(lambda: heard)
    assert heard == ["tada"]


async def test_an_invitation_is_accepted_and_what_is_said_at_once_is_heard(server):
    server.log["r_2"] = []
    server.on_join = ["!hello"]
    async with running(greeter(), server):
        server.append(ME, "room.added", room={"id": "r_2"}, state="invited", role="member")
        await until(lambda: server.said("r_2"))
    assert server.said("r_2") == ["Hello, Ann!"]


def refusing(server: FakeServer, *refused: str) -> None:
    """Asking for these, or to come in there, is refused from now on."""

    def meddle(connection: FakeConnection, frame: dict[str, Any]) -> bool:
        if frame["type"] not in ("room.join", "room.snapshot") or frame["room"] not in refused:
            return False
        error = {"type": "error", "ref": frame["ref"], "code": "room_archived", "message": "no"}
        connection.push(error)
        return True

    server.before = meddle


async def test_a_room_it_may_not_be_in_keeps_it_from_no_other(server):
    """Invited into what was archived since, and out of a room that it was just in."""
    server.more_rooms = [("r_2", "invited"), ("r_3", "member")]
    server.log |= {"r_2": [], "r_3": [], "r_4": []}
    refusing(server, "r_2", "r_3")
    async with running(greeter(), server):
        server.append(ME, "room.added", room={"id": "r_2"}, state="invited", role="member")
        server.append(ME, "room.added", room={"id": "r_4"}, state="invited", role="member")
        await until(lambda: "r_4" in server.here.watched)
        server.say("!hello")
        await until(server.said)


async def test_after_a_reset_of_its_own_stream_it_looks_where_it_is(server):
    """That it came into a room is what may be lost."""
    async with running(greeter(), server):
        server.log["r_2"] = []
        server.more_rooms = [("r_2", "member")]
        server.here.push({"type": "unsubscribed", "stream": ME, "why": "reset"})
        await until(lambda: "r_2" in server.here.watched)


async def test_a_room_the_bot_is_added_to_is_watched(server):
    server.log["r_2"] = []
    async with running(greeter(), server):
        server.append(ME, "room.added", room={"id": "r_2"}, state="member", role="member")
        await until(lambda: "r_2" in server.here.watched)


def test_words_go_to_parameters():
    async def f(message, a, b="x", *rest): ...
    async def g(message, a, *, text): ...

    assert Command("f", f).bind(" 1 ") == (["1"], {})
    assert Command("f", f).bind("1 2 3 4") == (["1", "2", "3", "4"], {})
    assert Command("g", g).bind("1  two words ") == (["1"], {"text": "two words"})
    assert Command("f", f).usage() == "!f <a> [b] [rest…]"
    assert Command("g", g).usage() == "!g <a> <text…>"
    for command, line in ((Command("f", f), ""), (Command("g", g), "1")):
        with pytest.raises(UsageError):
            command.bind(line)


@pytest.mark.parametrize(
    ("body", "said"),
    [("!hello a", "hello a"), (" !x", "x"), (f"<@{ME}> x", "x"), (f"<@{ME}>", ""),
     ("!!!", None), ("! x", None), ("hello", None), ("hm <@p_bot> x", None)],
)  # fmt: skip
def test_what_is_addressed_to_a_bot(body, said):
    assert addressed(body, ME) == said
