"""A run in which all is well, made by hand, and ways to spoil it: for the tests of the checks."""

from __future__ import annotations

import copy
from collections.abc import Callable

import msgspec

from rooms.cards import rfc3339
from storage.streams import StoredEvent
from tests.chaos.evidence import Run
from tests.chaos.history import Answered, History, Invoked, Record, Saw, Watched
from tests.chaos.log import Log, Projected
from tests.chaos.node import Witness
from tests.unit.fold import Folded, folded

ROOM, ANA, BEN = "r_1", "p_ana", "p_ben"
CARD = {"id": ROOM, "archived": False}


def event(seq: int, kind: str, actor: str, no: int | None = None, **data: object) -> StoredEvent:
    """An event of the room, a second after the one before."""
    text = msgspec.json.encode(data).decode()
    return StoredEvent(ROOM, seq, 1, kind, actor, seq * 1_000_000, no, text, None)


def posted(seq: int, no: int, who: str, client_id: str) -> StoredEvent:
    """A message."""
    data = {"id": f"m_{seq}", "author": who, "body": client_id, "client_id": client_id}
    return event(seq, "message.posted", who, no, **data)


def joined(seq: int, who: str, actor: str | None = None) -> StoredEvent:
    """Somebody comes in."""
    return event(seq, "member.joined", actor or who, person={"id": who}, role="member", head_no=0)


def events() -> list[StoredEvent]:
    """Set up, two messages, Ben removed and back, the room archived and restored."""
    return [
        event(1, "room.opened", ANA, room=CARD), joined(2, ANA), joined(3, BEN),
        posted(4, 1, ANA, "a1"), posted(5, 2, BEN, "b1"),
        event(6, "member.left", ANA, person=BEN, how="removed"), joined(7, BEN),
        event(8, "room.changed", ANA, room={**CARD, "archived": True}),
        event(9, "room.changed", ANA, room=CARD), posted(10, 3, BEN, "b2"),
    ]  # fmt: skip


COMMANDS = [
    ("message.post", ANA, "", 4, "a1"), ("message.post", BEN, "", 5, "b1"),
    ("room.remove", ANA, BEN, 6, "a2"), ("room.join", BEN, BEN, 7, "b3"),
    ("room.archive", ANA, "", 8, "a3"), ("room.restore", ANA, "", 9, "a4"),
    ("message.post", BEN, "", 10, "b2"),
]  # fmt: skip


def records() -> list[Record]:
    """A history in which all is well: each command takes a tenth of a second, one every two."""
    found: list[Record] = []
    for op, (kind, who, target, seq, once) in enumerate(COMMANDS):
        begin = 2.0 * seq
        found.append(Invoked(op, who, begin, kind, ROOM, target, once))
        # A removal is first of all something in the stream of who is removed.
        place = (BEN, 1) if kind == "room.remove" else (ROOM, seq)
        found.append(Answered(op, begin + 0.1, "", *place))
    found.append(Watched(ANA, 1, ROOM, 3, 3, 1.0))
    found.append(Watched(BEN, 1, ROOM, 3, 3, 1.0))
    for seq in range(4, 11):
        found.append(saw(ANA, seq, 2.0 * seq + 0.2))
        # Ben is told of his removal, and of that only; he has the rest when he is back.
        if seq != 7:
            found.append(saw(BEN, seq, 2.0 * seq + 0.2, line=1 if seq < 7 else 2))
    found.insert(-4, saw(BEN, 7, 14.3, line=2))
    return found


def saw(who: str, seq: int, t: float, line: int = 1) -> Saw:
    """An event reaches a client."""
    return Saw(who, line, ROOM, seq, rfc3339(seq * 1_000_000), t)


def shown(fold: Folded) -> Projected:
    """What a projection shows that agrees with a fold."""
    return Projected(dict(fold.members), copy.deepcopy(fold.messages), fold.head_no, fold.seq)


def well() -> Run:
    """A run in which all is well."""
    given = StoredEvent(BEN, 1, 1, "sanction.given", ANA, 6_000_000, None, "{}", None)
    log = Log({ROOM: events()}, {ROOM: 10, BEN: 1}, {BEN: [given]}, {ROOM: 3})
    return Run(
        history=History(records=records()),
        log=log,
        folds={(who, ROOM): folded(events()) for who in (ANA, BEN)},
        projected={ROOM: shown(folded(events()))},
        witnesses={"node0": Witness([("synchronous_commit", "on", True)], 7, 7)},
        dialect="sqlite",
    )


Break = Callable[[Run], None]


def add(*more: Record) -> Break:
    """A history with more in it."""

    def broken(run: Run) -> None:
        for record in more:
            run.history.add(record)

    return broken


def sighted(one: Saw) -> Break:
    """A history with a sighting more, in its place in time."""

    def broken(run: Run) -> None:
        run.history.add(one)
        run.history.of(Saw).sort(key=lambda saw: saw.t)

    return broken
