"""A room with a bot and two people, and clients of Slack's SDK for each. Knows no test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bots.slack import ids
from protocol.commands import InviteToRoom, JoinRoom
from tests.e2e.town import Place, Town


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
