"""Socket Mode: what is told and when it comes again, by slack_sdk's client and by hand; what
slack_bolt's programs make of it is in `test_slack_programs`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.parse
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from bots.slack import ids
from protocol.commands import InviteToRoom, JoinRoom
from storage.accounts import jobs
from tests.e2e.slack_kit import Scene, Seen, greeted, greeted_program, scene
from tests.e2e.town import PATIENCE, Place

pytestmark = [
    pytest.mark.slack,
    pytest.mark.usefixtures("tidied"),
    # slack_sdk leaves its socket to the collector where a handshake was refused.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
on_sqlite = pytest.mark.parametrize("place", ["sqlite"], indirect=True)
"""What does not depend on the database."""


def program(here: Scene, seen: Seen) -> App:
    """A bot as its tutorial has it."""
    app = App(token=here.token, client=here.as_bot())

    @app.message("hello")
    def hello(message: dict[str, Any], say: Any) -> None:
        seen.add(("hello", message["text"]))
        say(f"Hello, <@{message['user']}>!")

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], say: Any) -> None:
        seen.add(("mention", event["text"]))
        say(text="You called?", thread_ts=event.get("thread_ts", event["ts"]))

    @app.event("reaction_added")
    def reacted(event: dict[str, Any]) -> None:
        seen.add(("reaction", event["reaction"], event["item"]["ts"]))

    @app.event("message")
    def other(event: dict[str, Any]) -> None:
        seen.add(("message", event.get("subtype"), event.get("text")))

    return app


def bodies(here: Scene) -> list[str]:
    """What stands in the room by the bot, oldest first."""
    page = here.as_person(here.ana).conversations_history(channel=here.channel)
    return [m["text"] for m in page["messages"][::-1] if m.get("bot_id")]


def test_a_bolt_program(place: Place) -> None:
    here, seen = scene(place), Seen()
    ana = here.as_person(here.ana)
    with greeted_program(here, program(here, seen)):
        ana.chat_postMessage(channel=here.channel, text="hello *there*")
        seen.until(lambda items: ("hello", "hello *there*") in items)
        called = ana.chat_postMessage(channel=here.channel, text=f"<@{ids.user(here.bot)}> ?")
        seen.until(lambda items: any(item[0] == "mention" for item in items))
        ana.reactions_add(channel=here.channel, timestamp=called["ts"], name="wave")
        seen.until(lambda items: ("reaction", "wave", called["ts"]) in items)
        ana.chat_update(channel=here.channel, ts=called["ts"], text="never mind")
        seen.until(lambda items: ("message", "message_changed", None) in items)
        ana.chat_delete(channel=here.channel, ts=called["ts"])
        seen.until(lambda items: ("message", "message_deleted", None) in items)
    assert bodies(here).count(f"Hello, <@{ids.user(here.ana)}>!") == 1
    replies = ana.conversations_replies(channel=here.channel, ts=called["ts"])["messages"]
    assert [m["text"] for m in replies[1:]] == ["You called?"]


@on_sqlite
def test_the_sdks_own_client(place: Place) -> None:
    here, seen = scene(place), Seen()
    client = SocketModeClient(app_token=here.token, web_client=here.as_bot(), ping_interval=1.0)

    def take(of: BaseSocketModeClient, request: SocketModeRequest) -> None:
        of.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))
        event = request.payload["event"]
        seen.add((request.type, event["type"], event["text"], request.payload["event_id"]))

    client.socket_mode_request_listeners.append(take)
    with greeted(client):
        here.as_person(here.bo).chat_postMessage(channel=here.channel, text="one")
        [item] = seen.until(bool)
        assert item[:3] == ("events_api", "message", "one")


# --- by hand --------------------------------------------------------------------------------------


async def opened(here: Scene) -> str:
    """A fresh address."""
    answer = await asyncio.to_thread(here.as_bot().apps_connections_open, app_token=here.token)
    return str(answer["url"])


@contextlib.asynccontextmanager
async def line(url: str) -> AsyncIterator[ClientConnection]:
    """A socket, its hello read."""
    async with connect(url, proxy=None, compression=None, open_timeout=PATIENCE) as socket:
        assert (await frame(socket))["type"] == "hello"
        yield socket


async def frame(socket: ClientConnection) -> dict[str, Any]:
    """The next frame."""
    async with asyncio.timeout(PATIENCE):
        found: dict[str, Any] = json.loads(await socket.recv())
    return found


async def texts(socket: ClientConnection, wanted: str, *, answer: bool = True) -> dict[str, Any]:
    """Read, and acknowledge, up to the message with this text; its envelope."""
    while True:
        found = await frame(socket)
        event = found.get("payload", {}).get("event", {})
        if answer or event.get("text") != wanted:
            await socket.send(json.dumps({"envelope_id": found["envelope_id"]}))
        if event.get("text") == wanted:
            return found


async def test_what_is_not_acknowledged_comes_again(place: Place) -> None:
    here = scene(place)
    ana = here.as_person(here.ana)
    async with line(await opened(here)) as first:
        await asyncio.to_thread(ana.chat_postMessage, channel=here.channel, text="kept")
        await texts(first, "kept")
        await asyncio.to_thread(ana.chat_postMessage, channel=here.channel, text="lost")
        lost = await texts(first, "lost", answer=False)
        async with line(await opened(here)) as second:
            await first.close()
            again = await texts(second, "lost", answer=False)
            assert again["payload"]["event_id"] == lost["payload"]["event_id"]
            assert (again["retry_attempt"], again["retry_reason"]) == (1, "connection_closed")
    # Nobody listens any more; what was acknowledged does not come back, what was not does.
    async with line(await opened(here)) as third:
        after = await frame(third)
        assert after["payload"]["event"]["text"] == "lost"


@on_sqlite
async def test_a_handshake_as_slacks_client_makes_it(place: Place) -> None:
    """Host without its port, no Origin, no User-Agent."""
    url = urllib.parse.urlsplit(await opened(scene(place)))
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    fields = (
        f"GET {url.path}?{url.query} HTTP/1.1", f"Host: {url.hostname}", "Upgrade: websocket",
        "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13", "", "",
    )  # fmt: skip
    writer.write("\r\n".join(fields).encode())
    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
    writer.close()
    await writer.wait_closed()


@pytest.mark.attack
async def test_a_ticket_works_once(place: Place) -> None:
    here = scene(place)
    url = await opened(here)
    async with line(url), connect(url, proxy=None) as second, asyncio.timeout(PATIENCE):
        # Sent for another address, and told nothing; the SDK tries a refused one for ever.
        assert [json.loads(text)["type"] async for text in second] == ["disconnect"]
    ticket = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["ticket"][0]
    for bad in ("", "x", ticket[:-4] + "AAAA", ticket[4:]):
        with pytest.raises(InvalidStatus):
            await connect(url.partition("?")[0] + f"?ticket={bad}", proxy=None)


@pytest.mark.attack
@pytest.mark.promise_p7
@on_sqlite
async def test_a_revoked_token_ends_its_socket(place: Place) -> None:
    here = scene(place)
    async with line(await opened(here)) as socket:
        tokens = here.town.carry_out(jobs.withdraw_token(here.bot, _token(here)))
        assert tokens == {}
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    found = json.loads(await socket.recv())
                except Exception:  # noqa: BLE001
                    break
                if found["type"] == "disconnect":
                    assert found["reason"] == "link_disabled"


def _token(here: Scene) -> str:
    from storage.accounts import queries

    with here.town.database.read() as connection:
        return queries.tokens_of(connection, here.bot)[0].id


@pytest.mark.promise_p7
@on_sqlite
async def test_out_of_the_room_is_out_of_hearing(place: Place) -> None:
    here = scene(place)
    other = here.town.room(here.ana, name="Elsewhere")
    here.town.do(here.ana, InviteToRoom(room=other, people=[here.bot]))
    here.town.do(here.bot, JoinRoom(room=other))
    ana = here.as_person(here.ana)
    async with line(await opened(here)) as socket:
        await asyncio.to_thread(
            ana.conversations_kick, channel=here.channel, user=ids.user(here.bot)
        )
        await asyncio.to_thread(ana.chat_postMessage, channel=here.channel, text="among us")
        there = ids.channel(other)
        await asyncio.to_thread(ana.chat_postMessage, channel=there, text="still here?")
        heard: list[dict[str, Any]] = []
        while "still here?" not in [event.get("text") for event in heard]:
            found = await frame(socket)
            await socket.send(json.dumps({"envelope_id": found["envelope_id"]}))
            heard.append(found["payload"]["event"])
    assert "among us" not in [event.get("text") for event in heard]
    assert "channel_left" in [event["type"] for event in heard]


@on_sqlite
async def test_into_a_room_is_into_hearing(place: Place) -> None:
    here = scene(place)
    other = here.town.room(here.ana, name="Elsewhere")
    here.town.do(here.ana, InviteToRoom(room=other, people=[here.bot]))
    async with line(await opened(here)) as socket:
        there = ids.channel(other)
        await asyncio.to_thread(here.as_bot().conversations_join, channel=there)
        while (found := await frame(socket))["payload"]["event"]["type"] != "member_joined_channel":
            await socket.send(json.dumps({"envelope_id": found["envelope_id"]}))
        event = found["payload"]["event"]
        assert (event["channel"], event["user"]) == (there, ids.user(here.bot))
