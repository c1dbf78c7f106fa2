"""The SDK's one real transport, against a WebSocket server of another make."""

import contextlib
import http
import json

import pytest
from tertulia_bot import Client, ConnectionFailedError, Http, Options, RefusedError
from tertulia_bot.errors import SessionEndedError, SignInNeededError, StoppedError
from tertulia_bot.transport import LostError, dial_websocket, socket_url
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

WELCOME = json.dumps({"type": "welcome", "connection": "c_1", "person": "p_1"})


@contextlib.asynccontextmanager
async def server(handler, process_request=None):
    """A server on a free port; gives its address as a user would write it."""
    async with serve(
        handler,
        "127.0.0.1",
        0,
        subprotocols=[Subprotocol("tertulia.v1")],
        process_request=process_request,
    ) as running:
        yield f"http://127.0.0.1:{next(iter(running.sockets)).getsockname()[1]}"


async def welcome(ws: ServerConnection) -> None:
    await ws.send(WELCOME)
    async for message in ws:
        request = json.loads(message)
        assert ws.request is not None
        seen = {"path": ws.request.path, "auth": ws.request.headers.get("Authorization"),
                "subprotocol": ws.subprotocol, "extensions": ws.protocol.extensions}  # fmt: skip
        await ws.send(json.dumps({"type": "ok", "ref": request["ref"], "result": seen}))


async def test_it_offers_the_subprotocol_and_brings_the_token_in_a_header():
    async with server(welcome) as url, Client(url, "secret") as client:
        assert client.welcome.person == "p_1"
        answer = await client.ask("overview")
    assert answer.result == {
        "path": "/api/v1/ws", "auth": "Bearer secret", "subprotocol": "tertulia.v1",
        "extensions": [],
    }  # fmt: skip


async def test_a_close_code_arrives():
    async def close(ws: ServerConnection) -> None:
        await ws.send(WELCOME)
        await ws.close(4101, "signed out")

    async with server(close) as url, Client(url, "secret") as client:
        with pytest.raises(SessionEndedError, match="signed out"):
            await client.next(10)


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, SignInNeededError), (403, StoppedError), (404, StoppedError), (429, LostError),
     (503, LostError)],
)  # fmt: skip
async def test_what_a_refused_handshake_means(status, error):
    def refuse(connection, request):
        return connection.respond(http.HTTPStatus(status), "no\n")

    async with server(welcome, refuse) as url:
        with pytest.raises(error):
            await dial_websocket(url, "secret")


async def test_nobody_listens():
    async with server(welcome) as url:
        pass
    options = Options(connect_patience=0.05)
    with pytest.raises(ConnectionFailedError, match=r"Connect call failed|refused"):
        async with Client(url, None, options):
            pass
    async with Http(url) as api:
        with pytest.raises(ConnectionFailedError):
            await api.overview()


async def test_a_problem_over_http_names_its_code():
    problem = {"code": "rate_limited", "message": "slow down", "params": {}, "retry_after": 3}

    def refuse(connection, request):
        response = connection.respond(http.HTTPStatus(429), json.dumps(problem))
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = "application/problem+json"
        return response

    async with server(welcome, refuse) as url, Http(url, "secret") as api:
        with pytest.raises(RefusedError) as caught:
            await api.overview()
    assert (caught.value.code, caught.value.status) == ("rate_limited", 429)
    assert caught.value.retry_after == 3


@pytest.mark.parametrize(
    ("url", "address"),
    [("http://a", "ws://a/api/v1/ws"), ("https://a:1/x/", "wss://a:1/x/api/v1/ws"),
     ("wss://a", "wss://a/api/v1/ws")],
)  # fmt: skip
def test_addresses(url, address):
    assert socket_url(url) == address
