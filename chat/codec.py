"""Bytes to protocol types and back: the only file that knows JSON frames.

Decoding is strict and every failure becomes a `Refusal` with a code that says what was wrong.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar, Union

import msgspec

from chat.envelope import Envelope
from protocol import limits
from protocol.commands import COMMANDS, QUERIES, SESSION, SIGNALS, Request
from protocol.events import SessionEnded
from protocol.frames import Event, Frame
from rooms.cards import rfc3339
from rooms.errors import Refusal
from storage import codec as stored
from storage.streams import StoredEvent

T = TypeVar("T")

_requests: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
    Union[(*COMMANDS, *QUERIES, *SIGNALS, *SESSION)]
)
_encoder = msgspec.json.Encoder()
_ended = msgspec.json.Decoder(SessionEnded)


class _Mark(msgspec.Struct):
    """What can be read of a frame that is refused, so that the answer finds its request."""

    ref: str = ""
    type: str = ""


_marks = msgspec.json.Decoder(_Mark)


def decode(payload: bytes) -> Request:
    """A client's frame; raises `Refusal` (bad_json, unknown_type, unknown_field, …)."""
    try:
        request: Request = _requests.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise decode_error(error, mark(payload).type) from error
    if b"\\u0000" in payload:
        refuse_nul(request)
    return checked(request)


def checked(request: Request) -> Request:
    """A request whose marks are within their limits."""
    if len(request.ref) > limits.REF:
        raise Refusal("too_long", field="ref", max=limits.REF, actual=len(request.ref))
    client_id = getattr(request, "client_id", None)
    if client_id is not None and not 1 <= len(client_id) <= limits.CLIENT_ID:
        actual = len(client_id)
        raise Refusal("too_long", field="client_id", max=limits.CLIENT_ID, actual=actual)
    if client_id is not None and ("\x00" in client_id or not client_id.isprintable()):
        raise Refusal("invalid", field="client_id", problem="only printable characters")
    return request


def mark(payload: bytes) -> _Mark:
    """The `ref` and `type` of a frame that may be anything."""
    try:
        return _marks.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _Mark()


def convert(value: Any, kind: type[T]) -> T:
    """Values of a path, query string and body as a request; raises `Refusal`."""
    try:
        return refuse_nul(msgspec.convert(value, kind, strict=False))
    except (msgspec.ValidationError, RecursionError) as error:
        raise decode_error(error, str(value.get("type", "this request"))) from error


def strictly(value: Any, kind: type[T]) -> T:
    """Fields of a JSON body as a request, with no leniency about types; raises `Refusal`."""
    try:
        return refuse_nul(msgspec.convert(value, kind))
    except (msgspec.ValidationError, RecursionError) as error:
        raise decode_error(error, str(value.get("type", "this request"))) from error


def refuse_nul(request: T) -> T:
    """A request without U+0000: PostgreSQL takes none, and a whole batch would fail by it."""
    for field, value in msgspec.to_builtins(request).items():
        if _has_nul(value):
            raise Refusal("invalid", field=field, problem="no U+0000 in texts")
    return request


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_nul, value.values()))
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\x00" in value


_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]*)`")
_MISSING_FIELD = re.compile(r"missing required field `([^`]*)`")
_UNKNOWN_TYPE = re.compile(r"Invalid value '([^']*)' - at `\$\.type`")
_AT = re.compile(r"^(.*?)(?: - at `\$?\.?([^`]*)`)?$", re.DOTALL)


def decode_error(error: Exception, kind: str = "") -> Refusal:
    """What msgspec found wrong, as a refusal."""
    text = str(error)
    if isinstance(error, UnicodeDecodeError):
        return Refusal("bad_utf8")
    if isinstance(error, RecursionError):
        return Refusal("bad_json", problem="nested too deeply")
    if found := _UNKNOWN_FIELD.search(text):
        return Refusal("unknown_field", type=kind or "This", field=found[1][:64])
    if found := _MISSING_FIELD.search(text):
        if found[1] == "type":
            return Refusal("missing_field", type="A frame", field="type")
        return Refusal("missing_field", type=kind or "This", field=found[1])
    if found := _UNKNOWN_TYPE.search(text):
        return Refusal("unknown_type", type=found[1][:64])
    if isinstance(error, msgspec.ValidationError):
        parts = _AT.match(text)
        assert parts is not None
        return Refusal("invalid", field=(parts[2] or "body")[:64], problem=parts[1][:200])
    if "utf-8" in text.lower() or "surrogate" in text.lower():
        return Refusal("bad_utf8")
    return Refusal("bad_json", problem=text[:120])


def encode(frame: Frame) -> bytes:
    """A server's frame."""
    return _encoder.encode(frame)


def dump(value: Any) -> bytes:
    """Any view as JSON."""
    return _encoder.encode(value)


def event_bytes(event: StoredEvent) -> bytes:
    """An event's frame: encoded once a node, then only passed on."""
    return _encoder.encode(
        Event(
            stream=event.stream,
            seq=event.seq,
            kind=event.kind,
            actor=event.actor,
            at=rfc3339(event.at),
            v=event.v,
            no=event.no,
            data=msgspec.Raw(event.data.encode()),
        )
    )


def envelope(event: StoredEvent) -> Envelope:
    """An event on its way: what the hub may know, and bytes."""
    route = stored.route(event.route)
    ends = ""
    if event.kind == "session.ended":
        ended = _ended.decode(event.data)
        ends = f"{ended.session or '*'} {ended.how}"
    return Envelope(
        stream=event.stream,
        seq=event.seq,
        payload=event_bytes(event),
        no=0 if event.no is None or (route and route.threaded) else event.no,
        revokes=route.revokes if route else (),
        mentions=route.mentions if route else (),
        redacts=route.redacts if route else 0,
        ends=ends,
    )


_envelopes = msgspec.msgpack.Decoder(Envelope)
_pack = msgspec.msgpack.Encoder()


def pack(envelope: Envelope) -> bytes:
    """An envelope for the bus."""
    return _pack.encode(envelope)


def unpack(data: bytes) -> Envelope:
    """An envelope from the bus; raises `msgspec.DecodeError`."""
    return _envelopes.decode(data)
