"""The gate's memory: what a crowd missed is read once, and no old text gets in (promise P8)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from chat.envelope import Envelope
from chat.gate import Gate

pytestmark = pytest.mark.promise_p8
ROOM = "r_1"


def event(seq: int, text: str) -> Envelope:
    return Envelope(stream=ROOM, seq=seq, payload=text.encode())


class Log:
    """A stream in SQL, whose next reading waits until `go`."""

    def __init__(self) -> None:
        self.texts = ["old", "more"]
        self.reading = asyncio.Event()
        self.go = asyncio.Event()
        self.got: list[Envelope] = []
        self.reads: list[int] = []
        self.stands = 0
        self.gate = Gate(self.read, self.heads, self.got.append)

    async def read(self, _: str, after: int, upto: int | None) -> Sequence[Envelope]:
        self.reads.append(after)
        last = len(self.texts) if upto is None else upto
        found = [event(n, text) for n, text in enumerate(self.texts[:last], 1) if n > after]
        self.reading.set()
        await self.go.wait()
        return found

    async def heads(self, _: Sequence[str]) -> dict[str, int]:
        return {ROOM: self.stands}

    def remembered(self) -> list[bytes]:
        return [one.payload for one in self.gate.since(ROOM, 0) or ()]


async def test_what_was_read_before_a_rewriting_is_read_again() -> None:
    log = Log()
    await log.gate.open(ROOM)
    reading = asyncio.create_task(log.gate.reach(ROOM, 2))
    await log.reading.wait()
    log.texts[0] = ""
    log.gate.forget(ROOM)
    log.go.set()
    await reading
    assert log.remembered() == [b"", b"more"]
    assert [one.seq for one in log.got] == [1, 2]


async def test_what_waits_behind_a_gap_is_read_again() -> None:
    log = Log()
    log.go.set()
    await log.gate.open(ROOM)
    log.gate.take(event(2, "more, of before"))
    log.gate.forget_all()
    log.gate.take(event(1, "old"))
    await log.gate.reach(ROOM, 2)
    assert log.remembered() == [b"old", b"more"]
    assert [one.seq for one in log.got] == [1, 2]


@pytest.fixture
async def log() -> Log:
    """A stream that was opened at its second event, with nothing in memory."""
    made = Log()
    made.stands = 2
    await made.gate.open(ROOM)
    return made


async def test_what_a_crowd_missed_is_read_once(log: Log) -> None:
    crowd = [asyncio.create_task(log.gate.past(ROOM, after)) for after in (0, 0, 1, 2)]
    await log.reading.wait()
    log.gate.take(event(3, "meanwhile"))
    crowd[0].cancel()
    log.go.set()
    await asyncio.wait(crowd)
    assert log.reads == [0]
    assert log.remembered() == [b"old", b"more", b"meanwhile"]


async def test_who_missed_more_does_not_wait_for_less(log: Log) -> None:
    less = asyncio.create_task(log.gate.past(ROOM, 1))
    await log.reading.wait()
    more = asyncio.create_task(log.gate.past(ROOM, 0))
    log.go.set()
    assert [one.seq for one in await less] == [2]
    assert [one.seq for one in await more] == [1, 2]
    assert log.remembered() == [b"old", b"more"]


async def test_only_what_joins_on_is_kept(log: Log) -> None:
    log.go.set()
    log.gate.take(event(3, "newer"))
    log.texts = ["old"]
    await log.gate.past(ROOM, 0)
    assert log.gate.since(ROOM, 0) is None
    assert log.gate.since(ROOM, 2) is not None


async def test_a_long_absence_does_not_push_out_what_is_new(log: Log) -> None:
    log.go.set()
    log.texts = [str(n) for n in range(1, 1001)]
    log.gate.take(event(3, "3"))
    await log.gate.reach(ROOM, 1000)
    log.gate.forget(ROOM)
    log.gate.take(event(1001, "1001"))
    await log.gate.past(ROOM, 0)
    assert [one.seq for one in log.gate.since(ROOM, 745) or ()] == [*range(746, 1002)]


@pytest.mark.parametrize("told", [True, False])
async def test_a_text_deleted_while_it_is_read_is_not_kept(log: Log, told: bool) -> None:
    reading = asyncio.create_task(log.gate.past(ROOM, 0))
    await log.reading.wait()
    if told:
        log.gate.forget(ROOM)
    else:
        log.gate.take(Envelope(stream=ROOM, seq=3, payload=b"gone", redacts=1))
    log.go.set()
    await reading
    assert b"old" not in [
        one.payload for after in (0, 1) for one in log.gate.since(ROOM, after) or ()
    ]
    assert log.gate.since(ROOM, 0) is None


async def test_a_read_that_fails_is_everybodys_own_to_repeat(log: Log) -> None:
    async def fail(*_: object) -> Sequence[Envelope]:
        await log.go.wait()
        raise OSError

    log.gate._read_events, read = fail, log.gate._read_events
    first, second = [asyncio.create_task(log.gate.past(ROOM, 0)) for _ in range(2)]
    log.go.set()
    assert await second == []
    with pytest.raises(OSError):
        await first
    log.gate._read_events = read
    assert [one.seq for one in await log.gate.past(ROOM, 0)] == [1, 2]
