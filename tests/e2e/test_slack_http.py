"""slack_bolt programs that are told at an address of their own: events, commands, buttons."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebhookClient
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack import ids
from protocol.bots import Slash
from protocol.commands import JoinRoom, SetSlash
from tests.e2e.slack_kit import Seen, web
from tests.e2e.town import PATIENCE, Town, serving_inside

pytestmark = [
    pytest.mark.slack,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


class Silent(WSGIRequestHandler):
    """A server that says nothing."""

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def listening() -> Iterator[Any]:
    """A server at a free port; `set_app` gives it something to say."""
    server = make_server("127.0.0.1", 0, lambda *_: [], handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Den:
    """A room with a bot, made over HTTP by its facilitator."""

    def __init__(self, town: Town, url: str) -> None:
        self.town, self.url = town, url
        self.guide, self.bo = town.person("Gina"), town.person("Bo")
        self.room = town.room(self.guide, self.bo, access="open")
        self.http = self.person(self.guide)
        made = self.http.post(
            "/bots", json={"username": "herald", "name": "Herald", "room": self.room}
        ).json()
        self.bot, self.token = made["person"]["id"], made["token"]
        self.secret = made["signing_secret"]
        self.channel = ids.channel(self.room)

    def person(self, who: str) -> httpx.Client:
        bearer = {"authorization": f"Bearer {self.town.session(who)}"}
        base = f"{self.url}/api/v1"
        return httpx.Client(base_url=base, headers=bearer, trust_env=False, timeout=PATIENCE)

    def told_at(self, address: str) -> None:
        wanted = {"url": f"http://{address}/slack/events", "shape": "slack"}
        answer = self.http.put(f"/bots/{self.bot}/outgoing", json=wanted)
        assert answer.status_code == 200, answer.text
        assert answer.json()["outgoing"]["state"] == "on"

    def newest(self, person: str) -> list[str]:
        page = web(self.url, self.town.key(person)).conversations_history(channel=self.channel)
        return [message["text"] for message in page["messages"][::-1]]


def program(den: Den, seen: Seen) -> App:
    """A bot as its tutorial has it."""
    app = App(token=den.token, signing_secret=den.secret, client=web(den.url, den.token))

    @app.message("hello")
    def hello(message: dict[str, Any], say: Any) -> None:
        say(f"Hello, <@{message['user']}>!", thread_ts=message["ts"])
        seen.add("hello")

    @app.event("app_mention")
    def mentioned(say: Any) -> None:
        say("You called?")
        seen.add("mention")

    @app.command("/pizza")
    def pizza(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack(text="A moment…")
        client.chat_postMessage(channel=body["channel_id"], text="Pizza?", blocks=[
            {"type": "actions", "elements": [{"type": "button", "action_id": "yes", "value": "1",
             "text": {"type": "plain_text", "text": "Yes"}}]}])  # fmt: skip
        seen.add("command")

    @app.action("yes")
    def yes(ack: Any, respond: Any) -> None:
        ack()
        respond(text="Done", replace_original=True)
        seen.add("button")

    return app


async def test_a_bolt_program_at_an_address_of_its_own(town: Town, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(exist_ok=True)
    with listening() as server:
        address = f"127.0.0.1:{server.server_port}"
        async with serving_inside(town, tmp_path / "data", outgoing_hosts=(address,)) as inside:
            await asyncio.to_thread(_live, town, inside.url, server, address)


def _live(town: Town, url: str, server: Any, address: str) -> None:
    den, seen = Den(town, url), Seen()
    server.set_app(SlackRequestHandler(program(den, seen), path="/slack/events"))
    town.do(den.bot, JoinRoom(room=den.room))
    town.do(den.bot, SetSlash(commands=(Slash(name="pizza"),)))
    den.told_at(address)
    bo = den.person(den.bo)
    with bo:
        talk = web(url, town.key(den.bo))
        talk.chat_postMessage(channel=den.channel, text="hello there")
        seen.until(lambda items: "hello" in items)
        talk.chat_postMessage(channel=den.channel, text=f"<@{ids.user(den.bot)}>?")
        seen.until(lambda items: "mention" in items)
        bo.post(f"/rooms/{den.room}/slash/pizza", json={"text": ""})
        seen.until(lambda items: "command" in items)
        [asked] = [
            one
            for one in bo.get(f"/rooms/{den.room}/messages").json()["messages"]
            if one["body"] == "Pizza?"
        ]
        bo.post(f"/messages/{asked['id']}/interactions", json={"action": "yes"})
        seen.until(lambda items: "button" in items)
        whispers = bo.get("/overview").json()["whispers"]
        assert [one["body"] for one in whispers] == ["A moment…"]
    # Each effect once, and what no listener of the program takes counts as taken.
    assert seen.items == ["hello", "mention", "command", "button"]
    assert den.newest(den.bo)[-2:] == ["You called?", "Done"]
    outgoing = den.http.get(f"/bots/{den.bot}").json()["outgoing"]
    assert (outgoing["state"], outgoing["dead_letters"]) == ("on", [])
    _hooked(den)
    den.http.close()


def _hooked(den: Den) -> None:
    """The SDK's client for incoming addresses."""
    made = den.http.post(f"/bots/{den.bot}/webhooks", json={"room": den.room}).json()
    answer = WebhookClient(made["url"]).send(text="Build *passed*")
    assert (answer.status_code, answer.body) == (200, "ok")
    assert den.newest(den.bo)[-1] == "Build *passed*"


async def test_an_asynchronous_bolt_program_at_an_address(town: Town, tmp_path: Path) -> None:
    from aiohttp import web as aiohttp

    (tmp_path / "data").mkdir(exist_ok=True)
    site_app: list[Any] = []

    async def handle(request: Any) -> Any:
        return await site_app[0](request)

    application = aiohttp.Application()
    application.router.add_post("/slack/events", handle)
    runner = aiohttp.AppRunner(application)
    await runner.setup()
    site = aiohttp.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    address = f"127.0.0.1:{port}"
    heard = asyncio.Event()
    async with serving_inside(town, tmp_path / "data", outgoing_hosts=(address,)) as inside:
        den = await asyncio.to_thread(Den, town, inside.url)
        town.do(den.bot, JoinRoom(room=den.room))
        client = AsyncWebClient(token=den.token, base_url=f"{inside.url}/api/")
        app = AsyncApp(token=den.token, signing_secret=den.secret, client=client)

        @app.message("tea")
        async def tea(say: Any) -> None:
            await say("With milk?")
            heard.set()

        site_app.append(app.server(path="/slack/events").handle_post_requests)
        await asyncio.to_thread(den.told_at, address)
        talk = web(inside.url, town.key(den.bo))
        await asyncio.to_thread(talk.chat_postMessage, channel=den.channel, text="tea?")
        await asyncio.wait_for(heard.wait(), PATIENCE)
        assert await asyncio.to_thread(den.newest, den.bo) == ["tea?", "With milk?"]
        den.http.close()
    await runner.cleanup()
