"""Unmodified programs of slack_bolt: `App` and `AsyncApp`, over Socket Mode and over HTTP, each
through all that docs/slack.md says of them. What a step leads to is looked up in the room."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bots.slack import ids
from chat.app import App
from chat.outgoing import Bounds
from chat.slack.delivery import Delivery
from protocol.bots import Slash
from protocol.commands import SetSlash
from tests.e2e.slack_kit import Den, Hand, until, web
from tests.e2e.slack_programs import WAYS
from tests.e2e.town import PATIENCE, Inside, Town, eventually, fixed_port, serving_inside

pytestmark = [
    pytest.mark.slack,
    pytest.mark.usefixtures("tidied"),
    # slack_sdk leaves its socket to the collector where a handshake was refused.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
LATER = 120
"""Seconds until a post that was asked for is certainly due; signatures of Slack hold for 300."""


class Show:
    """A program, a server in this process that can be stopped, and Bo, who talks to the program.

    Steps are made in another thread, for Slack's clients block.
    """

    def __init__(
        self, town: Town, folder: Path, wire: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.town, self.wire = town, wire
        self.port, self.ear = fixed_port(), fixed_port()
        self.inside: Inside
        self.den: Den
        self.bo: Hand
        self._folder = folder
        self._stack = AsyncExitStack()
        self._loop = asyncio.get_running_loop()
        self._ahead = 0
        # The clock of the node, as everything in it reads it.
        monkeypatch.setattr(App, "now", lambda _: time.time_ns() // 1000 + self._ahead * 1_000_000)
        # What is late comes again, and these programs do it again: no machine stands still so long.
        monkeypatch.setattr("chat.deliveries.BOUNDS", Bounds(seconds=3 * PATIENCE))
        patient = partial(Delivery, patience=lambda _: 3 * PATIENCE)
        monkeypatch.setattr("chat.slack.bot.Delivery", patient)

    async def start(self) -> None:
        """Start the server, at the port that it had before."""
        hosts = (f"127.0.0.1:{self.ear}",)
        serving = serving_inside(self.town, self._folder, port=self.port, outgoing_hosts=hosts)
        self.inside = await self._stack.enter_async_context(serving)

    async def stop(self) -> None:
        """Stop it in order."""
        await self.inside.drained()
        await self._stack.aclose()

    def wait(self, work: Awaitable[Any]) -> None:
        """Something on the server's loop, from the thread of the steps."""
        asyncio.run_coroutine_threadsafe(_awaited(work), self._loop).result(PATIENCE)

    def time_passes(self, seconds: int) -> None:
        """The node's clock goes on, and its jobs look at it."""
        self._ahead += seconds
        self.inside.app.jobs.wake(0)

    @property
    def lines(self) -> set[Any]:
        """The program's sockets."""
        bot = self.inside.app.slack.bots.get(self.den.bot)
        return set(bot.lines) if bot else set()

    def say(self, text: str) -> str:
        """Bo says something; its `ts`."""
        said = self._bo.chat_postMessage(channel=self.den.channel, text=text)
        return str(said["ts"])

    def said(self) -> list[str]:
        """What the program has said in the room, in threads too, oldest first."""
        page = self._bo.conversations_history(channel=self.den.channel)
        found: list[str] = []
        for message in page["messages"][::-1]:
            thread = [message]
            if message.get("reply_count"):
                there = {"channel": self.den.channel, "ts": message["ts"]}
                thread = self._bo.conversations_replies(**there)["messages"]
            found += [one["text"] for one in thread if one.get("bot_id")]
        return found

    def until_said(self, text: str) -> None:
        """Wait for words of the program."""
        until(lambda: text in self.said())

    def replies(self, ts: str) -> list[str]:
        """What stands in a thread of Bo's."""
        page = self._bo.conversations_replies(channel=self.den.channel, ts=ts)
        return [one["text"] for one in page["messages"][1:]]

    @property
    def _bo(self) -> Any:
        if not hasattr(self, "_client"):
            self._client = web(self.den.url, self.town.key(self.den.bo))
        return self._client


async def _awaited(work: Awaitable[Any]) -> None:
    await work


# --- steps ----------------------------------------------------------------------------------------


def message(show: Show) -> None:
    show.say("hello 1")
    show.until_said("Heard: hello 1")


def thread(show: Show) -> None:
    ts = show.say(f"<@{ids.user(show.den.bot)}>?")
    until(lambda: show.replies(ts) == ["You called?"])


def command(show: Show) -> None:
    show.bo.run("pizza", "on Friday")
    show.until_said("Pizza on Friday?")
    until(lambda: [one["body"] for one in show.bo.whispers()] == ["A moment…"])


def button(show: Show) -> None:
    asked = show.bo.newest()
    assert asked["body"] == "Pizza on Friday?"
    show.bo.press(asked["id"], "choice¦order")
    show.until_said("Somebody orders")
    assert show.bo.newest()["blocks"] is None
    until(lambda: [one for one in show.bo.whispers() if one["dialog"]])


def form(show: Show) -> None:
    def dialogs() -> list[dict[str, Any]]:
        return [one for one in show.bo.whispers() if one["dialog"]]

    [dialog] = dialogs()
    [asked] = [block for block in dialog["blocks"] if block["type"] == "form"]
    show.bo.press(dialog["id"], asked["id"], **{"what¦said": "nothing"})
    until(lambda: "That is not much" in str(dialogs()))
    show.bo.press(dialog["id"], asked["id"], **{"what¦said": "soup"})
    show.until_said(f"<@{ids.user(show.den.bo)}> orders soup")
    until(lambda: not dialogs())


def schedule(show: Show) -> None:
    show.say("remind us")
    mine = web(show.den.url, show.den.token)
    until(lambda: mine.chat_scheduledMessages_list()["scheduled_messages"])
    assert "It is time" not in show.said()
    show.time_passes(LATER)
    show.until_said("It is time")
    assert mine.chat_scheduledMessages_list()["scheduled_messages"] == []


def disconnect(show: Show) -> None:
    for no in range(2):
        before = show.lines
        if show.wire == "Socket Mode":
            show.wait(_goodbye(show))
        # Said while the client asks for a new address, or just before.
        show.say(f"hello, disconnect {no}")
        if show.wire == "Socket Mode":
            show.wait(_back(show, before))
        show.until_said(f"Heard: hello, disconnect {no}")


async def _goodbye(show: Show) -> None:
    bot = show.inside.app.slack.bots[show.den.bot]
    await bot.quiet()
    bot.goodbye("refresh_requested")


async def _back(show: Show, before: set[Any]) -> None:
    await eventually(lambda: show.lines - before)
    for line in before & show.lines:
        # As Slack does; the client's reader would not look up from the old one for three seconds.
        line._sink.close(1000, "")


def restart(show: Show) -> None:
    show.say("hello, before")
    show.until_said("Heard: hello, before")
    show.wait(show.stop())
    show.town.post(show.den.bo, show.den.room, "hello, meanwhile")
    if show.wire == "Socket Mode":
        # A long one: clients of slack_sdk try the address again that they were given before.
        show.time_passes(600)
    show.wait(show.start())
    show.say("hello, after")
    for word in ("meanwhile", "after"):
        show.until_said(f"Heard: hello, {word}")


STEPS: dict[str, Callable[[Show], None]] = {
    "message": message,
    "thread": thread,
    "slash command": command,
    "button": button,
    "form": form,
    "schedule": schedule,
    "`disconnect`": disconnect,
    "restart": restart,
}
"""By the names of docs/slack.md, in the order in which they are made."""
SAID = Counter(
    ["Heard: hello 1", "You called?", "Somebody orders", "It is time"]
    + [f"Heard: hello, disconnect {no}" for no in range(2)]
    + [f"Heard: hello, {word}" for word in ("before", "meanwhile", "after")]
)
"""All that the programs say, each once; and what Bo orders."""


OVER = {
    ("App", "Socket Mode"): "postgresql",
    ("AsyncApp", "Socket Mode"): "sqlite",
    ("App", "HTTP"): "sqlite",
    ("AsyncApp", "HTTP"): "postgresql",
}
"""The database that each way is tried over."""


@pytest.mark.parametrize(
    ("library", "wire", "database_url"),
    [(*way, database) for way, database in OVER.items()],
    indirect=["database_url"],
)
async def test_a_program_does_all_of_it_and_each_thing_once(
    library: str, wire: str, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    show = Show(town, tmp_path / "data", wire, monkeypatch)
    await show.start()
    try:
        show.den = await asyncio.to_thread(Den, town, show.inside.url)
        show.bo = Hand(show.den, show.den.bo)
        town.do(show.den.bot, SetSlash(commands=(Slash(name="pizza"),)))
        async with WAYS[library, wire](show.den, show.ear):
            for step in STEPS.values():
                await asyncio.to_thread(step, show)
            if wire == "HTTP":
                outgoing = await asyncio.to_thread(show.den.outgoing)
                assert (outgoing["state"], outgoing["dead_letters"]) == ("on", [])
            orders = f"<@{ids.user(show.den.bo)}> orders soup"
            said = await asyncio.to_thread(show.said)
            assert Counter(said) == SAID + Counter([orders])
        show.bo.close()
        show.den.http.close()
    finally:
        await show.stop()


def test_the_page_says_what_is_tried() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "slack.md").read_text()
    table = page.partition("| slack_bolt |")[2].partition("\n\n")[0].splitlines()
    head, _, *rows = [[cell.strip() for cell in row.strip(" |").split("|")] for row in table]
    assert head == [*STEPS]
    assert [row[0] for row in rows] == [f"`{library}`, {wire}" for library, wire in WAYS]
    assert WAYS.keys() == OVER.keys()
    for (_, wire), row in zip(WAYS, rows, strict=True):
        missing = {name for name, cell in zip(head, row[1:], strict=True) if cell != "yes"}
        assert missing == ({"`disconnect`"} if wire == "HTTP" else set())
