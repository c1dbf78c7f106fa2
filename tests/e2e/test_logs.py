"""What a server logs: enough to find a request again, and nothing that people wrote or keep secret.

A canary goes in by every way there is, at the most talkative level, and is looked for in all that
came out. Errors that quote it are in tests/unit/test_described.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.town import PASSWORD, Server, Town
from tests.e2e.wire import api, dial, enter

CANARY = "kanarienvogel-7f3a"
VISITOR = "203.0.113.77"
PROXY = {"x-forwarded-for": VISITOR}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One database is enough: what differs between them is in the unit test."""
    (tmp_path / "data").mkdir()
    return f"sqlite:///{tmp_path / 'data' / 'tertulia.db'}"


@pytest.fixture
def server(new_server: Callable[..., Server]) -> Server:
    return new_server(log_level="debug", log_format="json", trusted_proxies="127.0.0.1")


def lines(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines()]


@pytest.mark.attack
async def test_no_line_holds_what_people_wrote_their_secrets_or_where_they_are(
    town: Town, server: Server
) -> None:
    ana, ben = town.person("Ana", "admin"), town.person("Ben")
    town.password(ana, CANARY + PASSWORD)
    room, keys = town.room(ana, ben), [town.key(ana), town.key(ben)]
    code = town.invitation(ana)
    async with api(server.url, keys[0], **PROXY) as http:
        posted = await http.post(f"/rooms/{room}/messages", json={"body": CANARY})
        assert posted.status_code == 200, posted.text
        secrets = {"username": CANARY, "password": CANARY}
        assert (await http.post("/sign-in", json=secrets)).status_code == 401
        # Unreadable, unknown, too large, elsewhere: every way to be refused.
        await http.post(f"/rooms/{room}/messages", content=f'{{"body": "{CANARY}')
        await http.post(f"/rooms/{room}/messages", json={CANARY: CANARY})
        await http.post(f"/rooms/{room}/messages", json={"body": CANARY * 9000})
        await http.get(f"/{CANARY}?{CANARY}={CANARY}")
        await http.get(f"/invitations/{code}")
    async with await enter(server.url, keys[1], **PROXY) as socket:
        await socket.watch(room)
        message = (await socket.ask("message.post", room=room, body=CANARY))["result"]["message"]
        await socket.ask("message.edit", message=message, body=CANARY + "!")
        await socket.ask("message.delete", message=message)
        await socket.refused("message.post", room=room, body=CANARY, further=CANARY)
        await socket.socket.send(f'{{"type": "message.post", "ref": "{CANARY}", "body"')
        await socket.until_frames("error", 2)
    async with await dial(server.url, **PROXY) as stranger:
        await stranger.send("authenticate", token=CANARY)
        await stranger.until_closed()
    server.stop()
    text = server.log.read_text()
    found = lines(server)
    assert {line["event"] for line in found} >= {"request", "connected", "disconnected"}
    for secret in (CANARY, VISITOR, code, *keys):
        assert secret not in text


async def test_lines_of_a_request_bear_its_id_and_those_of_a_socket_the_connection(
    town: Town, server: Server
) -> None:
    ana = town.person("Ana")
    key = town.key(ana)
    async with api(server.url, key) as http:
        answer = await http.get("/session", headers={"x-request-id": "given-by.the_proxy"})
        assert answer.headers["x-request-id"] == "given-by.the_proxy"
        made = (await http.get("/session", headers={"x-request-id": "no\tgood"})).headers[
            "x-request-id"
        ]
        assert len(made) == 16
        assert (await http.get("/session")).headers["x-request-id"] != made
    async with await enter(server.url, key) as socket:
        welcome = socket.frames[0]
    server.stop()
    found = lines(server)
    [line] = [line for line in found if line.get("request") == "given-by.the_proxy"]
    assert (line["event"], line["path"], line["person"]) == ("request", "/api/v1/session", ana)
    assert {line["request"] for line in found if line["event"] == "request"} >= {made}
    ended = [line for line in found if line["event"] == "disconnected"]
    assert [line["connection"] for line in ended] == [welcome["connection"]]
    assert ended[0]["person"] == ana


@pytest.mark.attack
async def test_a_stranger_cannot_choose_the_id(
    town: Town, new_server: Callable[..., Server]
) -> None:
    server = new_server(trusted_proxies="10.0.0.0/8")
    async with api(server.url, **{"x-request-id": "mine", **PROXY}) as http:
        assert (await http.get("/session")).headers["x-request-id"] != "mine"
