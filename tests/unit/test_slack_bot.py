"""One bot's Socket Mode on a node, without a server: what it is told, and that it is served
again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from chat.slack import answers
from chat.slack import bot as bots
from chat.slack.bot import Bot
from chat.slack.delivery import Delivery
from chat.slack.feed import Feed
from chat.slack.places import Places
from chat.slack.service import Slack
from chat.slack.socket import SocketMode
from chat.ws import Denied
from protocol.commands import GetMessage
from protocol.views import Room
from rooms.errors import Refusal
from rooms.model import Actor
from storage.transaction import Outcome

pytestmark = pytest.mark.slack

ACTOR = Actor("p_bot", "t_1", frozenset({"read", "write"}), ends_at=9, rate=30)
ROOM = Room(
    id="r_1", kind="conversation", name="Den", purpose="", access="invite", posting="everyone",
    history="all", archived=False, created_at="2026-11-27T20:00:00.000000Z", member_count=2,
)  # fmt: skip


class Line:
    """A socket that remembers."""

    actor = ACTOR

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.greeted = asyncio.Event()

    def hello(self, number: int) -> None:
        assert number == 1
        self.greeted.set()

    def envelope(self, text: bytes) -> None:
        self.frames.append(json.loads(text))

    def goodbye(self, reason: str) -> None:
        raise AssertionError(reason)


async def test_a_bot_is_served_again_when_the_database_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bots, "AGAIN", 0.0)
    away = [True, True]

    async def run(_: Any) -> Outcome:
        if away:
            away.pop()
            raise Refusal("unavailable", retry_after=2.0)
        # Another node has it: these stand by.
        return Outcome(result=False)

    app: Any = SimpleNamespace(run=run, now=lambda: 0)
    bot, line = Bot(app, "p_bot", "n_1"), Line()
    bot.join(line)
    async with asyncio.timeout(10):
        await line.greeted.wait()
    await bot.stop()
    assert not away


async def until(so: Callable[[], bool]) -> None:
    """Let others go on until something is so."""
    for _ in range(10_000):
        if so():
            return
        await asyncio.sleep(0)
    raise AssertionError("never so")


class Nothing(tuple[Any, ...]):
    """No people, and no rooms but those that are given."""

    __slots__ = ()
    rooms = ()


class Heard:
    """A feed of the room `r_1`, whose frames are given by hand."""

    def __init__(self) -> None:
        places = Places({})
        places.begin("r_1", "e", 0)
        self.delivery = Delivery(lambda _: None)
        self.asked: list[bytes] = []
        connection = SimpleNamespace(opened=lambda _: None, text=self.asked.append,
                                     closed=lambda _: None)  # fmt: skip
        app: Any = SimpleNamespace(
            live=SimpleNamespace(connection=lambda _: connection),
            slack=SimpleNamespace(team="T1"), now=lambda: 0,
            database=SimpleNamespace(ask=self._ask),
        )  # fmt: skip
        self.feed = Feed(app, ACTOR, places, self.delivery)
        self.feed._telling.rooms["r_1"] = ROOM

    async def _ask(self, _: Any, __: str, query: Any) -> Any:
        if isinstance(query, GetMessage):
            raise Refusal("not_found", what="message")
        return Nothing()

    def event(self, seq: int, kind: str, **data: Any) -> None:
        self.feed._hear(
            {"type": "event", "stream": "r_1", "seq": seq, "kind": kind, "actor": "p_a",
             "at": "1970-01-01T00:00:00.000000Z", "data": data}
        )  # fmt: skip

    def posted(self, seq: int, text: str) -> None:
        self.event(seq, "message.posted", id=f"m_{seq}", author="p_a", body=text)

    async def told(self) -> list[str]:
        """All that the bot is told once it listens."""
        line = Line()
        await until(lambda: not self.feed._frames and not self.feed._heard.is_set())
        self.delivery.join(line)
        await self.feed.stop()
        self.delivery.clear()
        return [frame["payload"]["event"].get("text", "") for frame in line.frames]


@pytest.mark.promise_p8
async def test_a_deleted_text_is_not_told_any_more() -> None:
    """Neither where it was read already and waits for a socket, nor where it waits to be read."""
    heard = Heard()
    heard.posted(1, "stays")
    heard.posted(2, "goes")
    await until(lambda: heard.delivery.unsettled == 2)
    heard.posted(3, "goes too")
    heard.event(4, "message.deleted", id="m_3")
    heard.event(5, "message.deleted", id="m_2")
    assert await heard.told() == ["stays"]


@pytest.mark.promise_p7
async def test_nothing_of_a_room_is_told_once_it_has_left_it() -> None:
    heard = Heard()
    heard.posted(1, "waits for a socket")
    await until(lambda: heard.delivery.unsettled == 1)
    heard.posted(2, "waits to be read")
    heard.feed._hear({"type": "unsubscribed", "stream": "r_1"})
    assert await heard.told() == []


async def test_a_room_that_it_is_too_far_behind_for_is_asked_for_again() -> None:
    """More was missed in all rooms together than may wait here: that is no loss of a right."""
    heard = Heard()
    busy = {"stream": "r_1", "state": "refused", "why": "busy"}
    heard.feed._hear({"type": "ok", "result": {"streams": [busy]}})
    heard.feed._hear({"type": "lagging"})
    heard.posted(1, "still heard")
    assert await heard.told() == ["still heard"]
    assert not heard.feed.watching.is_set()
    cursors = json.loads(heard.asked[-1])["cursors"]
    assert {"stream": "r_1", "epoch": "e", "after_seq": 0} in cursors


@pytest.mark.attack
async def test_what_is_sealed_keeps_a_bot_to_its_rate() -> None:
    """Without it a ticket or a `response_url` would set the bot free of its rate."""

    async def run(_: Any) -> Outcome:
        return Outcome()

    async def ask(*_: Any) -> set[str]:
        return set()

    app: Any = SimpleNamespace(
        now=lambda: 0, public_url="https://talk.example.org", run=run,
        database=SimpleNamespace(ask=ask),
    )  # fmt: skip
    app.slack = Slack(app, b"k" * 32)
    url = app.slack.ticket(ACTOR)
    assert await app.slack.redeem(url.partition("ticket=")[2]) == ACTOR
    asked = answers.address(app, ACTOR, "x_1")
    assert await answers.redeem(app, asked.rpartition("/")[2]) == (ACTOR, "x_1")


class Tickets:
    """A node's Socket Mode whose database is away as often as `away` says."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.now = 0
        self.used: set[str] = set()
        app: Any = SimpleNamespace(
            now=lambda: self.now, public_url="https://talk.example.org", run=self.run,
            database=SimpleNamespace(ask=self.ask),
        )  # fmt: skip
        self.slack = Slack(app, b"k" * 32)
        self.ticket = self.slack.ticket(ACTOR).partition("ticket=")[2]

    async def run(self, job: Any) -> Outcome:
        if self.away:
            self.away -= 1
            raise Refusal("unavailable", retry_after=2.0)
        duplicate = job.once.client_id in self.used
        self.used.add(job.once.client_id)
        return Outcome(duplicate=duplicate)

    async def ask(self, *_: Any) -> set[str]:
        return set()

    async def admitted(self) -> Any:
        return await self.slack.admit()(SimpleNamespace(query_params={"ticket": self.ticket}))  # type: ignore[arg-type]


class Told:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.code = 0

    def send(self, batch: Any) -> None:
        self.frames += map(json.loads, batch.texts)

    def close(self, code: int, _: str) -> None:
        self.code = code


async def test_a_ticket_is_not_used_up_where_the_database_is_away() -> None:
    """slack_sdk's asynchronous client tries the same one again until it is in."""
    tickets = Tickets(away=1)
    assert isinstance(await tickets.admitted(), Denied)
    assert isinstance(await tickets.admitted(), SocketMode)


@pytest.mark.attack
@pytest.mark.parametrize("later", [0, 2 * 3600 * 1_000_000])
async def test_who_comes_with_a_spent_ticket_is_sent_for_another(later: int) -> None:
    """Refused for good it would be tried for ever; it is told nothing and is no socket of a bot."""
    tickets = Tickets()
    if not later:
        await tickets.admitted()
    tickets.now = later
    receiver, told = await tickets.admitted(), Told()
    receiver.opened(told)
    assert [(one["type"], one["reason"]) for one in told.frames] == [
        ("disconnect", "refresh_requested")
    ]
    assert (told.code, tickets.slack.bots) == (1000, {})
