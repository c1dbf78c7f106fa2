"""One program a library of slack_bolt, as their tutorials have them, and the four ways in which
they are run. Each answers a message, in a thread, a command, a button, a form, and later.

Knows nothing of this server but its address and a token. Knows no test.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from aiohttp import web as aiohttp
from slack_bolt import App
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.e2e.slack_kit import Den, greeted_program, web
from tests.e2e.town import PATIENCE

ASKED: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Pizza* on Friday?"}},
    {"type": "actions", "block_id": "choice", "elements": [
        {"type": "button", "action_id": "order", "value": "1", "style": "primary",
         "text": {"type": "plain_text", "text": "Order"}}]},
]  # fmt: skip


def form(channel: str) -> dict[str, Any]:
    """A view, which remembers where it was asked for."""
    return {
        "type": "modal", "callback_id": "order", "private_metadata": channel,
        "title": {"type": "plain_text", "text": "Your order"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [{
            "type": "input", "block_id": "what", "label": {"type": "plain_text", "text": "What?"},
            "element": {"type": "plain_text_input", "action_id": "said"}}],
    }  # fmt: skip


def plain(den: Den) -> App:
    """For `App`."""
    app = App(token=den.token, signing_secret=den.secret, client=web(den.url, den.token))

    @app.message("hello")
    def hello(message: dict[str, Any], say: Any) -> None:
        say(f"Heard: {message['text']}")

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], say: Any) -> None:
        say(text="You called?", thread_ts=event.get("thread_ts", event["ts"]))

    @app.command("/pizza")
    def pizza(ack: Any, command: dict[str, Any], say: Any) -> None:
        ack(text="A moment…")
        say(text=f"Pizza {command['text']}?", blocks=ASKED)

    @app.action("order")
    def order(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        there = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        client.chat_update(**there, text="Somebody orders", blocks=[])
        client.views_open(trigger_id=body["trigger_id"], view=form(there["channel"]))

    @app.view("order")
    def ordered(ack: Any, body: dict[str, Any], view: dict[str, Any], client: Any) -> None:
        said = view["state"]["values"]["what"]["said"]["value"]
        if said == "nothing":
            ack(response_action="errors", errors={"what": "That is not much"})
            return
        ack()
        text = f"<@{body['user']['id']}> orders {said}"
        client.chat_postMessage(channel=view["private_metadata"], text=text)

    @app.message("remind")
    def later(message: dict[str, Any], client: Any) -> None:
        at = int(time.time()) + 30
        client.chat_scheduleMessage(channel=message["channel"], post_at=at, text="It is time")

    @app.event("message")
    def other() -> None:
        pass

    return app


def asynchronous(den: Den) -> AsyncApp:
    """For `AsyncApp`: the same."""
    client = AsyncWebClient(token=den.token, base_url=f"{den.url}/api/")
    app = AsyncApp(token=den.token, signing_secret=den.secret, client=client)

    @app.message("hello")
    async def hello(message: dict[str, Any], say: Any) -> None:
        await say(f"Heard: {message['text']}")

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], say: Any) -> None:
        await say(text="You called?", thread_ts=event.get("thread_ts", event["ts"]))

    @app.command("/pizza")
    async def pizza(ack: Any, command: dict[str, Any], say: Any) -> None:
        await ack(text="A moment…")
        await say(text=f"Pizza {command['text']}?", blocks=ASKED)

    @app.action("order")
    async def order(ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        there = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**there, text="Somebody orders", blocks=[])
        await client.views_open(trigger_id=body["trigger_id"], view=form(there["channel"]))

    @app.view("order")
    async def ordered(ack: Any, body: dict[str, Any], view: dict[str, Any], client: Any) -> None:
        said = view["state"]["values"]["what"]["said"]["value"]
        if said == "nothing":
            await ack(response_action="errors", errors={"what": "That is not much"})
            return
        await ack()
        text = f"<@{body['user']['id']}> orders {said}"
        await client.chat_postMessage(channel=view["private_metadata"], text=text)

    @app.message("remind")
    async def later(message: dict[str, Any], client: Any) -> None:
        at = int(time.time()) + 30
        await client.chat_scheduleMessage(channel=message["channel"], post_at=at, text="It is time")

    @app.event("message")
    async def other() -> None:
        pass

    return app


# --- four ways ------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _elsewhere(blocking: AbstractContextManager[Any]) -> AsyncIterator[None]:
    """A context that is entered and left in another thread: it waits for the server in this one."""
    with contextlib.ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, blocking)
        try:
            yield
        finally:
            await asyncio.to_thread(stack.close)


@contextlib.asynccontextmanager
async def _app_over_a_socket(den: Den, _: int) -> AsyncIterator[None]:
    app = await asyncio.to_thread(plain, den)
    async with _elsewhere(greeted_program(den, app)):
        yield


@contextlib.asynccontextmanager
async def _async_app_over_a_socket(den: Den, _: int) -> AsyncIterator[None]:
    async with greeted_async(den, asynchronous(den)):
        yield


@contextlib.asynccontextmanager
async def greeted_async(den: Den, app: AsyncApp) -> AsyncIterator[None]:
    """The asynchronous program, connected and heard; closed at the end."""
    hello = asyncio.Event()

    async def listen(_: Any, message: dict[str, Any], __: Any) -> None:
        if message.get("type") == "hello":
            hello.set()

    handler = AsyncSocketModeHandler(app, den.token, ping_interval=2.0)
    handler.client.message_listeners.append(listen)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        await asyncio.wait_for(hello.wait(), PATIENCE)
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def in_a_loop(program: AbstractAsyncContextManager[None]) -> Iterator[None]:
    """An asynchronous program on a loop of its own, in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait(work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(2 * PATIENCE)

    async def leave() -> None:
        await program.__aexit__(None, None, None)

    async def enter() -> None:
        await program.__aenter__()

    try:
        wait(enter())
        try:
            yield
        finally:
            wait(leave())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextlib.asynccontextmanager
async def _app_over_http(den: Den, port: int) -> AsyncIterator[None]:
    app = await asyncio.to_thread(plain, den)
    async with _elsewhere(wsgi(port, SlackRequestHandler(app, path="/slack/events"))):
        await asyncio.to_thread(den.told_at, f"127.0.0.1:{port}")
        yield


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def wsgi(port: int, application: Any) -> Iterator[None]:
    """A program at a port of this machine, in a thread."""
    server = make_server("127.0.0.1", port, application, handler_class=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.asynccontextmanager
async def _async_app_over_http(den: Den, port: int) -> AsyncIterator[None]:
    site = aiohttp.AppRunner(asynchronous(den).web_app(path="/slack/events"))
    await site.setup()
    await aiohttp.TCPSite(site, "127.0.0.1", port).start()
    try:
        await asyncio.to_thread(den.told_at, f"127.0.0.1:{port}")
        yield
    finally:
        await site.cleanup()


Way = Callable[[Den, int], AbstractAsyncContextManager[None]]
WAYS: dict[tuple[str, str], Way] = {
    ("App", "Socket Mode"): _app_over_a_socket,
    ("AsyncApp", "Socket Mode"): _async_app_over_a_socket,
    ("App", "HTTP"): _app_over_http,
    ("AsyncApp", "HTTP"): _async_app_over_http,
}
"""`WAYS[library, wire](den, port)`: the program runs and has been greeted; over HTTP it listens at
the port."""
