"""Rooms with a bot and two people, clients of Slack's SDK for each, and what people do. Knows no
test."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bots.slack import ids
from protocol.commands import InviteToRoom, JoinRoom
from tests.e2e.town import PATIENCE, Place, Town


def web(url: str, token: str, **options: Any) -> WebClient:
    """slack_sdk's client; nothing is changed of it but the address."""
    return WebClient(token=token, base_url=f"{url}/api/", **options)


@dataclass(frozen=True)
class Scene:
    """Ana facilitates a room in which Bo and a bot are."""

    town: Town
    url: str
    room: str
    ana: str
    bo: str
    bot: str
    token: str
    """The bot's."""

    @property
    def channel(self) -> str:
        """The room, in Slack's words."""
        return ids.channel(self.room)

    def as_bot(self, **options: Any) -> WebClient:
        """The bot's client."""
        return web(self.url, self.token, **options)

    def as_person(self, person: str, *scopes: str) -> WebClient:
        """A person's client: a token of their own does as well."""
        return web(self.url, self.town.key(person, *scopes))


def scene(place: Place) -> Scene:
    """A new room with new people."""
    return scene_in(place.town, place.url)


def scene_in(town: Town, url: str) -> Scene:
    """The same, for any server."""
    ana, bo = town.person("Ana"), town.person("Bo")
    bot = town.person("Helper", "bot")
    room = town.room(ana, bo, name=f"Reading room {ana[-6:]}", access="open")
    town.do(ana, InviteToRoom(room=room, people=[bot]))
    town.do(bot, JoinRoom(room=room))
    return Scene(town, url, room, ana, bo, bot, town.key(bot, "read", "write"))


class Den:
    """A room of Gina's with Bo in it, and a bot that she made over HTTP: with a signing secret."""

    def __init__(self, town: Town, url: str) -> None:
        self.town, self.url = town, url
        self.guide, self.bo = town.person("Gina"), town.person("Bo")
        self.room = town.room(self.guide, self.bo, access="open")
        bearer = {"authorization": f"Bearer {town.session(self.guide)}"}
        self.http = httpx.Client(
            base_url=f"{url}/api/v1", headers=bearer, trust_env=False, timeout=PATIENCE
        )
        name = f"herald{self.room[-8:]}"
        wanted = {"username": name, "name": "Herald", "room": self.room}
        made = self.http.post("/bots", json=wanted).json()
        self.bot, self.token = str(made["person"]["id"]), str(made["token"])
        self.secret = str(made["signing_secret"])
        self.channel = ids.channel(self.room)
        town.do(self.bot, JoinRoom(room=self.room))

    def told_at(self, address: str) -> None:
        """The bot has an address of its own from here on."""
        wanted = {"url": f"http://{address}/slack/events", "shape": "slack"}
        answer = self.http.put(f"/bots/{self.bot}/outgoing", json=wanted)
        assert answer.status_code == 200, answer.text
        assert answer.json()["outgoing"]["state"] == "on"

    def outgoing(self) -> dict[str, Any]:
        """How telling it there goes."""
        found: dict[str, Any] = self.http.get(f"/bots/{self.bot}").json()["outgoing"]
        return found


class Hand:
    """What a person does in the browser client, over the same API."""

    def __init__(self, here: Scene | Den, person: str) -> None:
        self.room = here.room
        self._http = httpx.Client(
            base_url=f"{here.url}/api/v1", trust_env=False, timeout=PATIENCE,
            headers={"authorization": f"Bearer {here.town.key(person)}"},
        )  # fmt: skip

    def close(self) -> None:
        self._http.close()

    def run(self, name: str, text: str = "") -> str:
        return self._asked(f"/rooms/{self.room}/slash/{name}", {"text": text})

    def press(self, message: str, action: str, **values: str) -> str:
        body: dict[str, Any] = {"action": action} | ({"values": values} if values else {})
        return self._asked(f"/messages/{message}/interactions", body)

    def _asked(self, path: str, body: dict[str, Any]) -> str:
        answer = self._http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["interaction"])

    def whispers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._http.get("/overview").json()["whispers"]
        return found

    def newest(self) -> dict[str, Any]:
        page = self._page()
        return page[-1] if page else {"blocks": ()}

    def replies(self, thread: str) -> list[dict[str, Any]]:
        return self._page(thread=thread)

    def _page(self, **where: str) -> list[dict[str, Any]]:
        answer = self._http.get(f"/rooms/{self.room}/messages", params=where).json()
        found: list[dict[str, Any]] = answer["messages"]
        return found


def refused(call: Callable[..., Any], *args: Any, **fields: Any) -> str:
    """The error of a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **fields)
    return str(caught.value.response["error"])


def until(condition: Callable[[], Any]) -> Any:
    """Wait for what a program leads to on the server."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come"
        threading.Event().wait(0.01)
    return found


class Seen:
    """What a program has seen, in the order in which it came, from any thread."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._changed = threading.Condition()

    def add(self, item: Any) -> None:
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()

    def pause(self) -> None:
        """A moment, or until something is seen."""
        with self._changed:
            self._changed.wait(0.02)

    def pause_until(self, done: Callable[[], bool]) -> None:
        """Moments, until something that is not seen here is so."""
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, self.items
            self.pause()

    def until(self, enough: Callable[[list[Any]], bool]) -> list[Any]:
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self.items), PATIENCE), self.items
            return list(self.items)


@contextlib.contextmanager
def greeted_program(here: Scene | Den, app: App) -> Iterator[SocketModeHandler]:
    """The program, connected and heard; closed at the end."""
    handler = SocketModeHandler(app, here.token, ping_interval=1.0)
    with greeted(handler.client):
        yield handler


@contextlib.contextmanager
def greeted(client: Any) -> Iterator[None]:
    """A client that was said hello to."""
    hello = threading.Event()

    def listen(_: Any, message: dict[str, Any], __: Any) -> None:
        if message.get("type") == "hello":
            hello.set()

    client.message_listeners.append(listen)
    client.connect()
    try:
        assert hello.wait(PATIENCE)
        yield
    finally:
        hang_up(client)


def hang_up(client: Any) -> None:
    """Close slack_sdk's own client at once: its reader holds the socket for up to three seconds,
    and its queue waits for one."""
    client.closed, client.auto_reconnect_enabled = True, False
    client.current_session_state.terminated = True
    reading = client.current_session and client.current_session.sock
    if reading is not None:
        with contextlib.suppress(OSError):
            reading.shutdown(socket.SHUT_RDWR)
    client.message_queue.put(None)
    client.close()
