"""What one bot hears, as Slack's events: its rooms, followed from where it last stood.

Frames of our protocol come in, envelopes go out to `Delivery`; one after the other, and no faster
than they are acknowledged. What happened too long ago is not told any more, as Slack would not.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Hashable
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from bots.slack.events import Happened
from chat.slack import answers
from chat.slack.delivery import Delivery, Envelope
from chat.slack.ear import Ear
from chat.slack.places import Places
from chat.slack.telling import Telling, Told
from protocol import commands as c
from protocol.views import Room
from rooms.cards import microseconds
from rooms.model import Actor

if TYPE_CHECKING:
    from chat.app import App

log = structlog.get_logger()

BROKEN = 1011
"""How a feed ends that failed."""
UNHEARD = 2_000
"""Frames that may wait; beyond, streams are let go and taken up again."""
TOO_LATE = 3600 * 1_000_000
"""Microseconds after which an event is not told any more."""
_TEXTS = frozenset({"message.posted", "message.edited"})
"""Kinds of events that say what somebody said."""
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
        self._telling = Telling(app, actor)
        self._answering: set[asyncio.Task[None]] = set()
        self._frames: deque[Struct] = deque()
        self._heard = asyncio.Event()
        self._ear = Ear(app.live, actor, self._hear, self._end)
        self._task = asyncio.create_task(self._follow(), name="slack-feed")

    async def stop(self) -> None:
        """End."""
        self._task.cancel()
        await asyncio.gather(self._task, *self._answering, return_exceptions=True)
        self._ear.leave()
        self.ended.cancel()

    def _end(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)

    def _hear(self, frame: Struct) -> None:
        if frame["type"] in ("typing", "presence", "welcome"):
            return
        if frame["type"] == "unsubscribed":
            self._forget(frame["stream"])
        elif frame.get("kind") == "message.deleted":
            self._forget(frame["stream"], frame["data"]["id"])
        self._frames.append(frame)
        self._heard.set()
        if len(self._frames) > UNHEARD:
            self._ear.behind()

    def _forget(self, stream: str, message: str = "") -> None:
        """Texts of a room that it was not told yet, of one message or of all: they are gone, or no
        longer its to read."""
        self._frames = deque(
            frame
            for frame in self._frames
            if not (
                frame.get("kind") in _TEXTS
                and frame["stream"] == stream
                and message in ("", frame["data"]["id"])
            )
        )
        self._delivery.withdraw(
            lambda one: (
                isinstance(one.key, tuple)
                and one.key[0] == stream
                and one.about != ""
                and message in ("", one.about)
            )
        )

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
        overview = await self._telling.look(c.GetOverview())
        for entry in overview.rooms:
            if entry.me.state == "member":
                self._telling.rooms[entry.room.id] = entry.room
        self._watch([self._actor.person, *self._telling.rooms])

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
        later = False
        for state in states:
            stream = state["stream"]
            if state.get("why") == "busy":
                # We are behind: the frame `lagging` has all of them asked for again.
                later = True
            elif state["state"] == "refused":
                self._places.forget(stream)
                self._telling.rooms.pop(stream, None)
            elif state["state"] == "reset":
                # What lies between is lost to it: from the head on.
                self._places.begin(stream, state["epoch"], state["seq"])
                again.append(stream)
            elif self._places.known(stream) is None:
                self._places.begin(stream, state["epoch"], state["seq"])
        if again:
            self._watch(again)
        elif not later:
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
            self._telling.rooms.pop(frame["stream"], None)
        elif kind == "lagging":
            self._watch([self._actor.person, *self._telling.rooms])

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
        about = str(happened.data["id"]) if happened.kind in _TEXTS else ""
        self._delivery.put(*(self._envelope(one, key, about) for one in told))

    def _envelope(self, told: Told, key: Hashable, about: str) -> Envelope:
        answered = partial(self._acknowledged, told) if told.interaction else None
        return Envelope(told.type, told.payload, key, answered, about)

    def _acknowledged(self, told: Told, payload: Struct) -> None:
        """What was asked is answered by a task of its own: the next event does not wait."""
        answer = answers.acknowledged(self._app, self._actor, told, payload)
        task = asyncio.create_task(answer, name="slack-answer")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _told(self, happened: Happened) -> list[Told]:
        if self._app.now() - microseconds(happened.at) > TOO_LATE:
            return []
        return await self._telling.told(happened)

    def _learn(self, happened: Happened) -> None:
        """Rooms that come and go, and cards that change."""
        data = happened.data
        if happened.kind in ("room.changed", "room.added"):
            room = _room(data["room"])
            if happened.kind == "room.changed" or data["state"] == "member":
                self._telling.rooms[room.id] = room
            if happened.kind == "room.added" and data["state"] == "member":
                self._watch([room.id])
        elif happened.kind == "room.dropped":
            self._telling.rooms.pop(data["room"], None)
            self._places.forget(data["room"])


def _room(card: Any) -> Room:
    return msgspec.convert(card, Room)
