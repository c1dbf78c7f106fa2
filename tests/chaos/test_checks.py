"""Each check finds the history that was made for it, and nothing in one where all is well."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rooms.cards import rfc3339
from storage.streams import StoredEvent
from tests.chaos.checks import CHECKS, judge
from tests.chaos.evidence import Run
from tests.chaos.history import Answered, Ended, Fault, Invoked, Record, Saw, Watched
from tests.chaos.made import (
    ANA,
    BEN,
    CARD,
    ROOM,
    Break,
    add,
    event,
    events,
    posted,
    saw,
    sighted,
    well,
)
from tests.chaos.node import Witness
from tests.unit.fold import folded


def test_where_all_is_well_nothing_is_found() -> None:
    assert judge(well()) == {name: [] for name in CHECKS}


def without(kind: type[Record], which: Callable[[Record], bool]) -> Break:
    """A history in which something is missing."""

    def broken(run: Run) -> None:
        found = run.history.of(kind)
        found[:] = [record for record in found if not which(record)]

    return broken


def log(change: Callable[[list[StoredEvent]], None]) -> Break:
    """Another log."""

    def broken(run: Run) -> None:
        change(run.log.events[ROOM])
        run.log.heads[ROOM] = len(run.log.events[ROOM])

    return broken


def lost_tail(found: list[StoredEvent]) -> None:
    found.pop()


def twice(found: list[StoredEvent]) -> None:
    found.append(posted(11, 4, BEN, "b2"))


def hole(found: list[StoredEvent]) -> None:
    del found[4]


def late_post(found: list[StoredEvent]) -> None:
    found[6:6] = [posted(7, 3, BEN, "b9")]


def post_in_the_archive(found: list[StoredEvent]) -> None:
    found[8:8] = [posted(9, 3, ANA, "a9")]


def post_in_a_locked_room(found: list[StoredEvent]) -> None:
    found[8:8] = [posted(9, 3, BEN, "b9")]
    found[7] = event(8, "room.changed", ANA, room={**CARD, "locked": {"until": None}})


def muted_but_heard(run: Run) -> None:
    """Ben was muted before, and until after, two commands between which he was heard."""
    for record in (
        Invoked(97, ANA, 7.0, "sanction.mute", ROOM, BEN, "a7"), Answered(97, 7.1, "", BEN, 0),
        Invoked(98, ANA, 30.0, "sanction.lift", ROOM, BEN, "a8"), Answered(98, 30.1, "", BEN, 0),
    ):  # fmt: skip
        run.history.add(record)
    # The acknowledgement of the removal (6) came before, that of the restoring (9) after b1.
    run.log.events[ROOM][6:6] = [posted(7, 3, BEN, "b9")]


def banned_but_back(run: Run) -> None:
    """Ben was banned before, and until after, two commands between which he came in."""
    run.history.add(Invoked(97, ANA, 9.0, "sanction.ban", ROOM, BEN, "a7"))
    run.history.add(Answered(97, 9.1, "", BEN, 0))


def same_time(found: list[StoredEvent]) -> None:
    found[4] = StoredEvent(ROOM, 5, 1, "message.posted", BEN, 4_000_000, 2, found[4].data, None)


def fold_differs(run: Run) -> None:
    run.folds[BEN, ROOM].messages["m_5"]["body"] = "something else"


def projection_differs(run: Run) -> None:
    del run.projected[ROOM].messages["m_4"]


def fold_stops_early(run: Run) -> None:
    run.folds[BEN, ROOM] = folded(events()[:9])


def off(run: Run) -> None:
    run.witnesses["node0"] = Witness([("synchronous", "1", False)], 7, 7)


def unsynced(run: Run) -> None:
    run.witnesses["node0"] = Witness([], 7, 6)


def tail(run: Run) -> None:
    run.tails.append("behind")


BAD: list[tuple[str, Break]] = [
    ("kept", log(lost_tail)),
    ("kept", add(Invoked(99, BEN, 30, "message.post", ROOM, "", "b7"),
     Answered(99, 31, "", ROOM, 9))),
    ("once", log(twice)),
    ("once", without(Invoked, lambda one: isinstance(one, Invoked) and one.op == 6)),
    ("once", add(Invoked(99, BEN, 30, "message.post", ROOM, "", "b7"),
     Answered(99, 31, "", ROOM, 10))),
    ("answered", add(Invoked(99, BEN, 30, "message.post", ROOM, "", "b7"))),
    ("dense", log(hole)),
    ("dense", log(same_time)),
    ("order", add(Saw(ANA, 1, ROOM, 10, rfc3339(1), 40))),
    ("order", without(Saw, lambda s: isinstance(s, Saw) and (s.client, s.seq) == (ANA, 8))),
    ("order", add(Saw(ANA, 1, ROOM, 11, rfc3339(11_000_000), 40))),
    ("order", add(Watched(BEN, 3, ROOM, 10, 8, 40))),
    ("order", add(Ended(BEN, 2, ROOM, "reset epoch", 40))),
    ("folds", fold_differs),
    ("folds", fold_stops_early),
    ("folds", projection_differs),
    ("removed", log(late_post)),
    ("archived", log(post_in_the_archive)),
    ("locked", log(post_in_a_locked_room)),
    ("sanctioned", muted_but_heard),
    ("sanctioned", banned_but_back),
    ("left", sighted(saw(BEN, 7, 13.9))),
    ("left", sighted(saw(BEN, 5, 13.6))),
    ("durable", off),
    ("durable", unsynced),
    ("tails", tail),
]  # fmt: skip


def test_more_time_is_given_only_where_something_was_broken() -> None:
    """P7: a second with all well, five without the bus, and no end with a frozen node."""
    for troubles, late, found in [
        (None, 1.5, 1), ("clock", 1.5, 1), ("bus", 1.5, 0), ("bus", 5.5, 1), ("all", 5.5, 0),
    ]:  # fmt: skip
        run = well()
        # Ben comes back late, so that there is time to be told something late.
        joins = [one for one in run.history.of(Invoked) if one.type == "room.join"]
        run.history.of(Invoked).remove(joins[0])
        run.history.add(Invoked(3, BEN, 19.0, "room.join", ROOM, BEN, "b3"))
        run.history.of(Saw)[:] = [s for s in run.history.of(Saw) if s.client == ANA or s.seq < 7]
        sighted(saw(BEN, 5, 12.1 + late))(run)
        if troubles:
            run.history.add(Fault("redis freeze", "redis", troubles, 11.0, 12.0))
        assert len(judge(run)["left"]) == found, (troubles, late)


@pytest.mark.parametrize(("check", "broken"), BAD)
def test_it_is_found(check: str, broken: Break) -> None:
    run = well()
    broken(run)
    assert judge(run)[check] != []
