"""What a bot is told of an event, with all that has to be looked up for it.

Used where bots are told: over sockets here, by requests to their address elsewhere. Reads in the
bot's name and by its rights, and remembers cards, times and what was chosen of a bot's own menus,
never a text (P8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from bots.slack import events, ids, interactions, kit, objects
from bots.slack.events import Happened, Known
from bots.slack.interactions import Asked
from chat.slack import views
from chat.verbs import READERS
from protocol import commands as c
from protocol.views import Message, Person, Room
from rooms.cards import microseconds
from rooms.errors import Refusal
from rooms.model import Actor
from storage import slashes
from storage.queries import times
from storage.slack.views import whispered

if TYPE_CHECKING:
    from chat.app import App

_WHOLE = frozenset({"message.pinned", "message.unpinned"})
"""Kinds that show the message itself."""
CARDS = 2_000
"""People and messages that are remembered."""
Struct = dict[str, Any]


class Told(NamedTuple):
    """One thing that a bot is told."""

    type: str
    """`events_api`, `slash_commands` or `interactive`."""
    payload: Struct
    interaction: str = ""
    """The question that an acknowledgement may answer."""
    whisper: str = ""
    view: Struct | None = None
    """Of a view that was sent: as the bot opened it."""
    values: Struct | None = None
    """And as it was filled in, by the ids of our inputs."""


class Telling:
    """For one bot. `actor` is the token in whose name it is told."""

    def __init__(self, app: App, actor: Actor) -> None:
        self.rooms: dict[str, Room] = {}
        """Rooms that it is in, by whoever follows them."""
        self._app = app
        self._actor = actor
        self._people: dict[str, Person] = {}
        self._messages: dict[str, Message] = {}
        self._chosen: dict[str, Struct] = {}

    async def told(self, happened: Happened) -> list[Told]:
        """What it is told of an event."""
        if happened.kind == "interaction.made":
            return await self._asked(happened)
        if happened.kind not in events.MAPPED:
            return []
        known = await self._known(happened)
        found = events.events(happened, known)
        return [
            Told("events_api", events.callback(happened, known, no, event))
            for no, event in enumerate(found)
        ]

    async def look(self, query: c.Query) -> Any:
        """A query in the bot's name that does not count against its rate: what it is told was not
        asked for."""
        return await self._app.database.ask(READERS[type(query)], self._actor.person, query)

    # --- events ---

    async def _known(self, happened: Happened) -> Known:
        room = await self._room(happened.stream)
        if happened.kind == "room.added":
            room = msgspec.convert(happened.data["room"], Room)
        fresh = happened.kind in _WHOLE
        messages: dict[str, Message] = {}
        for id_ in events.needed(happened):
            if (found := await self._message(id_, fresh=fresh)) is not None:
                messages[id_] = found
        people: dict[str, Person] = {}
        for person in {happened.data.get("author"), *(one.author for one in messages.values())}:
            if person and (card := await self._person(person)) is not None:
                people[person] = card
        return Known(self._app.slack.team, self._actor.person, room, messages, people)

    async def _room(self, id_: str) -> Room | None:
        if id_ not in self.rooms and id_.startswith("r_"):
            try:
                self.rooms[id_] = (await self.look(c.GetRoom(room=id_, limit=1))).room
            except Refusal:
                return None
        return self.rooms.get(id_)

    async def _message(self, id_: str, *, fresh: bool) -> Message | None:
        """A message; what is remembered of it is its author and its time."""
        if id_ in self._messages and not fresh:
            return self._messages[id_]
        try:
            page = await self.look(c.GetMessage(message=id_))
        except Refusal as error:
            if error.retry_after is not None:
                raise
            # It is gone, or no longer the bot's to read.
            return None
        for person in page.people:
            self._remember(self._people, person.id, person)
        found: Message = page.messages[0]
        bare = msgspec.structs.replace(
            found, body="", title=None, quote=None, client_id=None, blocks=None
        )
        self._remember(self._messages, id_, bare)
        return found

    async def _person(self, id_: str) -> Person | None:
        if id_ not in self._people:
            for card in await self._app.database.ask(times.cards, self._actor.person, [id_]):
                self._remember(self._people, card.id, card)
        return self._people.get(id_)

    def _remember(self, where: dict[str, Any], key: str, value: Any) -> None:
        if len(where) >= CARDS:
            where.clear()
        where[key] = value

    # --- questions ---

    async def _asked(self, happened: Happened) -> list[Told]:
        data = happened.data
        person, room = await self._person(data["person"]), await self._room(data["room"])
        if person is None or room is None or (data["what"] != "button" and _gone(data)):
            return []
        asked = Asked(
            team=self._app.slack.team,
            domain=ids.channel_name(self._app.live.community),
            me=self._actor.person,
            person=person,
            room=room,
            at=happened.at,
            data=data if data["what"] == "command" else {**data, "values": self._values(data)},
            response_url=self._app.slack.response_url(self._actor, data["id"]),
        )
        if data["what"] == "command":
            return await self._command(asked)
        if str(data["message"]).startswith("w_"):
            return await self._whisper_answered(asked)
        found = await self._message(data["message"], fresh=True)
        if found is None or found.body is None:
            return []
        root = await self._message(found.thread, fresh=False) if found.thread else None
        root_ts = ids.ts(microseconds(root.at)) if root else ""
        shown = objects.message(found, {person.id: person, **self._people}, root_ts)
        payload = interactions.block_actions(asked, shown, found.blocks or ())
        return [Told("interactive", payload, data["id"])]

    async def _command(self, asked: Asked) -> list[Told]:
        """One that goes to its own address may have been answered from there, while the bot had no
        socket: it is not told again."""
        id_, own = asked.data["id"], asked.data.get("own", False)
        if own and await self._app.database.ask(slashes.answered, self._actor.person, id_):
            return []
        return [Told("slash_commands", interactions.command(asked), id_)]

    def _values(self, data: Any) -> Struct:
        """What was filled in, and what the same person chose in the same message before: what is
        shown as chosen there counts as part of its `state`. Forgotten with this process."""
        key = f"{data['message']} {data['person']}"
        values = {**self._chosen.get(key, {}), **(data.get("values") or {})}
        if data["name"] in (data.get("values") or {}):
            self._remember(self._chosen, key, {**self._chosen.get(key, {}), **data["values"]})
        return values

    async def _whisper_answered(self, asked: Asked) -> list[Told]:
        id_, whisper = asked.data["id"], asked.data["message"]
        kept = await views.opened(self._app, self._actor.person, whisper)
        view = None if kept is None else kept[1]
        if view is not None and asked.data["name"] == kit.FORM:
            payload = interactions.view_submission(asked, view)
            return [Told("interactive", payload, id_, whisper, view, asked.data["values"])]
        look = self._app.database.ask
        at, stored = await look(whispered, self._actor.person, whisper)
        payload = interactions.block_actions(asked, None, stored, ids.ts(at) if at else "", view)
        return [Told("interactive", payload, id_)]


def _gone(data: Any) -> bool:
    """Whether what was typed or filled in has expired."""
    return data.get("body") is None and data.get("values") is None
