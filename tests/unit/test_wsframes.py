"""RFC 6455 frames: what the builders write, and each rule of the parser by name."""

from __future__ import annotations

import pytest
from websockets.utils import apply_mask

from chat.sink import Batch
from chat.wsproto.frames import (
    MAX_FRAGMENTS,
    Close,
    Event,
    FrameParser,
    Ping,
    Pong,
    Text,
    Violation,
    close_frame,
    ping_frame,
    pong_frame,
    text_frame,
)

KEY = b"\x37\xfa\x21\x3d"
LIMIT = 70_000


def masked(first: int, payload: bytes = b"") -> bytes:
    return announced(first, len(payload)) + apply_mask(payload, KEY)


def announced(first: int, size: int) -> bytes:
    """The head of a client's frame in the shortest form."""
    if size < 126:
        return bytes((first, 0x80 | size)) + KEY
    if size < 65536:
        return bytes((first, 0xFE)) + size.to_bytes(2, "big") + KEY
    return bytes((first, 0xFF)) + size.to_bytes(8, "big") + KEY


def parse(data: bytes, limit: int = LIMIT) -> list[Event]:
    return list(FrameParser(limit).feed(data))


def code_of(data: bytes, limit: int = LIMIT) -> int:
    (event,) = parse(data, limit)
    assert isinstance(event, Violation), event
    return event.code


def test_the_examples_of_the_rfc() -> None:
    assert parse(bytes.fromhex("818537fa213d7f9f4d5158")) == [Text(b"Hello")]
    assert parse(bytes.fromhex("898537fa213d7f9f4d5158")) == [Ping(b"Hello")]
    assert parse(bytes.fromhex("8a8537fa213d7f9f4d5158")) == [Pong(b"Hello")]
    assert text_frame(b"Hello") == bytes.fromhex("810548656c6c6f")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535, 65536, LIMIT])
def test_every_length_form(size: int) -> None:
    payload = b"x" * size
    assert parse(masked(0x81, payload)) == [Text(payload)]
    wire = text_frame(payload)
    # The same head as a client's, but for the mask.
    head = announced(0x81, size)[: -len(KEY)]
    assert wire == bytes((head[0], head[1] & 0x7F)) + head[2:] + payload


def test_builders() -> None:
    assert ping_frame() == b"\x89\x00"
    assert pong_frame(b"ab") == b"\x8a\x02ab"
    assert close_frame(1000) == b"\x88\x02\x03\xe8"
    assert close_frame(4100, "bye") == b"\x88\x05\x10\x04bye"
    assert close_frame(1005) == b"\x88\x00"


def test_a_long_reason_is_cut_at_a_character() -> None:
    wire = close_frame(1000, "é" * 100)
    assert wire[1] == 2 + 122
    assert wire[4:].decode() == "é" * 61


@pytest.mark.parametrize("code", [0, 999, 1004, 1006, 1015, 1016, 2999, 5000])
def test_codes_that_must_not_be_sent(code: int) -> None:
    with pytest.raises(ValueError, match=str(code)):
        close_frame(code)
    assert code_of(masked(0x88, code.to_bytes(2, "big"))) == 1002


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1011, 1012, 1014, 3000, 3999, 4000, 4999])
def test_codes_that_may(code: int) -> None:
    assert parse(masked(0x88, code.to_bytes(2, "big") + b"why")) == [Close(code, "why")]


def test_close_without_a_code() -> None:
    assert parse(masked(0x88)) == [Close(1005, "")]


def test_nothing_comes_after_a_close() -> None:
    parser = FrameParser(LIMIT)
    assert list(parser.feed(masked(0x88) + masked(0x81, b"late"))) == [Close(1005, "")]
    assert list(parser.feed(masked(0x81, b"later"))) == []


def test_nothing_comes_after_a_violation() -> None:
    parser = FrameParser(LIMIT)
    first, *rest = parser.feed(masked(0x83) + masked(0x81, b"late"))
    assert (first.__class__, rest) == (Violation, [])
    assert list(parser.feed(masked(0x81, b"later"))) == []


def test_fragments_with_control_frames_between() -> None:
    data = masked(0x01, b"a") + masked(0x89, b"?") + masked(0x00, b"b") + masked(0x8A)
    assert parse(data + masked(0x80, b"c")) == [Ping(b"?"), Pong(b""), Text(b"abc")]


def test_close_between_fragments_is_a_close() -> None:
    assert parse(masked(0x01, b"a") + masked(0x88)) == [Close(1005, "")]


@pytest.mark.attack
@pytest.mark.parametrize("first", [0xC1, 0xA1, 0x91, 0xF1, 0xC9])
def test_reserved_bits(first: int) -> None:
    assert code_of(masked(first, b"x")) == 1002


@pytest.mark.attack
@pytest.mark.parametrize("opcode", [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF])
def test_reserved_opcodes(opcode: int) -> None:
    assert code_of(masked(0x80 | opcode)) == 1002


@pytest.mark.attack
@pytest.mark.parametrize("first", [0x81, 0x01, 0x82, 0x88, 0x89, 0x8A])
def test_unmasked(first: int) -> None:
    assert code_of(bytes((first, 1)) + b"x") == 1002


@pytest.mark.attack
@pytest.mark.parametrize("first", [0x88, 0x89, 0x8A])
def test_control_frames_are_short_and_whole(first: int) -> None:
    assert code_of(announced(first, 126)) == 1002
    assert code_of(masked(first & 0x0F, b"")) == 1002
    assert len(parse(masked(first, b"\x0b\xb8" + b"x" * 123))) == 1


@pytest.mark.attack
def test_fragments_out_of_order() -> None:
    assert code_of(masked(0x80, b"x")) == 1002
    assert code_of(masked(0x00, b"x")) == 1002
    assert code_of(masked(0x01, b"x") + masked(0x81, b"x")) == 1002
    assert code_of(masked(0x01, b"x") + masked(0x01, b"x")) == 1002


@pytest.mark.attack
@pytest.mark.parametrize(
    "head",
    [
        b"\x81\xfe\x00\x05" + KEY,
        b"\x81\xfe\x00\x7d" + KEY,
        b"\x81\xff" + (5).to_bytes(8, "big") + KEY,
        b"\x81\xff" + (65535).to_bytes(8, "big") + KEY,
        b"\x81\xff" + (1 << 63).to_bytes(8, "big") + KEY,
    ],
)
def test_lengths_in_a_longer_form_than_needed(head: bytes) -> None:
    assert code_of(head) == 1002


@pytest.mark.attack
@pytest.mark.parametrize("first", [0x82, 0x02])
def test_binary_is_refused_by_its_first_bytes(first: int) -> None:
    assert code_of(bytes((first, 0xFF))) == 1003


@pytest.mark.attack
def test_too_large_is_refused_by_the_head() -> None:
    assert code_of(announced(0x81, LIMIT + 1)) == 1009
    assert code_of(announced(0x01, LIMIT + 1)) == 1009
    assert code_of(announced(0x81, (1 << 63) - 1)) == 1009
    assert code_of(announced(0x81, 11), limit=10) == 1009


@pytest.mark.attack
def test_too_large_over_fragments() -> None:
    parts = masked(0x01, b"x" * 6) + masked(0x00, b"x" * 4)
    assert parse(parts + masked(0x80), limit=10) == [Text(b"x" * 10)]
    assert code_of(parts + announced(0x80, 1), limit=10) == 1009


def test_a_ping_in_a_nearly_full_message_is_not_counted() -> None:
    data = masked(0x01, b"x" * 9) + masked(0x89, b"y" * 100) + masked(0x80, b"z")
    assert parse(data, limit=10) == [Ping(b"y" * 100), Text(b"x" * 9 + b"z")]


@pytest.mark.attack
def test_endless_empty_fragments() -> None:
    flood = masked(0x01) + masked(0x00) * MAX_FRAGMENTS
    assert code_of(flood) == 1009
    whole = masked(0x01) + masked(0x00) * (MAX_FRAGMENTS - 2) + masked(0x80)
    assert parse(whole) == [Text(b"")]


NOT_UTF8 = {
    "stray continuation": b"\x80",
    "overlong slash": b"\xc0\xaf",
    "overlong NUL": b"\xe0\x80\x80",
    "surrogate": b"\xed\xa0\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "cut short": b"\xe2\x82",
}


@pytest.mark.attack
@pytest.mark.parametrize("name", NOT_UTF8)
def test_bad_utf8(name: str) -> None:
    bad = NOT_UTF8[name]
    assert code_of(masked(0x81, bad)) == 1007
    assert code_of(masked(0x88, b"\x03\xe8" + bad)) == 1007
    one_by_one = b"".join(masked(0x00, bytes((byte,))) for byte in bad[1:])
    assert code_of(masked(0x01, bad[:1]) + one_by_one + masked(0x80)) == 1007


def test_characters_cut_by_fragments() -> None:
    euro = "€".encode()
    data = masked(0x01, euro[:1]) + masked(0x00, euro[1:2]) + masked(0x80, euro[2:])
    assert parse(data) == [Text(euro)]


@pytest.mark.attack
def test_no_buffer_at_rest() -> None:
    parser = FrameParser(LIMIT)
    list(parser.feed(masked(0x81, b"x" * 1000) + masked(0x01, b"y") + masked(0x80, b"z")))
    assert (parser._data, parser._fragments) == (b"", None)
    list(parser.feed(masked(0x01, b"y") + b"\xff\x00"))
    assert (parser._data, parser._fragments) == (b"", None)


def test_left_half_way_it_goes_on_there() -> None:
    parser = FrameParser(LIMIT)
    data = b"".join(masked(0x81, b"%d" % number) for number in range(5)) + masked(0x81, b"end")[:-1]
    seen = [next(parser.feed(data))]
    seen += [next(parser.feed(b"")) for _ in range(3)]
    # More may come in while nobody looks.
    seen.extend(parser.feed(masked(0x81, b"end")[-1:]))
    assert seen == [Text(b"0"), Text(b"1"), Text(b"2"), Text(b"3"), Text(b"4"), Text(b"end")]


def test_batch_frames_once_and_keeps_the_payloads() -> None:
    batch = Batch.of([b"a", b"bc"])
    assert batch.wire == b"\x81\x01a\x81\x02bc"
    assert batch.texts == (b"a", b"bc")
