"""What nodes tell each other of who is here: they ask when somebody begins to watch a room, and
tell the room's other watchers of changes.

Over the bus, so nothing may rely on it: a node that falls silent is forgotten with its people
(`presence.others`), what may have been lost is asked anew, and while the bus is away a room shows
who is on this node. Knows no connections; rooms and people are names.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from chat.envelope import Envelope
from chat.fanout import CONTROL
from presence.others import Others, People, merged
from presence.state import State

if TYPE_CHECKING:
    from chat.fanout import Fanout

ABOUT = "here"
SPEAK_EVERY = 15.0
"""Seconds between two signs of life."""
ANSWERED = 0.25
"""Seconds that a question to the other nodes waits for all of them."""
ROOMS_AT_ONCE = 500
ROUND = 8
"""Of the rooms watched here, one in so many is asked about at each sign of life."""
BELIEVED = 3.0
"""Seconds that the answer about a room that nobody watches here is remembered."""
REMEMBERED = 1_000


class _Words(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Base of what nodes say."""

    node: str


class Alive(_Words, frozen=True):
    """A sign of life; `hello` asks for one in return."""

    hello: bool = False


class Bye(_Words, frozen=True):
    """The node ends."""


class Ask(_Words, frozen=True):
    """Who is in these rooms on your node?"""

    number: int
    rooms: list[str]


class Answer(_Words, frozen=True):
    """The people of the rooms of a question; rooms without anybody are left out."""

    number: int
    rooms: dict[str, dict[str, State]]


class Moved(_Words, frozen=True):
    """People of a room whose state on this node changed."""

    room: str
    people: dict[str, State]


_decoder = msgspec.msgpack.Decoder(Alive | Bye | Ask | Answer | Moved)
_encoder = msgspec.msgpack.Encoder()


class _Question:
    """One question under way."""

    def __init__(self, rooms: list[str], nodes: Iterable[str]) -> None:
        self.rooms = rooms
        self.nodes = set(nodes)
        self.answers: list[dict[str, dict[str, State]]] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def finish(self) -> None:
        """No more is waited for."""
        if not self.done.done():
            self.done.set_result(None)


class Neighbours:
    """The other nodes, as far as this one hears of them.

    `local(room)` tells who is in a room on this node; `changed(room, people)` is called when
    others told something new of them.
    """

    def __init__(
        self,
        node: str,
        fanout: Fanout,
        clock: Callable[[], float],
        local: Callable[[str], People],
        changed: Callable[[str, Iterable[str]], None],
    ) -> None:
        self.others = Others()
        self._node = node
        self._fanout = fanout
        self._clock = clock
        self._local = local
        self._changed = changed
        self._watched: dict[str, None] = {}
        self._to_ask: list[str] = []
        self._numbers = itertools.count(1)
        self._questions: dict[int, _Question] = {}
        self._asking: dict[str, _Question] = {}
        self._remembered: dict[str, tuple[float, People]] = {}
        self._turn = 0
        self._task: asyncio.Task[None] | None = None
        fanout.on_node = self._heard
        fanout.on_idle = self.unwatched

    async def start(self) -> None:
        """Say hello, and go on giving signs of life."""
        await self._fanout.listen(_own(self._node))
        self._say(Alive(self._node, hello=True))
        self._task = asyncio.create_task(self._live(), name="neighbours")

    async def stop(self) -> None:
        """Say goodbye: our people are gone at once."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for question in self._questions.values():
            question.finish()
        self._say(Bye(self._node))

    def watched(self, room: str) -> None:
        """Somebody here watches a room: the others are asked about it the first time."""
        if room not in self._watched:
            self._watched[room] = None
            self._ask_soon([room])

    def unwatched(self, room: str) -> None:
        """Nobody here watches a room any more."""
        if self._watched.pop(room, self) is None:
            self.others.forget(room)

    def moved(self, room: str, people: Mapping[str, State]) -> None:
        """Tell others who watch a room of people here who changed."""
        if self.others.nodes and people:
            self._say(Moved(self._node, room, dict(people)), room)

    def doubted(self) -> None:
        """Something that others told may have been lost."""
        if self._fanout.bus.connected:
            self._say(Alive(self._node, hello=True))
            self._ask_soon(self._watched)

    async def people(self, room: str) -> People:
        """Who is in a room on other nodes; waits for what was just asked."""
        if room in self._watched:
            question = self._asking.get(room)
            if self._to_ask or question is not None:
                self._ask_now()
                question = self._asking.get(room)
            if question is not None:
                await asyncio.wait([question.done], timeout=ANSWERED)
            return self.others.people(room)
        now = self._clock()
        known = self._remembered.get(room)
        if known is None or known[0] < now:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            question = self._ask([room])
            await asyncio.wait([question.done], timeout=ANSWERED)
            found = merged(answer.get(room, {}) for answer in question.answers)
            known = self._remembered[room] = (now + BELIEVED, found)
        return known[1]

    # --- asking ---

    def _ask_soon(self, rooms: Iterable[str]) -> None:
        if not self.others.nodes:
            return
        if not self._to_ask:
            asyncio.get_running_loop().call_soon(self._ask_now)
        self._to_ask.extend(rooms)

    def _ask_now(self) -> None:
        wanted, self._to_ask = list(dict.fromkeys(self._to_ask)), []
        for start in range(0, len(wanted), ROOMS_AT_ONCE):
            self._ask(wanted[start : start + ROOMS_AT_ONCE])

    def _ask(self, rooms: list[str]) -> _Question:
        question = _Question(rooms, self.others.nodes)
        if not question.nodes or not self._fanout.bus.connected:
            question.finish()
            return question
        number = next(self._numbers)
        self._questions[number] = question
        self._asking.update(dict.fromkeys(rooms, question))
        self._say(Ask(self._node, number, rooms))
        asyncio.get_running_loop().call_later(ANSWERED, self._end, number)
        return question

    def _end(self, number: int) -> None:
        question = self._questions.pop(number, None)
        if question is None:
            return
        question.finish()
        for room in question.rooms:
            if self._asking.get(room) is question:
                del self._asking[room]

    # --- hearing ---

    def _heard(self, envelope: Envelope) -> None:
        if envelope.about != ABOUT:
            return
        try:
            words = _decoder.decode(envelope.payload)
        except msgspec.DecodeError:  # of a newer release
            return
        if isinstance(words, Bye):
            self._tell(self.others.gone(words.node))
            return
        if self.others.heard(words.node, self._clock()):
            self._ask_soon(self._watched)
        match words:
            case Alive(hello=True):
                self._say(Alive(self._node))
            case Ask(node, number, rooms):
                here = {room: people for room in rooms if (people := self._local(room))}
                self._say(Answer(self._node, number, here), _own(node))
            case Answer():
                self._answered(words)
            case Moved(node, room, people) if room in self._watched:
                self._tell({room: self.others.told(node, room, people, whole=False)})

    def _answered(self, answer: Answer) -> None:
        question = self._questions.get(answer.number)
        if question is None:
            return
        question.answers.append(answer.rooms)
        for room in question.rooms:
            if room in self._watched:
                people = answer.rooms.get(room, {})
                self._tell({room: self.others.told(answer.node, room, people, whole=True)})
        question.nodes.discard(answer.node)
        if not question.nodes:
            self._end(answer.number)

    def _tell(self, changed: Mapping[str, Iterable[str]]) -> None:
        for room, people in changed.items():
            if people:
                self._changed(room, people)

    def _say(self, words: _Words, channel: str = CONTROL) -> None:
        payload = _encoder.encode(words)
        self._fanout.tell(channel, Envelope(stream="", seq=0, payload=payload, about=ABOUT))

    def look_round(self) -> None:
        """Give a sign of life, forget the dead, and ask about some of the rooms again."""
        self._say(Alive(self._node))
        self._tell(self.others.expire(self._clock()))
        # Lest something that was lost without anybody's noticing stay for long.
        self._turn = (self._turn + 1) % ROUND
        self._ask_soon(list(self._watched)[self._turn :: ROUND])

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(SPEAK_EVERY)
            self.look_round()


def _own(node: str) -> str:
    return f"node:{node}"
