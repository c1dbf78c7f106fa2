"""Every program that docs/bots.md prints is run as it stands there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat.signing import Request, signed
from protocol.commands import GetHistory, JoinRoom
from tests.e2e.town import PATIENCE, Inside, Town, api, client, fixed_port

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "bots.md").read_text()
HOUSE = Path(__file__).resolve().parents[2] / "bots" / "house"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def program(mark: str) -> str:
    """The block in which this stands."""
    [found] = [block for block in BLOCKS if mark in block]
    return str(found)


def test_there_is_a_test_for_each(database_url: str) -> None:
    marks = ("good morning", "QUESTION", "Stage(bot)", 'environ["HOOK"]', "HTTPServer(", "Client(")
    # Those of the house stand there as they are; tests/unit/test_house_bots.py plays them.
    house = [(HOUSE / name).read_text() for name in ("welcome.py",)]
    assert {*(program(mark) for mark in marks), *house} == set(BLOCKS)
    fifteen = program("good morning")
    assert len([line for line in fifteen.splitlines() if line.strip()]) <= 15


@contextlib.asynccontextmanager
async def running(text: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program, ended afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-", env=os.environ | environment, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin
    process.stdin.write(text.encode())
    process.stdin.write_eof()
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()


class Room:
    """Somebody, and a bot, in a room."""

    def __init__(self, town: Town, url: str, *, inside: bool = True) -> None:
        self.town, self.url = town, url
        self.ana, self.bot = town.person("Ana"), town.person("Reader", "bot")
        self.room = town.room(self.ana)
        if inside:
            town.do(self.bot, JoinRoom(room=self.room))
        self.given = {"TERTULIA_URL": url, "TERTULIA_TOKEN": town.key(self.bot)}

    def bodies(self) -> list[str | None]:
        page = self.town.ask(self.ana, GetHistory(room=self.room))
        return [message.body for message in page.messages]


async def of_the_bot(one: Any, room: Room, kind: str) -> Any:
    while (event := await one.event(kind, PATIENCE)).actor != room.bot:
        pass
    return event


async def test_fifteen_lines(town: Town, inside: Inside) -> None:
    room = Room(town, inside.url, inside=False)
    async with (
        client(inside.url, town.key(room.ana)) as one,
        running(program("good morning"), **room.given),
    ):
        await one.watch(room.room)
        await one.invite(room.room, room.bot)
        await of_the_bot(one, room, "member.joined")
        await one.post(room.room, "!hello Bo")
        assert (await of_the_bot(one, room, "message.posted")).data["body"] == "Hello, Bo!"
        await one.post(room.room, "good morning")
        assert (await of_the_bot(one, room, "reaction.added")).data["emoji"] == "☀️"


async def test_buttons_forms_commands(town: Town, inside: Inside) -> None:
    room = Room(town, inside.url)
    async with (
        client(inside.url, town.key(room.ana)) as one,
        running(program("QUESTION"), **room.given),
    ):
        await one.watch(room.room)
        async with asyncio.timeout(PATIENCE):
            # The server answers each question in its own time: this waits on that.
            while not (bots := await one.room_bots(room.room)) or not bots[0]["commands"]:
                pass
        await one.run_slash(room.room, "reader", "now")
        asked = await of_the_bot(one, room, "message.posted")
        assert [block["type"] for block in asked.data["blocks"]] == ["header", "form"]
        await one.interact(asked.data["id"], "reader", {"page": "112", "mood": "calm"})
        chosen = await of_the_bot(one, room, "message.edited")
        assert chosen.data["body"].endswith("reads page 112, calm.\n[Somebody else]")
        await one.interact(asked.data["id"], "again")
        again = await of_the_bot(one, room, "message.edited")
        assert [block["type"] for block in again.data["blocks"]] == ["header", "form"]


async def test_without_a_server(database_url: str) -> None:
    async with running(program("Stage(bot)")) as process:
        assert await process.wait() == 0


async def test_an_incoming_address(town: Town, inside: Inside) -> None:
    guide = town.person("Gina")
    room = town.room(guide)
    async with api(inside.url, town.session(guide)) as http:
        body = {"username": "herald", "name": "Herald", "room": room}
        bot = (await http.post("/bots", json=body)).json()["person"]["id"]
        made = (await http.post(f"/bots/{bot}/webhooks", json={"room": room})).json()
    async with running(program('environ["HOOK"]'), HOOK=made["url"]) as process:
        assert process.stdout
        assert await process.stdout.read() == b"ok\n"
    [message] = town.ask(guide, GetHistory(room=room)).messages
    assert message.body == "The boat is **in**."


async def test_a_receiver(database_url: str) -> None:
    port, secret = fixed_port(), "s" * 32
    given = {"PORT": str(port), "SIGNING_SECRET": secret}
    asked = Request(json.dumps({"type": "url_verification", "challenge": "c"}).encode())
    told = Request(json.dumps({"event": {"type": "message.posted"}}).encode())
    now = int(time.time())
    async with (
        running(program("HTTPServer("), **given) as process,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http,
    ):

        async def sent(request: Request, key: str, at: int) -> httpx.Response:
            return await http.post("/", content=request.body, headers=signed(key, request, at))

        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(httpx.ConnectError):
                    assert (await sent(asked, secret, now)).text == "c"
                    break
        assert (await sent(told, secret, now)).status_code == 200
        assert (await sent(told, "forged", now)).status_code == 403
        assert (await sent(told, secret, now - 301)).status_code == 403
        assert process.stdout
        said = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
        assert said == ["is it you?", "message.posted"]


async def test_the_client(town: Town, inside: Inside) -> None:
    room = Room(town, inside.url)
    text = program("Client(").replace("http://127.0.0.1:8000", inside.url)
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("async with"))
    body = textwrap.indent("\n".join(lines[start:]), "    ")
    names: dict[str, Any] = {"token": town.key(room.ana)}
    exec("\n".join(lines[:start]) + f"\nasync def main():\n{body}\n", names)
    task = asyncio.create_task(names["main"]())
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(room.bodies) != ["Good evening"]:
            assert not task.done(), task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_the_command_line_makes_one_that_runs(town: Town, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from chat.cli.commands import app

    environment = {"TERTULIA_DATA": str(tmp_path / "data")}
    made = CliRunner().invoke(
        app, ["bot", "new", "hello", "--folder", str(tmp_path)], env=environment
    )
    assert made.exit_code == 0, made.output
    token = tmp_path / "hello.token"
    assert token.read_text().startswith("ttt_")
    assert token.stat().st_mode & 0o077 == 0
    compile((tmp_path / "hello.py").read_text(), "hello.py", "exec")
    again = CliRunner().invoke(
        app, ["bot", "new", "hello", "--folder", str(tmp_path)], env=environment
    )
    assert again.exit_code != 0
    (tmp_path / "hello.py").write_text(
        "import os\nassert os.environ['TERTULIA_TOKEN'].startswith('ttt_')\n"
        "assert os.environ['TERTULIA_URL'] == 'http://there'\nraise SystemExit(7)\n"
    )
    run = ["bot", "run", str(tmp_path / "hello.py"), "--url", "http://there"]
    assert CliRunner().invoke(app, run, env=environment).exit_code == 7
