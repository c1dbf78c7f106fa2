"""The parser against an oracle: the `websockets` library, over arbitrary frames cut anywhere."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.protocol import SERVER, Protocol
from websockets.utils import apply_mask

from chat.wsproto.frames import Close, Event, FrameParser, Ping, Pong, Text, Violation

LIMIT = 150
KEYS = st.binary(min_size=4, max_size=4)


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A client's frame: mostly in order, at times broken in one way."""
    opcode = draw(st.sampled_from([0x0, 0x0, 0x1, 0x1, 0x1, 0x8, 0x9, 0x9, 0xA]))
    fin = draw(st.booleans()) or opcode >= 0x8
    payload = draw(payloads(opcode))
    first = (0x80 if fin else 0) | opcode
    bit = 0x80
    match draw(st.integers(0, 40)):
        case 0:
            first |= draw(st.sampled_from([0x10, 0x20, 0x40]))
        case 1:
            first = (first & 0xF0) | draw(st.integers(0, 15))
        case 2:
            bit = 0
        case 3:
            first &= 0x7F
    size = len(payload)
    head = bytes((first, bit | size)) if size < 126 else bytes((first, bit | 126, 0, size))
    if not bit:
        return head + payload
    key = draw(KEYS)
    return head + key + (apply_mask(payload, key) if payload else b"")


def payloads(opcode: int) -> st.SearchStrategy[bytes]:
    texts = st.text(max_size=50).map(str.encode)
    if opcode == 0x8:
        codes = st.sampled_from([1000, 1001, 1004, 1005, 1011, 1016, 3000, 4999, 5000])
        proper = st.tuples(codes, texts).map(lambda it: it[0].to_bytes(2, "big") + it[1][:100])
        return st.one_of(proper, st.binary(max_size=3))
    if opcode == 0x9:
        return st.binary(max_size=127)
    # Cut characters make continuations that are valid only together.
    return st.one_of(texts, texts.map(lambda it: it[:-1]), texts.map(lambda it: it[1:]))


def ours(data: bytes, cuts: list[int], *, one_at_a_time: bool) -> Iterator[Event]:
    parser = FrameParser(LIMIT)
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in itertools.pairwise(edges):
        events = parser.feed(data[start:end])
        if not one_at_a_time:
            yield from events
            continue
        while (event := next(events, None)) is not None:
            yield event
            events = parser.feed(b"")


def theirs(data: bytes) -> Iterator[Event]:
    """What the library sees, with Tertulia's rules laid over it: text only, size, UTF-8."""
    oracle = Protocol(SERVER, max_size=None)
    oracle.receive_data(data)
    message, utf8 = b"", codecs.getincrementaldecoder("utf-8")()
    for event in oracle.events_received():
        assert isinstance(event, Frame)
        payload = bytes(event.data)
        match event.opcode:
            case Opcode.PING:
                yield Ping(payload)
            case Opcode.PONG:
                yield Pong(payload)
            case Opcode.BINARY:
                yield Violation(1003, "")
                return
            case Opcode.CLOSE:
                assert oracle.close_rcvd is not None
                yield Close(oracle.close_rcvd.code, oracle.close_rcvd.reason)
                return
            case _:
                message += payload
                if len(message) > LIMIT:
                    yield Violation(1009, "")
                    return
                try:
                    utf8.decode(payload, event.fin)
                except UnicodeDecodeError:
                    yield Violation(1007, "")
                    return
                if event.fin:
                    yield Text(message)
                    message, utf8 = b"", codecs.getincrementaldecoder("utf-8")()
    if oracle.parser_exc is None:
        return
    if oracle.close_rcvd is not None and "incomplete" in str(oracle.parser_exc):
        # The library calls a close between fragments an error; RFC 6455 (5.4) allows it.
        yield Close(oracle.close_rcvd.code, oracle.close_rcvd.reason)
        return
    assert oracle.close_sent is not None
    yield Violation(oracle.close_sent.code, "")


def without_reasons(events: Iterator[Event]) -> list[Event]:
    return [Violation(it.code, "") if isinstance(it, Violation) else it for it in events]


@pytest.mark.attack
@given(st.lists(frames(), max_size=12), st.lists(st.integers(0, 4000), max_size=30), st.booleans())
def test_same_events_and_codes_as_the_oracle(
    sequence: list[bytes], cuts: list[int], one_at_a_time: bool
) -> None:
    data = b"".join(sequence)
    expected = without_reasons(theirs(data))
    assert without_reasons(ours(data, cuts, one_at_a_time=one_at_a_time)) == expected


@pytest.mark.attack
@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=10))
def test_any_bytes_cut_anywhere_give_the_same_and_never_raise(data: bytes, cuts: list[int]) -> None:
    whole = list(ours(data, [], one_at_a_time=False))
    assert list(ours(data, cuts, one_at_a_time=True)) == whole
    assert not any(isinstance(event, Close | Violation) for event in whole[:-1])
