"""A bot that somebody else carries: named commands, trouble told, and what it gathers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tertulia_bot import (
    Answer,
    Bot,
    Carried,
    ClosedError,
    Event,
    Incoming,
    Person,
    RefusedError,
    Section,
    Verbs,
)
from tertulia_bot.testing import Stage

from tests.unit.sdk_fake import FakeServer, until
from tests.unit.test_sdk_bot import running

ME = Person(id="p_house", role="bot")


class Way(Verbs):
    """Notes what was sent, and as whom; fails where it is told to."""

    def __init__(self, person: str = "", sent: list[Any] | None = None) -> None:
        self.person = person
        self.sent: list[tuple[str, str, str | None]] = [] if sent is None else sent
        self.error: Exception | None = None

    async def command(self, kind: str, *, client_id: str | None = None, **fields: Any) -> Answer:
        self.sent.append((self.person, kind, client_id))
        if self.error:
            raise self.error
        return Answer(ref="", result={"message": "m_1", "no": 1})

    async def ask(self, kind: str, **fields: Any) -> Answer:
        return Answer(ref="", result={})

    def in_name_of(self, event: Event) -> Verbs:
        return Way(event.actor, self.sent)


def said(by: str = "p_ana", body: str = "hello") -> Event:
    data = {"id": "m_7", "author": by, "body": body}
    return Event(stream="r_1", seq=1, kind="message.posted", actor=by, data=data)


def made() -> Bot:
    bot = Bot()

    @bot.listen("hello")
    async def hello(message: Incoming) -> None:
        await message.in_their_name.react(message.id, "👋")
        await bot.post(message.room, "one")
        await message.answer("two")

    return bot


async def test_a_delivery_that_is_made_again_sends_the_same_commands() -> None:
    way = Way()
    carried = Carried(made(), way, ME)
    for name in ("a", "a", "b"):
        await carried.hear(name, said())
    first, again, other = way.sent[:3], way.sent[3:6], way.sent[6:]
    assert first == again
    assert [(by, kind) for by, kind, _ in first] == [
        ("p_ana", "reaction.add"), ("", "message.post"), ("", "message.post"),
    ]  # fmt: skip
    assert len({name for _, _, name in first}) == 3
    assert [name for *_, name in other[:2]] != [name for *_, name in first[:2]]
    assert other[2] == first[2], "an answer bears the name of what it answers"


async def test_two_may_carry_one_bot_at_the_same_time() -> None:
    bot, ways = made(), [Way(), Way()]
    carriers = [Carried(bot, way, ME) for way in ways]
    await asyncio.gather(*(one.hear("a", said()) for one in carriers))
    assert [len(way.sent) for way in ways] == [3, 3]


async def test_whoever_carries_it_is_told_what_was_not_answered() -> None:
    way = Way()
    carried = Carried(made(), way, ME)
    way.error = RefusedError("not_allowed")
    await carried.hear("a", said())
    way.error = ConnectionError("gone")
    with pytest.raises(ConnectionError):
        await carried.hear("a", said())


async def test_what_a_carried_bot_does_not_do() -> None:
    bot = made()
    carried = Carried(bot, Way(), ME)
    with pytest.raises(ClosedError):
        await bot.post("r_1", "unasked")
    ana = Person(id="p_ana", name="Ana")
    await carried.hear("a", said(), ana)
    assert ana.id not in bot.people, "it does not remember everybody"
    with pytest.raises(ClosedError):
        Bot().client  # noqa: B018


async def test_only_bots_of_the_house_act_in_the_name_of_others() -> None:
    server, bot = FakeServer(), Bot()
    codes: list[str] = []

    @bot.listen("hello")
    async def hello(message: Incoming) -> None:
        try:
            await message.in_their_name.react(message.id, "👋")
        except RefusedError as no:
            codes.append(no.code)

    async with running(bot, server):
        server.say("hello")
        await until(lambda: codes)
    assert codes == ["not_allowed"]
    assert "reaction.add" not in [frame["type"] for frame in server.received]


async def test_what_comes_within_a_minute_is_heard_together() -> None:
    server, bot = FakeServer(), Bot()
    heard: list[list[str]] = []
    slept: asyncio.Queue[float] = asyncio.Queue()
    over = asyncio.Event()

    @bot.gather("member.joined", seconds=60)
    async def greet(came: list[Event]) -> None:
        heard.append([event.data["person"]["id"] for event in came])

    async def sleep(seconds: float) -> None:
        if seconds == 60:
            await slept.put(seconds)
            await over.wait()
        else:
            await asyncio.Event().wait()

    async with running(bot, server):
        bot._patience = sleep
        for who in ("p_1", "p_2"):
            server.append("r_1", "member.joined", who, person={"id": who})
        await until(lambda: len(next(iter(bot._heaps.values()), [])) == 2)
        assert heard == []
        over.set()
        await until(lambda: heard)
        assert slept.qsize() == 1, "one wait for all"
    assert heard == [["p_1", "p_2"]]


async def test_the_stage_gathers_until_it_ticks() -> None:
    bot = Bot()

    @bot.gather("member.joined", seconds=60)
    async def greet(came: list[Event]) -> None:
        await bot.post(came[0].stream, str(len(came)))

    async with Stage(bot) as stage:
        await stage.join("Ana")
        await stage.join("Ben")
        assert stage.said == []
        await stage.tick()
        assert stage.said == ["2"]


async def test_verbs_that_take_something_back() -> None:
    way = Way()
    await way.redraw("m_1", Section("Done"))
    await way.unreact("m_1", "👋")
    await way.drop_planned("q_1")
    await way.revoke_pass("i_1", stay=True)
    assert [kind for _, kind, _ in way.sent] == [
        "message.edit", "reaction.remove", "planned.drop", "pass.revoke",
    ]  # fmt: skip
