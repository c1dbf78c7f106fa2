"""The gate and what is rewritten while it reads: no old text gets into its memory (promise P8)."""

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
        self.gate = Gate(self.read, self.heads, self.got.append)

    async def read(self, _: str, after: int) -> Sequence[Envelope]:
        found = [event(n, text) for n, text in enumerate(self.texts, 1) if n > after]
        self.reading.set()
        await self.go.wait()
        return found

    async def heads(self, _: Sequence[str]) -> dict[str, int]:
        return {ROOM: 0}

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
