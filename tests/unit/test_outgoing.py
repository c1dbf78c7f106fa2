"""Addresses that users gave: what is dialled is what was checked, and nothing inside is dialled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from chat.outgoing import Guard, NotAllowedError, OutgoingError
from chat.outgoing import guard as guarding
from chat.outgoing.addresses import lan, outside
from chat.outgoing.inner import check, written
from rooms.errors import Refusal

pytestmark = pytest.mark.attack

INSIDE = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1",
    "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.169.254", "192.0.0.192", "192.0.2.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "2002:7f00:1::",
    "2002:808:808::1", "2001::1", "2001:db8::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1",
    "fd12:3456::1", "ff02::1", "100::1", "3fff::1", "5f00::1", "", "example.org",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "93.184.215.14", "172.15.0.1", "172.32.0.1", "2606:4700::1", "2a00:1450::1")


@pytest.mark.parametrize("address", INSIDE)
def test_inside(address: str) -> None:
    assert not outside(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside(address: str) -> None:
    assert outside(address)


SPELLINGS = (
    "http://127.1/", "http://0/", "http://0x7f.1/", "http://2130706433/", "http://0177.0.0.1/",
    "http://127.0.0.1.:80/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/", "https://[::7f00:1]/", "https://[fec0::1]/", "https://[::1]/",
    "http://169.254.169.254/latest/meta-data", "http://192.0.0.192/", "http://224.0.0.1/",
    "http://localhost/", "http://LOCALHOST./",
)  # fmt: skip


@pytest.mark.parametrize("url", SPELLINGS)
async def test_no_spelling_gets_past(url: str) -> None:
    """By the system's own resolver, which understands what `ipaddress` does not."""
    with pytest.raises(OutgoingError):
        await Guard().target(url)


NO_WEB_ADDRESS = (
    "", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "//example.org/",
    "http://", "http:///x", "http://user@example.org/", "http://user:word@example.org/",
    "http://example.org:0/", "http://example.org:99999/", "http://exa mple.org/",
    "http://example.org/\r\nHost: x", "http://example.org\\@127.0.0.1/", "http://[fe80::1%25lo]/",
    "http://[::1", "http://\u2460\u2461\u2466.0.0.1/", "http://example.org/" + "x" * 2_000,
)  # fmt: skip


@pytest.mark.parametrize("url", NO_WEB_ADDRESS)
async def test_what_is_no_plain_web_address_is_refused_unasked(url: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise AssertionError("asked")

    with pytest.raises(NotAllowedError):
        await Guard(resolve=resolve).target(url)


class Names:
    """A name server that answers otherwise every time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def __call__(self, host: str, port: int) -> list[str]:
        return self.answers.pop(0)


async def test_what_is_dialled_is_what_was_checked() -> None:
    names = Names(["93.184.215.14"], ["127.0.0.1"])
    guard = Guard(resolve=names)
    target = await guard.target("https://rebind.example/hook?x=1")
    assert target.addresses == ("93.184.215.14",)
    assert (target.host, target.authority, target.path) == (
        "rebind.example", "rebind.example", "/hook?x=1",
    )  # fmt: skip
    with pytest.raises(NotAllowedError):
        await guard.target("https://rebind.example/hook")


async def test_one_inner_address_among_others_refuses_the_name() -> None:
    with pytest.raises(NotAllowedError):
        await Guard(resolve=Names(["93.184.215.14", "10.0.0.7"])).target("https://mixed.example/")


async def test_a_named_inner_host_is_allowed_and_no_other() -> None:
    guard = Guard(
        ["bots.school.lan", "127.0.0.1:9000"], Names(["10.0.0.7"], ["127.0.0.1"], ["10.0.0.7"])
    )
    assert (await guard.target("http://bots.school.lan:8080/")).addresses == ("10.0.0.7",)
    assert (await guard.target("http://127.0.0.1:9000/")).port == 9000
    with pytest.raises(NotAllowedError):
        await guard.target("http://evil-bots.school.lan/")


async def test_only_encrypted_where_that_is_asked_for() -> None:
    guard = Guard(["inner.lan"], Names(["10.0.0.7"]))
    with pytest.raises(NotAllowedError):
        await guard.target("http://example.org/", tls_only=True)
    await guard.target("http://inner.lan/", tls_only=True)


async def test_a_name_that_is_none_says_so() -> None:
    async def nothing(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(OutgoingError, match="no_address"):
        await Guard(resolve=nothing).target("https://nowhere.example/")


async def test_slow_name_servers_take_no_more_places_than_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for them any more, but each still holds a thread: the next has to wait."""
    monkeypatch.setattr(guarding, "_RESOLVING", 0.01)
    answer, asked = asyncio.Event(), []

    async def slowly(host: str, _: int) -> list[str]:
        asked.append(host)
        await answer.wait()
        return ["8.8.8.8"]

    guard = Guard(resolve=slowly)
    for no in range(3 * guarding._AT_ONCE):
        with pytest.raises(OutgoingError, match="timed_out"):
            await guard.target(f"https://slow{no}.example/")
    assert len(asked) == guarding._AT_ONCE
    answer.set()
    monkeypatch.setattr(guarding, "_RESOLVING", 10.0)
    assert (await guard.target("https://quick.example/")).addresses == ("8.8.8.8",)


# --- hosts that those who run the community allow -------------------------------------------------


class Allowing:
    """What was allowed: names and where they may lead."""

    def __init__(self, **hosts: list[str]) -> None:
        self.hosts = hosts

    async def __call__(self, names: Sequence[str]) -> frozenset[str]:
        return frozenset(at for name in names for at in self.hosts.get(name, ()))


def guarded(names: Names, **hosts: list[str]) -> Guard:
    return Guard(resolve=names, allowed=Allowing(**hosts))


async def test_an_allowed_host_is_dialled_where_it_led_and_ends_at_once() -> None:
    allowing = Allowing(**{"bots.lan": ["10.0.0.7"], "[fd12::1]": ["fd12::1"]})
    names = Names(["10.0.0.7"], ["fd12::1"], ["10.0.0.7"])
    guard = Guard(resolve=names, allowed=allowing)
    assert (await guard.target("http://BOTS.lan.:8080/x")).addresses == ("10.0.0.7",)
    assert (await guard.target("https://[fd12::1]/")).addresses == ("fd12::1",)
    allowing.hosts.clear()
    with pytest.raises(NotAllowedError):
        await guard.target("http://bots.lan/")


MOVED = (
    ["127.0.0.1"], ["169.254.169.254"], ["10.0.0.8"], ["10.0.0.7", "10.0.0.8"], ["::1"],
    ["::ffff:10.0.0.7"], ["10.0.0.7", "127.0.0.1"], ["fe80::1%eth0"], ["0.0.0.0"],
)  # fmt: skip


@pytest.mark.parametrize("answer", MOVED)
async def test_an_allowed_name_that_leads_elsewhere_is_refused(answer: list[str]) -> None:
    with pytest.raises(NotAllowedError):
        await guarded(Names(answer), **{"bots.lan": ["10.0.0.7"]}).target("http://bots.lan/")


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "fd00:ec2::254", "100.64.0.1"])
async def test_what_no_browser_may_open_is_refused_even_where_it_stands(address: str) -> None:
    with pytest.raises(NotAllowedError):
        await guarded(Names([address]), **{"bots.lan": [address]}).target("http://bots.lan/")


@pytest.mark.parametrize(
    "url",
    [
        "http://evil-bots.lan/", "http://bots.lan.evil.example/", "http://10.0.0.7/",
        "http://167772167/", "http://0xa.7/", "http://bots.lan:9001/",
    ],
)  # fmt: skip
async def test_a_host_is_allowed_by_its_own_name_alone(url: str) -> None:
    with pytest.raises(NotAllowedError):
        await guarded(Names(["10.0.0.7"]), **{"bots.lan:8080": ["10.0.0.7"]}).target(url)


async def test_without_leave_from_the_operator_nobody_is_asked() -> None:
    with pytest.raises(NotAllowedError):
        await Guard(resolve=Names(["10.0.0.7"])).target("http://bots.lan/")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Bots.School.LAN ", ("bots.school.lan", "bots.school.lan", 443)),
        ("bots.lan.", ("bots.lan", "bots.lan", 443)),
        ("bots.lan:8080", ("bots.lan:8080", "bots.lan", 8080)),
        ("bots.lan:443", ("bots.lan:443", "bots.lan", 443)),
        ("[FD12::1]:9000", ("[fd12::1]:9000", "fd12::1", 9000)),
        ("10.0.0.7", ("10.0.0.7", "10.0.0.7", 443)),
    ],
)
def test_how_a_host_is_kept(text: str, kept: tuple[str, str, int]) -> None:
    assert written(text) == kept


@pytest.mark.parametrize(
    "text",
    ["", "http://bots.lan", "bots.lan/x", "a@bots.lan", "bots lan", "bots.lan:0", "bots.lan:x",
     "bots.lan:99999", "[fe80::1%25lo]", "b\u00f6ts.lan", "bots.lan#", "bots.lan?"],
)  # fmt: skip
def test_what_is_no_host_is_none(text: str) -> None:
    with pytest.raises(Refusal, match="invalid"):
        written(text)


def test_what_may_be_allowed() -> None:
    check(["10.0.0.7", "fd12::1", "192.168.1.4", "172.16.0.1"])
    assert [lan(at) for at in ("10.0.0.7", "127.0.0.1", "x", "fd00:ec2::254", "fe80::1")] == [
        True, False, False, False, False,
    ]  # fmt: skip
    for why, addresses in (
        ("outside", ["8.8.8.8"]), ("never", ["127.0.0.1"]), ("never", ["10.0.0.7", "::1"]),
        ("never", ["169.254.169.254"]), ("never", ["::ffff:10.0.0.7"]), ("never", ["100.64.0.1"]),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            check(addresses)
        assert refused.value.params["why"] == why
