"""Throttles by their clock, and what follows from the public address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from chat import signin
from chat.throttle import ALLOWANCES, Throttle, address_key
from rooms.errors import Refusal

BURST, DRIP = ALLOWANCES["sign_in.account"]
KEY = ("sign_in.account", "ana")


def tries(throttle: Throttle, now: float, count: int) -> int:
    """How many of so many tries were let through."""
    through = 0
    for _ in range(count):
        try:
            throttle.take(now, KEY)
        except Refusal:
            continue
        through += 1
    return through


def test_a_burst_then_a_drip() -> None:
    throttle = Throttle()
    assert tries(throttle, 0.0, BURST + 5) == BURST
    assert tries(throttle, DRIP - 0.001, 5) == 0
    assert tries(throttle, DRIP, 5) == 1
    assert tries(throttle, DRIP * 4, 5) == 3
    assert tries(throttle, DRIP * 1000, BURST + 5) == BURST


def test_the_wait_that_is_told_is_enough_and_no_longer_than_needed() -> None:
    throttle = Throttle()
    tries(throttle, 0.0, BURST)
    with pytest.raises(Refusal) as refused:
        throttle.take(10.0, KEY)
    wait = refused.value.retry_after
    assert wait is not None
    assert wait == pytest.approx(DRIP - 10)
    assert tries(throttle, 10 + wait - 0.01, 1) == 0
    assert tries(throttle, 10 + wait, 1) == 1


def test_what_is_given_back_does_not_count_and_one_refusal_counts_nowhere() -> None:
    throttle = Throttle()
    other = ("sign_in.address", "192.0.2.1")
    for _ in range(50):
        throttle.take(0.0, KEY, other)
        throttle.give_back(KEY, other)
    tries(throttle, 0.0, BURST)
    for _ in range(500):
        with pytest.raises(Refusal):
            throttle.take(0.0, KEY, other)
    for _ in range(ALLOWANCES["sign_in.address"].burst):
        throttle.take(0.0, other)
    throttle.forget(KEY)
    assert tries(throttle, 0.0, BURST + 1) == BURST


@pytest.mark.attack
def test_memory_is_bounded() -> None:
    throttle = Throttle(most=100)
    for number in range(1000):
        throttle.take(0.0, ("sign_in.account", f"name{number}"))
    assert len(throttle) == 100


@given(st.lists(st.floats(0, 10_000), max_size=200))
def test_never_more_than_burst_and_drip(moments: list[float]) -> None:
    throttle = Throttle()
    let_through = [now for now in sorted(moments) if tries(throttle, now, 1)]
    for index, start in enumerate(let_through):
        for count, end in enumerate(let_through[index:], 1):
            assert count <= BURST + (end - start) / DRIP + 1e-6


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"), ("2001:db8:0:0:ffff::9", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"), ("testclient", "testclient"), ("", ""),
    ],
)  # fmt: skip
def test_addresses_as_they_are_counted(address: str, key: str) -> None:
    assert address_key(address) == key


@pytest.mark.parametrize(
    ("public_url", "origins"),
    [
        ("https://Talk.example", {"https://talk.example"}),
        ("https://talk.example:443", {"https://talk.example"}),
        ("https://talk.example:8443", {"https://talk.example:8443"}),
        ("http://[2001:db8::1]:80", {"http://[2001:db8::1]"}),
        (
            "http://127.0.0.1:8000",
            {"http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"},
        ),
    ],
)
def test_origins_follow_from_the_public_address(public_url: str, origins: set[str]) -> None:
    assert signin.origins(public_url) == origins


def request(**headers: str) -> Request:
    """A request with these headers."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "headers": raw, "query_string": b""})


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Bearer", None), ("Bearer ", None),
        ("Basic abc", None), ("", None),
    ],
)  # fmt: skip
def test_bearer_tokens(header: str, token: str | None) -> None:
    assert signin.bearer_of(request(authorization=header)) == token


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/140 Safari/604.1",
            "Chrome · iPhone",
        ),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140 Safari/537.36", "Chrome · Chromebook"),
        ("tertulia-bot/0.1", "tertulia-bot/0.1"),
        ("", ""),
        ("x" * 500, "x" * 120),
    ],
)
def test_devices(agent: str, name: str) -> None:
    assert signin.device(request(user_agent=agent)) == name


@pytest.mark.parametrize("public_url", ["https://talk.example", "http://127.0.0.1:8000"])
def test_the_cookie_is_secure_where_the_address_is(public_url: str) -> None:
    sign_in = signin.SignIn(None, public_url, lambda _: None, lambda: 0)  # type: ignore[arg-type]
    header = sign_in.set_cookie("v")[1]
    https = public_url.startswith("https")
    assert ("; Secure" in header) == https
    assert header.startswith("__Host-tertulia=v" if https else "tertulia=v")
    assert "HttpOnly" in header
    assert "Max-Age=0" in sign_in.drop_cookie()[1]
