"""The life of connections: what makes the client come back, after how long, and what stops it."""

import asyncio

import pytest
from tertulia_bot import (
    Client,
    ClosedError,
    ConnectionFailedError,
    FloodingError,
    Options,
    SessionEndedError,
    SignInNeededError,
    StoppedError,
)
from tertulia_bot.transport import LostError

from tests.unit.sdk_fake import FakeServer

URL = "http://127.0.0.1:1"


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


def connected(server: FakeServer, **options) -> Client:
    return Client(URL, "secret", server.options(**options))


async def seqs(client: Client, count: int) -> list[int]:
    return [(await client.event(timeout=5)).seq for _ in range(count)]


@pytest.mark.parametrize(
    ("code", "error"),
    [(4100, SignInNeededError), (4101, SessionEndedError), (4106, FloodingError),
     (4199, StoppedError), (1002, StoppedError), (1009, StoppedError)],
)  # fmt: skip
async def test_close_codes_that_say_stay_away(server, code, error):
    async with connected(server) as client:
        server.here.cut(code)
        with pytest.raises(error) as caught:
            await client.next(5)
        with pytest.raises(error):
            await client.post("r_1", "Hi")
    assert caught.value.code == code
    assert server.dials == 1


@pytest.mark.parametrize("code", [None, 1001, 1006, 1011, 1012, 4000, 4001, 4003])
async def test_close_codes_that_say_come_back(server, code):
    async with connected(server) as client:
        server.here.cut(code)
        await client.overview()
    assert server.dials == 2


async def test_waits_grow_and_are_capped_and_start_small_after_a_good_connection(server):
    now = [0.0]
    server.refuse_dial = [LostError(None, "down")] * 9
    async with connected(server, clock=lambda: now[0]) as client:
        assert server.slept == [0.25, 0.5, 1, 2, 4, 8, 15, 15, 15]
        server.slept.clear()
        now[0] += 60
        server.here.cut(1012)
        await client.overview()
        assert server.slept == [0.25]


async def test_a_token_that_is_not_valid_is_a_typed_error(server):
    server.refuse_dial = [SignInNeededError(401)]
    with pytest.raises(SignInNeededError):
        async with connected(server):
            pass


@pytest.mark.parametrize(
    ("code", "error"),
    [("token_invalid", SignInNeededError), ("session_ended", SessionEndedError)],
)
async def test_an_error_instead_of_a_welcome(server, code, error):
    async def dial(url, token):
        connection = await server.dial(url, token)
        await connection.receive()
        connection.push({"type": "error", "code": code})
        return connection

    with pytest.raises(error, match=code):
        async with Client(URL, "secret", Options(dial=dial, sleep=server.sleep)):
            pass


async def test_a_server_that_cannot_be_reached(server):
    server.refuse_dial = [LostError(None, "down")] * 1_000_000
    with pytest.raises(ConnectionFailedError, match="down"):
        async with connected(server, connect_patience=0.01):
            pass


async def test_a_misspelt_address_fails_at_once():
    with pytest.raises(ValueError, match="not the address of a server"):
        Client("localhost:8000", None)


async def test_closing_ends_what_waits(server):
    client = connected(server)
    await client.start()
    waiting = asyncio.create_task(client.next())
    await asyncio.sleep(0)
    await client.close()
    with pytest.raises(ClosedError):
        await waiting
    with pytest.raises(ClosedError):
        await client.overview()
    assert [item async for item in client] == []
