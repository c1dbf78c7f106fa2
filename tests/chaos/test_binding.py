"""What binds beside the log of a room, and whose lines have to end: each wrong history is found."""

from __future__ import annotations

import pytest

from tests.chaos.checks import judge
from tests.chaos.evidence import Run
from tests.chaos.history import NOBODY, Answered, Came, Ended, Fault, Invoked, Record
from tests.chaos.made import ANA, BEN, ROOM, Break, add, joined, posted, well

HEAD, VERA = "p_head", "p_vera"


def given(op: int, type_: str, who: str, whom: str, t: float, room: str = ROOM) -> list[Record]:
    """A command that is acknowledged a tenth of a second later, and stands in no room."""
    return [Invoked(op, who, t, type_, room, whom, f"g{op}"), Answered(op, t + 0.1, "", whom, 0)]


def suspended(t: float, lifted: float | None = None) -> list[Record]:
    """Ben's suspension."""
    more = given(98, "sanction.lift", HEAD, BEN, lifted, "") if lifted else []
    return given(97, "person.suspend", HEAD, BEN, t, "") + more


def blocked(by: str, whom: str, t: float, lifted: float | None = None) -> list[Record]:
    """A block between the two."""
    more = given(98, "person.unblock", by, whom, lifted) if lifted else []
    return given(97, "person.block", by, whom, t) + more


def line(number: int, asked: float, ended: float | None) -> list[Record]:
    """A connection of Ben's; welcomed a tenth of a second after it was asked for."""
    came: list[Record] = [Came(BEN, number, asked, asked + 0.1)]
    return [*came, Ended(BEN, number, "*", "lost", ended)] if ended else came


# Ben's last words are asked for at 20.0 s and stand at 10.
BINDING: list[tuple[str, list[Record], int]] = [
    ("suspended", suspended(17.0), 1),
    ("suspended", suspended(17.0, lifted=30.0), 1),
    ("suspended", suspended(17.0, lifted=19.0), 0),
    ("suspended", suspended(21.0), 0),
    ("blocked", blocked(ANA, BEN, 19.0), 1),
    ("blocked", blocked(BEN, ANA, 19.0), 1),
    ("blocked", blocked(BEN, ANA, 17.0, lifted=19.0), 0),
    ("blocked", blocked(BEN, ANA, 21.0), 0),
    ("sanctioned", given(97, "sanction.mute", ANA, BEN, 17.0), 1),
]


@pytest.mark.parametrize(("check", "more", "found"), BINDING)
def test_nothing_enters_in_between(check: str, more: list[Record], found: int) -> None:
    run = well()
    add(*more)(run)
    assert len(judge(run)[check]) == found
    assert [name for name, what in judge(run).items() if what and name != check] == []


# Acknowledged at 21.1 s; by then Ben is on line 3.
LINES: list[tuple[list[Record], Fault | None, int]] = [
    (line(3, 20.0, 21.9), None, 0),
    (line(3, 20.0, 22.5), None, 1),
    (line(3, 20.0, None), None, 1),
    (line(3, 20.0, 22.5), Fault("redis kill", "redis", "bus", 20.0, 21.0), 0),
    (line(3, 20.0, 26.5), Fault("redis kill", "redis", "bus", 20.0, 21.0), 1),
    (line(3, 20.0, 40.0), Fault("freeze", "node0", "all", 20.0, 21.0), 0),
    # Just coming in when it was acknowledged: a second from their welcome.
    (line(3, 21.05, 22.1), None, 0),
    (line(3, 21.05, 22.3), None, 1),
    # Nobody comes in afterwards, whatever is broken.
    (line(3, 21.5, 21.7), Fault("freeze", "node0", "all", 20.0, 22.0), 1),
    # It was over before.
    (line(3, 20.0, 20.5), None, 0),
]


@pytest.mark.parametrize("way", ["person.suspend", "pass.end", "pass.revoke"])
@pytest.mark.parametrize(("lines", "fault", "found"), LINES)
def test_every_line_ends(way: str, lines: list[Record], fault: Fault | None, found: int) -> None:
    run = well()
    room = "" if way == "person.suspend" else ROOM
    add(*given(97, way, HEAD, BEN, 21.0, room), *lines, *([fault] if fault else []))(run)
    assert len(judge(run)["closed"]) == found


def test_a_lifted_suspension_ends_nothing_more() -> None:
    run = well()
    add(*suspended(21.0, lifted=22.0), *line(3, 20.0, None), *line(4, 22.2, None))(run)
    assert judge(run)["closed"] == []


def test_what_a_busy_machine_took_from_a_node_is_allowed_for() -> None:
    run = well()
    add(*suspended(21.0), *line(3, 20.0, 22.5))(run)
    run.lags = [(21.2, 0.6), (90.0, 9.0)]
    assert judge(run)["closed"] == []


def came(actor: str, *records: Record) -> Break:
    """Somebody comes in by a pass, says a word, and is known by these records."""

    def spoilt(run: Run) -> None:
        run.log.events[ROOM] += [joined(11, actor), posted(12, 4, actor, "v1")]
        run.log.heads[ROOM] = 12
        add(*records)(run)
        add(
            Invoked(96, actor, 31.0, "message.post", ROOM, "", "v1"),
            Answered(96, 31.1, "", ROOM, 12),
        )(run)

    return spoilt


def test_guests_are_told_from_those_whom_nobody_asked_in() -> None:
    known = [Invoked(95, VERA, 30.0, "visit.begin", ROOM, VERA, ""), Answered(95, 30.1, "", ROOM)]
    lost = [Invoked(95, NOBODY, 30.0, "visit.begin", ROOM, NOBODY, ""), Answered(95, 30.1, "?")]
    for records, found in ((known, 0), (lost, 0), ([], 1)):
        run = well()
        came(VERA, *records)(run)
        assert len(judge(run)["once"]) == found
