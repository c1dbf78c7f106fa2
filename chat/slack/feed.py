"""What one bot hears, as Slack's events: its rooms, followed from where it last stood.

Frames of our protocol come in, envelopes go out to `Delivery`; one after the other, and no faster
than they are acknowledged. What happened too long ago is not told any more, as Slack would not.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from bots.slack import events
from bots.slack.events import Happened, Known
from chat.slack.delivery import Delivery, Envelope
from chat.slack.ear import Ear
from chat.slack.places import Places
from chat.verbs import READERS
from protocol import commands as c
from protocol.views import Message, Person, Room
from rooms.cards import microseconds
from rooms.errors import Refusal
from rooms.model import Actor
from storage.queries import times

if TYPE_CHECKING:
    from chat.app import App

log = structlog.get_logger()

BROKEN = 1011
"""How a feed ends that failed."""
UNHEARD = 2_000
"""Frames that may wait; beyond, streams are let go and taken up again."""
TOO_LATE = 3600 * 1_000_000
"""Microseconds after which an event is not told any more."""
_WHOLE = frozenset({"message.pinned", "message.unpinned"})
"""Kinds that show the message itself."""
CARDS = 2_000
"""People and messages that are remembered."""
Struct = dict[str, Any]


class Feed:
    """One bot's events on this node."""

    def __init__(self, app: App, actor: Actor, places: Places, delivery: Delivery) -> None:
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """The close code, when the bot's right to be here ends."""
        self.watching = asyncio.Event()
        """Set when nothing that happens from now on is missed."""
        self._app = app
        self._actor = actor
        self._places = places
        self._delivery = delivery
        self._rooms: dict[str, Room] = {}
        self._people: dict[str, Person] = {}
        self._messages: dict[str, Message] = {}
        self._frames: deque[Struct] = deque()
        self._heard = asyncio.Event()
        self._ear = Ear(app.live, actor, self._hear, self._end)
        self._task = asyncio.create_task(self._follow(), name="slack-feed")

    async def stop(self) -> None:
        """End."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._ear.leave()
        self.ended.cancel()

    def _end(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)

    def _hear(self, frame: Struct) -> None:
        if frame["type"] in ("typing", "presence", "welcome"):
            return
        self._frames.append(frame)
        self._heard.set()
        if len(self._frames) > UNHEARD:
            self._ear.behind()

    async def _follow(self) -> None:
        try:
            await self._watch_all()
            while True:
                while not self._frames:
                    self._ear.caught_up()
                    self._heard.clear()
                    await self._heard.wait()
                await self._take(self._frames.popleft())
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - logged, and begun again
            log.warning("slack_feed_failed", person=self._actor.person, error=error)
            self._end(BROKEN)

    # --- streams ---

    async def _watch_all(self) -> None:
        overview = await self._look(c.GetOverview())
        self._people[overview.me.id] = overview.me
        for entry in overview.rooms:
            if entry.me.state == "member":
                self._rooms[entry.room.id] = entry.room
        self._watch([self._actor.person, *self._rooms])

    def _watch(self, streams: list[str]) -> None:
        cursors: list[Struct] = []
        for stream in streams:
            cursor: Struct = {"stream": stream}
            if (place := self._places.known(stream)) is not None:
                cursor |= {"epoch": place.epoch, "after_seq": place.seq}
            cursors.append(cursor)
        if cursors:
            self._ear.ask("subscribe", cursors=cursors)

    def _watched(self, states: list[Struct]) -> None:
        """What came of a subscription."""
        again = []
        for state in states:
            stream = state["stream"]
            if state["state"] == "refused":
                self._places.forget(stream)
                self._rooms.pop(stream, None)
            elif state["state"] == "reset":
                # What lies between is lost to it: from the head on.
                self._places.begin(stream, state["epoch"], state["seq"])
                again.append(stream)
            elif self._places.known(stream) is None:
                self._places.begin(stream, state["epoch"], state["seq"])
        if again:
            self._watch(again)
        else:
            self.watching.set()

    # --- frames ---

    async def _take(self, frame: Struct) -> None:
        kind = frame["type"]
        if kind == "event":
            await self._event(frame)
        elif kind == "ok" and isinstance(frame.get("result"), dict):
            self._watched(frame["result"].get("streams", []))
        elif kind == "error":
            raise RuntimeError(f"{frame['code']}: {frame['message']}")
        elif kind == "unsubscribed":
            self._places.forget(frame["stream"])
            self._rooms.pop(frame["stream"], None)
        elif kind == "lagging":
            self._watch([self._actor.person, *self._rooms])

    async def _event(self, frame: Struct) -> None:
        happened = Happened(
            frame["stream"], frame["seq"], frame["kind"], frame["actor"], frame["at"], frame["data"]
        )
        place = self._places.known(happened.stream)
        if place is None:
            # It came before the answer to the subscription that it belongs to.
            self._places.begin(happened.stream, "", happened.seq - 1)
        if not self._places.take(happened.stream, happened.seq):
            return
        self._learn(happened)
        told = await self._told(happened)
        key: Hashable = (happened.stream, happened.seq)
        if not told:
            self._places.settled(happened.stream, happened.seq)
            return
        if self._delivery.full:
            # Much was missed: somebody has to take it before the rest is asked for.
            self.watching.set()
        await self._delivery.room()
        self._delivery.put(*(Envelope("events_api", payload, key) for payload in told))

    async def _told(self, happened: Happened) -> list[Struct]:
        if happened.kind not in events.MAPPED:
            return []
        if self._app.now() - microseconds(happened.at) > TOO_LATE:
            return []
        known = await self._known(happened)
        found = events.events(happened, known)
        return [events.callback(happened, known, no, event) for no, event in enumerate(found)]

    def _learn(self, happened: Happened) -> None:
        """Rooms that come and go, and cards that change."""
        data = happened.data
        if happened.kind in ("room.changed", "room.added"):
            room = _room(data["room"])
            if happened.kind == "room.changed" or data["state"] == "member":
                self._rooms[room.id] = room
            if happened.kind == "room.added" and data["state"] == "member":
                self._watch([room.id])
        elif happened.kind == "room.dropped":
            self._rooms.pop(data["room"], None)
            self._places.forget(data["room"])

    async def _known(self, happened: Happened) -> Known:
        room = self._rooms.get(happened.stream)
        if happened.kind == "room.added":
            room = _room(happened.data["room"])
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

    async def _look(self, query: c.Query) -> Any:
        """A query in the bot's name that does not count against its rate: what it is told was not
        asked for."""
        return await self._app.database.ask(READERS[type(query)], self._actor.person, query)

    async def _message(self, id_: str, *, fresh: bool) -> Message | None:
        """A message; what is remembered of it is its author and its time, and no text (P8)."""
        if id_ in self._messages and not fresh:
            return self._messages[id_]
        try:
            page = await self._look(c.GetMessage(message=id_))
        except Refusal as error:
            if error.code == "not_found":
                return None
            raise
        for person in page.people:
            self._remember(self._people, person.id, person)
        found: Message = page.messages[0]
        bare = msgspec.structs.replace(found, body="", quote=None, client_id=None)
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


def _room(card: Any) -> Room:
    return msgspec.convert(card, Room)
