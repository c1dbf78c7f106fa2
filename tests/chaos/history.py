"""What happened in a run, as it was seen from outside: the records that the checks read.

Every client writes down what it invoked, what was answered and what it saw; the nemesis writes
down what it broke. Records are kept in memory and, line by line, in a file (JSON arrays, the first
word names the record). Times are seconds of one monotonic clock. Knows no server and no check.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

NOBODY = "?"
"""Who asked to come in by a guest pass and was not answered: nobody knows who they are."""


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="record"):
    """Base of all records; `t` is when."""


class Invoked(Record, frozen=True, tag="invoked"):
    """A command was sent for the first time. `once` is its client_id."""

    op: int
    client: str
    t: float
    type: str
    room: str
    target: str
    """The message or the person that it is about."""
    once: str


class Answered(Record, frozen=True, tag="answered"):
    """How a command ended: `code` is empty for `ok`, `?` where nobody knows."""

    op: int
    t: float
    code: str
    stream: str = ""
    seq: int = 0
    """0: nothing had to be changed."""
    duplicate: bool = False
    attempts: int = 1
    made: str = ""
    """The id of the message or the sanction that was made."""


class Saw(Record, frozen=True, tag="saw"):
    """An event reached a client on its connection number `line` (0: it was fetched)."""

    client: str
    line: int
    stream: str
    seq: int
    at: str
    t: float


class Watched(Record, frozen=True, tag="watched"):
    """The server said: you have everything up to `seq`. `had` is what the client had."""

    client: str
    line: int
    stream: str
    seq: int
    had: int
    t: float


class Came(Record, frozen=True, tag="came"):
    """A client was welcomed on a new line, which it began to ask for at `asked`."""

    client: str
    line: int
    asked: float
    t: float


class Ended(Record, frozen=True, tag="ended"):
    """A client's watching ended: of one stream, or of all (`*`) because the line broke."""

    client: str
    line: int
    stream: str
    why: str
    t: float


class Fault(Record, frozen=True, tag="fault"):
    """Something was broken, from `begin` to `end`. `troubles` names what it may disturb."""

    kind: str
    target: str
    troubles: str
    begin: float
    end: float


R = TypeVar("R", bound=Record)
Any_ = Invoked | Answered | Saw | Watched | Came | Ended | Fault
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Any_)


class History:
    """Records by type, and their file if there is one."""

    def __init__(self, path: Path | None = None, records: Iterable[Record] = ()) -> None:
        self.path = path
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb", buffering=1 << 20) if path else None
        self._by_type: dict[type[Record], list[Any]] = {}
        self.start = time.monotonic()
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Keep a record."""
        self._by_type.setdefault(type(record), []).append(record)
        if self._file:
            self._file.write(_encoder.encode(record) + b"\n")

    def of(self, kind: type[R]) -> list[R]:
        """All records of a type, in order."""
        return self._by_type.get(kind, [])

    def now(self) -> float:
        """Seconds since the history began."""
        return time.monotonic() - self.start

    def close(self) -> None:
        """Write what is buffered."""
        if self._file:
            self._file.close()
            self._file = None


def read(path: Path) -> History:
    """A history from its file."""
    with path.open("rb") as lines:
        return History(records=(_decoder.decode(line) for line in lines))
