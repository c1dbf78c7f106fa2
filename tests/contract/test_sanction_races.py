"""Two nodes over one PostgreSQL: what is acknowledged binds the other node's very next command.

Each round one node forbids something while the other posts for the same person, in an order that
is drawn anew; from the acknowledgement on, nothing more of it enters the log (promise P5).
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
ANSWERED = 3
"""Instead of so many turns of the loop: the first post is answered before it is forbidden."""


@dataclass
class Nodes:
    """The facilitator's node and the member's, and the people."""

    world: World
    one: Writing
    other: Writing
    owner: str
    ana: str
    ben: str
    room: str

    def come(self) -> list[tuple[str, c.Command]]:
        """From here on Ben is a guest who has just come: a visit that has ended begins no more."""
        self.ben = visitor(self.world, passed(self.world, self.ana, self.room, uses=1))
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
        owner, ana, ben = world.person("Olga", "owner"), world.person("Ana"), world.person("Ben")
        room = world.room(ana, ben)
        async with writing(world) as one:
            writer = Writer(second, Clock(world), gather=0)
            writer.start()
            try:
                yield Nodes(world, one, Writing(writer, []), owner, ana, ben, room)
            finally:
                await writer.stop()
    finally:
        first.close()
        second.close()


Forbid = Callable[[Nodes], tuple[str, c.Command]]
Allow = Callable[[Nodes, Any], list[tuple[str, c.Command]]]
WAYS: dict[str, tuple[Forbid, Allow]] = {
    "mute": (
        lambda n: (n.ana, c.Mute(room=n.room, person=n.ben, seconds=HOUR)),
        lambda n, result: [(n.ana, c.LiftSanction(sanction=result["sanction"]))],
    ),
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
        lambda n, result: [
            (n.ana, c.LiftSanction(sanction=result["sanction"])),
            (n.ben, c.JoinRoom(room=n.room)),
        ],
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


def late(nodes: Nodes, head: int) -> list[int]:
    """Messages of Ben that stand after this seq."""
    with nodes.world.database.read() as connection:
        events = streams.events_after(connection, nodes.room, head)
    return [e.seq for e in events if e.kind == "message.posted" and e.actor == nodes.ben]


async def race(nodes: Nodes, way: str, draw: random.Random) -> tuple[int, int]:
    """One round: posts of Ben at the one node and, somewhere among them, what forbids them at the
    other. Gives how many entered and how many were refused."""
    forbid, allow = WAYS[way]
    cut: list[int] = []
    forbidding = job(*forbid(nodes))
    act = forbidding.act

    def act_and_note(facts: Facts) -> Decision:
        # Under the locks: what stands in the room when it is forbidden.
        cut.append(facts.head(nodes.room)[0])
        return act(facts)

    forbidding.act = act_and_note
    say = c.PostMessage(room=nodes.room, body="Hello")
    posts = [nodes.other.do(nodes.ben, say) for _ in range(draw.randrange(4))]
    start = draw.randrange(4)
    if start == ANSWERED and posts:
        # Which of two writers is first is the machine's choice: here the first post surely is.
        await asyncio.wait(posts[:1])
    for _ in range(start % ANSWERED):
        await asyncio.sleep(0)
    deciding = nodes.one.writer.submit(forbidding)
    posts += [nodes.other.do(nodes.ben, say) for _ in range(draw.randrange(1, 5))]
    outcome = await deciding
    posts += [nodes.other.do(nodes.ben, say) for _ in range(2)]
    answers = await done(*posts)
    assert late(nodes, cut[-1]) == [], way
    assert all(isinstance(answer, Refusal) for answer in answers[-2:])
    for person, command in allow(nodes, outcome.result):
        await nodes.one.do(person, command)
    entered = sum(1 for answer in answers if not isinstance(answer, Exception))
    return entered, len(answers) - entered


async def rounds(url: str, way: str, count: int, seed: int) -> None:
    """Many rounds; both must have happened, or nothing was raced."""
    draw = random.Random(seed)
    entered = refused = 0
    async with cluster(url) as nodes:
        if way == "pass":
            nodes.come()
        if way == "block":
            talk = c.OpenDirectRoom(people=[nodes.ben])
            nodes.room = nodes.world.do(nodes.ana, talk).result["room"]
        for _ in range(count):
            some = await race(nodes, way, draw)
            entered, refused = entered + some[0], refused + some[1]
    assert entered >= count // 8
    assert refused > count


@pytest.mark.parametrize(("way", "count"), [("mute", 300)] + [(w, 40) for w in WAYS if w != "mute"])
async def test_nothing_enters_after_the_acknowledgement(
    fresh_postgres: str, way: str, count: int
) -> None:
    await rounds(fresh_postgres, way, count, seed=5)


@pytest.mark.slow
@pytest.mark.parametrize("way", list(WAYS))
async def test_nothing_enters_however_often_one_tries(fresh_postgres: str, way: str) -> None:
    await rounds(fresh_postgres, way, 10_000, seed=17)
