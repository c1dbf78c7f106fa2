"""One POST to a stranger who behaves, and to many who do not: real sockets on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from chat.outgoing import Answer, Bounds, Guard, NotAllowedError, OutgoingError, post

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def receiver(serve: Serve) -> AsyncIterator[str]:
    """A server on loopback; its address."""
    open_: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_.add(task)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)


async def send(at: str, bounds: Bounds | None = None) -> Answer:
    headers = {"content-type": "application/json"}
    return await post(Guard([at]), f"http://{at}/hook", b'{"a":1}', headers, bounds or Bounds())


def says(answer: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()

    return serve


async def test_it_arrives_whole_and_the_answer_comes_back() -> None:
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        seen.append(await reader.readexactly(7))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-Y: z\r\n\r\nok")
        await writer.drain()

    async with receiver(serve) as at:
        answer = await send(at)
    assert (answer.status, answer.body, answer.headers["x-y"], answer.good) == (
        200,
        b"ok",
        "z",
        True,
    )
    head = seen[0].decode().lower()
    assert head.startswith("post /hook http/1.1\r\n")
    assert f"host: {at}" in head
    assert "accept-encoding: identity" in head
    assert seen[1] == b'{"a":1}'


@pytest.mark.attack
async def test_a_redirect_is_an_answer_and_nobody_goes_there() -> None:
    answer_ = (
        b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"
    )
    async with receiver(says(answer_)) as at:
        assert (await send(at)).status == 302


@pytest.mark.attack
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_an_inner_host_that_is_allowed_leads_to_no_other(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who run the community allowed bots.lan, and it sends on to a machine beside it."""
    monkeypatch.setattr("chat.outgoing.guard.lan", lambda address: address == "127.0.0.1")
    came: list[str] = []
    looked_up: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    async def allowed(names: Sequence[str]) -> frozenset[str]:
        return frozenset({"127.0.0.1"} if "bots.lan" in names else ())

    async def secret(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append("somebody")

    guard = Guard(resolve=resolve, allowed=allowed)
    async with receiver(secret) as there:
        beside = f"http://secret.lan:{there.rpartition(':')[2]}/"
        sent_on = f"HTTP/1.1 {status} On\r\nlocation: {beside}\r\ncontent-length: 0\r\n\r\n"
        async with receiver(says(sent_on.encode())) as here:
            answer = await post(guard, f"http://bots.lan:{here.rpartition(':')[2]}/", b"{}", {})
        assert (answer.status, answer.good) == (status, False)
        assert (came, looked_up) == ([], ["bots.lan"])
        with pytest.raises(NotAllowedError):
            await post(guard, beside, b"{}", {})
        assert came == []


@pytest.mark.attack
@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 900000\r\n\r\n" + b"x" * 900_000, "too_much"),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000, "bad_answer"),
        (b"\x00\x01 nonsense\r\n\r\n", "bad_answer"),
        (b"", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\n"
         + gzip.compress(b"x")[:9], "bad_answer"),
    ],
    ids=["large", "long head", "no http", "nothing", "gzip"],
)  # fmt: skip
async def test_answers_that_are_none(answer: bytes, why: str) -> None:
    async with receiver(says(answer)) as at:
        with pytest.raises(OutgoingError, match=why):
            await send(at)


@pytest.mark.attack
async def test_an_endless_answer_ends_and_takes_no_memory() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with receiver(serve) as at:
        tracemalloc.start()
        try:
            with pytest.raises(OutgoingError, match="too_much"):
                await send(at)
            assert tracemalloc.get_traced_memory()[1] < 4_000_000
        finally:
            tracemalloc.stop()


@pytest.mark.attack
async def test_a_silent_receiver_takes_a_bounded_time() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with receiver(serve) as at:
        with pytest.raises(OutgoingError, match="timed_out"):
            await send(at, Bounds(seconds=0.1))


async def test_nobody_there() -> None:
    async with receiver(says(b"")) as at:
        pass
    with pytest.raises(OutgoingError, match="unreachable"):
        await send(at)


@pytest.mark.attack
async def test_the_same_receiver_is_refused_where_nobody_named_it() -> None:
    async with receiver(says(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")) as at:
        with pytest.raises(OutgoingError, match="refused_address"):
            await post(Guard(), f"http://{at}/", b"", {})
