"""Two nodes over one PostgreSQL: what is acknowledged binds the other node's very next command.

Each round one node forbids something while the other posts for the same person, in an order that
is drawn anew; from the acknowledgement on, nothing more of it enters the log (promise P5). Several
pairs of people race at a time, each in a room of their own: the two writers gather what comes
together, as they do in use, and a round costs a part of a commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from protocol import commands as c
from protocol import limits
from protocol.ids import answers_stream
from rooms.errors import Refusal
from rooms.facts import Facts
from rooms.model import Decision
from storage import streams
from storage.clock import OPTION
from storage.database import Database
from storage.tables import METADATA
from storage.writer import Writer
from tests.contract.passes_kit import passed, visitor
from tests.contract.writer_kit import Clock, Writing, done, writing
from tests.world import World, job

pytestmark = pytest.mark.promise_p5
HOUR = 3600
LANES = 6
"""Pairs that race at a time."""
ANSWERED = 3
"""Instead of so many turns of the loop: the first post is answered before it is forbidden."""


@dataclass
class Nodes:
    """The facilitator's node and the member's, and those who run the place."""

    world: World
    one: Writing
    other: Writing
    owner: str


@dataclass
class Lane:
    """Ana and Ben in a room of their own; with `topic`, what Ben says answers it."""

    nodes: Nodes
    ana: str
    ben: str
    room: str
    topic: str = ""
    came: int = 0
    code: str = ""

    @property
    def stream(self) -> str:
        """Where what Ben says stands."""
        return answers_stream(self.topic) if self.topic else self.room

    @property
    def owner(self) -> str:
        """Who runs the place."""
        return self.nodes.owner

    def say(self) -> asyncio.Future[Any]:
        """Ben posts at the other node."""
        post = c.PostMessage(room=self.room, body="Hello", thread=self.topic or None)
        return self.nodes.other.do(self.ben, post)

    def come(self) -> list[tuple[str, c.Command]]:
        """From here on Ben is a guest who has just come: a visit that has ended begins no more."""
        world = self.nodes.world
        if self.came % limits.PASS_USES == 0:
            self.code = passed(world, self.ana, self.room, uses=limits.PASS_USES)
        self.ben = visitor(world, self.code)
        self.came += 1
        return []


@contextlib.asynccontextmanager
async def cluster(url: str) -> AsyncIterator[Nodes]:
    """Two writers, each with its own connections and its own memory of standings."""
    first, second = Database(url), Database(url)
    try:
        with first.writing.begin() as connection:
            METADATA.create_all(connection)
        world = World(first)
        for engine in (second.reading, second.writing):
            engine.update_execution_options(**{OPTION: lambda: world.now})
        owner = world.person("Olga", "owner")
        async with writing(world) as one:
            writer = Writer(second, Clock(world), gather=0)
            writer.start()
            try:
                yield Nodes(world, one, Writing(writer, []), owner)
            finally:
                await writer.stop()
    finally:
        first.close()
        second.close()


Forbid = Callable[[Lane], tuple[str, c.Command]]
Allow = Callable[[Lane, Any], list[tuple[str, c.Command]]]


def _mute(lane: Lane) -> tuple[str, c.Command]:
    return lane.ana, c.Mute(room=lane.room, person=lane.ben, seconds=HOUR)


def _lift(lane: Lane, result: Any) -> list[tuple[str, c.Command]]:
    return [(lane.ana, c.LiftSanction(sanction=result["sanction"]))]


WAYS: dict[str, tuple[Forbid, Allow]] = {
    "mute": (_mute, _lift),
    "mute an answer": (_mute, _lift),
    "lock": (
        lambda n: (n.ana, c.LockRoom(room=n.room)),
        lambda n, _: [(n.ana, c.UnlockRoom(room=n.room))],
    ),
    "removal": (
        lambda n: (n.ana, c.RemoveMember(room=n.room, person=n.ben)),
        lambda n, _: [(n.ben, c.JoinRoom(room=n.room))],
    ),
    "ban": (
        lambda n: (n.ana, c.Ban(room=n.room, person=n.ben, seconds=HOUR)),
        lambda n, result: [*_lift(n, result), (n.ben, c.JoinRoom(room=n.room))],
    ),
    "suspension": (
        lambda n: (n.owner, c.SuspendPerson(person=n.ben)),
        lambda n, result: [(n.owner, c.LiftSanction(sanction=result["sanction"]))],
    ),
    "block": (
        lambda n: (n.ana, c.BlockPerson(person=n.ben)),
        lambda n, _: [(n.ana, c.BlockPerson(person=n.ben, blocked=False))],
    ),
    "pass": (
        lambda n: (n.ana, c.EndVisit(room=n.room, person=n.ben)),
        lambda n, _: n.come(),
    ),
}


def lane(nodes: Nodes, way: str, number: int) -> Lane:
    """A pair, and the room in which they race."""
    world = nodes.world
    ana, ben = world.person(f"Ana{number}"), world.person(f"Ben{number}")
    if way == "block":
        talk = c.OpenDirectRoom(people=[ben])
        return Lane(nodes, ana, ben, world.do(ana, talk).result["room"])
    if way == "mute an answer":
        room = world.room(ana, ben, kind="forum", answer_first=True)
        return Lane(nodes, ana, ben, room, world.post(ana, room, "Well?", title="A question"))
    made = Lane(nodes, ana, ben, world.room(ana, ben))
    if way == "pass":
        made.come()
    return made


def late(lane: Lane, head: int) -> list[int]:
    """Messages of Ben that stand after this seq."""
    with lane.nodes.world.database.read() as connection:
        events = streams.events_after(connection, lane.stream, head)
    return [e.seq for e in events if e.kind == "message.posted" and e.actor == lane.ben]


async def race(lane: Lane, way: str, draw: random.Random) -> tuple[int, int]:
    """One round: posts of Ben at the one node and, somewhere among them, what forbids them at the
    other. Gives how many entered and how many were refused."""
    forbid, allow = WAYS[way]
    cut: list[int] = []
    forbidding = job(*forbid(lane))
    act = forbidding.act

    def act_and_note(facts: Facts) -> Decision:
        # Under the locks: what stands there when it is forbidden.
        cut.append(facts.head(lane.stream)[0])
        return act(facts)

    forbidding.act = act_and_note
    posts = [lane.say() for _ in range(draw.randrange(3))]
    start = draw.randrange(4)
    if start == ANSWERED and posts:
        # Which of two writers is first is the machine's choice: here the first post surely is.
        await asyncio.wait(posts[:1])
    for _ in range(start % ANSWERED):
        await asyncio.sleep(0)
    deciding = lane.nodes.one.writer.submit(forbidding)
    posts.append(lane.say())
    outcome = await deciding
    posts.append(lane.say())
    answers = await done(*posts)
    assert late(lane, cut[-1]) == [], way
    assert isinstance(answers[-1], Refusal)
    for person, command in allow(lane, outcome.result):
        await lane.nodes.one.do(person, command)
    entered = sum(1 for answer in answers if not isinstance(answer, Exception))
    return entered, len(answers) - entered


async def rounds(url: str, way: str, count: int, seed: int) -> None:
    """Many rounds; both must have happened, or nothing was raced."""
    entered = refused = 0

    async def run(pair: Lane, many: int, draw: random.Random) -> None:
        nonlocal entered, refused
        for _ in range(many):
            some = await race(pair, way, draw)
            entered, refused = entered + some[0], refused + some[1]

    async with cluster(url) as nodes:
        pairs = [lane(nodes, way, number) for number in range(LANES)]
        async with asyncio.TaskGroup() as racing:
            for number, pair in enumerate(pairs):
                racing.create_task(run(pair, count // LANES, random.Random(seed * 100 + number)))
    assert entered >= count // 8
    assert refused > count


@pytest.mark.parametrize("way", list(WAYS))
async def test_nothing_enters_after_the_acknowledgement(fresh_postgres: str, way: str) -> None:
    await rounds(fresh_postgres, way, 300, seed=5)


@pytest.mark.slow
@pytest.mark.parametrize("way", list(WAYS))
async def test_nothing_enters_however_often_one_tries(fresh_postgres: str, way: str) -> None:
    await rounds(fresh_postgres, way, 10_002, seed=17)
