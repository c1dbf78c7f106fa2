"""Programs of slack_bolt over a server process that is stopped in order, or killed, and comes back
over the same data at the same port: each effect once.

Slow, for it starts eight servers. Within one process, step by step, `test_slack_programs` asks the
same in every run.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from sqlalchemy import select

from protocol.commands import GetHistory
from storage import outgoing, streams
from storage.slack import links
from storage.tables import JOB, SLACK_LINK
from tests.e2e.slack_kit import Den, greeted_program, until, web
from tests.e2e.slack_programs import asynchronous, greeted_async, in_a_loop, plain, wsgi
from tests.e2e.town import PATIENCE, Server, Town, fixed_port

pytestmark = [
    pytest.mark.slack,
    pytest.mark.slow,
    pytest.mark.usefixtures("tidied"),
    # slack_sdk leaves its socket to the collector where the server has gone.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
NO_REASON = ""
"""What comes a second time as if it had never come. A machine that stands still has a reason."""


class Tried:
    """A program in a room of its own; `again` is why it was told of something twice."""

    def __init__(self, town: Town, url: str, wire: str) -> None:
        self.town, self.wire, self.den = town, wire, Den(town, url)
        self._bo = web(url, town.key(self.den.bo))
        self.again: list[str] = []
        self._known: dict[str, float] = {}

    def plain(self) -> App:
        """The program, of `App`."""
        app = plain(self.den)

        @app.middleware
        def once(body: dict[str, Any], request: Any, next_: Callable[[], Any]) -> Any:
            return next_() if self._new(body, request) else BoltResponse(status=200)

        return app

    def asynchronous(self) -> AsyncApp:
        """The same, of `AsyncApp`."""
        app = asynchronous(self.den)

        @app.middleware
        async def once(body: dict[str, Any], request: Any, next_: Callable[[], Any]) -> Any:
            return await next_() if self._new(body, request) else BoltResponse(status=200)

        return app

    def _new(self, body: dict[str, Any], request: Any) -> bool:
        """As Slack asks of programs: what comes again is known by its `event_id`."""
        now = time.monotonic()
        if self._known.setdefault(body.get("event_id", str(now)), now) == now:
            return True
        self.again += request.headers.get("x-slack-retry-reason", [NO_REASON])
        return False

    def said(self) -> Counter[str]:
        """What it has said."""
        page = self.town.ask(self.den.bo, GetHistory(room=self.den.room, limit=100))
        return Counter(one.body for one in page.messages if one.author == self.den.bot)

    def say(self, words: str) -> None:
        """Bo greets it."""
        self._bo.chat_postMessage(channel=self.den.channel, text=f"hello, {words}")

    def until_heard(self, *words: str) -> None:
        """Wait for its answers."""
        until(lambda: {f"Heard: hello, {word}" for word in words} <= set(self.said()))

    def holder(self) -> str:
        """The server that talks to it over its socket."""
        query = select(SLACK_LINK.c.holder).where(SLACK_LINK.c.bot_id == self.den.bot)
        with self.town.database.read() as connection:
            return str(connection.execute(query).scalar_one_or_none() or "")

    def taken(self) -> bool:
        """Whether all that was said was taken by it, and that is written down."""
        bot, room = self.den.bot, self.den.room
        with self.town.database.read() as connection:
            head = streams.heads(connection, [room])[room]
            if self.wire == "Socket Mode":
                place = links.places(connection, bot).get(room)
                return place is not None and place.seq == head
            waits = outgoing.waiting(connection, bot, 1)
            job = connection.execute(select(JOB).where(JOB.c.key == bot, JOB.c.lease != "")).first()
            return waits is not None and not waits.events and job is None


def connected(one: Tried, library: str) -> AbstractContextManager[Any]:
    """The program, over Socket Mode."""
    if library == "App":
        return greeted_program(one.den, one.plain())
    return in_a_loop(greeted_async(one.den, one.asynchronous()))


@pytest.mark.parametrize("end", ["stop", "kill"])
@pytest.mark.parametrize(
    ("library", "database_url"),
    [("App", "sqlite"), ("AsyncApp", "postgresql")],
    indirect=["database_url"],
)
def test_each_effect_is_once_whatever_becomes_of_the_server(
    town: Town, tmp_path: Path, library: str, end: str
) -> None:
    ear, shared = fixed_port(), town.database.dialect != "sqlite"
    (tmp_path / "data").mkdir(exist_ok=True)
    url = town.database.url.render_as_string(hide_password=False) if shared else None
    server = Server(tmp_path / "data", url, outgoing_hosts=f"127.0.0.1:{ear}")
    server.starts_in = 3 * PATIENCE
    with ExitStack() as stack:
        stack.enter_context(server.running())
        both = [Tried(town, server.url, wire) for wire in ("Socket Mode", "HTTP")]
        [heard, called] = both
        stack.enter_context(connected(heard, library))
        stack.enter_context(wsgi(ear, SlackRequestHandler(called.plain(), path="/slack/events")))
        called.den.told_at(f"127.0.0.1:{ear}")
        for one in both:
            one.say("before")
        for one in both:
            one.until_heard("before")
            until(one.taken)
        before = heard.holder()
        server.kill() if end == "kill" else server.stop()
        for one in both:
            town.post(one.den.bo, one.den.room, "hello, meanwhile")
        server.start()
        # What a server that was killed held has its time, where several may run.
        until(lambda: heard.holder() not in ("", before))
        for one in both:
            one.say("after")
        for one in both:
            one.until_heard("meanwhile", "after")
            until(one.taken)
            said = Counter(f"Heard: hello, {word}" for word in ("before", "meanwhile", "after"))
            assert one.said() == said, one.wire
            assert NO_REASON not in one.again, one.wire
            one.den.http.close()
