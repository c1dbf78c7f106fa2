"""Rude bytes and foreign pages: each is refused by name, and the server goes on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus

from protocol import limits
from protocol.codes import CLOSES, CODES
from tests.contract.transport_client import BINARY, FIN, TEXT, frame
from tests.e2e.town import PASSWORD, Place
from tests.e2e.wire import Wire, api, dial, enter

pytestmark = pytest.mark.attack

DEEP = 30_000
"""Levels that fit into one frame, and more than any reader should follow."""


@pytest.fixture
async def ana(place: Place) -> AsyncIterator[Wire]:
    """Ana's connection; afterwards the server must still answer a newcomer."""
    town = place.town
    one = await enter(place.url, town.key(town.person("Ana")))
    yield one
    await one.socket.close()
    async with await enter(place.url, town.key(town.person("Eva"))) as newcomer:
        assert (await newcomer.ask("overview"))["type"] == "ok"


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


BAD_FRAMES = {
    "no JSON": ("hello", "bad_json"),
    "empty": ("", "bad_json"),
    "cut off": ('{"type":"overview"', "bad_json"),
    "two at once": ('{"type":"overview","ref":"1"}{"type":"overview","ref":"2"}', "bad_json"),
    "trailing comma": ('{"type":"overview",}', "bad_json"),
    "NaN": ('{"type":"read.mark","room":"r","no":NaN}', "bad_json"),
    "a lone surrogate": (r'{"type":"message.post","room":"r","body":"\ud800"}', "bad_json"),
    "a number": ("5", "invalid"),
    "a list": ("[]", "invalid"),
    "null": ("null", "invalid"),
    "no type": ('{"ref":"1"}', "missing_field"),
    "a type that is none": ('{"type":"message.shout"}', "unknown_type"),
    "a type that is a number": ('{"type":5}', "invalid"),
    "a server's frame": ('{"type":"welcome"}', "unknown_type"),
    # Only what is followed down has a depth: a list in place of a text is refused at its door.
    "deep": (nested(DEEP), "invalid"),
    "deep in a field": (f'{{"type":"message.post","room":{nested(DEEP)}}}', "invalid"),
    "deep in no field": (f'{{"type":"overview","x":{nested(DEEP)}}}', "unknown_field"),
    "deep objects": ('{"a":' * 10_000 + "1" + "}" * 10_000, "bad_json"),
    "a long ref": (f'{{"type":"overview","ref":"{"x" * 65}"}}', "too_long"),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_frames_that_are_none(ana: Wire, name: str) -> None:
    text, code = BAD_FRAMES[name]
    await ana.socket.send(text)
    [error] = await ana.until_frames("error")
    assert error["code"] == code
    assert error["message"]
    assert len(json.dumps(error)) < 2_000
    assert (await ana.ask("overview"))["type"] == "ok"


async def test_the_largest_frame_and_one_byte_more(ana: Wire) -> None:
    head = '{"type":"overview","ref":"L","x":"'
    for size in (limits.FRAME_BYTES - 1, limits.FRAME_BYTES):
        await ana.socket.send(head + "x" * (size - len(head) - 2) + '"}')
        assert (await ana.answer("L"))["code"] == "unknown_field"
        ana.frames.clear()
    await ana.socket.send("x" * (limits.FRAME_BYTES + 1))
    assert await ana.until_closed() == 1009


async def test_a_hundred_thousand_levels(ana: Wire) -> None:
    await ana.socket.send(nested(100_000))
    assert await ana.until_closed() == 1009


@pytest.mark.parametrize(
    ("opcode", "payload", "code"),
    [
        (TEXT, b'{"type":"overview","ref":"\xff\xfe"}', 1007),
        (TEXT, b"\xed\xa0\x80", 1007),
        (TEXT, b'"\xc0\x80"', 1007),
        (BINARY, b'{"type":"overview"}', 1003),
        (0x3, b"x", 1002),
    ],
)
async def test_bytes_that_are_no_text(ana: Wire, opcode: int, payload: bytes, code: int) -> None:
    ana.socket.transport.write(frame(FIN | opcode, payload))
    assert await ana.until_closed() == code
    assert not CLOSES[code].reconnect


async def test_who_goes_on_sending_rubbish_is_cut(ana: Wire) -> None:
    for _ in range(100):
        await ana.socket.send("rubbish")
    assert await ana.until_closed() == 4106
    assert len([f for f in ana.frames if f["type"] == "error"]) == 100


async def test_requests_beyond_the_limit_wait(place: Place) -> None:
    """A thousand at once are answered one and all: reading stops while too many wait."""
    town = place.town
    person = town.person("Ana")
    room = town.room(person)
    async with await enter(place.url, town.key(person)) as one:
        for n in range(1_000):
            await one.send(*(("overview",) if n % 10 == 0 else ("message.post",)), **(
                {} if n % 10 == 0 else {"room": room, "body": str(n)}
            ))  # fmt: skip
        answers = await one.until_frames("ok", 1_000)
        assert len({answer["ref"] for answer in answers}) == 1_000


# --- HTTP -----------------------------------------------------------------------------------------


BAD_BODIES = {
    "no JSON": (b"hello", "bad_json"),
    "bad UTF-8": (b'{"body":"\xff\xfe"}', "bad_utf8"),
    "an overlong NUL": (b'{"body":"\xc0\x80"}', "bad_utf8"),
    "a lone surrogate": (rb'{"body":"\ud800"}', "bad_json"),
    "a list": (b"[]", "invalid"),
    "deep": (nested(DEEP).encode(), "invalid"),
    "deep in a field": (b'{"body":' + nested(DEEP).encode() + b"}", "bad_json"),
    "deep in no field": (b'{"x":' + nested(DEEP).encode() + b"}", "bad_json"),
    "too large": (b" " * (limits.FRAME_BYTES + 1), "frame_too_large"),
    "a hundred thousand levels": (nested(100_000).encode(), "frame_too_large"),
    "a field of the path": (b'{"room":"r_other","body":"x"}', "unknown_field"),
    "a field of ours": (b'{"client_id":"x","body":"x"}', "unknown_field"),
    "another type": (b'{"type":"room.open","body":"x"}', "unknown_field"),
}


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("name", BAD_BODIES)
async def test_bodies_that_are_none(place: Place, name: str, chunked: bool) -> None:
    town = place.town
    ana = town.person("Ana")
    room = town.room(ana)
    body, code = BAD_BODIES[name]

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    async with api(place.url, town.key(ana)) as http:
        answer = await http.post(
            f"/rooms/{room}/messages",
            content=pieces() if chunked else body,
            headers={"content-type": "application/json"},
        )
        problem = answer.json()
        assert (problem["code"], answer.status_code) == (code, CODES[code].status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert (await http.get(f"/rooms/{room}")).json()["head_no"] == 0


async def test_what_http_refuses_before_it_reads(place: Place) -> None:
    town = place.town
    ana = town.person("Ana")
    room, key = town.room(ana), town.key(ana)
    async with api(place.url, key) as http, api(place.url) as stranger:
        for client, method, path, headers, code in [
            (http, "POST", f"/rooms/{room}/messages", {"content-type": "text/plain"},
             "unsupported_media_type"),
            (http, "POST", f"/rooms/{room}/messages",
             {"content-type": "application/x-www-form-urlencoded"}, "unsupported_media_type"),
            (http, "PATCH", f"/rooms/{room}/messages", {}, "method_not_allowed"),
            (http, "DELETE", "/overview", {}, "method_not_allowed"),
            (http, "GET", "/nowhere", {}, "not_found"),
            (stranger, "GET", "/overview", {}, "sign_in_needed"),
            (stranger, "POST", f"/rooms/{room}/messages", {}, "sign_in_needed"),
            (stranger, "GET", "/overview", {"authorization": "Bearer ttt_wrong"}, "token_invalid"),
            (stranger, "GET", "/overview", {"authorization": "Bearer tts_wrong"}, "token_invalid"),
            (stranger, "GET", "/overview", {"cookie": "tertulia=wrong"}, "session_ended"),
            (stranger, "GET", f"/overview?token={key}", {}, "sign_in_needed"),
        ]:  # fmt: skip
            given = headers if "content-type" in headers else headers | {
                "content-type": "application/json"
            }  # fmt: skip
            content = None if method == "GET" else b'{"body":"x"}'
            answer = await client.request(method, path, content=content, headers=given)
            assert answer.json()["code"] == code, (method, path)
            assert answer.status_code == CODES[code].status


# --- who speaks -----------------------------------------------------------------------------------

ORIGINS = [
    "https://evil.example", "null", "http://127.0.0.1", "https://{host}", "http://{host}.evil.com",
    "http://evil.com#{host}", "http://evil@{host}", "file://", "", "http://{host}/path",
]  # fmt: skip


@pytest.mark.parametrize("origin", ORIGINS)
async def test_pages_of_other_sites(place: Place, origin: str) -> None:
    """A browser always tells the Origin of a page that opens a socket or posts."""
    town = place.town
    ana = town.person("Ana")
    foreign = origin.format(host=place.url.removeprefix("http://"))
    cookie = f"tertulia={town.session(ana)}"
    for headers in ({"Cookie": cookie}, {"Authorization": f"Bearer {town.key(ana)}"}, {}):
        with pytest.raises(InvalidStatus) as caught:
            await dial(place.url, Origin=foreign, **headers)
        assert caught.value.response.status_code == 403
        assert json.loads(caught.value.response.body or b"{}")["code"] == "foreign_origin"
        async with api(place.url, origin=foreign, **headers) as http:
            for answer in (
                await http.post("/sign-in", json={"username": "x", "password": PASSWORD}),
                await http.post("/rooms", json={"name": "Mine"}),
                await http.get("/overview"),
            ):
                assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


async def test_a_cookie_without_an_origin(place: Place) -> None:
    """What carries a browser's cookie must say which page sent it, unless it only reads."""
    town = place.town
    ana = town.person("Ana")
    cookie = f"tertulia={town.session(ana)}"
    with pytest.raises(InvalidStatus) as caught:
        await dial(place.url, Cookie=cookie)
    assert caught.value.response.status_code == 403
    async with api(place.url, cookie=cookie) as http:
        assert (await http.post("/rooms", json={"name": "Mine"})).json()["code"] == "foreign_origin"
        assert (await http.get("/overview")).status_code == 200
    async with await enter(place.url, town.key(ana)) as bot:
        assert (await bot.ask("overview"))["type"] == "ok"
    ours = place.url.replace("127.0.0.1", "localhost")
    for origin in (place.url, ours, ours.upper().replace("HTTP", "http")):
        page = await dial(place.url, origin=origin, Cookie=cookie)
        assert (await page.until_frames("welcome"))[0]["person"] == ana
        await page.socket.close()


async def test_signing_in_by_the_first_frame(place: Place) -> None:
    town = place.town
    ana = town.person("Ana")
    async with await dial(place.url) as one:
        assert await one.refused("overview") == "sign_in_needed"
        assert await one.refused("message.post", room="r", body="x") == "sign_in_needed"
        assert await one.refused("subscribe", cursors=[]) == "sign_in_needed"
        answer = await one.ask("authenticate", token=town.key(ana))
        assert answer["result"] == {"person": ana}
        assert (await one.until_frames("welcome"))[0]["person"] == ana
        assert await one.refused("authenticate", token=town.key(ana)) == "invalid"
        assert (await one.ask("overview"))["result"]["me"]["id"] == ana
    async with await dial(place.url) as two:
        assert await two.refused("authenticate", token="ttt_wrong") == "token_invalid"
        assert await two.until_closed() == 4100
    three = await dial(place.url, "ttt_wrong")
    assert await three.until_closed() in (4100, 4101)
    assert three.frames[0]["code"] == "token_invalid"
    async with await dial(place.url, query="?token=" + town.key(ana)) as four:
        assert await four.refused("overview") == "sign_in_needed"
