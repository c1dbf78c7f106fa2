"""A room with a bot and two people, and clients of Slack's SDK for each. Knows no test."""

from __future__ import annotations

import contextlib
import gc
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

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


def tidy() -> None:
    """Forget the sockets that slack_sdk leaves open where a handshake was refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


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
def greeted_program(here: Scene, app: App) -> Iterator[SocketModeHandler]:
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
        client.close()
