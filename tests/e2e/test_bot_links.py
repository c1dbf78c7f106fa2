"""Ways in and out of a bot over a running server: incoming addresses, and one it is told at."""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from protocol.commands import ArchiveRoom, GetHistory, RemoveMember
from tests.e2e.town import PATIENCE, Inside, Town, api, client, serving_inside

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Den:
    """A room with its facilitator and a bot that they made over HTTP."""

    def __init__(self, town: Town, url: str) -> None:
        self.town, self.url = town, url
        self.guide = town.person("Gina")
        self.room = town.room(self.guide, access="invite")
        self.http = api(url, town.session(self.guide))

    async def aclose(self) -> None:
        await self.http.aclose()

    async def bot(self, **fields: Any) -> dict[str, Any]:
        body = {"username": "herald", "name": "Herald", "room": self.room, **fields}
        answer = await self.http.post("/bots", json=body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def hook(self, bot: str, **fields: Any) -> dict[str, Any]:
        body = {"room": self.room, **fields}
        answer = await self.http.post(f"/bots/{bot}/webhooks", json=body)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def bodies(self) -> list[str | None]:
        page = self.town.ask(self.guide, GetHistory(room=self.room))
        return [message.body for message in page.messages]


def path(hook: dict[str, Any]) -> str:
    return "/api/hooks/" + str(hook["url"]).rpartition("/")[2]


@on_sqlite
async def test_whoever_knows_the_address_posts_into_the_room(town: Town, inside: Inside) -> None:
    den = Den(town, inside.url)
    bot = (await den.bot(scopes=["write"]))["person"]["id"]
    hook = await den.hook(bot)
    assert hook["url"].startswith("http")
    async with (
        contextlib.aclosing(den),
        httpx.AsyncClient(base_url=inside.url, trust_env=False) as anybody,
    ):
        sent = [
            await anybody.post(path(hook), json={"text": "Build *passed* <https://e.org|here>"}),
            await anybody.post(path(hook), data={"payload": '{"text": "by form"}'}),
            await anybody.post(
                path(hook),
                json={
                    "text": "fallback",
                    "username": "CI",
                    "blocks": [
                        {"type": "section", "text": {"type": "mrkdwn", "text": "a *block*"}}
                    ],
                },
            ),
        ]
        assert [(one.status_code, one.text) for one in sent] == [(200, "ok")] * 3
        assert den.bodies() == [
            "Build **passed** [here](<https://e.org>)", "by form", "**CI**: a **block**",
        ]  # fmt: skip
        shown = (await den.http.get(f"/bots/{bot}")).json()["webhooks"]
        assert [(one["id"], one["url"]) for one in shown] == [(hook["id"], "")]
        for wrong, word in (
            ({"content": b"{"}, "invalid_payload"),
            ({"content": b"[]"}, "invalid_payload"),
            ({"json": {"text": ""}}, "no_text"),
            ({"json": {}}, "no_text"),
            ({"json": {"text": "x" * 9_000}}, "msg_too_long"),
            ({"content": b"x" * 70_000}, "too_large"),
        ):
            answer = await anybody.post(path(hook), **wrong)
            assert (answer.status_code >= 400, answer.text) == (True, word)


@on_sqlite
@pytest.mark.attack
async def test_an_address_that_ended_posts_no_more(town: Town, inside: Inside) -> None:
    den = Den(town, inside.url)
    bot = (await den.bot())["person"]["id"]
    first = await den.hook(bot)
    second = await den.hook(bot, replaces=first["id"])
    async with (
        contextlib.aclosing(den),
        httpx.AsyncClient(base_url=inside.url, trust_env=False) as anybody,
    ):

        async def said(hook: dict[str, Any]) -> tuple[int, str]:
            answer = await anybody.post(path(hook), json={"text": "x"})
            return answer.status_code, answer.text

        assert await said(first) == (404, "no_service")
        assert await said(second) == (200, "ok")
        assert await said({"url": "/tth_guessed"}) == (404, "no_service")
        await den.http.delete(f"/bots/{bot}/webhooks/{second['id']}")
        assert await said(second) == (404, "no_service")
        third = await den.hook(bot)
        town.do(den.guide, ArchiveRoom(room=den.room))
        assert await said(third) == (410, "channel_is_archived")
        town.do(den.guide, RemoveMember(room=den.room, person=bot))
        assert await said(third) == (404, "action_prohibited")
        await den.http.delete(f"/bots/{bot}")
        assert await said(third) == (404, "no_service")
    assert len(den.bodies()) == 1


@contextlib.asynccontextmanager
async def listening(serve: Any) -> AsyncIterator[str]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@on_sqlite
@pytest.mark.attack
async def test_a_receiver_that_never_answers_holds_up_nobody(town: Town, tmp_path: Path) -> None:
    """What is posted where it is told is acknowledged as fast as what is posted elsewhere."""
    silent = asyncio.Event()
    held: list[dict[str, Any]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        if body["type"] == "url_verification":
            answer = body["challenge"].encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(answer), answer))
            await writer.drain()
            writer.close()
            return
        held.append(body)
        silent.set()
        await reader.read()
        writer.close()

    async with (
        listening(serve) as at,
        serving_inside(town, tmp_path / "data", outgoing_hosts=(at,)) as inside,
    ):
        den = Den(town, inside.url)
        beside = town.room(den.guide, access="invite", name="Beside")
        async with contextlib.aclosing(den):
            bot = (await den.bot())["person"]["id"]
            wanted = {"url": f"http://{at}/events", "kinds": ["message.posted"]}
            answer = await den.http.put(f"/bots/{bot}/outgoing", json=wanted)
            assert answer.status_code == 200, answer.text
            assert answer.json()["outgoing"]["state"] == "on"
            async with client(inside.url, town.key(den.guide)) as one:
                await one.post(den.room, "the first")
                async with asyncio.timeout(PATIENCE):
                    await silent.wait()
                # In turns, so that a busy machine is busy for both.
                took: dict[str, list[float]] = {den.room: [], beside: []}
                async with asyncio.timeout(PATIENCE):
                    for number in range(60):
                        room = beside if number % 2 else den.room
                        begun = time.perf_counter()
                        await one.post(room, f"post {number}")
                        took[room].append(time.perf_counter() - begun)
                ratio = statistics.median(took[den.room]) / statistics.median(took[beside])
                assert ratio < 3, (
                    f"posting beside a receiver that is silent takes {ratio:.1f} times"
                )
            assert held[0]["event"]["data"]["body"] == "the first"
            seen = (await den.http.get(f"/rooms/{den.room}/bots")).json()["bots"]
            assert [one["sends_out"] for one in seen] == [True]
            inner = {"url": "http://169.254.169.254/"}
            refused = (await den.http.put(f"/bots/{bot}/outgoing", json=inner)).json()
            assert refused["code"] == "url_not_verified"
            gone = await den.http.put(f"/bots/{bot}/outgoing", json={"url": ""})
            assert gone.json()["outgoing"] is None
