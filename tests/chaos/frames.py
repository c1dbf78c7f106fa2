"""The frames of docs/protocol.md as a lean client reads and writes them: types and codecs only."""

from __future__ import annotations

from typing import NamedTuple

import msgspec


class Frame(msgspec.Struct, gc=False):
    """What a client reads of a frame."""

    type: str
    ref: str = ""
    stream: str | None = None
    seq: int | None = None
    kind: str = ""
    at: str = ""
    no: int | None = None
    data: msgspec.Raw = msgspec.Raw(b"")
    code: str = ""
    why: str = ""
    duplicate: bool = False
    retry_after: float | None = None
    result: msgspec.Raw = msgspec.Raw(b"")


class State(msgspec.Struct, gc=False):
    """One stream in the answer to `subscribe`."""

    stream: str
    state: str
    epoch: str = ""
    seq: int = 0
    why: str = ""


class _States(msgspec.Struct):
    streams: list[State]


class _Cursor(msgspec.Struct):
    epoch: str


class _Page(msgspec.Struct):
    cursor: _Cursor
    state: str
    events: list[Frame]


class Made(msgspec.Struct):
    """What a command made."""

    message: str = ""
    sanction: str = ""
    invitation: str = ""
    code: str = ""


class Event(NamedTuple):
    """An event, as the fold takes it."""

    seq: int
    kind: str
    no: int | None
    data: bytes


frames = msgspec.json.Decoder(Frame)
states = msgspec.json.Decoder(_States)
pages = msgspec.json.Decoder(_Page)
made = msgspec.json.Decoder(Made)
encode = msgspec.json.Encoder().encode
